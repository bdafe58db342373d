"""Calls that are not part of a change: reads, and operations that observe or tell."""

from datetime import datetime, timedelta

from rbengine.contract.changes import SqlParameter, SqlQuery
from rbengine.contract.outcomes import (
    RETRIED_FOR_READS,
    Outcome,
    Refused,
    Succeeded,
    Unsettled,
)
from rbengine.contract.values import Datum, Failure, Row
from rbengine.plan import code as c
from rbengine.runtime import doubts, letters
from rbengine.runtime.commands import OperationRequest, QueryRequest
from rbengine.runtime.evaluate import View, evaluate
from rbengine.runtime.names import Names
from rbengine.runtime.notices import Bound, CallFailed, Told
from rbengine.runtime.places import key_of, retry_around, timeout_around
from rbengine.runtime.state import Fiber, PendingCall
from rbengine.runtime.turn import Turn, bind, failed, going_on, working
from rbengine.runtime.work import Entry, LetterWork


def invoke(turn: Turn, fiber: Fiber, instruction: c.Invoke) -> Fiber | None:
    """Call an operation. The fiber waits."""
    request = _request(turn, fiber, instruction.call)
    rule = letters.rule_for(turn, request)
    if rule is not None:
        letters.ask(turn, fiber, request, rule)
    else:
        _send(turn, fiber, instruction, request)
    return None


def approved(turn: Turn, fiber: Fiber) -> None:
    """The message to many people may go out."""
    instruction, work = turn.plan.code[fiber.pc], fiber.work
    assert isinstance(instruction, c.Invoke)
    assert isinstance(work, LetterWork)
    request = work.request or _request(turn, fiber, instruction.call)
    _send(turn, working(fiber, None), instruction, request)


def _request(turn: Turn, fiber: Fiber, call: c.OperationSpec) -> OperationRequest:
    return OperationRequest(
        operation=call.operation,
        arguments=Datum(arguments_of(call, fiber.names, turn.view)),
        effect=call.effect,
    )


def _send(turn: Turn, fiber: Fiber, instruction: c.Invoke, request: OperationRequest) -> None:
    call = instruction.call
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="call",
        request=request,
        key=key_of(turn, fiber, instruction.place),
        timeout=timeout_around(turn, fiber) or turn.plan.policy.limits.call,
        text=call.text or call.operation,
    )


def read(turn: Turn, fiber: Fiber, instruction: c.Read) -> Fiber | None:
    """Send a query. The fiber waits."""
    spec = instruction.query
    names, view = fiber.names, turn.view
    query = SqlQuery(
        kind=spec.kind,
        sql=spec.sql,
        parameters=parameters_of(spec.arguments, names, view),
        at_most=spec.at_most,
        replica=spec.replica,
        role=spec.role,
        claims=Datum(None if spec.claims is None else evaluate(spec.claims, names, view)),
    )
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="call",
        request=QueryRequest(query=query),
        key=key_of(turn, fiber, f"read {fiber.pc}"),
        timeout=spec.timeout or timeout_around(turn, fiber) or turn.plan.policy.limits.statement,
        text=f"query {spec.table}" if spec.table else "query",
    )
    return None


def arguments_of(call: c.OperationSpec, names: Names, view: View) -> Row:
    """The arguments of an operation, in declared order."""
    return Row({one.name: evaluate(one.value, names, view) for one in call.arguments})


def parameters_of(
    arguments: tuple[c.SqlArgument, ...], names: Names, view: View
) -> tuple[SqlParameter, ...]:
    """What `$1`, `$2`, … stand for."""
    return tuple(
        SqlParameter(name=one.name, type=one.type, value=Datum(evaluate(one.value, names, view)))
        for one in arguments
    )


def ended(turn: Turn, call: PendingCall, outcome: Outcome) -> None:
    """The call of an Invoke or Read came back."""
    fiber = turn.fibers[call.fiber]
    instruction = turn.plan.code[fiber.pc]
    assert isinstance(instruction, c.Invoke | c.Read)
    match outcome:
        case Succeeded(value=value):
            succeeded(turn, fiber, instruction, call, value)
        case Refused(kind=kind, text=text):
            refused(turn, fiber, call, kind, text)
        case Unsettled(text=text, going_on=going_on):
            if isinstance(instruction, c.Invoke) and instruction.call.effect != "observe":
                doubts.look(turn, fiber, call, text, contested=going_on)
            else:
                refused(turn, fiber, call, "timeout", text)


def succeeded(
    turn: Turn, fiber: Fiber, instruction: c.Invoke | c.Read, call: PendingCall, value: Datum
) -> None:
    """Bind the answer and go on."""
    if isinstance(instruction, c.Invoke) and instruction.call.effect == "tell":
        _told(turn, call)
    if (
        instruction.bind is not None
        or isinstance(instruction, c.Read)
        or (instruction.call.effect != "tell")
    ):
        turn.show(
            Bound(
                name=instruction.bind or "",
                value=value,
                took=took(turn, call),
                call=call.text,
                attempt=call.attempt,
            )
        )
    turn.ready(going_on(fiber, fiber.pc + 1, bind(fiber.names, instruction.bind, value)))


def refused(turn: Turn, fiber: Fiber, call: PendingCall, kind: str, text: str) -> None:
    """Try again later where the step says so, else bind the failure or fail."""
    retry_at = when_again(turn, fiber, kind, call.attempt)
    turn.show(
        CallFailed(
            call=call.text,
            kind=kind,
            text=text,
            attempt=call.attempt,
            retry_at=retry_at,
            took=took(turn, call),
        )
    )
    if retry_at is not None:
        wait_to_repeat(turn, fiber, call, retry_at)
        return
    if isinstance(call.request, OperationRequest) and call.request.effect == "tell":
        to, subject, body = letters.letter(call.request.arguments.value)
        turn.show(
            Told(kind=call.request.operation, to=to, subject=subject, text=body, failure=text)
        )
    instruction = turn.plan.code[fiber.pc]
    if isinstance(instruction, c.Invoke | c.Read) and instruction.tried:
        value = Datum(Failure(kind, text))
        turn.ready(going_on(fiber, fiber.pc + 1, bind(fiber.names, instruction.bind, value)))
        return
    turn.ready(failed(fiber, kind, text))


def when_again(turn: Turn, fiber: Fiber, kind: str, attempt: int) -> datetime | None:
    """When a call refused with `kind` is repeated, or None: not at all.

    Refused means that nothing happened, so this holds for changes and messages too.
    """
    retry = retry_around(turn, fiber)
    if retry is None or attempt > retry.times or kind not in RETRIED_FOR_READS:
        return None
    pause = retry.every * (1 << (attempt - 1)) if retry.doubling else retry.every
    return turn.now + pause


def wait_to_repeat(turn: Turn, fiber: Fiber, call: PendingCall, at: datetime) -> None:
    """Keep the call until its timer fires."""
    turn.park(fiber)
    turn.start_timer("retry", at, fiber=fiber.number, call=call)


def repeat(turn: Turn, call: PendingCall, *, attempt: int) -> None:
    """The same request under the same key, as a new call."""
    turn.perform(
        fiber=call.fiber,
        use=call.use,
        request=call.request,
        key=call.key,
        timeout=call.timeout,
        attempt=attempt,
        text=call.text,
    )


def took(turn: Turn, call: PendingCall) -> timedelta:
    """How long the call took."""
    return turn.now - (call.began or call.asked)


def _told(turn: Turn, call: PendingCall) -> None:
    assert isinstance(call.request, OperationRequest)
    to, subject, text = letters.letter(call.request.arguments.value)
    turn.show(Told(kind=call.request.operation, to=to, subject=subject, text=text))
    turn.enter(Entry(number=0, kind="message", label=f"{subject or call.text}"))
