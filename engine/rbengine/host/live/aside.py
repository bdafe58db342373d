"""Calls of a live run that are not live: who answers them, and which they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from rbengine.contract.changes import Action, OperationAction
from rbengine.host.driver import Turn
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    Request,
    SettleRequest,
    UndoRequest,
)
from rbengine.runtime.events import Event
from rbengine.runtime.state import RunState

_DATABASE = "postgres"
_MAIL = "email"


class Aside(Protocol):
    """Answers for the adapters of one backend that is not live."""

    def make(self, call: Perform, now: datetime) -> Event:
        """The end of the call. Raises CannotGoOnError."""
        ...

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        ...

    def resume(self, state: RunState) -> None:
        """Be there as the run left it. Raises CannotGoOnError where that cannot be."""
        ...


def adapters_in(request: Request) -> frozenset[str]:
    """The adapters that a request is for."""
    match request:
        case OperationRequest(operation=operation):
            return frozenset({operation.partition(".")[0]})
        case QueryRequest():
            return frozenset({_DATABASE})
        case NotifyRequest():
            return frozenset({_MAIL})
        case PlanRequest(actions=actions) | ApplyRequest(actions=actions):
            return _in_actions(actions)
        case UndoRequest(images=images, actions=actions):
            return _in_actions(actions) | ({_DATABASE} if images else frozenset())
        case SettleRequest(request=inner):
            return adapters_in(inner)


def _in_actions(actions: Sequence[Action]) -> frozenset[str]:
    return frozenset(_names(actions))


def _names(actions: Iterable[Action]) -> Iterable[str]:
    for one in actions:
        if isinstance(one, OperationAction):
            yield one.operation.partition(".")[0]
        else:
            yield _DATABASE
