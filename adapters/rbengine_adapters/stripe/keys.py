"""How a call is known to Stripe: its idempotency key, kept with what it made."""

from datetime import timedelta

from rbengine.contract.adapter import Invocation

from rbengine_adapters.signatures.stripe.keys import KEY_WINDOW
from rbengine_adapters.wire.keys import key_for

KEY_FIELD = "rbengine_key"
"""Metadata of an object that names the call it was made by."""

REPEATED_WITHIN = KEY_WINDOW - timedelta(hours=1)
"""Stripe's clock tells, and a repetition takes a while."""

SURELY_DONE_AFTER = timedelta(minutes=2)
"""Stripe's own clients wait 80 s for an answer: what it has not made by now, it will not make."""

_LONGEST_KEY = 255


def key_of(invocation: Invocation) -> str:
    """The call's key in a form that Stripe takes."""
    return key_for(invocation.key, _LONGEST_KEY)
