"""The end of a call that no backend gave."""

from datetime import datetime

from rbengine.contract.outcomes import Refused, Unsettled
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


def ended_without(
    call: Perform, now: datetime, read: Refused, change: Refused | Unsettled
) -> Event:
    """`read` for what only looks, `change` for what may have done something; a look says nothing."""
    match call.request:
        case OperationRequest(effect="observe") | QueryRequest():
            return CallEnded(at=now, call=call.call, outcome=read)
        case OperationRequest() | NotifyRequest():
            return CallEnded(at=now, call=call.call, outcome=change)
        case PlanRequest():
            return ChangePlanned(at=now, call=call.call, outcome=read)
        case ApplyRequest():
            return ChangeApplied(at=now, call=call.call, outcome=change)
        case UndoRequest():
            return ChangeUndone(at=now, call=call.call, outcome=change)
        case SettleRequest():
            return Settled(at=now, call=call.call, verdict="unclear", evidence=change.text)
