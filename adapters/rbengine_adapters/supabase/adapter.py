"""Supabase, live: each operation of the signature."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Value

from rbengine_adapters.signatures.supabase import SIGNATURE
from rbengine_adapters.supabase import (
    auth,
    functions,
    logs,
    metrics,
    project,
    realtime,
    secrets,
    storage,
)
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.supabase.place import Place
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.promises import as_promised

_OPERATIONS: Mapping[str, Callable[[SupabaseCalls, Invocation], Value]] = {
    "addons": project.addons,
    "auth_health": auth.health,
    "buckets": storage.buckets,
    "error_groups": logs.error_groups,
    "function": functions.function,
    "function_calls": logs.function_calls,
    "function_logs": logs.function_logs,
    "functions": functions.functions,
    "health": project.health,
    "hold_function": functions.hold,
    "invoke": functions.invoke,
    "lift_network_bans": project.lift_network_bans,
    "limit_uploads": storage.limit_uploads,
    "metrics": metrics.metrics,
    "network_bans": project.network_bans,
    "project": project.project,
    "realtime_config": realtime.config,
    "realtime_shutdown": realtime.shutdown,
    "release_function": functions.release,
    "remove_files": storage.remove_files,
    "restart_database": project.restart_database,
    "secret_holds": secrets.holds,
    "secrets_check": secrets.check,
    "set_addon": project.set_addon,
    "set_secret": secrets.set_secret,
    "sign_in_probe": auth.sign_in_probe,
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
            return Succeeded(
                Datum(work(SupabaseCalls(self._place, invocation.timeout), invocation))
            )
        except CallEndedError as ended:
            return as_promised(SIGNATURE, invocation.operation, ended.outcome)

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Which project the token may see. Only the platform is asked: that one of the project's services is down must
        not keep anybody from looking at the others."""
        calls = SupabaseCalls(self._place, timeout)
        try:
            return project.whereabouts(calls)
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing to look at
        """None: what a function did is known to nobody here, and everything else may be repeated."""
        return None
