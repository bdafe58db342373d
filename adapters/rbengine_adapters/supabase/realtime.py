"""Realtime: its limits, whether it is suspended, and closing its connections."""

from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls


def config(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """`supabase.realtime_config`."""
    found = calls.read("/config/realtime", answers.REALTIME)
    return Row(
        {
            "suspended": found.suspend is True,
            "private_only": found.private_only is True,
            "connections": found.max_concurrent_users,
            "events_per_second": found.max_events_per_second,
            "joins_per_second": found.max_joins_per_second,
            "channels_per_client": found.max_channels_per_client,
        }
    )


def shutdown(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """Close every client's connection."""
    calls.send("POST", "/config/realtime/shutdown", changes=True)
    return None
