"""The e-mail adapter's live code."""
