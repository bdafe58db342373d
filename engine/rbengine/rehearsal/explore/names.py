"""What a name of a plan stands for at a place: an answer, an expression elsewhere, or the item of a list.

Read from the text alone, so it is what a name may stand for: where several statements bind it, the nearest comes first.
"""

from collections.abc import Iterator
from functools import reduce

import msgspec

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import FindingSpec, Plan
from rbengine.rehearsal.explore.leaves import Leaf


class Place(msgspec.Struct, frozen=True):
    """An instruction, and the calls of procedures that it is inside of, outermost first."""

    counter: int
    calls: tuple[int, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """The first item of a list."""

    items: ex.Expr


class Gives(msgspec.Struct, frozen=True):
    """What a procedure gives that begins at `entry`: where each `give` stands, and its value."""

    entry: int
    values: tuple[tuple[int, ex.Expr], ...]


Meaning = tuple[Leaf | ex.Expr | Item | Gives, Place]
"""What a name stands for, and where that is to be read."""


class Meanings:
    """The names of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._code = tuple(plan.code)
        self._inputs = {one.name: Leaf(-1 - number) for number, one in enumerate(plan.inputs)}
        self._entries = {one.name: one.entry for one in plan.procedures}
        procedures = set(self._entries.values())
        starts = sorted({one.entry for one in plan.sections} | procedures)
        self._body: list[int] = []
        """For each instruction, where its section or procedure begins."""
        for start, end in zip(starts, [*starts[1:], len(self._code)], strict=True):
            self._body += [start] * (end - max(start, len(self._body)))
        self._procedures = frozenset(procedures)
        self._binders: dict[str, list[int]] = {}
        self._returns: dict[int, list[tuple[int, ex.Expr]]] = {}
        self._findings = {one.name: _condition(one) for one in plan.findings}
        for counter, one in enumerate(self._code):
            if isinstance(one, c.Judge):
                self._binders.setdefault(plan.findings[one.finding].name, []).append(counter)
            for name in _bound(one):
                self._binders.setdefault(name, []).append(counter)
            if isinstance(one, c.Return) and one.value is not None:
                self._returns.setdefault(self._body[counter], []).append((counter, one.value))

    def of(self, name: str, place: Place) -> Iterator[Meaning]:
        """What `name` may stand for at `place`, the likeliest first."""
        body = self._body[place.counter] if place.counter >= 0 else -1
        binders = self._binders.get(name, ())
        if body in self._procedures:
            if place.calls:
                yield from self._argument(name, place.calls)
            near = [one for one in binders if self._body[one] == body]
        else:
            near = [one for one in binders if self._body[one] not in self._procedures]
            if not near and name in self._inputs:
                yield self._inputs[name], Place(-1)
        before = [one for one in near if one < place.counter]
        for counter in (*reversed(before), *(one for one in near if one >= place.counter)):
            yield from self._bound_by(name, Place(counter, place.calls))

    def _argument(self, name: str, calls: tuple[int, ...]) -> Iterator[Meaning]:
        call = self._code[calls[-1]]
        assert isinstance(call, c.CallProcedure)
        for one in call.arguments:
            if one.name == name:
                yield one.value, Place(calls[-1], calls[:-1])

    def _bound_by(self, name: str, at: Place) -> Iterator[Meaning]:
        instruction = self._code[at.counter]
        match instruction:
            case c.Let(value=value):
                yield value, at
            case c.Judge():
                yield self._findings[name], at
            case c.EachBegin(items=items):
                yield Item(items), at
            case c.Pose(question=question):
                if question.source is not None:
                    yield Item(question.source), at
                elif any(one.name == name for one in question.gives):
                    yield Leaf(at.counter, (name,)), at
                else:
                    yield Leaf(at.counter), at
            case c.CallProcedure(procedure=procedure):
                entry = self._entries[procedure]
                values = tuple(self._returns.get(entry, ()))
                yield Gives(entry, values), Place(entry, (*at.calls, at.counter))
            case _:
                yield Leaf(at.counter), at


def _condition(finding: FindingSpec) -> ex.Expr:
    """What must hold for a finding."""
    lines = (
        reduce(lambda one, other: ex.Logic("or", one, other), line.any_of)
        for line in finding.conditions
    )
    return reduce(lambda one, other: ex.Logic("and", one, other), lines)


def _bound(instruction: c.Instruction) -> Iterator[str]:
    match instruction:
        case c.Let(name=name) | c.EachBegin(name=name):
            yield name
        case c.Invoke(bind=str() as name) | c.Read(bind=str() as name):
            yield name
        case c.MakeChange(bind=str() as name) | c.CallProcedure(bind=str() as name):
            yield name
        case c.Pose(bind=bind, question=question):
            if bind is not None:
                yield bind
            yield from (one.name for one in question.gives)
        case _:
            return
