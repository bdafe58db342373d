"""The pure machine: `advance(state, event) -> (state, commands)`.

One event is taken in this order: its effect on what waited for it; then every fiber that became ready goes on
until it waits (`stepping`); then the end of the run is looked at (`endings`). Commands come in the order they arose.

INVARIANT: equal arguments give equal results, on any machine and on any day, so a run is the fold of its journal.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Row, Value
from rbengine.plan.program import Plan
from rbengine.runtime import (
    answering,
    calls,
    changes,
    clocks,
    doubts,
    endings,
    loops,
    questions,
    sections,
    stepping,
    undoing,
    verdicts,
)
from rbengine.runtime import events as ev
from rbengine.runtime.commands import (
    ApplyRequest,
    Command,
    NotifyRequest,
    OperationRequest,
    Perform,
    SettleRequest,
    StartTimer,
    UndoRequest,
)
from rbengine.runtime.evaluate import evaluate
from rbengine.runtime.layout import layout
from rbengine.runtime.names import NO_NAMES
from rbengine.runtime.notices import Told
from rbengine.runtime.protocol import UnexpectedEvent
from rbengine.runtime.state import (
    EMPTY_LEDGER,
    Clocks,
    Course,
    Numbers,
    PendingCall,
    RunState,
    Tally,
)
from rbengine.runtime.turn import Turn

__all__ = ["UnexpectedEvent", "advance", "begin"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def begin(plan: Plan) -> RunState:
    """The state before the first event, `Started`."""
    return RunState(
        plan,
        layout(plan),
        _EPOCH,
        None,
        NO_NAMES,
        {},
        {},
        {},
        {},
        EMPTY_LEDGER,
        Course(),
        Clocks(progress=_EPOCH),
        Numbers(),
        Tally(),
    )


def advance(state: RunState, event: ev.Event) -> tuple[RunState, tuple[Command, ...]]:
    """Take one event and say what must happen next.

    Pure. Raises UnexpectedEvent if the host broke the protocol; that is a bug in the host.
    """
    if (state.begun is None) is not isinstance(event, ev.Started):
        raise UnexpectedEvent("a run has one first event, Started")
    if state.course.finished and not isinstance(event, _AFTER_THE_END):
        raise UnexpectedEvent(f"the run is over, and {type(event).__name__} came")
    if isinstance(event, ev.CallBegan):
        return _call_began(state, event), ()
    turn = Turn(state, event.at)
    _TAKE[type(event)](turn, event)
    stepping.run(turn)
    return turn.close()


# People may answer, and acknowledge, what they were asked a moment before the run ended.
_AFTER_THE_END = (
    ev.Closed, ev.Parked, ev.Resumed, ev.Answered, ev.Acknowledged, ev.Cancelled, ev.UndoOrdered,
)  # fmt: skip


def _started(turn: Turn, event: ev.Started) -> None:
    turn.begun = event
    turn.view.offsets = event.offsets
    turn.numbers = Numbers(fiber=1)
    turn.clocks = Clocks(progress=turn.now)
    plan = turn.plan
    person = event.operator
    builtins: dict[str, Value] = {
        "incident": Row({"id": event.incident, "started": event.began, "severity": plan.severity}),
        "run": Row({"id": event.run, "started": event.at}),
        "operator": Row({"id": person.id, "name": person.name, "email": person.email}),
    }
    names = NO_NAMES
    for name, value in builtins.items():
        names = names.insert(name, value)
    known = {one.name for one in plan.inputs}
    for name in event.inputs:
        if name not in known:
            raise UnexpectedEvent(f"the playbook has no input `{name}`")
    for spec in plan.inputs:
        if spec.name in event.inputs:
            value = event.inputs[spec.name].value
        elif spec.default is not None:
            value = evaluate(spec.default, names, turn.view)
        else:
            raise UnexpectedEvent(f"input `{spec.name}` is missing")
        names = names.insert(spec.name, value)
    turn.base = names
    if not event.diagnose_only and not event.verify_only:
        clocks.start(turn)
    sections.begin(turn)


def _call_began(state: RunState, event: ev.CallBegan) -> RunState:
    """Half of all events of a run, and nothing follows from them: so no turn is made for one."""
    call = state.calls.get(event.call)
    if call is None:
        raise UnexpectedEvent(f"call {event.call} was not asked for, or has ended")
    now = max(state.now, event.at)
    began = replace(call, began=now)
    if event.written and isinstance(call.request, NotifyRequest):
        began = replace(began, request=replace(call.request, written=event.written))
    return replace(state, now=now, calls={**state.calls, event.call: began})


def _take_call(turn: Turn, number: int, *uses: str) -> PendingCall:
    call = turn.calls.get(number)
    if call is None:
        raise UnexpectedEvent(f"call {number} was not asked for, or has ended")
    if call.use not in uses:
        raise UnexpectedEvent(f"call {number} is a `{call.use}`, and does not end like this")
    del turn.calls[number]
    return call


def _is_awaited(turn: Turn, call: PendingCall) -> bool:
    """Whether a fiber still waits: those of a cancelled run may be gone."""
    return call.fiber in turn.fibers


def _call_ended(turn: Turn, event: ev.CallEnded) -> None:
    call = _take_call(turn, event.call, "call", "notify")
    if call.use == "notify":
        _notified(turn, call, event)
    elif _is_awaited(turn, call):
        calls.ended(turn, call, event.outcome)


def _notified(turn: Turn, call: PendingCall, event: ev.CallEnded) -> None:
    request = call.request
    assert isinstance(request, NotifyRequest)
    match event.outcome:
        case Succeeded():
            failure = ""
        case Refused(text=text) | Unsettled(text=text):
            failure = text or "it did not go out"
    turn.show(
        Told(
            kind=request.about,
            to=(request.contact,),
            subject=request.subject,
            text=request.text,
            failure=failure,
        )
    )


def _change_planned(turn: Turn, event: ev.ChangePlanned) -> None:
    call = _take_call(turn, event.call, "plan")
    if _is_awaited(turn, call):
        changes.planned(turn, call, event.outcome)


def _change_applied(turn: Turn, event: ev.ChangeApplied) -> None:
    changes.application_ended(turn, _take_call(turn, event.call, "apply"), event.outcome)


def _change_undone(turn: Turn, event: ev.ChangeUndone) -> None:
    undoing.ended(turn, _take_call(turn, event.call, "undo"), event.outcome)


def _settled(turn: Turn, event: ev.Settled) -> None:
    verdicts.settled(turn, _take_call(turn, event.call, "settle"), event)


def _timer_fired(turn: Turn, event: ev.TimerFired) -> None:
    timer = turn.timers.pop(event.timer, None)
    if timer is None:
        if not 0 < event.timer <= turn.numbers.timer:
            raise UnexpectedEvent(f"timer {event.timer} was never started")
        return  # it was stopped while the host was about to fire it
    if turn.now < timer.due:
        raise UnexpectedEvent(f"timer {event.timer} fired before it was due")
    match timer.why:
        case "retry":
            assert timer.call is not None
            if timer.call.use == "apply":
                changes.apply_again(turn, timer.call, attempt=timer.call.attempt + 1)
            else:
                calls.repeat(turn, timer.call, attempt=timer.call.attempt + 1)
        case "wait":
            loops.slept(turn, timer)
        case "within":
            loops.look_again(turn, timer)
        case "question" | "approval" if timer.wider:
            questions.widen(turn, timer.about)
        case "question" | "approval":
            answering.expired(turn, timer.about)
        case "escalation":
            clocks.rung_due(turn, timer)
        case "mttr":
            clocks.breach_due(turn)


def _answered(turn: Turn, event: ev.Answered) -> None:
    answering.answered(turn, event)


def _acknowledged(turn: Turn, _: ev.Acknowledged) -> None:
    clocks.acknowledge(turn)


def _cancelled(turn: Turn, event: ev.Cancelled) -> None:
    if not turn.course.finished:
        endings.cancel(turn, event)


def _undo_ordered(turn: Turn, event: ev.UndoOrdered) -> None:
    if turn.course.finished:
        endings.take_back(turn, event)


def _resumed(turn: Turn, event: ev.Resumed) -> None:
    """Another process has it: it is told everything that is outstanding.

    INVARIANT: after Resumed the commands name every call to make, every timer that runs and every question that
    is open, with the numbers they already have; a host may forget all earlier commands. A change that was begun
    is looked for instead of being made again.
    """
    for number, call in sorted(turn.calls.items()):
        request = call.request
        changes_something = isinstance(request, ApplyRequest | UndoRequest) or (
            isinstance(request, OperationRequest) and request.effect != "observe"
        )
        if changes_something and call.began is not None and call.fiber in turn.fibers:
            del turn.calls[number]
            text = "the process ended during the call"
            if event.forced:
                text = "another process was in the call, and may still be"
            doubts.look(
                turn, turn.fibers[call.fiber], call, text, lost=True, contested=event.forced
            )
            continue
        if call.use == "apply" and changes.is_stale(turn, call):
            del turn.calls[number]  # never begun, and its approval has expired since
            changes.apply_again(turn, call, attempt=call.attempt)
            continue
        if isinstance(request, NotifyRequest) and call.began is not None:
            request = replace(request, lost=request.lost or call.began)
        if isinstance(request, SettleRequest):
            # Whoever was settling it may have sent it again; and what allowed it may have passed since.
            assert call.of is not None
            contested = request.contested or (event.forced and call.began is not None)
            request = doubts.settling(turn, call.of, contested=contested)
        turn.calls[number] = replace(call, began=None, request=request)
        turn.commands.append(
            Perform(
                call=number,
                request=request,
                key=call.key,
                timeout=call.timeout,
                attempt=call.attempt,
            )
        )
    for number, timer in sorted(turn.timers.items()):
        turn.commands.append(StartTimer(timer=number, due=timer.due, why=timer.why))
    for _, question in sorted(turn.questions.items()):
        turn.commands.append(question.ask)


def _nothing(_turn: Turn, _event: ev.Parked | ev.Moved | ev.Closed) -> None:
    """It concerns whoever keeps the journal, not the run."""


_TAKE: dict[type, Callable[[Turn, Any], None]] = {
    ev.Started: _started,
    ev.CallEnded: _call_ended,
    ev.ChangePlanned: _change_planned,
    ev.ChangeApplied: _change_applied,
    ev.ChangeUndone: _change_undone,
    ev.Settled: _settled,
    ev.TimerFired: _timer_fired,
    ev.Answered: _answered,
    ev.Acknowledged: _acknowledged,
    ev.Cancelled: _cancelled,
    ev.UndoOrdered: _undo_ordered,
    ev.Moved: _nothing,
    ev.Parked: _nothing,
    ev.Resumed: _resumed,
    ev.Closed: _nothing,
}
