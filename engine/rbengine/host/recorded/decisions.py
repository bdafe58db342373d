"""What a run decided, without what it was told: two foldings that decide alike are the same run with other values."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rbengine.plan.program import Plan
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    Command,
    Finish,
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    SettleRequest,
    Show,
    UndoRequest,
)
from rbengine.runtime.events import Answered, Approved, Event
from rbengine.runtime.fold import fold
from rbengine.runtime.machine import UnexpectedEvent, advance, begin
from rbengine.runtime.notices import (
    CallFailed,
    ChangeDecided,
    ChangeDone,
    FindingJudged,
    Notice,
    SectionEntered,
    StepFailed,
    Verified,
    WasAnswered,
)


class Parting(msgspec.Struct, frozen=True, kw_only=True):
    """The first line at which two foldings part: what each makes of it, and at which step of the playbook."""

    seq: int
    place: str
    then: str
    now: str


def with_shown_digests(
    plan: Plan, before: Sequence[Event], after: Iterable[Event]
) -> Iterator[Event]:
    """`after` is `before` with stand-ins: whoever approved the plan that was shown approves the one shown now."""
    there, here = begin(plan), begin(plan)
    for old, new in zip(before, after, strict=True):
        if isinstance(old, Answered) and isinstance(old.answer, Approved):
            shown, shows = there.questions.get(old.question), here.questions.get(old.question)
            if (
                shown is not None and shown.ask.plan is not None and shows is not None
                and shows.ask.plan is not None and shown.ask.plan.digest == old.answer.digest
            ):  # fmt: skip
                approved = Approved(digest=shows.ask.plan.digest)
                new = msgspec.structs.replace(new, answer=approved)
        yield new
        there, _ = advance(there, old)
        try:
            here, _ = advance(here, new)
        except UnexpectedEvent:
            return  # `parting` says where and why


def parting(plan: Plan, before: Sequence[Event], after: Sequence[Event]) -> Parting | None:
    """Where `after` decides otherwise than `before`; None where it nowhere does."""
    step = ""
    there = fold(plan, before)
    here = fold(plan, after)
    for seq in range(1, len(before) + 1):
        _, commands, _ = next(there)
        then = [shape for one in commands if (shape := shape_of(one))]
        step = next((f'"{one[5:]}"' for one in then if one.startswith("step ")), step)
        try:
            found = next(here, None)
        except UnexpectedEvent as error:
            return Parting(seq=seq, place=step, then=_first(then, ()), now=str(error))
        if found is None:
            return Parting(seq=seq, place=step, then=_first(then, ()), now="it ends")
        now = [shape for one in found[1] if (shape := shape_of(one))]
        if then != now:
            return Parting(seq=seq, place=step, then=_first(then, now), now=_first(now, then))
    return None


def shape_of(command: Command) -> str:
    """What a command decides, as text; empty for one that only shows values."""
    match command:
        case Perform(call=call, request=request, attempt=attempt):
            return f"call {call}, {_request(request)}, attempt {attempt}"
        case AskPeople(question=number, kind=kind, by=by, how_many=many, choices=choices, due=due):
            return f"question {number}, {kind} by {many} of {', '.join(by)} until {due}, {len(choices)} choices"
        case Finish(outcome=outcome, left_applied=left, in_doubt=doubt):
            return f"the end: {outcome}, {left} left applied, {doubt} in doubt"
        case Show(notice=notice):
            return _notice(notice)
        case _:
            return str(command)  # timers and withdrawn questions hold numbers and moments only


def _request(request: object) -> str:
    match request:
        case OperationRequest(operation=operation):
            return operation
        case QueryRequest(query=query):
            return query.sql
        case NotifyRequest(contact=contact, about=about):
            return f"tell {contact} of the {about}"
        case SettleRequest(request=inner):
            return f"look for {_request(inner)}"
        case PlanRequest(actions=actions) | ApplyRequest(actions=actions):
            return f"{type(request).__name__} of {len(actions)} actions"
        case UndoRequest(images=images, actions=actions):
            return f"undo of {len(images)} rows, {len(actions)} actions"
        case _:
            raise TypeError(type(request).__name__)


def _notice(notice: Notice) -> str:
    match notice:
        case FindingJudged(name=name, verdict=verdict, conditions=conditions):
            return f"{name} is {verdict}: {' · '.join(one.verdict for one in conditions)}"
        case SectionEntered(kind=kind, finding=finding):
            return f"{kind} {finding}".strip()
        case CallFailed(kind=kind, attempt=attempt):
            return f"a call fails, {kind}, attempt {attempt}"
        case StepFailed(kind=kind, handled=handled, origin=origin):
            return f"a step fails, {kind}, handled: {handled}, {origin[0]}:{origin[1]}"
        case ChangeDecided(verdict=verdict) | WasAnswered(verdict=verdict):
            return f"people: {verdict}"
        case ChangeDone(rows=rows):
            return f"a change is done, {rows} rows"
        case Verified(holds=holds):
            return f"verified: {holds}"
        case _:
            return ""


def _first(one: Sequence[str], other: Sequence[str]) -> str:
    """The first of `one` that stands not at its place in `other`."""
    for number, text in enumerate(one):
        if number >= len(other) or other[number] != text:
            return text
    return "nothing more" if other else "nothing"
