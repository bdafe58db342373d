"""Where values come from: answers of calls, of people, and inputs, down to the single field that a condition reads."""

from collections.abc import Iterable, Mapping

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.types import INT, FieldType, ListOf, Optional, Record, Secret, Tried, Type
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.semantics.analysis import Analysis, Tables
from rbengine.semantics.sql_facts import ColumnFacts

ITEM = "[]"
"""A path's step into a list: any of its items."""


class Leaf(msgspec.Struct, frozen=True, order=True):
    """`source` is the counter of a call or question, -1 - n for input number n; `path` leads into its answer."""

    source: int
    path: tuple[str, ...] = ()

    def below(self, step: str) -> "Leaf":
        """One step further in."""
        return Leaf(self.source, (*self.path, step))


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """The types of what the world may answer, for one plan."""

    types: Mapping[int, Type]
    """By source, as in Leaf."""
    operations: Mapping[str, Operation]
    """By full name; those that the playbook calls."""
    columns: Mapping[str, tuple[ColumnFacts, ...]]
    """Result columns by the text of the statement."""

    def type_of(self, leaf: Leaf) -> Type | None:
        """The type at a leaf; None where the path leads nowhere."""
        type_ = self.types.get(leaf.source)
        for step in leaf.path:
            type_ = _bare(type_)
            if step == ITEM and isinstance(type_, ListOf):
                type_ = type_.item
            elif isinstance(type_, Record):
                type_ = type_.field(step)
            else:
                return None
        return type_


def answers_of(plan: Plan, analysis: Analysis) -> Answers:
    """Every answer of `plan` with its type, from what the checker learned of the texts it was built from."""
    operations: dict[str, Operation] = {}
    columns: dict[str, tuple[ColumnFacts, ...]] = {}
    for tables in _tables(analysis):
        operations.update((one.full_name, one) for one in tables.operations.values())
        for statement in tables.statements.values():
            if statement.facts is not None:
                columns[statement.sql] = statement.facts.columns
    types: dict[int, Type] = {-1 - number: one.type for number, one in enumerate(plan.inputs)}
    for counter, instruction in enumerate(plan.code):
        found = _type_at(instruction, operations, columns)
        if found is not None:
            types[counter] = found
    return Answers(types=types, operations=operations, columns=columns)


def _tables(analysis: Analysis) -> Iterable[Tables]:
    yield analysis.tables
    for library in analysis.libraries:
        yield library.tables


def _type_at(
    instruction: c.Instruction,
    operations: Mapping[str, Operation],
    columns: Mapping[str, tuple[ColumnFacts, ...]],
) -> Type | None:
    match instruction:
        case c.Invoke(call=call):
            known = operations.get(call.operation)
            return None if known is None else known.result
        case c.Read(query=query):
            return _rows(query, columns.get(query.sql, ()))
        case c.MakeChange(change=change, bind=str()):
            result = _result(change.parts, operations)
            return None if result is None else Record(_fields((("rows", INT), ("result", result))))
        case c.Pose(question=question):
            if question.gives:
                return Record(_fields((one.name, one.type) for one in question.gives))
            return question.type
        case _:
            return None


def _result(parts: tuple[c.ChangePart, ...], operations: Mapping[str, Operation]) -> Type | None:
    """What a change of one operation, or of one for each item, gives as its `.result`."""
    match parts:
        case (c.OperationPart(call=call),):
            known = operations.get(call.operation)
            return None if known is None else known.result
        case (c.EachPart(parts=inside),):
            item = _result(inside, operations)
            return None if item is None else ListOf(item)
        case _:
            return None


def _rows(query: c.QuerySpec, columns: tuple[ColumnFacts, ...]) -> Type | None:
    if not columns:
        return None
    row = Record(_fields((one.name, one.type) for one in columns))
    match query.kind:
        case "one":
            return row
        case "maybe":
            return Optional(row)
        case "all":
            return ListOf(row)
        case "value":
            return columns[0].type


def _fields(named: Iterable[tuple[str, Type]]) -> tuple[FieldType, ...]:
    return tuple(FieldType(name, type_) for name, type_ in named)


def _bare(type_: Type | None) -> Type | None:
    while isinstance(type_, Optional | Secret | Tried):
        type_ = type_.inner
    return type_


class Origins:
    """What each name of a plan stands for."""

    def __init__(self, plan: Plan, answers: Answers) -> None:
        self._answers = answers
        self.bound: dict[str, list[Leaf | ex.Expr]] = {}
        self.given: dict[str, list[ex.Expr]] = {}
        """What a name gets from a procedure: everything that the procedure may give."""
        self.lets: dict[str, list[int]] = {}
        self._gives = _gives(plan)
        for number, one in enumerate(plan.inputs):
            self._bind(one.name, Leaf(-1 - number))
        for counter, instruction in enumerate(plan.code):
            self._note(counter, instruction)

    def leaves(self, expr: ex.Expr, it: Iterable[Leaf] = ()) -> tuple[Leaf, ...]:
        """The leaves that `expr` may be, where it is a name, a field of one, or an item; empty for anything else."""
        found = dict.fromkeys(self._leaves(expr, tuple(it), ()))
        return tuple(one for one in found if self._answers.type_of(one) is not None)

    def _bind(self, name: str | None, to: Leaf | ex.Expr) -> None:
        if name is not None:
            self.bound.setdefault(name, []).append(to)

    def _note(self, counter: int, instruction: c.Instruction) -> None:
        match instruction:
            case c.Invoke(bind=bind) | c.Read(bind=bind) | c.MakeChange(bind=bind):
                self._bind(bind, Leaf(counter))
            case c.Pose(bind=bind, question=question):
                self._bind(bind, Leaf(counter))
                for one in question.gives:
                    self._bind(one.name, Leaf(counter, (one.name,)))
                if question.source is not None:
                    self._bind(bind, ex.Function("first", (question.source,)))
            case c.Let(name=name, value=value):
                self._bind(name, value)
            case c.EachBegin(name=name, items=items):
                self._bind(name, ex.Function("first", (items,)))
            case c.CallProcedure(bind=bind, procedure=procedure, arguments=arguments):
                if bind is not None:
                    self.given.setdefault(bind, []).extend(self._gives.get(procedure, ()))
                for argument in arguments:
                    self._bind(argument.name, argument.value)
            case _:
                pass

    def _leaves(self, expr: ex.Expr, it: tuple[Leaf, ...], seen: tuple[str, ...]) -> list[Leaf]:
        match expr:
            case ex.Variable(name="it"):
                return list(it)
            case ex.Variable(name=name):
                if name in seen:
                    return []
                found: list[Leaf] = []
                for one in self.bound.get(name, ()):
                    if isinstance(one, Leaf):
                        found.append(one)
                    else:
                        found += self._leaves(one, it, (*seen, name))
                for given in self.given.get(name, ()):
                    found += self._leaves(given, it, (*seen, name))
                return found
            case ex.FieldOf(of=of, name=name):
                below = [one.below(name) for one in self._leaves(of, it, seen)]
                for value, inside in self._made(of, name, seen):
                    below += self._leaves(value, it, inside)
                return below
            case ex.Function(name="first", arguments=(items,)):
                return [one.below(ITEM) for one in self._leaves(items, it, seen)]
            case ex.Where(items=items):
                return self._leaves(items, it, seen)
            case ex.Conditional(then=then, otherwise=otherwise):
                return self._leaves(then, it, seen) + self._leaves(otherwise, it, seen)
            case _:
                return []

    def _made(
        self, expr: ex.Expr, field: str, seen: tuple[str, ...]
    ) -> Iterable[tuple[ex.Expr, tuple[str, ...]]]:
        """What `field` of a record that the playbook itself makes may be, and the names passed on the way there."""
        match expr:
            case ex.MakeRecord(fields=fields):
                yield from ((one.value, seen) for one in fields if one.name == field)
            case ex.Variable(name=name) if name not in seen:
                bound = [one for one in self.bound.get(name, ()) if not isinstance(one, Leaf)]
                for one in (*bound, *self.given.get(name, ())):
                    yield from self._made(one, field, (*seen, name))
            case ex.Conditional(then=then, otherwise=otherwise):
                yield from self._made(then, field, seen)
                yield from self._made(otherwise, field, seen)
            case _:
                return


def _gives(plan: Plan) -> Mapping[str, list[ex.Expr]]:
    """What each procedure may give."""
    starts = sorted((one.entry, one.name) for one in plan.procedures)
    found: dict[str, list[ex.Expr]] = {}
    for counter, instruction in enumerate(plan.code):
        if isinstance(instruction, c.Return) and instruction.value is not None:
            name = next((name for entry, name in reversed(starts) if entry <= counter), None)
            if name is not None:
                found.setdefault(name, []).append(instruction.value)
    return found
