"""What Meta's errors mean for a call.

First the error's code, then its own word that it will pass, then the HTTP status decides.
Source: https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes.
"""

from rbengine.contract.outcomes import RefusalKind, Refused

from rbengine_adapters.wire.endings import Ending, failing, garbled

BY_CODE: dict[int, RefusalKind] = {
    3: "unauthorized",
    4: "rate_limited",
    10: "unauthorized",
    100: "invalid",
    190: "unauthorized",
    200: "unauthorized",
    368: "conflict",
    803: "not_found",
    2200: "conflict",  # the webhook did not answer the handshake
    80007: "rate_limited",
    130429: "rate_limited",
}

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    422: "invalid",
    429: "rate_limited",
}


def ending_of(status: int, content: object, *, changes: bool = False) -> Ending:
    """How an answer that is no success ends a call. `content`: its JSON, or None for none."""
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        if status >= 500:
            return failing("Meta", status, changes=changes)
        if status < 400:
            return garbled("Meta", changes=changes)
        return Refused(BY_STATUS.get(status, "invalid"), f"Meta answered {status}")
    code = error.get("code")
    known = BY_CODE.get(code) if isinstance(code, int) else None
    if known is None and error.get("is_transient") is True:
        if changes:
            return failing("Meta", status, changes=True)
        known = "unavailable"
    if known is None and status >= 500:
        return failing("Meta", status, changes=changes)
    kind = known or BY_STATUS.get(status) or "invalid"
    if kind == "unauthorized":
        return Refused(kind, "Meta does not accept the token for this")
    return Refused(kind, f"Meta: {error.get('message', f'answered {status}')}")
