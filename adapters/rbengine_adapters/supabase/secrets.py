"""Secrets of the edge functions: compared by digest, set, never read."""

import hashlib
import re
from datetime import UTC, datetime

from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.plain import revealed

LONGEST_NAME = 256
LONGEST_VALUE = 24_576
RESERVED = "SUPABASE_"

_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.secret_check`, against what the settings say."""
    names = invocation.arguments["names"]
    found = _found(calls)
    wanted = [str(one) for one in names] if isinstance(names, tuple) else []
    return tuple(
        Row(
            {
                "name": one,
                "state": _state(found.get(one), calls.place.setting(f"secret.{one}")),
                "updated_at": _updated(found.get(one)),
            }
        )
        for one in wanted
    )


def holds(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`supabase.secret_state`, against the value that was handed over."""
    name, expected = _wanted(invocation)
    return _state(_found(calls).get(name), expected)


def set_secret(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """Put it there, in place of what was there before."""
    name, value = _wanted(invocation)
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None or name.startswith(RESERVED):
        text = f"a name is letters, digits and `_`, and does not begin with {RESERVED}"
        raise CallEndedError.refused("invalid", text)
    if not 1 <= len(value) <= LONGEST_VALUE:
        raise CallEndedError.refused("invalid", f"a value has 1 to {LONGEST_VALUE} characters")
    calls.change("POST", "/secrets", [{"name": name, "value": value}])
    return None


def _wanted(invocation: Invocation) -> tuple[str, str]:
    name, value = invocation.arguments["name"], revealed(invocation.arguments["value"])
    if not isinstance(name, str) or value is None:
        raise CallEndedError.refused("invalid", "a name and a secret are needed")
    return name, value


def _found(calls: SupabaseCalls) -> dict[str, answers.SecretEntry]:
    return {one.name: one for one in calls.read("/secrets", answers.SECRETS)}


def _updated(entry: answers.SecretEntry | None) -> datetime | None:
    moment = None if entry is None else entry.updated_at
    return None if moment is None else moment.astimezone(UTC)


def _state(entry: answers.SecretEntry | None, expected: str | None) -> str:
    if entry is None:
        return "absent"
    if expected is None or _DIGEST.fullmatch(entry.value) is None:
        return "unknown"
    same = hashlib.sha256(expected.encode("utf-8")).hexdigest() == entry.value.lower()
    return "same" if same else "different"
