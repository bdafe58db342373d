"""Links to the customer portal."""

from typing import Any

from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum

from rbengine_adapters.stripe import answers, records
from rbengine_adapters.stripe.calls import StripeCalls
from rbengine_adapters.stripe.keys import key_of
from rbengine_adapters.wire.endings import CallEndedError


def portal_session(calls: StripeCalls, invocation: Invocation) -> Outcome:
    """Make one; the same key gives the same link again."""
    customer = invocation.arguments["customer"]
    if not isinstance(customer, str) or not customer.strip():
        raise CallEndedError.refused("invalid", "`customer` is empty")
    parameters: Any = {"customer": customer}
    if invocation.arguments["return_url"] is not None:
        parameters["return_url"] = invocation.arguments["return_url"]
    made = calls.change(
        answers.PortalSession,
        lambda: calls.api.billing_portal.sessions.create(
            parameters, {"idempotency_key": key_of(invocation)}
        ),
    )
    return Succeeded(Datum(records.portal_session(made)))
