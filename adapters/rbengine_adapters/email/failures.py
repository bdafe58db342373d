"""What Resend's refusals mean for a call.

First the error's name decides, then the HTTP status; 500 and above leave open whether the mail went out.
Source: https://resend.com/docs/api-reference/errors
"""

import httpx
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled

from rbengine_adapters.wire.endings import Ending, failing, garbled
from rbengine_adapters.wire.plain import decoded

BY_NAME: dict[str, RefusalKind] = {
    "daily_quota_exceeded": "conflict",  # not `rate_limited`: trying again today is useless
    "invalid_api_key": "unauthorized",
    "invalid_from_address": "invalid",
    "invalid_idempotency_key": "invalid",
    "invalid_idempotent_request": "conflict",
    "missing_api_key": "unauthorized",
    "missing_required_field": "invalid",
    "monthly_quota_exceeded": "conflict",
    "rate_limit_exceeded": "rate_limited",
    "restricted_api_key": "unauthorized",
    "validation_error": "invalid",
}

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    405: "invalid",
    409: "conflict",
    422: "invalid",
    429: "rate_limited",
    451: "conflict",
}

IN_PROGRESS = "concurrent_idempotent_requests"
"""Another request with our key is being worked on: whether it will be sent is not known yet."""


def ending_of(response: httpx.Response, *, changes: bool = True) -> Ending:
    """How a refusal ends the sending of a mail, or a look."""
    status = response.status_code
    if status >= 500:
        return failing("Resend", status, changes=changes)
    if status < 400:
        return garbled("Resend", changes=changes)
    name, message = _said(response)
    if name == IN_PROGRESS:
        return Unsettled("Resend is still working on an earlier request with the same key")
    kind = BY_NAME.get(name) or BY_STATUS.get(status) or "invalid"
    if kind == "not_found" and changes:
        kind = "invalid"  # a mail is sent to nothing that could be missing at Resend
    if kind == "unauthorized":
        return Refused(kind, "Resend does not accept the key for this")
    return Refused(kind, f"Resend: {message}" if message else f"Resend answered {status}")


def may_only_send(response: httpx.Response) -> bool:
    """Whether it is refused because the key is one for sending mails and nothing else."""
    return _said(response)[0] == "restricted_api_key"


def _said(response: httpx.Response) -> tuple[str, str]:
    try:
        content = decoded(response.content)
    except ValueError:
        return "", ""
    if not isinstance(content, dict):
        return "", ""
    return str(content.get("name", "")), str(content.get("message", ""))
