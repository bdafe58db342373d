"""Where the time of a way goes: its parts in order, each with what stands around it, put into words when asked for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from heapq import heappop, heappush
from itertools import islice
from operator import itemgetter

import msgspec

from rbengine.semantics.bounds import added, repeated
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change, ChangeForEach, Sql
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, OperationCall

_LONGEST = 48
"""Cells of a condition or label in a route."""


class Leg(msgspec.Struct, frozen=True):
    """One statement that takes time; `tries` where it may be made several times, `words` where not named as written."""

    node: Node
    text: SourceFile
    time: timedelta
    tries: int = 1
    words: str = ""

    @property
    def longest(self) -> timedelta:
        """It is its own longest part."""
        return self.time

    @property
    def legs(self) -> int:
        """It is one."""
        return 1


class Inside(msgspec.Struct, frozen=True):
    """What stands in a step, branch, loop, procedure or section. `of` is the node, or its name."""

    of: Node | str
    text: SourceFile | None
    route: "Leg | Inside | Joined"
    rounds: int
    time: timedelta
    longest: timedelta
    """Of a single leg, in all its rounds."""
    legs: int


class Joined(msgspec.Struct, frozen=True):
    """One after the other."""

    first: "Leg | Inside | Joined"
    then: "Leg | Inside | Joined"
    time: timedelta
    longest: timedelta
    legs: int


_Some = Leg | Inside | Joined
Route = _Some | None
"""None takes no time. Procedures are shared by their calls, so a route may be read only where it matters."""


class Part(msgspec.Struct, frozen=True):
    """One part of a route: what stands around it, itself last, and how long it may take in all its rounds."""

    where: tuple[str, ...]
    time: timedelta


class Stretch(msgspec.Struct, frozen=True):
    """What of a route is in one section: its longest parts in order, and how many more there are."""

    section: str
    time: timedelta
    parts: tuple[Part, ...]
    more: int
    left: timedelta
    """The time of those."""


def joined(first: Route, then: Route) -> Route:
    """Both."""
    if first is None or then is None:
        return first or then
    longest = max(first.longest, then.longest)
    return Joined(first, then, added(first.time, then.time), longest, first.legs + then.legs)


def inside(of: Node | str, text: SourceFile | None, route: Route, rounds: int = 1) -> Route:
    """`route`, with what stands around it."""
    if route is None:
        return None
    time, longest = route.time, route.longest
    if rounds != 1:
        time, longest = repeated(time, rounds), repeated(longest, rounds)
    return Inside(of, text, route, rounds, time, longest, route.legs)


def stretches(route: Route, shown: int = 8) -> tuple[Stretch, ...]:
    """The sections that a route goes through, in order, with its `shown` longest parts."""
    pieces: list[tuple[str, Route]] = []
    for section, piece in _sections(route):
        if pieces and pieces[-1][0] == section:
            pieces[-1] = section, joined(pieces[-1][1], piece)
        else:
            pieces.append((section, piece))
    kept: list[list[tuple[int, Part]]] = [[] for _ in pieces]
    for number, index, part in islice(_by_length([piece for _, piece in pieces]), shown):
        kept[number].append((index, part))
    return tuple(
        _stretch(section, piece, [part for _, part in sorted(kept[number], key=itemgetter(0))])
        for number, (section, piece) in enumerate(pieces)
        if piece is not None
    )


def _stretch(section: str, piece: _Some, parts: list[Part]) -> Stretch:
    left = piece.time - sum((one.time for one in parts), timedelta(0))
    return Stretch(section, piece.time, tuple(parts), piece.legs - len(parts), left)


def _sections(route: Route) -> Iterator[tuple[str, Route]]:
    left = [route]
    while left:
        match left.pop():
            case Joined(first=first, then=then):
                left += (then, first)
            case Inside(of=str() as section, route=inner):
                yield section, inner
            case _:
                pass  # every part stands in a section


def _by_length(routes: Sequence[Route]) -> Iterator[tuple[int, int, Part]]:
    """The legs of these routes, the longest first: the number of the route, the place in it, and the part.

    Only what leads to them is read.
    """
    found: list[tuple[timedelta, int, int, _Some, tuple[Inside, ...], int]] = []

    def push(number: int, place: int, route: Route, where: tuple[Inside, ...], rounds: int) -> None:
        if route is not None:
            longest = repeated(route.longest, rounds)
            heappush(found, (-longest, number, place, route, where, rounds))

    for number, one in enumerate(routes):
        push(number, 0, one, (), 1)
    while found:
        _, number, place, route, where, rounds = heappop(found)
        match route:
            case Leg() as leg:
                words = (*map(_around, where), _leg(leg))
                yield number, place, Part(tuple(filter(None, words)), repeated(leg.time, rounds))
            case Inside() as around:
                push(number, place, around.route, (*where, around), rounds * around.rounds)
            case Joined(first=first, then=then):
                push(number, place, first, where, rounds)
                push(number, place + first.legs, then, where, rounds)


def _around(around: Inside) -> str:
    text, rounds = around.text, around.rounds
    match around.of:
        case str() as name:
            return name
        case tree.Step(label=label):
            return f'"{_short(label.plain)}"'
        case tree.Branch(condition=condition):
            return f"if {_written(condition, text)}"
        case tree.When(patterns=patterns):
            told = (
                f'"{one.text}"' if one.state == "value" else " ".join(filter(None, (one.state, one.text)))
                for one in patterns
            )  # fmt: skip
            return f"when {_short(', '.join(told))}"
        case tree.ForEach(name=name, items=items) | ChangeForEach(name=name, items=items):
            times = f", {rounds} rounds" if rounds > 1 else ""
            return f"for each {name.text} in {_written(items, text)}{times}"
        case tree.OnFailure(kinds=kinds):
            return f"on failure {_short(', '.join(one.text for one in kinds))}"
        case tree.ProcedureCall(procedure=procedure):
            return f"call {procedure.text}"
        case Change(label=label):
            return f'change "{_short(label.plain)}"'
        case tree.Within(duration=duration):
            return f"within {_written(duration, text)}"
        case _:
            return type(around.of).__name__.lower()


def _leg(leg: Leg) -> str:
    word = leg.words or _statement(leg.node, leg.text)
    return word if leg.tries == 1 else f"{word}, {leg.tries} tries"


def _statement(node: Node, text: SourceFile) -> str:
    match node:
        case OperationCall(adapter=adapter, operation=operation):
            return f"{adapter.text}.{operation.text}"
        case tree.Query(kind=kind):
            return f"query {kind}"
        case Sql():
            return "sql, looked at and done"
        case tree.Wait() | tree.Within():
            word = type(node).__name__.lower()
            is_written = isinstance(node.duration, DurationLiteral)
            return word if is_written else f"{word} {_written(node.duration, text)}"
        case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
            return f'{type(node).__name__.lower()} "{_short(node.text.plain)}"'
        case Change(label=label):
            return f'approval of "{_short(label.plain)}"'
        case _:
            return type(node).__name__.lower()


def _written(node: Expression, text: SourceFile | None) -> str:
    return "…" if text is None else _short(text.text[node.span.start : node.span.end])


def _short(words: str) -> str:
    line = " ".join(words.replace("{{…}}", "…").split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def in_words(found: Iterable[Stretch]) -> Iterator[tuple[int, str, timedelta]]:
    """The lines of a route as (depth, words, time)."""
    for one in found:
        yield 0, one.section, one.time
        for part in one.parts:
            yield 1, ": ".join(part.where), part.time
        if one.more:
            yield 1, f"{one.more} more", one.left
