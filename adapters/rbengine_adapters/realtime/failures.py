"""What Realtime's refusals mean for a call that only looks.

At the handshake its HTTP status decides; later a code at the beginning of what it says, and without one a refusal is
about the subscription itself. Source: https://supabase.com/docs/guides/realtime/error_codes.
"""

import re

from rbengine.contract.outcomes import RefusalKind, Refused

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "unavailable",
    429: "rate_limited",
}

BY_CODE: dict[str, RefusalKind] = {
    "ChannelRateLimitReached": "rate_limited",
    "ClientJoinRateLimitReached": "rate_limited",
    "ConnectionRateLimitReached": "rate_limited",
    "MessagePerSecondRateLimitReached": "rate_limited",
    "DatabaseConnectionIssue": "unavailable",
    "DatabaseLackOfConnections": "unavailable",
    "IncreaseConnectionPool": "unavailable",
    "InitializingProjectConnection": "unavailable",
    "RealtimeDisabledForConfiguration": "unavailable",
    "RealtimeDisabledForTenant": "unavailable",
    "TenantNotFound": "unavailable",
    "UnableToConnectToProject": "unavailable",
    "UnableToConnectToTenantDatabase": "unavailable",
    "InvalidJWTExpiration": "unauthorized",
    "InvalidJWTToken": "unauthorized",
    "JwtSignatureError": "unauthorized",
    "MalformedJWT": "unauthorized",
    "Unauthorized": "unauthorized",
    "TopicNameRequired": "invalid",
    "RealtimeDisabledForTable": "conflict",
}

_CODE = re.compile(r"\b([A-Z][a-z]+(?:[A-Z]+[a-z]*)+|Unauthorized)\b")


def at_the_door(status: int) -> Refused:
    """How a handshake ends the call that is not answered with 101."""
    kind = BY_STATUS.get(status, "unavailable")
    if kind == "unauthorized":
        return Refused(kind, f"Realtime does not accept the key: it answered {status}")
    return Refused(kind, f"Realtime answered {status} instead of opening a connection")


def of_the_channel(said: str) -> Refused:
    """How a refused join or subscription ends the call."""
    codes = [one for one in _CODE.findall(said) if one in BY_CODE]
    kind: RefusalKind = BY_CODE[codes[0]] if codes else "conflict"
    return Refused(kind, f"Realtime: {' '.join(said.split())[:200] or 'refused without a word'}")
