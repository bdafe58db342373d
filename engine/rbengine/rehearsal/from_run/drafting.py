"""From a recorded run to a draft of its world and scenario; what no line can say stands in comments with the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.changes import OperationAction, Planned, PlannedStatement
from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Row, SecretReference, Value
from rbengine.host.recorded.recording import Recording
from rbengine.plan.program import Plan
from rbengine.rehearsal.deeds import done_in, found_in
from rbengine.rehearsal.explore.draft import CallKind, Claim, Draft, Trouble, faults_of, kind_of
from rbengine.rehearsal.explore.leaves import Answers
from rbengine.rehearsal.from_run.moments import Lived, Said, Seen, lived
from rbengine.rehearsal.from_run.objects import Objects
from rbengine.rehearsal.from_run.rows import Tables
from rbengine.rehearsal.literals import Literals, quoted, span_text
from rbengine.rehearsal.world import USUAL_START
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    OperationRequest,
    PlanRequest,
    QueryRequest,
    Request,
)
from rbengine.runtime.events import (
    Acknowledged,
    Approved,
    CallEnded,
    ChangeApplied,
    ChangePlanned,
    Declined,
    Gave,
)

_LASTS = timedelta(seconds=30)
"""For how long a fault goes on after its last refusal."""
_A_MOMENT = timedelta(milliseconds=1)
_SECRET = "a secret that was asked for"
"""Stands for one that nobody wrote down."""


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, and what of the run it does not say."""

    draft: Draft
    remarks: tuple[str, ...]


def drafted(
    recording: Recording,
    answers: Answers,
    builders: Mapping[str, Operation],
    name: str,
) -> Drafted:
    """The world `name` with everything that the run has read, and its scenario. `answers` are of the run's plan."""
    run = lived(recording)
    plan = recording.header.plan
    write = Literals(run.starts)
    tables = Tables()
    objects = Objects(builders, answers.operations, write)
    for seen in run.calls:
        _read(seen, answers, tables, objects)
    objects.finish()
    for table, row in objects.rows:
        tables.add(table, dict(row))
    tables.finish()
    remarks = [*dict.fromkeys(tables.unsaid), *objects.remarks()]
    world = [
        *_when(run, plan),
        *(f"{key} = {write.literal(one.value)}" for key, one in recording.started.inputs.items()),
        *(line for table, rows in tables.rows.items() for line in _table(table, rows, write)),
        *objects.lines,
        *_contacts(recording, plan),
    ]
    troubles, unsaid = _troubles(run)
    remarks += unsaid
    title = f"As it was in {recording.header.run}"
    return Drafted(
        draft=Draft(
            name=name,
            title=title,
            claim=Claim(
                kind="as recorded",
                found=found_in(run.notices),
                done=done_in(run.notices),
                outcome=run.outcome,
            ),
            world=tuple(world),
            troubles=tuple(troubles),
            unsayable=(),
            about=troubles[-1] if troubles else None,
            people=tuple(_people(run, write)),
            expected=(),
        ),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _when(run: Lived, plan: Plan) -> Iterator[str]:
    from rbengine.host.calendar import zone_named

    if run.starts != USUAL_START:
        local = run.starts.astimezone(zone_named(plan.policy.timezone))
        yield f"starts {local:%Y-%m-%d %H:%M}"
    late = run.starts - run.began
    if late > timedelta(0):
        yield f"alert {span_text(late)} before the run"


def _contacts(recording: Recording, plan: Plan) -> Iterator[str]:
    """Channels that the policy leaves to the settings."""
    channels = recording.started.environment.channels
    for one in plan.policy.contacts:
        if not one.from_settings:
            continue
        given = channels.get(one.name, f"email:{one.name.replace('_', '.')}@example.test")
        told = " ".join(
            f'{kind} "{address}"'
            for kind, _, address in (way.strip().partition(":") for way in given.split(","))
        )
        yield f"contact {one.name} {told}"


def _read(seen: Seen, answers: Answers, tables: Tables, objects: Objects) -> None:
    """What an answer says of the world as it was before anything was changed."""
    if seen.changes:
        return
    match seen.request, seen.answer:
        case QueryRequest(query=query), CallEnded(outcome=Succeeded(value=value)):
            tables.read(query, answers.columns.get(query.sql, ()), value.value, seen.text)
        case OperationRequest(
            operation=operation, arguments=arguments, effect="observe"
        ), CallEnded(outcome=Succeeded(value=value)):
            objects.read(operation, arguments.value, value.value, seen.at)
        case PlanRequest(), ChangePlanned(outcome=Planned(plan=plan)):
            for part in plan.parts:
                if isinstance(part, PlannedStatement):
                    tables.planned(part)
        case _:
            return


def _table(table: str, rows: Sequence[Mapping[str, Value]], write: Literals) -> Iterator[str]:
    """Its rows, those of which the same is known below each other: what nobody read the schema makes up."""
    alike: dict[tuple[str, ...], list[Mapping[str, Value]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for columns, group in alike.items():
        cells = [list(columns), *([write.cell(row[name]) for name in columns] for row in group)]
        widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
        yield f"table {table}"
        for line in cells:
            inside = " | ".join(one.ljust(size) for one, size in zip(line, widths, strict=True))
            yield f"  | {inside} |"


def without(drafted: Drafted, number: int, why: str) -> Drafted | None:
    """The draft without what line `number` of its world belongs to; None where that is no table and no object."""
    world = list(drafted.draft.world)
    if not 0 <= number < len(world):
        return None
    first = number
    while first > 0 and world[first].startswith(" "):
        first -= 1
    if not (world[first].startswith("table ") or "(" in world[first].partition('"')[0]):
        return None
    last = first + 1
    while last < len(world) and world[last].startswith(" "):
        last += 1
    name = world[first].partition("(")[0]
    draft = msgspec.structs.replace(drafted.draft, world=tuple(world[:first] + world[last:]))
    remark = f"{name} is left out: {' '.join(why.split())}"
    return Drafted(draft=draft, remarks=(*drafted.remarks, remark))


def _troubles(run: Lived) -> tuple[list[Trouble], list[str]]:
    """Faults, each from the first refusal of its kind to the last in a row; and what no fault makes."""
    found: list[Trouble] = []
    unsaid: list[str] = []
    made: Counter[tuple[int, CallKind]] = Counter()
    going_on = False
    for seen in run.calls:
        kind = kind_of(seen.request)
        number = made[seen.counter, kind]
        made[seen.counter, kind] += 1
        vendor, word = vendor_of(seen.request), _refusal(seen)
        if not word or seen.counter < 0:
            going_on = False
            last = next((n for n in reversed(range(len(found))) if found[n].vendor == vendor), None)
            if last is not None:  # by then it was over
                until = seen.at - run.starts - found[last].at - _A_MOMENT
                lasts = min(found[last].lasts, max(until, _A_MOMENT))
                found[last] = msgspec.structs.replace(found[last], lasts=lasts)
            continue
        fault = "lost answer" if word == "unsettled" else faults_of(vendor).get(word, "")
        if not fault:
            if word not in ("not_found", "conflict", "too_many", "invalid"):
                unsaid.append(
                    f"“{seen.text}” was refused, {word}: no fault of {vendor or 'a call'} is that"
                )
            going_on = False
            continue
        at = seen.at - run.starts
        trouble = Trouble(
            vendor=vendor, kind=fault, text=seen.text, counter=seen.counter, call=kind,
            number=number, at=at, lasts=_LASTS,
        )  # fmt: skip
        if going_on and (found[-1].vendor, found[-1].kind) == (vendor, fault):
            lasts = at + _LASTS - found[-1].at
            found[-1] = msgspec.structs.replace(found[-1], lasts=lasts)
        else:
            found.append(trouble)
        going_on = True
    return found, unsaid


def vendor_of(request: Request) -> str:
    """Whose call it is, as faults name it; empty for letters."""
    match request:
        case QueryRequest():
            return "postgres"
        case OperationRequest(operation=operation):
            return _of_operation(operation)
        case PlanRequest(actions=actions) | ApplyRequest(actions=actions):
            first = actions[0]
            return (
                _of_operation(first.operation) if isinstance(first, OperationAction) else "postgres"
            )
        case _:
            return ""


def _of_operation(operation: str) -> str:
    adapter = operation.partition(".")[0]
    return "postgres" if adapter == "cron" else adapter  # its faults are the database's


def _refusal(seen: Seen) -> str:
    match seen.answer:
        case (
            CallEnded(outcome=outcome)
            | ChangePlanned(outcome=outcome)
            | ChangeApplied(outcome=outcome)
        ):
            match outcome:
                case Refused(kind=kind):
                    return kind
                case Unsettled():
                    return "unsettled"
                case _:
                    return ""
        case _:
            return ""


def _people(run: Lived, write: Literals) -> Iterator[str]:
    """A line for each answer; those who were asked and said nothing never answer."""
    answered: set[int] = set()
    lines: dict[str, None] = {}
    for one in run.said:
        line = _said(one, write)
        if one.ask is not None:
            answered.add(one.ask.question)
        lines[line] = None
    roles = {one.event.person.role for one in run.said}
    for ask in run.asked:
        if ask.question in answered:
            continue
        for role in ask.by:
            if role not in roles:
                lines.setdefault(f"person {role} never answers")
    yield from lines


def _said(one: Said, write: Literals) -> str:
    event = one.event
    after = _after(event.at, one.asked)
    role = event.person.role
    if isinstance(event, Acknowledged) or one.ask is None:
        return f"person {role} acknowledges after {after}"
    label = quoted(one.ask.text.splitlines()[0])
    match event.answer:
        case Declined():
            return f'person {role} refuses "{label}" after {after}'
        case Approved():
            return f'person {role} approves "{label}" after {after}'
        case Gave(values=values):
            said = _given(one.ask, {name: one.value for name, one in values.items()})
            return f'person {role} answers "{label}" with {write.literal(said)} after {after}'


def _given(ask: AskPeople, values: Mapping[str, Value]) -> Value:
    shown = {
        name: _SECRET if isinstance(one, SecretReference) else one for name, one in values.items()
    }
    return Row(shown) if ask.gives else shown.get("answer")


def _after(at: datetime, since: datetime) -> str:
    return span_text(max(at - since, timedelta(seconds=1)))
