"""What Twilio's errors mean for a call.

First the error's code, then the HTTP status decides. Source: https://www.twilio.com/docs/api/errors.
"""

from rbengine.contract.outcomes import RefusalKind, Refused

from rbengine_adapters.wire.endings import Ending, failing, garbled

BY_CODE: dict[int, RefusalKind] = {
    20003: "unauthorized",
    20005: "unauthorized",
    20006: "unauthorized",
    20404: "not_found",
    20429: "rate_limited",
    14107: "rate_limited",
    21220: "conflict",  # the call is over
    21610: "conflict",  # the receiver wants nothing of us
    21611: "rate_limited",  # the sender's queue is full
}

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    405: "invalid",
    429: "rate_limited",
}


def ending_of(status: int, content: object, *, changes: bool = False) -> Ending:
    """How an answer that is no success ends a call. `content`: its JSON, or None for none."""
    if status >= 500:
        return failing("Twilio", status, changes=changes)
    code = content.get("code") if isinstance(content, dict) else None
    kind = BY_CODE.get(code) if isinstance(code, int) else None
    kind = kind or BY_STATUS.get(status)
    if kind is None and status >= 400:
        kind = "invalid"
    if kind is None:
        return garbled("Twilio", changes=changes)
    if kind == "unauthorized":
        return Refused(kind, "Twilio does not accept the key for this")
    message = content.get("message") if isinstance(content, dict) else None
    return Refused(kind, f"Twilio: {message}" if message else f"Twilio answered {status}")
