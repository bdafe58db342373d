"""How a call is known to Stripe: its idempotency key, kept with what it made."""

from datetime import timedelta

from rbengine.contract.adapter import Invocation

from rbengine_adapters.wire.keys import key_for

KEY_FIELD = "rbengine_key"
"""Metadata of an object that names the call it was made by."""

KEY_WINDOW = timedelta(hours=23)
"""Stripe keeps a key for at least 24 hours; an hour is left for clocks that differ."""

_LONGEST_KEY = 255


def key_of(invocation: Invocation) -> str:
    """The call's key in a form that Stripe takes."""
    return key_for(invocation.key, _LONGEST_KEY)
