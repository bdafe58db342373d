"""Supabase, live: each operation of the signature."""

from collections.abc import Callable, Mapping

from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Value

from rbengine_adapters.supabase import functions, logs, realtime, secrets
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.supabase.place import Place
from rbengine_adapters.wire.endings import CallEndedError

_OPERATIONS: Mapping[str, Callable[[SupabaseCalls, Invocation], Value]] = {
    "error_groups": logs.error_groups,
    "function_calls": logs.function_calls,
    "function_logs": logs.function_logs,
    "functions": functions.functions,
    "hold_function": functions.hold,
    "invoke": functions.invoke,
    "realtime_config": realtime.config,
    "realtime_shutdown": realtime.shutdown,
    "release_function": functions.release,
    "secret_holds": secrets.holds,
    "secrets_check": secrets.check,
    "set_secret": secrets.set_secret,
}


def factory(connections: Connections) -> Adapter:
    """The adapter for one project. Raises SettingError where the settings do not say which, or cannot be used."""
    place = Place(connections)
    logs.dialect_of(place.setting("logs"))
    return SupabaseAdapter(place)


class SupabaseAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        work = _OPERATIONS.get(invocation.operation)
        if work is None:
            raise ValueError(f"supabase has no operation `{invocation.operation}`")
        try:
            return Succeeded(Datum(work(SupabaseCalls(self._place, invocation), invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing to look at
        """None: what a function did is known to nobody here, and everything else may be repeated."""
        return None
