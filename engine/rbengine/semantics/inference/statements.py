"""Statements in the order they run: what each binds, what is known after it, and whether anything goes on."""

from functools import reduce
from typing import assert_never

from msgspec.structs import replace
from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.contract.types import (
    DURATION,
    NOTHING,
    TEXT,
    UNKNOWN,
    Enum,
    ListOf,
    Optional,
    Record,
    Secret,
    Tried,
    Type,
)
from rbengine.contract.types import FieldType as TypedField
from rbengine.semantics.analysis import SymbolKind
from rbengine.semantics.inference import calls, currencies, matching
from rbengine.semantics.inference.changes import change
from rbengine.semantics.inference.environment import Environment, meeting
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.expressions import (
    argument,
    is_nothing,
    item_type,
    judge,
    type_of,
    value_of,
    with_item,
)
from rbengine.semantics.inference.facts import Fact
from rbengine.semantics.inference.fitting import join, joinable, widen
from rbengine.semantics.inference.frame import Frame, Given, bind, named, show, unreadable
from rbengine.semantics.inference.queries import claims, query
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.inference.written_types import written_type
from rbengine.semantics.problems import messages, names, secrecy, shape, types
from rbengine.source import Span
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.app import Answer
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.changes import Change, Sql
from rbengine.syntax.nodes.expressions import (
    DurationLiteral,
    Expression,
    ListLiteral,
    OperationCall,
)

Body = tree.Body


def block(bench: Workbench, body: Body, env: Environment, frame: Frame) -> Environment | None:
    """The statements of one block. None where nothing goes on behind it."""
    before = env
    now: Environment | None = env
    ended = None
    for index, statement in enumerate(body):
        if isinstance(statement, tree.OnFailure):
            _kinds(bench, statement.kinds)
            if not any(_can_fail(one) for one in body[:index]):
                bench.report(
                    shape.describe(shape.NothingAbove(file=bench.file, span=statement.span))
                )
            now = meeting(now, block(bench, statement.body, before, frame), before)
            continue
        if now is None:
            bench.report(
                shape.describe(
                    shape.NeverRuns(
                        file=bench.file,
                        span=statement.span,
                        ended=ended.span if ended else statement.span,
                    )
                )
            )
            return None
        now = _statement(bench, statement, now, frame)
        ended = statement
    return now


def _statement(
    bench: Workbench, node: tree.Statement, env: Environment, frame: Frame
) -> Environment | None:
    if isinstance(node, Sql | Answer):
        return env  # a statement of an app only: the parser said so
    match node:
        case tree.Step():
            show(bench, node.label, env, "a label")
            return block(bench, node.body, env, frame)
        case tree.Bind():
            return _bind(bench, node, env, frame)
        case tree.Perform():
            _value(bench, node.value, env, frame)
            after = _after_people(node.value, env, frame)
            if isinstance(node.value, tree.Manual):
                for one in node.value.gives:
                    after = bind(bench, one.name, bench.types[one.id], "evidence", after, frame)
            return after
        case Change():
            change(bench, node, env)
            return env
        case tree.Approve():
            show(bench, node.text, env, "a question")
            _question(bench, node.to, env)
            return env
        case tree.Escalate():
            for text in (node.reason, node.impact, node.next):
                show(bench, text, env, "an escalation")
            return env
        case tree.Note():
            show(bench, node.text, env, "a note")
            return env
        case tree.Check():
            judgement = judge(bench, node.condition, env)
            show(bench, node.otherwise, env.knowing(judgement.fails), "a sentence for people")
            if frame.in_diagnose and frame.ended_by is None:
                frame.ended_by = node.condition.span
            return env.knowing(judgement.holds)
        case tree.Stop():
            show(bench, node.reason, env, "a sentence for people")
            return None
        case tree.Skip():
            show(bench, node.reason, env, "a sentence for people")
            return None
        case tree.Give():
            found = type_of(bench, node.value, env)
            if frame.gives is not None:
                frame.gives.append(Given(node.value, found))
            return None
        case tree.If():
            return _if(bench, node, env, frame)
        case tree.Match():
            return _match(bench, node, env, frame)
        case tree.ForEach():
            _for_each(bench, node, env, frame)
            return env
        case tree.Parallel():
            return _parallel(bench, node, env, frame)
        case tree.Wait():
            _duration(bench, node.duration, env, "a wait")
            return env
        case tree.Within():
            return _within(bench, node, env, frame)
        case tree.AllOrNothing():
            return block(bench, node.body, env, frame)
        case tree.Allow() | tree.OnFailure():
            return env
        case tree.ErrorStatement():
            return unreadable(bench, node, env)
        case _:
            assert_never(node)


def _bind(bench: Workbench, node: tree.Bind, env: Environment, frame: Frame) -> Environment:
    value = node.value
    found = _value(bench, value, env, frame)
    if is_nothing(found) and not isinstance(found, Tried):
        bench.report(
            types.describe(
                types.NothingGiven(
                    file=bench.file, span=node.name.span, callee=_callee(bench, value)
                )
            )
        )
        found = UNKNOWN
    bench.types[node.id] = found
    kind: SymbolKind = "change" if isinstance(value, Change) else "binding"
    after = bind(bench, node.name, found, kind, _after_people(value, env, frame), frame)
    known = Fact(
        currencies=bench.currencies.get(value.id),
        mixed=isinstance(value, ListLiteral) and currencies.are_mixed(bench, value),
        not_empty=isinstance(value, ListLiteral) and bool(value.items),
    )
    return after if known == Fact() else after.knowing({(node.name.text,): known})


def _callee(bench: Workbench, value: tree.BindValue) -> str:
    if isinstance(value, OperationCall):
        return f"{value.adapter.text}.{value.operation.text}"
    if isinstance(value, tree.ProcedureCall):
        return value.procedure.text
    return bench.text(value).split("\n", maxsplit=1)[0]


def _value(bench: Workbench, node: tree.BindValue, env: Environment, frame: Frame) -> Type:
    """The type of what stands behind `=`, or of a statement that could."""
    match node:
        case tree.Try():
            found: Type = Tried(_value(bench, node.value, env, frame))
        case tree.ProcedureCall():
            given = tuple(argument(bench, one, env) for one in node.arguments)
            gives = calls.procedure(bench, node, given)
            found = NOTHING if gives is None else gives
        case tree.Query():
            found = query(bench, node, env)
            claims(bench, node, env)
        case tree.TextBlock():
            found = TEXT
        case tree.Ask():
            show(bench, node.text, env, "a question")
            _question(bench, node.to, env)
            found = written_type(bench, node.type)
        case tree.Choose():
            found = _choose(bench, node, env)
        case tree.Manual():
            show(bench, node.text, env, "a question")
            _question(bench, node.to, env)
            fields = []
            for one in node.gives:
                show(bench, one.text, env, "a question")
                type_ = written_type(bench, one.type)
                bench.types[one.id] = type_
                fields.append(TypedField(one.name.text, type_))
            found = Record(tuple(fields)) if fields else NOTHING
        case Change():
            found = change(bench, node, env)
        case tree.ForEach():
            found = ListOf(_for_each(bench, node, env, frame))
        case _:
            return widen(type_of(bench, node, env))
    bench.types[node.id] = found
    return found


def _choose(bench: Workbench, node: tree.Choose, env: Environment) -> Type:
    show(bench, node.text, env, "a question")
    _question(bench, node.to, env)
    for one in node.choices:
        show(bench, one.text, env, "a question")
    if node.source is None:
        return Enum(tuple(one.name.text for one in node.choices))
    item = item_type(bench, node.source, env, "`from`")
    shown = item if node.showing is None else type_of(bench, node.showing, with_item(env, item))
    if isinstance(shown, Secret):
        span = (node.showing or node.source).span
        told = secrecy.SecretShown(file=bench.file, span=span, where="a question")
        bench.report(secrecy.describe(told))
    elif isinstance(shown, Optional):
        at = node.showing or node.source
        hole = messages.AbsentInText(file=bench.file, span=at.span, text=bench.text(at))
        bench.report(messages.describe(hole))
    return item


def _question(bench: Workbench, node: tree.Question, env: Environment) -> None:
    if node.within is not None:
        _duration(bench, node.within, env, "the time for an answer")


def _duration(bench: Workbench, node: Expression, env: Environment, what: str) -> None:
    found = value_of(bench, node, env)
    expect(bench, node, found, DURATION, what)
    if isinstance(node, DurationLiteral) and not node.value:
        bench.report(
            types.describe(types.UnboundedTime(file=bench.file, span=node.span, what=what))
        )


def _after_people(value: tree.BindValue, env: Environment, frame: Frame) -> Environment:
    """A person may have changed the world: what was known of the diagnosis beyond its finding is not any more."""
    if frame.diagnosed is not None and isinstance(value, tree.Manual | tree.Ask):
        return env.forgetting_names_of(frame.diagnosed)
    return env


def _if(bench: Workbench, node: tree.If, env: Environment, frame: Frame) -> Environment | None:
    after: Environment | None = None
    base = env
    for branch in node.branches:
        judgement = judge(bench, branch.condition, env)
        end = block(bench, branch.body, env.knowing(judgement.holds), frame)
        after = meeting(after, end, base)
        env = env.knowing(judgement.fails)
    last = env if node.otherwise is None else block(bench, node.otherwise, env, frame)
    return meeting(after, last, base)


def _match(
    bench: Workbench, node: tree.Match, env: Environment, frame: Frame
) -> Environment | None:
    subject = type_of(bench, node.subject, env)
    remaining = matching.Remaining(bench, node, subject)
    after: Environment | None = None
    for case in node.cases:
        inside = remaining.take(case, env)
        after = meeting(after, block(bench, case.body, inside, frame), env)
    if node.otherwise is not None:
        last = block(bench, node.otherwise, remaining.left(env), frame)
        after = meeting(after, last, env)
    else:
        remaining.must_be_empty()
    return after


def _for_each(bench: Workbench, node: tree.ForEach, env: Environment, frame: Frame) -> Type:
    """The type of what the loop gives for one item."""
    item = item_type(bench, node.items, env, "`for each`")
    gives: list[Given] = []
    inner = frame.around(gives)
    inside = named(bench, node.name, "loop", item, env)
    bench.types[node.name.id] = item
    block(bench, node.body, inside, inner)
    frame.ended_by = frame.ended_by or inner.ended_by
    for one in gives[1:]:
        if not joinable(gives[0].type, one.type):
            bench.report(
                types.describe(
                    types.GivesDiffer(
                        file=bench.file,
                        span=one.node.span,
                        found=one.type,
                        other=gives[0].type,
                        other_span=gives[0].node.span,
                    )
                )
            )
    return reduce(join, (widen(one.type) for one in gives)) if gives else UNKNOWN


def _parallel(bench: Workbench, node: tree.Parallel, env: Environment, frame: Frame) -> Environment:
    together = env
    for branch in node.branches:
        end = _statement(bench, branch, env, frame)
        if end is None or end is env:
            continue
        for name, path in reversed(tuple(end.since(env))):
            if path is not None and path in end.facts:
                together = together.knowing({path: end.facts[path]})
            symbol = end.names.get(name) if name is not None else None
            if name is None or symbol is None:
                continue
            first = together.names.get(name)
            if first is not None and symbol.span is not None:
                bench.report(
                    names.describe(
                        names.BoundTwice(
                            file=bench.file, span=symbol.span, name=name, first=first.span
                        )
                    )
                )
                continue
            together = together.with_symbol(symbol)
            if (span := end.doubtful.get(name)) is not None:
                together = _doubtful(together, name, span)
    return together


def _doubtful(env: Environment, name: str, span: Span) -> Environment:
    return replace(env, doubtful=env.doubtful.insert(name, span))


def _within(
    bench: Workbench, node: tree.Within, env: Environment, frame: Frame
) -> Environment | None:
    _duration(bench, node.duration, env, "the time of `within`")
    _duration(bench, node.every, env, "the time between two looks")
    end = block(bench, node.body, env, frame)
    if end is not None and not isinstance(node.until, tree.NoFindingHolds):
        end = end.knowing(judge(bench, node.until, end).holds)
    if node.otherwise is None:
        return end
    return meeting(end, block(bench, node.otherwise, env, frame), env)


def _kinds(bench: Workbench, kinds: tuple[Name, ...]) -> None:
    for one in kinds:
        if one.text not in REFUSAL_KINDS:
            bench.report(
                names.describe(
                    names.UnknownFailureKind(
                        file=bench.file, span=one.span, name=one.text, offered=REFUSAL_KINDS
                    )
                )
            )


def _can_fail(node: tree.Statement) -> bool:
    return not isinstance(node, tree.Note | tree.Allow | tree.OnFailure | tree.Skip | tree.Stop)
