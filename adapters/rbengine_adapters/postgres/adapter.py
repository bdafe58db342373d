"""PostgreSQL beside SQL, live: each operation of the signature. Failures are told as `refusals` tells those of SQL."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused
from rbengine.contract.values import Value

from rbengine_adapters.postgres.attempt import by_itself, in_transaction
from rbengine_adapters.postgres.indexes import IndexWish, create_index, drop_index
from rbengine_adapters.postgres.signals import cancel, terminate
from rbengine_adapters.postgres.whereabouts import locate

T = TypeVar("T")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's sessions."""
    return PostgresAdapter(connections)


class PostgresAdapter:
    """All operations. Each looks before it acts, so doing one twice is doing it once."""

    def __init__(self, connections: Connections) -> None:
        self._sessions = connections.database()

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        a = invocation.arguments
        match invocation.operation:
            case "cancel":
                pid, began, query = (
                    _given(a, "pid", int),
                    _given(a, "backend_start", datetime),
                    _given(a, "query_start", datetime),
                )
                return in_transaction(
                    self._sessions,
                    invocation.timeout,
                    lambda it: cancel(it, pid, began, query),
                    changes=True,
                )
            case "terminate":
                pid, began = _given(a, "pid", int), _given(a, "backend_start", datetime)
                return in_transaction(
                    self._sessions,
                    invocation.timeout,
                    lambda it: terminate(it, pid, began),
                    changes=True,
                )
            case "create_index":
                wish = _wish(invocation)
                return by_itself(
                    self._sessions, invocation.timeout, lambda it: create_index(it, wish)
                )
            case "drop_index":
                wish = _wish(invocation)
                return by_itself(
                    self._sessions, invocation.timeout, lambda it: drop_index(it, wish)
                )
            case other:
                raise ValueError(f"postgres has no operation `{other}`")

    def locate(self, timeout: timedelta) -> Whereabouts | Refused:
        """Which database it is, and whether what is read is the same one."""
        return locate(self._sessions, timeout)

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - it is done again instead
        """None: a lost call is made again."""
        return None


def _wish(invocation: Invocation) -> IndexWish:
    a = invocation.arguments
    return IndexWish(
        table=_given(a, "table", str),
        name=_given(a, "name", str),
        columns=_given(a, "columns", str) if "columns" in a else "",
        lock_timeout=_given(a, "lock_timeout", timedelta),
        timeout=invocation.timeout,
    )


def _given(arguments: Mapping[str, Value], name: str, type_: type[T]) -> T:
    """The argument, of the type that the checker has made sure of."""
    value = arguments[name]
    if not isinstance(value, type_):
        raise TypeError(f"`{name}` is a {type_.__name__}")
    return value
