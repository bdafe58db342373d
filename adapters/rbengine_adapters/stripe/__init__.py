"""The Stripe adapter's live code."""
