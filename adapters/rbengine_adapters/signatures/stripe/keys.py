"""How long Stripe knows a call by its key."""

from datetime import timedelta

KEY_WINDOW = timedelta(hours=24)
"""Stripe keeps a key at least so long, with the first answer to it."""
