# ruff: noqa: ARG001  # every builder takes the same three things
"""What lines are made of until they are complete: clauses, labels, and lines that could not be read."""

import re
from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.expressions import duration_literal, whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.base import Node
from rbengine.syntax.nodes.expressions import DurationLiteral, Template
from rbengine.syntax.tokens import Token

_BINDS = re.compile(r"(?:^|\n)[ ]*([A-Za-z_]\w*)[ ]*=(?!=)")
_QUOTED = re.compile(r'"([^"\n]*)"')


class Clause(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One clause of a line until the line is complete."""

    value: Any = None


class Timeout(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class AtMost(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class Width(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class OnReplica(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class Role(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class ToWithin(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class ToBy(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class Impact(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class Next(Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


def value_of(clause: Clause | None) -> Any:
    return None if clause is None else clause.value


def only(lowering: Lowering, parts: Parts, kind: type[Any]) -> Any:
    """The one clause of a kind, or None; a second is a problem."""
    found = [one for one in parts if isinstance(one, kind)]
    for again in found[1:]:
        lowering.report("E131", again.span)
    return found[0] if found else None


def readable(parts: Parts) -> Parts:
    """The parts without what could not be read, for lists that have no place for it."""
    return [one for one in parts if not isinstance(one, Broken)]


def covers(lowering: Lowering, parts: Parts) -> s.Covers | None:
    """The places among the clauses of a line."""
    places = lowering.names(
        [one for one in parts if isinstance(one, Token) and one.kind == "PLACE"]
    )
    if not places:
        return None
    return lowering.make(s.Covers, Span(places[0].span.start, places[-1].span.end), places=places)


class Broken(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Lines that could not be read, before the list they stand in says what node they become."""

    text: str

    def bound(self) -> tuple[str, ...]:
        """Names that these lines would have bound, so that nobody calls them unknown."""
        return tuple(_BINDS.findall(self.text))


def broken(lowering: Lowering, parts: Parts, span: Span) -> Broken:
    return lowering.make(Broken, span, text=parts[0].text)


def label_of(lowering: Lowering, token: Token) -> Template:
    """The label of a line that could not be read: its first quoted text, else none."""
    match = _QUOTED.search(token.text)
    if match is None:
        return lowering.make(Template, Span(token.start, token.start), parts=())
    place = Token("STRING", match[0], token.start + match.start(), token.start + match.end())
    return template(lowering, place)


def joined_words(lowering: Lowering, parts: Parts, span: Span) -> str:
    """Words of the language that say one thing together: `handed over`."""
    return " ".join(token.text for token in parts)


def optional_duration(lowering: Lowering, token: Token | None) -> DurationLiteral | None:
    return None if token is None else duration_literal(lowering, token)


def timeout(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(Timeout, span, value=duration_literal(lowering, parts[0]))


def at_most(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(AtMost, span, value=whole_number(lowering, parts[0]))
