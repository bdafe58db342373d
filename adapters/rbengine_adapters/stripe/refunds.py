"""Refunds: the one call here that moves money, and how a lost one is settled."""

from typing import Any

from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Money

from rbengine_adapters.stripe import answers, records
from rbengine_adapters.stripe.calls import StripeCalls
from rbengine_adapters.stripe.keys import KEY_FIELD, SURELY_DONE_AFTER, key_of
from rbengine_adapters.wire.endings import CallEndedError


def refund(calls: StripeCalls, invocation: Invocation) -> Outcome:
    """Make it, after a look that the payment has the currency: Stripe itself would not ask."""
    payment, amount = _wanted(invocation)
    found = calls.read(answers.PaymentIntent, lambda: calls.api.payment_intents.retrieve(payment))
    if found.currency != amount.currency:
        return Refused(
            "invalid", f"{payment} was paid in {found.currency}, not in {amount.currency}"
        )
    parameters: Any = {
        "payment_intent": payment,
        "amount": amount.minor,
        "reason": invocation.arguments["reason"],
        "metadata": {KEY_FIELD: key_of(invocation)},
    }
    made = calls.change(
        answers.Refund,
        lambda: calls.api.refunds.create(parameters, {"idempotency_key": key_of(invocation)}),
    )
    return Succeeded(Datum(records.refund(made)))


def settle(calls: StripeCalls, invocation: Invocation) -> Outcome | None:
    """Look for a lost refund: it carries our key. One that is missing may still be on its way: then None."""
    payment, _ = _wanted(invocation)
    made = calls.read_list(
        answers.Refund,
        calls.api.refunds.list,
        {"payment_intent": payment},
        at_most=1,
        keep=lambda one: (one.metadata or {}).get(KEY_FIELD) == key_of(invocation),
    )
    if made:
        return Succeeded(Datum(records.refund(made[0])))
    now = calls.server_time()
    if now is None or now - invocation.now < SURELY_DONE_AFTER:
        return None
    return Refused("not_found", f"Stripe has no refund of {payment} from this call: not done")


def _wanted(invocation: Invocation) -> tuple[str, Money]:
    payment, amount = invocation.arguments["payment"], invocation.arguments["amount"]
    if not isinstance(payment, str) or not isinstance(amount, Money) or amount.minor < 1:
        raise CallEndedError.refused("invalid", "a refund needs a payment and an amount above zero")
    return payment, amount
