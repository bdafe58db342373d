"""What Stripe's errors mean for a call.

First the error's code, then its type, then the HTTP status decides; 500 and above, and what is no error of
Stripe's at all, leave open whether a change was done. Source: https://docs.stripe.com/error-codes and
https://docs.stripe.com/error-low-level.
"""

import stripe
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled

from rbengine_adapters.wire.endings import Ending, failing, garbled

BY_CODE: dict[str, RefusalKind] = {
    "charge_already_refunded": "conflict",
    "charge_disputed": "conflict",
    "lock_timeout": "rate_limited",
    "payment_intent_unexpected_state": "conflict",
    "rate_limit": "rate_limited",
    "resource_missing": "not_found",
}

BY_TYPE: dict[str, RefusalKind] = {
    "idempotency_error": "conflict",
    "card_error": "conflict",
}

BY_STATUS: dict[int, RefusalKind] = {
    400: "invalid",
    401: "unauthorized",
    402: "conflict",
    403: "unauthorized",
    404: "not_found",
    409: "conflict",
    424: "conflict",
    429: "rate_limited",
}

IN_PROGRESS = "idempotency_key_in_use"
"""Another request with our key is being worked on: whether it will be done is not known yet."""


def ending_of(error: stripe.StripeError, *, changes: bool) -> Ending:
    """How `error` ends the call. The text holds Stripe's own words, but for a key that was refused."""
    status = error.http_status
    if status is None or status < 400:
        return garbled("Stripe", changes=changes)
    if status >= 500:
        return failing("Stripe", status, changes=changes)
    body = error.json_body
    content = body.get("error") if isinstance(body, dict) else None
    if not isinstance(content, dict):
        return ending_of_a_stranger(status, changes=changes)
    code, type_ = content.get("code"), content.get("type")
    if code == IN_PROGRESS:
        return Unsettled("Stripe is still working on an earlier request with the same key")
    kind = BY_CODE.get(str(code)) or BY_TYPE.get(str(type_)) or BY_STATUS.get(status) or "invalid"
    if kind == "unauthorized":
        return Refused(kind, "Stripe does not accept the key for this")
    message = content.get("message")
    return Refused(kind, f"Stripe: {message}" if message else _bare(status))


def ending_of_a_stranger(status: int, *, changes: bool) -> Ending:
    """How an answer ends the call that is not in Stripe's form: what stands between us and Stripe gave it."""
    if status >= 500:
        return failing("Stripe", status, changes=changes)
    if status < 400:
        return garbled("Stripe", changes=changes)
    return Refused(BY_STATUS.get(status, "invalid"), _bare(status))


def _bare(status: int) -> str:
    return f"Stripe answered {status}"
