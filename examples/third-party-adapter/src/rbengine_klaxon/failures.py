"""What Klaxon's failures mean for a call: the table, and nothing else.

| Klaxon says | reading | changing |
|---|---|---|
| 400, 422 | `invalid` | `invalid` |
| 401, 403 | `unauthorized` | `unauthorized` |
| 404 | `not_found` | `not_found` |
| 409: the key was used for another page | | `conflict` |
| 429 | `rate_limited` | `rate_limited` |
| any other 4xx | `invalid` | `invalid` |
| 5xx, or an answer that is none | `unavailable` | unsettled |
| the settings do not allow it | `invalid` | `invalid` |
| Klaxon has said to come later | `rate_limited` | `rate_limited` |
| the connection was never made | `unavailable` | `unavailable` |
| no answer in time | `timeout` | unsettled |
| the connection broke | `unavailable` | unsettled |
"""

import httpx
from rbengine.contract.adapter import HeldBackError, NotAllowedError
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled

Ending = Refused | Unsettled

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    409: "conflict",
    422: "invalid",
    429: "rate_limited",
}

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class EndedError(Exception):
    """The call is over, and this is how."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.text)
        self.ending = ending


def of_status(status: int, *, changes: bool, keyed: bool) -> Ending:
    """How an answer that is no success ends the call. Klaxon's own words are not repeated: they may hold the token."""
    if 400 <= status < 500:
        kind = BY_STATUS.get(status, "invalid")
        if kind == "conflict" and not keyed:
            kind = "invalid"  # only a key can be in the way of itself
        return Refused(kind, f"Klaxon answered {status}")
    return open_end(f"Klaxon answered {status}", changes=changes)


def of_transport(error: httpx.TransportError, *, changes: bool) -> Ending:
    """How a request ends the call that failed on its way."""
    why = error.__cause__  # what the host says of a request that it did not send
    if isinstance(why, NotAllowedError):
        return Refused("invalid", str(why))
    if isinstance(why, HeldBackError):
        return Refused("rate_limited", f"Klaxon: {why}")
    if isinstance(error, NEVER_SENT):
        return Refused("unavailable", "Klaxon cannot be reached")
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        text = "Klaxon gave no answer in time"
        return Unsettled(text) if changes else Refused("timeout", text)
    return open_end("the connection to Klaxon broke", changes=changes)


def open_end(text: str, *, changes: bool) -> Ending:
    """It may have been done: certain only for what does nothing."""
    return Unsettled(text) if changes else Refused("unavailable", text)
