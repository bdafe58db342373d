"""Which changes depend on what certain adapters say: by a value they are made of, or by what was decided before them.

It errs on the side of yes. A name that something of theirs went into counts wherever it stands; a section that has used
one, or called them, counts from there on, and what comes after a resolution or the proof counts with it.
"""

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from rbengine.plan.code import (
    CallProcedure,
    ChangePart,
    CheckThat,
    EachEnd,
    EachPart,
    IfPart,
    Instruction,
    Invoke,
    MakeChange,
    OperationPart,
    Origin,
    Read,
    Rediagnose,
)
from rbengine.plan.expressions import Variable
from rbengine.plan.program import Plan

_DATABASE = "postgres"


class Cause(NamedTuple):
    """Whose word it is, and where it comes in."""

    adapter: str
    through: str
    """For people: a name in the playbook, or the call itself."""


class Dependence(NamedTuple):
    """A change and the first thing that it depends on."""

    origin: Origin
    cause: Cause


class _Region(NamedTuple):
    """A section or procedure, from its first instruction to before the next one's."""

    kind: str
    name: str
    first: int
    end: int


def dependences(plan: Plan, adapters: Collection[str]) -> tuple[Dependence, ...]:
    """Changes made by others than `adapters` that depend on what these say, in the order of the text."""
    if not adapters:
        return ()
    return _Follower(plan, frozenset(adapters)).found()


class _Follower:
    """Goes through the playbook until nothing more is learnt."""

    def __init__(self, plan: Plan, adapters: frozenset[str]) -> None:
        self._plan = plan
        self._adapters = adapters
        self._names: dict[str, Cause] = {}
        """Names that hold something of theirs."""
        self._inside: dict[str, Cause] = {}
        """Procedures that use or call them."""
        self._entered: dict[str, Cause] = {}
        """Procedures that are called where something was decided by them."""
        self._found: dict[int, Cause] = {}
        """Changes, by their place in the code."""
        self._regions = _regions_of(plan)

    def found(self) -> tuple[Dependence, ...]:
        learnt = -1
        while learnt != self._learnt():
            learnt = self._learnt()
            self._findings()
            after: Cause | None = None
            for region in self._regions:
                end = self._walk(region, self._entry(region, after))
                if region.kind in ("diagnose", "resolve", "verify"):
                    after = after or end
        places = sorted(self._found.items())
        return tuple(Dependence(self._plan.origins[at], cause) for at, cause in places)

    def _learnt(self) -> int:
        known = len(self._names) + len(self._inside) + len(self._entered)
        return known + len(self._found)

    def _entry(self, region: _Region, after: Cause | None) -> Cause | None:
        """What was decided by them before the region begins."""
        match region.kind:
            case "procedure":
                return self._entered.get(region.name)
            case "on breach":
                return None
            case "resolve":
                return after or self._names.get(region.name)
            case "otherwise":
                judged = (self._names.get(one.name) for one in self._plan.findings)
                return after or next((one for one in judged if one), None)
            case _:
                return after

    def _walk(self, region: _Region, cause: Cause | None) -> Cause | None:
        """Follow one region; what it hangs on at its end."""
        touched: list[int] = []
        for at in range(region.first, region.end):
            one = self._plan.code[at]
            here = self._touches(one)
            if isinstance(one, EachEnd) and any(place > one.begin for place in touched):
                here = here or cause
                self._bind(self._plan.code[one.begin], here)
            if isinstance(one, MakeChange) and (here or cause) and _makers(one) - self._adapters:
                self._found.setdefault(at, here or cause or _NOBODY)
            if isinstance(one, CallProcedure):
                self._call(one, cause)
            if here is not None:
                touched.append(at)
                self._bind(one, here)
                if region.kind == "procedure":
                    self._inside.setdefault(region.name, here)
                if region.kind != "diagnose" or isinstance(one, CheckThat):
                    cause = cause or here
        return cause

    def _touches(self, one: Instruction) -> Cause | None:
        """Whether it calls them, or uses something of theirs."""
        match one:
            case Invoke(call=call) if call.operation.partition(".")[0] in self._adapters:
                return Cause(call.operation.partition(".")[0], f"`{call.operation}`")
            case Read() if _DATABASE in self._adapters:
                return Cause(_DATABASE, "a query")
            case CallProcedure(procedure=name) if name in self._inside:
                return self._inside[name]
            case Rediagnose():
                judged = (self._names.get(finding.name) for finding in self._plan.findings)
                return next((cause for cause in judged if cause), None)
            case _:
                used = next((name for name in names_in(one) if name in self._names), None)
                return None if used is None else Cause(self._names[used].adapter, f"`{used}`")

    def _bind(self, one: Instruction, cause: Cause | None) -> None:
        for name in _bound_by(one):
            if cause is not None:
                self._names.setdefault(name, cause)

    def _call(self, one: CallProcedure, cause: Cause | None) -> None:
        if cause is not None:
            self._entered.setdefault(one.procedure, cause)
        for argument in one.arguments:
            for name in names_in(argument.value):
                if name in self._names:
                    self._names.setdefault(argument.name, self._names[name])

    def _findings(self) -> None:
        for one in self._plan.findings:
            for name in (*one.needs, *names_in(one.conditions)):
                if name in self._names:
                    self._names.setdefault(
                        one.name, Cause(self._names[name].adapter, f"`{one.name}`")
                    )


_NOBODY = Cause("", "")


def names_in(node: object) -> Iterator[str]:
    """Every name that is read anywhere in a part of a plan."""
    if isinstance(node, Variable):
        yield node.name
    elif isinstance(node, msgspec.Struct):
        for field in node.__struct_fields__:
            yield from names_in(getattr(node, field))
    elif isinstance(node, tuple):
        for one in node:
            yield from names_in(one)


def _bound_by(one: Instruction) -> Iterator[str]:
    for field in ("bind", "name", "collect"):
        name = getattr(one, field, None)
        if isinstance(name, str):
            yield name


def _makers(one: MakeChange) -> set[str]:
    """The adapters that make the change."""
    return set(_makers_of(one.change.parts))


def _makers_of(parts: tuple[ChangePart, ...]) -> Iterator[str]:
    for part in parts:
        match part:
            case OperationPart(call=call):
                yield call.operation.partition(".")[0]
            case EachPart(parts=inner):
                yield from _makers_of(inner)
            case IfPart(then=then, otherwise=otherwise):
                yield from _makers_of((*then, *otherwise))
            case _:
                yield _DATABASE


def _regions_of(plan: Plan) -> tuple[_Region, ...]:
    sections = [(one.entry, str(one.kind), one.finding) for one in plan.sections]
    procedures = [(one.entry, "procedure", one.name) for one in plan.procedures]
    entries = [*sections, *procedures]
    ends = sorted({entry for entry, _, _ in entries} | {len(plan.code)})
    after = dict(pairwise(ends))
    return tuple(_Region(kind, name, entry, after[entry]) for entry, kind, name in entries)
