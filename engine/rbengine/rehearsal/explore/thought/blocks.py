"""How the code of a plan nests: what stands around an instruction, and which names are read from there on."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

import msgspec

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.runtime.layout import bound_names

BlockKind = Literal["step", "try", "atomic", "within", "each", "crowd", "branch"]


Region = tuple[int, int]
"""Code from one instruction on, up to another."""


class Block(msgspec.Struct, frozen=True):
    """Code that stands inside something that takes a failure or goes round: from `begin` + 1 to `end`.

    `crowd` is the body of a loop that runs items at the same time; `branch` one of a `parallel`, whose Fork stands at
    `begin` and whose number is `slot`.
    """

    kind: BlockKind
    begin: int
    end: int
    slot: int = 0


class Blocks:
    """What stands around each instruction of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._code = tuple(plan.code)
        self._findings = plan.findings
        self._around: list[tuple[Block, ...]] = []
        self._nest(sorted(_blocks(self._code), key=lambda one: (_first(one, self._code), -one.end)))
        entries = sorted(
            {one.entry for one in plan.sections} | {one.entry for one in plan.procedures}
        )
        ends = [*entries[1:], len(self._code)]
        self._body: dict[int, tuple[int, int]] = {}
        for entry, end in zip(entries, ends, strict=True):
            self._body.update(dict.fromkeys(range(entry, end), (entry, end)))
        self._names: dict[tuple[Region, ...], tuple[frozenset[str], frozenset[str]]] = {}
        self._conditions: dict[Region, tuple[ex.Expr, ...]] = {}
        self._values: dict[Region, tuple[ex.Expr, ...]] = {}

    def around(self, counter: int) -> tuple[Block, ...]:
        """The blocks that `counter` stands in, outermost first, up to its section or procedure."""
        return self._around[counter]

    def bound_in(self, block: Block) -> frozenset[str]:
        """Names that the code of `block` may bind."""
        inside = self._code[block.begin : block.end + 1]
        return frozenset(name for one in inside for name in _binds(one))

    def bound_elsewhere(self, name: str, block: Block) -> bool:
        """Whether code of the same section binds `name` outside `block` too."""
        start, end = self._body[block.begin]
        return any(
            name in _binds(self._code[one])
            for one in range(start, end)
            if not block.begin <= one <= block.end
        )

    def region(self, counter: int) -> Region:
        """What may run from `counter` on in its section or procedure: a loop around it begins again."""
        around = self._around[counter]
        start = next(
            (one.begin for one in around if one.kind in ("within", "each", "crowd", "branch")),
            counter,
        )
        return min(start, counter), self._body[counter][1]

    def read_in(self, regions: tuple[Region, ...]) -> tuple[frozenset[str], frozenset[str]]:
        """Names that conditions may read there, also by way of other names, and names that anything may read."""
        found = self._names.get(regions)
        if found is None:
            code = [one for region in regions for one in self._code[slice(*region)]]
            every: set[str] = set()
            for one in code:
                if isinstance(one, c.Judge):
                    every.update(self._findings[one.finding].needs)
                for expr in read_by(one):
                    every |= free_names(expr)
            deciding = free_names(tuple(self.deciding(code)))
            found = self._names[regions] = deciding, frozenset(every | deciding)
        return found

    def deciding(self, code: Sequence[c.Instruction]) -> list[ex.Expr]:
        """What decides in `code` where a run goes: conditions, and what names stand for that these read."""
        found = [expr for one in code for expr in self._decides(one)]
        for one in code:
            if isinstance(one, c.CallProcedure | c.Return):
                found += read_by(one)
        names = free_names(tuple(found))
        given = [one for one in code if isinstance(one, c.Let)]
        while True:
            more = [one for one in given if one.name in names]
            if not more:
                return found
            found += (one.value for one in more)
            names |= free_names(tuple(one.value for one in more))
            given = [one for one in given if one not in more]

    def conditions(self, region: Region) -> tuple[ex.Expr, ...]:
        """What decides there where a run goes."""
        found = self._conditions.get(region)
        if found is None:
            found = self._conditions[region] = tuple(
                expr for one in self._code[slice(*region)] for expr in self._decides(one)
            )
        return found

    def values(self, region: Region) -> tuple[ex.Expr, ...]:
        """What gets a name there, or is given to a procedure."""
        found = self._values.get(region)
        if found is None:
            found = self._values[region] = tuple(
                expr
                for one in self._code[slice(*region)]
                if isinstance(one, c.Let | c.CallProcedure | c.Return)
                for expr in read_by(one)
            )
        return found

    def _decides(self, one: c.Instruction) -> Iterator[ex.Expr]:
        match one:
            case (
                c.JumpUnless(condition=expr) | c.CheckThat(condition=expr) | c.Until(condition=expr)
            ):
                yield expr
            case c.EachBegin():
                yield emptiness(one.items)
            case c.Judge(finding=number):
                for line in self._findings[number].conditions:
                    yield from line.any_of
            case _:
                return

    def _nest(self, blocks: list[Block]) -> None:
        around: list[Block] = []
        waiting = iter(blocks)
        following = next(waiting, None)
        for counter in range(len(self._code)):
            while around and around[-1].end < counter:
                around.pop()
            while following is not None and _first(following, self._code) == counter:
                around.append(following)
                following = next(waiting, None)
            self._around.append(tuple(around))


def _first(block: Block, code: tuple[c.Instruction, ...]) -> int:
    fork = code[block.begin]
    return fork.entries[block.slot] if isinstance(fork, c.Fork) else block.begin + 1


def _blocks(code: tuple[c.Instruction, ...]) -> Iterator[Block]:
    begun: list[int] = []
    for counter, one in enumerate(code):
        match one:
            case c.StepBegin() | c.TryBegin() | c.AtomicBegin():
                begun.append(counter)
            case c.StepEnd():
                yield Block("step", begun.pop(), counter)
            case c.TryEnd():
                yield Block("try", begun.pop(), counter)
            case c.AtomicEnd():
                yield Block("atomic", begun.pop(), counter)
            case c.WithinBegin(until=until):
                yield Block("within", counter, until)
            case c.EachBegin(end=end, at_a_time=several):
                yield Block("crowd" if several > 1 else "each", counter, end - 1)
            case c.Fork(entries=entries, join=join):
                for slot, end in enumerate((*entries[1:], join)):
                    yield Block("branch", counter, end - 1, slot)
            case _:
                pass


def _binds(one: c.Instruction) -> tuple[str, ...]:
    return (*bound_names(one), one.name) if isinstance(one, c.EachBegin) else bound_names(one)


def read_by(one: c.Instruction) -> Iterator[ex.Expr]:
    """The expressions that `one` evaluates and that may fail for want of a name."""
    match one:
        case c.JumpUnless(condition=expr) | c.CheckThat(condition=expr) | c.Until(condition=expr):
            yield expr
        case c.Let(value=expr):
            yield expr
        case c.EachBegin(items=expr):
            yield expr
        case c.CallProcedure(arguments=arguments):
            yield from (each.value for each in arguments)
        case c.Return(value=expr) if expr is not None:
            yield expr
        case c.GiveItem(value=expr) | c.Sleep(duration=expr):
            yield expr
        case c.StepBegin(label=expr):
            yield expr
        case c.Invoke(call=call):
            yield from (each.value for each in call.arguments)
        case c.Read(query=query):
            yield from (each.value for each in query.arguments)
            if query.claims is not None:
                yield query.claims
        case c.WithinBegin(duration=duration, every=every):
            yield duration
            yield every
        case c.Pose(question=question):
            yield question.text
            yield question.within
            yield from (each.text for each in question.choices)
            yield from (each.text for each in question.gives)
            if question.source is not None:
                yield question.source
            if question.showing is not None:
                yield question.showing
        case c.MakeChange(change=change):
            yield change.label
            yield from (each for each in _of_parts(change.parts))
            if isinstance(change.undo, c.IrreversibleUndo):
                yield change.undo.reason
        case _:
            return


def _of_parts(parts: tuple[c.ChangePart, ...]) -> Iterator[ex.Expr]:
    for part in parts:
        match part:
            case c.SqlPart(arguments=arguments, bound=bound):
                yield from (one.value for one in arguments)
                yield from (one for one in (bound.at_least, bound.at_most) if one is not None)
            case c.OperationPart(call=call):
                yield from (one.value for one in call.arguments)
            case c.EachPart(items=items, parts=inside):
                yield items
                yield from _of_parts(inside)
            case c.IfPart(condition=condition, then=then, otherwise=otherwise):
                yield condition
                yield from _of_parts((*then, *otherwise))


@cache
def emptiness(items: ex.Expr) -> ex.Expr:
    """What decides whether a loop over `items` runs at all."""
    return ex.StateTest(items, "empty", False)


def free_names(expr: object) -> frozenset[str]:
    """The names that `expr` mentions."""
    found: set[str] = set()
    waiting: list[object] = [expr]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ex.Variable):
            found.add(one.name)
        elif isinstance(one, ex.Constant):
            continue
        elif isinstance(one, msgspec.Struct):
            waiting += [getattr(one, name) for name in one.__struct_fields__]
        elif isinstance(one, tuple):
            waiting += one
    return frozenset(found)
