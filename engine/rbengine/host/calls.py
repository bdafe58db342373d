"""From a request of the machine to the event that answers it, through the database and the adapters."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from rbengine.contract.changes import (
    Applied,
    ApplyOutcome,
    ChangePlan,
    Drifted,
    OperationAction,
    Planned,
    PlannedOperation,
    PlannedStatement,
    PlanOutcome,
    SqlAction,
    SqlStatement,
    Undone,
    UndoOutcome,
    UndoPlan,
)
from rbengine.contract.codec import to_line
from rbengine.contract.database import Database
from rbengine.contract.outcomes import (
    RETRIED_FOR_READS,
    Outcome,
    Refused,
    Succeeded,
    Unsettled,
)
from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Datum, Row
from rbengine.host.adapters import Adapters
from rbengine.host.errors import CannotGoOnError
from rbengine.host.letters import with_text
from rbengine.host.text_message import as_text_message
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    SettleRequest,
    UndoRequest,
)
from rbengine.runtime.events import (
    CallEnded,
    ChangeApplied,
    ChangePlanned,
    ChangeUndone,
    Event,
    Settled,
)

T = TypeVar("T")

_REPEATS = 5
"""How often a call in doubt that may be repeated is sent again while its answer stays out."""

_FOR_CLOCKS = timedelta(hours=1)
"""So long before a provider forgets a key it counts as forgotten: clocks differ, and a repetition takes a while."""

_Finding = tuple[Literal["applied", "not applied", "unclear"], str, Applied | None, Outcome | None]
"""Verdict, evidence in words, what was done, how the operation ended."""


class Calls:
    """Makes calls, one at a time, and says how each ended.

    `channels` are the ways to a contact, none where there is none. `repeatable` says of an operation and its
    arguments that doing it twice is the same as doing it once although its signature cannot promise that.
    `letter` is the project's template of an escalation, empty for the product's.
    """

    def __init__(
        self,
        *,
        adapters: Adapters,
        database: Callable[[], Database],
        channels: Callable[[str], Sequence[ContactChannel]],
        repeatable: Callable[[str, Datum], bool],
        letter: str = "",
    ) -> None:
        self._adapters = adapters
        self._database = database
        self._channels = channels
        self._repeatable = repeatable
        self._letter = letter

    def perform(self, call: Perform, now: datetime) -> Event:
        """Make the call; the event says `now`, whoever knows how long it took says when it ended."""
        match call.request:
            case OperationRequest() as request:
                outcome = self._operation(request.operation, request.arguments, call, now)
                return CallEnded(at=now, call=call.call, outcome=outcome)
            case QueryRequest(query=query):
                found = self._sql("query", lambda it: it.query(query, call.timeout))
                return CallEnded(at=now, call=call.call, outcome=found)
            case NotifyRequest() as request:
                written = with_text(request, self._letter)
                return CallEnded(at=now, call=call.call, outcome=self._notify(written, call, now))
            case PlanRequest() as request:
                plan = self._plan(request, call.timeout)
                return ChangePlanned(at=now, call=call.call, outcome=plan)
            case ApplyRequest() as request:
                applied = self._apply(request, call, now)
                return ChangeApplied(at=now, call=call.call, outcome=applied)
            case UndoRequest() as request:
                undone = self._undo(request, call, now)
                return ChangeUndone(at=now, call=call.call, outcome=undone)
            case SettleRequest() as request:
                return self._settle(request, call, now)

    def _operation(self, operation: str, arguments: Datum, call: Perform, now: datetime) -> Outcome:
        return self._adapters.perform(operation, arguments.value, call.key, call.timeout, now)

    def _sql(self, what: str, use: Callable[[Database], T]) -> T | Unsettled:
        try:
            return use(self._database())
        except CannotGoOnError:
            raise
        except (
            Exception
        ) as defect:  # the wall around the database, as `behind_the_wall` for adapters
            return Unsettled(f"{what} broke: {type(defect).__name__}: {defect}")

    def _notify(self, request: NotifyRequest, call: Perform, now: datetime) -> Outcome:
        """Tell by every channel. Whom one of them has reached has been reached; else the first says why not."""
        channels = self._channels(request.contact)
        outcomes = [self._told(one, request, call, now) for one in channels]
        if not outcomes:
            return Refused("not_found", f"there is no channel to {request.contact}")
        return next((one for one in outcomes if isinstance(one, Succeeded)), outcomes[0])

    def _told(
        self, channel: ContactChannel, request: NotifyRequest, call: Perform, now: datetime
    ) -> Outcome:
        operation, text = "email.send", request.text
        if channel.kind == "sms":
            operation, text = "twilio.send", as_text_message(request.subject, request.text)
        elif channel.kind != "email":
            return Refused("not_found", f"nothing here sends to {channel.kind} {channel.address}")
        message = Row({"subject": request.subject, "text": text})
        arguments = Row({"to": channel.address, "message": message})
        # Each channel has a key of its own: the same letter by another way is another letter.
        key = call.key if channel.kind == "email" else f"{call.key}/{channel.kind}"
        promise = self._adapters.promise(operation)
        if request.lost is not None and promise.settles and promise.idempotency == "no":
            # What cannot be found is sent once more: better told twice than never.
            found = self._adapters.settle(operation, arguments, key, call.timeout, request.lost)
            if isinstance(found, Succeeded):
                return found
        return self._adapters.perform(operation, arguments, key, call.timeout, now)

    # Changes -----------------------------------------------------------------------------------------------

    def _plan(self, request: PlanRequest, timeout: timedelta) -> PlanOutcome:
        parts: list[PlannedStatement | PlannedOperation] = []
        digests: list[str] = []
        undo = request.undo
        rows = 0
        for action in request.actions:
            match action:
                case SqlAction(statements=statements):
                    outcome = self._sql("planning", lambda it, s=statements: it.plan(s, timeout))  # type: ignore[misc]
                    if not isinstance(outcome, Planned):
                        return outcome
                    parts.extend(outcome.plan.parts)
                    digests.append(outcome.plan.digest)
                    rows += outcome.plan.rows
                    undo = undo or outcome.plan.undo
                case OperationAction():
                    parts.append(
                        PlannedOperation(operation=action.operation, arguments=action.arguments)
                    )
                    digests.append(hashlib.sha256(to_line(action).encode()).hexdigest())
        digest = digests[0]
        if len(digests) > 1:
            digest = hashlib.sha256("\n".join(digests).encode()).hexdigest()
        if undo is None:
            undo = UndoPlan(kind="irreversible", text="nothing says how it is taken back")
        return Planned(plan=ChangePlan(parts=tuple(parts), digest=digest, undo=undo, rows=rows))

    def _apply(self, request: ApplyRequest, call: Perform, now: datetime) -> ApplyOutcome:
        if len(request.actions) != 1:
            raise CannotGoOnError("a change is applied one transaction or one operation at a time")
        match request.actions[0]:
            case SqlAction(statements=statements):
                return self._sql(
                    "applying",
                    lambda it: it.apply(statements, request.approved, call.key, call.timeout),
                )
            case OperationAction(operation=operation, arguments=arguments):
                outcome = self._operation(operation, arguments, call, now)
                if isinstance(outcome, Succeeded):
                    return Applied(rows=0, result=outcome.value)
                return outcome

    def _undo(self, request: UndoRequest, call: Perform, now: datetime) -> UndoOutcome:
        if request.images:
            return self._sql("undoing", lambda it: it.undo(request.images, call.key, call.timeout))
        rows = 0
        for number, action in enumerate(request.actions):
            key = call.key if len(request.actions) == 1 else f"{call.key}/{number}"
            match action:
                case SqlAction(statements=statements):
                    done = self._undo_by_sql(statements, key, call.timeout)
                    if not isinstance(done, Applied):
                        return done
                    rows += done.rows
                case OperationAction(operation=operation, arguments=arguments):
                    outcome = self._adapters.perform(
                        operation, arguments.value, key, call.timeout, now
                    )
                    if not isinstance(outcome, Succeeded):
                        return outcome
        return Undone(rows=rows)

    def _undo_by_sql(
        self, statements: Sequence[SqlStatement], key: str, timeout: timedelta
    ) -> Applied | Refused | Unsettled:
        """What the text says is done as a change of its own, on the rows as they are now."""
        plan = self._sql("planning", lambda it: it.plan(statements, timeout))
        if not isinstance(plan, Planned):
            return plan
        done = self._sql("undoing", lambda it: it.apply(statements, plan.plan, key, timeout))
        if isinstance(done, Drifted):
            return Refused("conflict", "the rows moved while they were put back")
        return done

    # What is in doubt --------------------------------------------------------------------------------------

    def _settle(self, request: SettleRequest, call: Perform, now: datetime) -> Settled:
        verdict, evidence, applied, outcome = self._look(request, call, now)
        return Settled(
            at=now, call=call.call, verdict=verdict, evidence=evidence, applied=applied, outcome=outcome
        )  # fmt: skip

    def _look(self, doubt: SettleRequest, call: Perform, now: datetime) -> _Finding:
        match doubt.request:
            case OperationRequest(operation=operation, arguments=arguments):
                return self._look_at_operation(operation, arguments, call, doubt, now)
            case ApplyRequest(actions=(OperationAction() as action,)):
                return self._look_at_operation(action.operation, action.arguments, call, doubt, now)
            case UndoRequest(images=(), actions=(OperationAction() as action,)):
                return self._look_at_operation(action.operation, action.arguments, call, doubt, now)
            case ApplyRequest() | UndoRequest():
                return self._look_for_marker(call)

    def _look_for_marker(self, call: Perform) -> _Finding:
        def look(database: Database) -> _Finding:
            try:
                applied = database.settle(call.key, call.timeout)
            except ConnectionError as error:
                return "unclear", f"the database cannot be asked: {error}", None, None
            if applied is None:
                return "not applied", "the transaction left no marker row", None, None
            return "applied", "the marker row of the transaction is there", applied, None

        found = self._sql("settling", look)
        if isinstance(found, Unsettled):
            return "unclear", found.text, None, None
        return found

    def _look_at_operation(
        self, operation: str, arguments: Datum, call: Perform, doubt: SettleRequest, now: datetime
    ) -> _Finding:
        promise, asked = self._adapters.promise(operation), doubt.asked
        if promise.settles:
            found = self._adapters.settle(operation, arguments.value, call.key, call.timeout, asked)
            if isinstance(found, Succeeded):
                done = Applied(rows=0, result=found.value)
                return "applied", f"{operation} says that it took effect", done, found
            if isinstance(found, Refused) and found.kind not in RETRIED_FOR_READS:
                if doubt.contested and promise.idempotency == "no":
                    evidence = f"{operation} says: {found.text}, but the process that was in it may still do it"
                    return "unclear", evidence, None, None
                return "not applied", f"{operation} says: {found.text}", None, found
        window = promise.key_window
        if window is not None and now - asked >= window - _FOR_CLOCKS:
            evidence = f"{operation} was sent at {asked:%Y-%m-%d %H:%M} UTC, and its key may be forgotten since"
            return "unclear", evidence, None, None
        if promise.idempotency != "no" or self._repeatable(operation, arguments):
            return self._repeat(operation, arguments, call, now)
        if promise.settles:
            return "unclear", f"{operation} was looked for, and nothing can be said yet", None, None
        return "unclear", f"{operation} leaves nothing to look for", None, None

    def _repeat(self, operation: str, arguments: Datum, call: Perform, now: datetime) -> _Finding:
        """Send it again with the same key: once it is answered, it has been done exactly once."""
        lost = self._adapters.lost_secret(arguments.value)
        if lost is not None:
            return "unclear", f"{operation} cannot be sent again without the {lost}", None, None
        outcome: Outcome = Unsettled("not tried")
        for _ in range(_REPEATS):
            outcome = self._operation(operation, arguments, call, now)
            if not isinstance(outcome, Unsettled):
                break
        match outcome:
            case Succeeded(value=value):
                done = Applied(rows=0, result=value)
                return (
                    "applied",
                    f"{operation} was sent again with its key and answered",
                    done,
                    outcome,
                )
            case Refused(kind=kind, text=text) if kind not in RETRIED_FOR_READS:
                return (
                    "not applied",
                    f"{operation} was sent again with its key: {text}",
                    None,
                    outcome,
                )
            case Refused(text=text) | Unsettled(text=text):
                return (
                    "unclear",
                    f"{operation} was sent again and gave no answer: {text}",
                    None,
                    None,
                )
