"""Auth: whether it answers, and whether somebody can sign in."""

from typing import Literal

import httpx
from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Refused
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls, checked
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.plain import encoded

SIGNED_IN: Literal["signed in"] = "signed in"
REFUSED: Literal["credentials refused"] = "credentials refused"

UNKNOWN_USER = frozenset({"invalid_credentials", "invalid_grant", "user_not_found"})
"""Codes with which Auth says that it is up, and does not know this user or password."""


def health(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """`supabase.auth_health`."""
    response = calls.at_project("GET", "/auth/v1/health", changes=False, headers=_key(calls))
    found = calls.checked(answers.AUTH_HEALTH, response, changes=False)
    return Row({"name": found.name, "version": found.version})


def sign_in_probe(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - as above
    """`supabase.sign_in`."""
    email, password = (_needed(calls, name) for name in ("probe_email", "probe_password"))
    response = calls.whatever(
        "POST",
        "/auth/v1/token",
        query={"grant_type": "password"},
        content=encoded({"email": email, "password": password}),
        headers=_key(calls),
    )
    if response.status_code == httpx.codes.BAD_REQUEST and _code(response) in UNKNOWN_USER:
        return REFUSED
    session = calls.checked(answers.SESSION, calls.granted(response), changes=False)
    try:
        calls.at_project(
            "POST",
            "/auth/v1/logout",
            changes=False,
            query={"scope": "local"},
            headers={**_key(calls), "authorization": f"Bearer {session.access_token}"},
        )
    except CallEndedError as ended:
        # The session ends by itself within the hour; that the test user could sign in stands.
        if not isinstance(ended.outcome, Refused):
            raise
    return SIGNED_IN


def _key(calls: SupabaseCalls) -> dict[str, str]:
    key = calls.place.setting("public_key")
    return {} if key is None else {"apikey": key}


def _needed(calls: SupabaseCalls, name: str) -> str:
    value = calls.place.setting(name)
    if value is None:
        raise CallEndedError.refused("invalid", f"the setting `supabase.{name}` is missing")
    return value


def _code(response: httpx.Response) -> str:
    """What Auth calls the refusal; older versions say it under `error`."""
    try:
        found = checked(answers.AUTH_ERROR, response.json())
    except (ValueError, CallEndedError):
        return ""
    return found.error_code or found.error or ""
