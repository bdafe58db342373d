"""The http adapter's live code."""
