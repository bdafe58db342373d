"""What Supabase's refusals mean for a call.

The platform's refusals go by HTTP status. A function's go first by `sb-error-code`, with which the gateway says
that the function itself never ran or was stopped; a status without it is the function's own. 500 and above leave
open whether a function did anything, but for one that could not start. Storage's refusals stand in their bodies.
Source: https://supabase.com/docs/guides/functions/error-codes and …/status-codes.
"""

import httpx
from rbengine.contract.outcomes import RefusalKind, Refused

from rbengine_adapters.wire.endings import Ending, failing, garbled

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    402: "conflict",
    403: "unauthorized",
    404: "not_found",
    405: "invalid",
    409: "conflict",
    413: "invalid",
    422: "invalid",
    429: "rate_limited",
}

BY_GATEWAY_CODE: dict[str, RefusalKind] = {
    "BOOT_ERROR": "unavailable",
    "NOT_FOUND": "not_found",
    "RATE_LIMITED": "rate_limited",
    "UNAUTHORIZED_INVALID_JWT_FORMAT": "unauthorized",
    "UNAUTHORIZED_LEGACY_JWT": "unauthorized",
    "UNAUTHORIZED_NO_AUTH_HEADER": "unauthorized",
}

_MEANT = frozenset(str(one) for one in BY_STATUS)

WRONG_QUESTION = frozenset({400, "400", "INVALID_ARGUMENT"})
"""Codes with which the log service says that the question itself is wrong."""


def ending_of(response: httpx.Response, *, changes: bool) -> Ending:
    """How a refusal by the platform or a function ends the call."""
    status = _status(response)
    code = response.headers.get("sb-error-code", "")
    kind = BY_GATEWAY_CODE.get(code)
    if kind is not None:
        return Refused(kind, f"Supabase: {code} ({status})")
    if status >= 500:
        return failing("Supabase", status, changes=changes)
    kind = BY_STATUS.get(status)
    if kind is not None:
        return Refused(kind, f"Supabase answered {status}")
    if status >= 400:
        return Refused("invalid", f"Supabase answered {status}")
    return garbled("Supabase", changes=changes)


def _status(response: httpx.Response) -> int:
    """The status; Storage refuses with 400 and says in the body which one it means."""
    if response.status_code != 400:
        return response.status_code
    try:
        content = response.json()
    except ValueError:
        return 400
    meant = content.get("statusCode") if isinstance(content, dict) else None
    return int(meant) if isinstance(meant, str) and meant in _MEANT else 400


def log_error(error: object) -> Ending:
    """The log service answers 200 also when it failed: then `error` is a text or an object."""
    if isinstance(error, dict):
        text = str(error.get("message", "no reason given"))
        wrong = error.get("code") in WRONG_QUESTION or error.get("status") in WRONG_QUESTION
        return Refused("invalid" if wrong else "unavailable", f"Supabase logs: {text}")
    return Refused("unavailable", f"Supabase logs: {error}")
