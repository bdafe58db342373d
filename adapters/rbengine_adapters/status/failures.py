"""What the answers of status pages mean for a call.

A page that is read by everybody has no refusals of its own: whatever is no summary leaves the state unknown.
For our own page the HTTP status decides. Source: https://developer.statuspage.io/#section/Introduction/Errors.
"""

from rbengine.contract.outcomes import RefusalKind, Refused

from rbengine_adapters.wire.endings import Ending, failing, garbled

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    420: "rate_limited",
    422: "invalid",
    429: "rate_limited",
}


def of_a_page(page: str, status: int) -> Refused:
    """How a page that did not answer 200 ends a look at it."""
    if status in (420, 429):
        return Refused("rate_limited", f"the status page of {page} answered {status}")
    if status in (401, 403):
        return Refused("unauthorized", f"the status page of {page} answered {status}")
    return Refused("unavailable", f"the status page of {page} answered {status}")


def of_ours(status: int, content: object, *, changes: bool) -> Ending:
    """How an answer about our own page ends a call. `content`: its JSON, or None for none."""
    kind = BY_STATUS.get(status)
    if kind is None:
        if status >= 500:
            return failing("Statuspage", status, changes=changes)
        return garbled("Statuspage", changes=changes)
    if kind == "unauthorized":
        return Refused(kind, "Statuspage does not accept the key for this")
    error = content.get("error") if isinstance(content, dict) else None
    words = "; ".join(str(one) for one in error) if isinstance(error, list) else error
    return Refused(kind, f"Statuspage: {words or f'answered {status}'}")
