"""The pure functions of the language, and the filters of holes and messages: what they take and what they give.

This table types them; the runtime computes them under the same names, its arguments in declared order.
No function reads the world, fails or loops for ever: what has no answer is absent.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from rbengine.contract.types import (
    BOOL,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    PERCENT,
    TEXT,
    Scalar,
    Type,
    optional,
)

Takes = Literal[
    "anything",  # what can be shown to a person
    "text",
    "number",  # int or decimal
    "text or number",  # text, json, int or decimal
    "list",
    "list of bool",
    "list of numbers",  # int, decimal, duration or money
    "list of ordered values",  # what `<` compares
    "list of texts",
    "text or list",
    "item",  # what the first parameter, a list or text, holds
]
"""What a parameter accepts, in the words of a problem's message."""


class FunctionParameter(msgspec.Struct, frozen=True, kw_only=True):
    """One argument. `named`: it is written `name: value`, else by its place."""

    name: str
    takes: Takes
    named: bool = False
    may_be_absent: bool = False
    """An optional may be given: the result is absent then."""


Gives = Literal["item", "item or absent", "items"]
"""By the first parameter's items: one of them, one or absent when there is none, a list of them."""


class PureFunction(msgspec.Struct, frozen=True, kw_only=True):
    """`gives` is a type, or how it follows from the first argument's items."""

    name: str
    parameters: tuple[FunctionParameter, ...]
    gives: Type | Gives
    doc: str


def _one(takes: Takes, name: str = "of", *, may_be_absent: bool = False) -> FunctionParameter:
    return FunctionParameter(name=name, takes=takes, may_be_absent=may_be_absent)


def _table(*functions: PureFunction) -> Mapping[str, PureFunction]:
    return {one.name: one for one in functions}


def _function(
    name: str, *parameters: FunctionParameter, gives: Type | Gives, doc: str
) -> PureFunction:
    return PureFunction(name=name, parameters=parameters, gives=gives, doc=doc)


FUNCTIONS: Mapping[str, PureFunction] = _table(
    _function("count", _one("list"), gives=INT, doc="How many items."),
    _function("sum", _one("list of numbers"), gives="item", doc="All together; 0 for none. Of money: absent for none."),
    _function("min", _one("list of ordered values"), gives="item or absent", doc="The least item."),
    _function("max", _one("list of ordered values"), gives="item or absent", doc="The greatest item."),
    _function("first", _one("list"), gives="item or absent", doc="The first item."),
    _function("last", _one("list"), gives="item or absent", doc="The last item."),
    _function("distinct", _one("list"), gives="items", doc="Each item once, where it first stood."),
    _function("any", _one("list"), gives=BOOL, doc="Of bools: whether one is true; else whether there is one."),
    _function("all", _one("list of bool"), gives=BOOL, doc="Whether every one is true; true for none."),
    _function("lower", _one("text"), gives=TEXT, doc="In lower case."),
    _function("upper", _one("text"), gives=TEXT, doc="In upper case."),
    _function("trim", _one("text"), gives=TEXT, doc="Without blanks at both ends."),
    _function("length", _one("text"), gives=INT, doc="How many characters."),
    _function("text", _one("anything"), gives=TEXT, doc="As a person reads it."),
    _function(
        "join",
        _one("list of texts"),
        FunctionParameter(name="with", takes="text", named=True),
        gives=TEXT,
        doc="The texts after one another, with a text between them.",
    ),
    _function(
        "contains",
        _one("text or list"),
        _one("item", "item"),
        gives=BOOL,
        doc="Whether a text holds the other, or a list the item.",
    ),
    _function(
        "starts_with", _one("text"), _one("text", "start"), gives=BOOL, doc="Whether it begins so."
    ),
    _function(
        "ends_with", _one("text"), _one("text", "end"), gives=BOOL, doc="Whether it ends so."
    ),
    _function(
        "whole",
        _one("text or number", may_be_absent=True),
        gives=optional(INT),
        doc="The whole number it says; absent where it says none.",
    ),
    _function(
        "decimal",
        _one("text or number", may_be_absent=True),
        gives=optional(DECIMAL),
        doc="The number it says; absent where it says none.",
    ),
    _function(
        "percent",
        _one("number", "part"),
        FunctionParameter(name="of", takes="number", named=True),
        gives=optional(PERCENT),
        doc="How much of the whole; absent when the whole is 0.",
    ),
    _function("seconds", _one("number"), gives=DURATION, doc="So many seconds."),
    _function("minutes", _one("number"), gives=DURATION, doc="So many minutes."),
    _function("hours", _one("number"), gives=DURATION, doc="So many hours."),
    _function("days", _one("number"), gives=DURATION, doc="So many times 24 hours."),
)  # fmt: skip


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """`{{ value | name }}` in strings and messages: a text made of the value. `takes` None: anything."""

    name: str
    takes: Scalar | None
    doc: str


FILTERS: Mapping[str, Filter] = {
    one.name: one
    for one in (
        Filter(name="local", takes=INSTANT, doc="Date and time in the policy's zone."),
        Filter(name="date", takes=INSTANT, doc="The date in the policy's zone."),
        Filter(name="time", takes=INSTANT, doc="Hours and minutes in the policy's zone."),
        Filter(name="lower", takes=TEXT, doc="In lower case."),
        Filter(name="upper", takes=TEXT, doc="In upper case."),
        Filter(name="trim", takes=TEXT, doc="Without blanks at both ends."),
    )
}
