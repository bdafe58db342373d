"""From a request of the machine to the event that answers it, through the database and the adapters."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

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
    Outcome,
    Refused,
    Succeeded,
    Unsettled,
)
from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Datum, Row
from rbengine.host.adapters import Adapters, at_the_database
from rbengine.host.errors import CannotGoOnError
from rbengine.host.letters import with_text
from rbengine.host.settling import Settling, key_of
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
)

T = TypeVar("T")


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
        self._letter = letter
        self._settling = Settling(adapters, database, repeatable)

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
                return self._settling.settled(request, call, now)

    def _operation(self, operation: str, arguments: Datum, call: Perform, now: datetime) -> Outcome:
        return self._adapters.perform(operation, arguments.value, call.key, call.timeout, now)

    def _sql(self, what: str, use: Callable[[Database], T]) -> T | Unsettled:
        return at_the_database(self._database, what, use)

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
            key = key_of(call, number, request.actions)
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
