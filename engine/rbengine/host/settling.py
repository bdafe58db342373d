"""What became of a call whose answer was lost: by its marker, by its key, by its look; else a person is asked.

Only what may be sent again is: nothing that allowed it has passed, its provider still knows its key, and no secret that
it needs is lost. A look only reads.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.changes import Action, Applied, OperationAction, SqlAction
from rbengine.contract.database import Database
from rbengine.contract.outcomes import (
    RETRIED_FOR_READS,
    Outcome,
    RefusalKind,
    Refused,
    Succeeded,
    Unsettled,
)
from rbengine.contract.values import Datum
from rbengine.host.adapters import Adapters, at_the_database
from rbengine.runtime.commands import (
    ApplyRequest,
    OperationRequest,
    Perform,
    SettleRequest,
    UndoRequest,
)
from rbengine.runtime.events import Settled

_REPEATS = 5
"""How often a call in doubt that may be repeated is sent again while its answer stays out."""

_FOR_CLOCKS = timedelta(hours=1)
"""So long before a provider forgets a key it counts as forgotten: clocks differ, and a repetition takes a while."""

_SAY_NOTHING = RETRIED_FOR_READS | {"unauthorized"}


class _Finding(msgspec.Struct, frozen=True):
    """What became of a call in doubt. `evidence` is for people: exactly what is known."""

    verdict: Literal["applied", "not applied", "unclear"]
    evidence: str
    applied: Applied | None = None
    outcome: Outcome | None = None


class Settling:
    """Settles calls in doubt. `repeatable` is as for `Calls`."""

    def __init__(
        self,
        adapters: Adapters,
        database: Callable[[], Database],
        repeatable: Callable[[str, Datum], bool],
    ) -> None:
        self._adapters = adapters
        self._database = database
        self._repeatable = repeatable

    def settled(self, doubt: SettleRequest, call: Perform, now: datetime) -> Settled:
        """What became of the call that `doubt` is about; `call` has its key."""
        found = self._request(doubt, call, now)
        return Settled(
            at=now, call=call.call, verdict=found.verdict, evidence=found.evidence, applied=found.applied,
            outcome=found.outcome,
        )  # fmt: skip

    def _request(self, doubt: SettleRequest, call: Perform, now: datetime) -> _Finding:
        match doubt.request:
            case OperationRequest(operation=operation, arguments=arguments):
                action = OperationAction(operation=operation, arguments=arguments)
                return self._operation(action, call, doubt, now)
            case UndoRequest(images=(), actions=(_, _, *_) as actions):
                return self._each(actions, call, doubt, now)
            case ApplyRequest(actions=(action,)) | UndoRequest(images=(), actions=(action,)):
                return self._action(action, call, doubt, now)
            case ApplyRequest() | UndoRequest():
                return self._marker(call)

    def _each(
        self, actions: Sequence[Action], call: Perform, doubt: SettleRequest, now: datetime
    ) -> _Finding:
        """An undo of several steps. What was not done of it is done by doing all of it again, or a person decides."""
        rows, alone = 0, False
        for number, action in enumerate(actions):
            step = msgspec.structs.replace(call, key=key_of(call, number, actions))
            found = self._action(action, step, doubt, now)
            if found.verdict == "not applied" and alone:
                known = f"{number} of its {len(actions)} steps are done; then {found.evidence}"
                return _Finding("unclear", known)
            if found.verdict != "applied":
                return found
            rows += 0 if found.applied is None else found.applied.rows
            alone = alone or not self._may_be_done_again(action, doubt, now)
        return _Finding("applied", "each of its steps is done", Applied(rows=rows))

    def _may_be_done_again(self, action: Action, doubt: SettleRequest, now: datetime) -> bool:
        """A statement finds its marker; a key that stands in what was made is found there."""
        if isinstance(action, SqlAction) or self._takes_effect_once(action, doubt, now):
            return True
        promise = self._adapters.promise(action.operation)
        return promise.idempotency == "by key" and promise.key_window is None

    def _action(
        self, action: Action, call: Perform, doubt: SettleRequest, now: datetime
    ) -> _Finding:
        match action:
            case SqlAction():
                return self._marker(call)
            case OperationAction():
                return self._operation(action, call, doubt, now)

    def _marker(self, call: Perform) -> _Finding:
        def look(database: Database) -> _Finding:
            try:
                applied = database.settle(call.key, call.timeout)
            except ConnectionError as error:
                return _Finding("unclear", f"the database cannot be asked: {error}")
            if applied is None:
                return _Finding("not applied", "the transaction left no marker row")
            return _Finding("applied", "the marker row of the transaction is there", applied)

        found = at_the_database(self._database, "settling", look)
        return _Finding("unclear", found.text) if isinstance(found, Unsettled) else found

    def _operation(
        self, action: OperationAction, call: Perform, doubt: SettleRequest, now: datetime
    ) -> _Finding:
        """The key first, then the look. Where neither can tell: what is known of both."""
        once = self._takes_effect_once(action, doubt, now)
        why_not = self._why_not_again(action, doubt, once=once)
        if why_not is None and not once and self._adapters.promise(action.operation).settles:
            # Its key stands in what it makes: sent again it would be looked for all the same, and then made.
            looked = self._looked(action, call, doubt, once=once)
            if looked.verdict != "unclear":
                return looked
        sent = self._sent_again(action, call, now) if why_not is None else _unclear(why_not)
        if sent.verdict == "applied" or not self._adapters.promise(action.operation).settles:
            return sent
        looked = self._looked(action, call, doubt, once=once)
        if looked.verdict == "applied" or sent.verdict == "unclear":
            known = "; ".join(one for one in (sent.evidence, looked.evidence) if one)
            return msgspec.structs.replace(looked, evidence=known)
        return sent

    def _takes_effect_once(
        self, action: OperationAction, doubt: SettleRequest, now: datetime
    ) -> bool:
        """Whether it does so whoever sends it how often, also two processes at one moment."""
        promise = self._adapters.promise(action.operation)
        if promise.idempotency == "naturally":
            return True
        if self._repeatable(action.operation, action.arguments):
            return True
        # A key without a window stands in what the call made, and two may look for it at one moment.
        window = promise.key_window
        return window is not None and now - doubt.asked < window - _FOR_CLOCKS

    def _why_not_again(
        self, action: OperationAction, doubt: SettleRequest, *, once: bool
    ) -> str | None:
        """Why it is not sent again, empty where only its look is meant to tell; None where it is."""
        operation = action.operation
        promise = self._adapters.promise(operation)
        if not once and promise.key_window is not None:
            return f"{operation} was sent at {doubt.asked:%Y-%m-%d %H:%M} UTC, and its key may be forgotten since"
        if not once and (promise.idempotency == "no" or doubt.contested):
            return "" if promise.settles else f"{operation} leaves nothing to look for"
        if doubt.barred:
            return f"{operation} is not sent again: {doubt.barred}"
        lost = self._adapters.lost_secret(action.arguments.value)
        if lost is not None:
            return f"{operation} cannot be sent again without the {lost}"
        return None

    def _sent_again(self, action: OperationAction, call: Perform, now: datetime) -> _Finding:
        """The same call with the same key: once it is answered, it has been done exactly once."""
        operation, arguments = action.operation, action.arguments.value
        outcome: Outcome = Unsettled("not tried")
        for _ in range(_REPEATS):
            outcome = self._adapters.perform(operation, arguments, call.key, call.timeout, now)
            if not isinstance(outcome, Unsettled):
                break
        match outcome:
            case Succeeded(value=value):
                known = f"{operation} was sent again with its key and answered"
                return _Finding("applied", known, Applied(rows=0, result=value), outcome)
            case Refused(kind=kind, text=text) if not self._says_nothing(operation, kind):
                known = f"{operation} was sent again with its key: {text}"
                return _Finding("not applied", known, None, outcome)
            case Refused(text=text) | Unsettled(text=text):
                return _unclear(f"{operation} was sent again and gave no answer: {text}")

    def _says_nothing(self, operation: str, kind: RefusalKind) -> bool:
        """Whether a refusal of the second sending leaves open what became of the first.

        What is not allowed now may have been allowed then; a conflict may be one with what the first has made.
        """
        keyed = self._adapters.promise(operation).idempotency == "by key"
        return kind in _SAY_NOTHING or (kind == "conflict" and keyed)

    def _looked(
        self, action: OperationAction, call: Perform, doubt: SettleRequest, *, once: bool
    ) -> _Finding:
        """The operation's own look. What it does not find may yet come, where somebody may still be at it."""
        operation, arguments = action.operation, action.arguments.value
        found = self._adapters.settle(operation, arguments, call.key, call.timeout, doubt.asked)
        match found:
            case Succeeded(value=value):
                known = f"{operation} says that it took effect"
                return _Finding("applied", known, Applied(rows=0, result=value), found)
            case Refused(kind=kind, text=text) if kind not in RETRIED_FOR_READS:
                if doubt.contested and not once:
                    known = (
                        f"{operation} says: {text}, but the process that was in it may still do it"
                    )
                    return _unclear(known)
                return _Finding("not applied", f"{operation} says: {text}", None, found)
            case Refused(text=text) | Unsettled(text=text):
                return _unclear(f"{operation} was looked for: {text}")


def _unclear(known: str) -> _Finding:
    return _Finding("unclear", known)


def key_of(call: Perform, number: int, actions: Sequence[Action]) -> str:
    """Each step of an undo has a key of its own."""
    return call.key if len(actions) == 1 else f"{call.key}/{number}"
