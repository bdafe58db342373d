"""What is known of values beyond their types: facts that lines of a finding, `if`, `check` and `match` establish.

A path is a name with fields, `("subscription", "status")`. Values never change once bound, so facts about
them stay true until a diagnosis is read again.
"""

from collections.abc import Mapping

import msgspec
from rbengine.contract.types import Enum, Optional, Record, Tried, Type, optional

Path = tuple[str, ...]

STATES = frozenset({"present", "absent", "failed"})


class Fact(msgspec.Struct, frozen=True):
    """What one value can still be."""

    states: frozenset[str] = STATES
    values: frozenset[str] | None = None
    """It is one of these texts, if it is present; of a bool, `true` or `false`."""
    excluded: frozenset[str] = frozenset()
    """It is none of these texts."""
    currencies: frozenset[str] | None = None
    """It is an amount, or a list of amounts, in these."""
    not_zero: bool = False
    not_empty: bool = False
    empty: bool = False
    judged: bool = False
    """It was certainly read before this place."""
    mixed: bool = False
    """It is a list of amounts, two of which certainly are in different currencies."""

    @property
    def is_impossible(self) -> bool:
        """Whether no value is like this."""
        is_none = self.values is not None and not self.values - self.excluded
        is_both = self.empty and self.not_empty
        return not self.states or is_both or (is_none and self.states == PRESENT.states)

    def and_also(self, other: "Fact") -> "Fact":
        """Both hold."""
        return Fact(
            self.states & other.states,
            _within(self.values, other.values),
            self.excluded | other.excluded,
            _within(self.currencies, other.currencies),
            self.not_zero or other.not_zero,
            self.not_empty or other.not_empty,
            self.empty or other.empty,
            self.judged or other.judged,
            self.mixed or other.mixed,
        )

    def or_else(self, other: "Fact") -> "Fact":
        """One of them holds."""
        return Fact(
            self.states | other.states,
            _beyond(self.values, other.values),
            self.excluded & other.excluded,
            _beyond(self.currencies, other.currencies),
            self.not_zero and other.not_zero,
            self.not_empty and other.not_empty,
            self.empty and other.empty,
            self.judged and other.judged,
            self.mixed and other.mixed,
        )


def _within(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """In both; None is everything."""
    if one is None or other is None:
        return one if other is None else other
    return one & other


def _beyond(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """In either."""
    return None if one is None or other is None else one | other


Facts = Mapping[Path, Fact]

NO_FACTS: Facts = {}
PRESENT = Fact(states=frozenset({"present"}))
KNOWN = Fact(judged=True)
TRUE = Fact(PRESENT.states, frozenset({"true"}))
FALSE = Fact(PRESENT.states, frozenset({"false"}))


class Judgement(msgspec.Struct, frozen=True):
    """What follows when a condition holds, and when it does not."""

    holds: Facts
    fails: Facts


UNDECIDED = Judgement(NO_FACTS, NO_FACTS)


def both(left: Facts, right: Facts) -> Facts:
    """All of `left` and all of `right` hold."""
    if not left or not right:
        return left or right
    merged = dict(left)
    for path, fact in right.items():
        merged[path] = merged[path].and_also(fact) if path in merged else fact
    return merged


def either(left: Facts, right: Facts) -> Facts:
    """What holds in both cases."""
    return {
        path: fact.or_else(right[path]) for path, fact in left.items() if path in right
    } or NO_FACTS


def refine(type_: Type, fact: Fact) -> Type:
    """`type_` with what `fact` rules out taken away."""
    if isinstance(type_, Tried):
        if "failed" in fact.states:
            return type_
        type_ = type_.inner
    if isinstance(type_, Optional):
        inner = refine(type_.inner, fact)
        return optional(inner) if "absent" in fact.states else inner
    if isinstance(type_, Enum) and (fact.values is not None or fact.excluded):
        left = tuple(
            one
            for one in type_.values
            if one not in fact.excluded and (fact.values is None or one in fact.values)
        )
        if left != type_.values:
            return Enum(left, type_.name if type_.name == LITERAL else "")
    return type_


LITERAL = "text"
"""The name of the enum that a text written in the playbook is: it shows as `text` and widens when bound."""


def refine_item(item: Type, facts: Facts) -> Type:
    """The type of an item that passed a `where` with these facts about `it`."""
    if not isinstance(item, Record) or not facts:
        own = facts.get(("it",))
        return refine(item, own) if own else item
    by_field = {path[1]: fact for path, fact in facts.items() if path[0] == "it" and len(path) == 2}
    if not by_field:
        return item
    fields = tuple(
        msgspec.structs.replace(one, type=refine(one.type, by_field[one.name]))
        if one.name in by_field
        else one
        for one in item.fields
    )
    return Record(fields, item.name)
