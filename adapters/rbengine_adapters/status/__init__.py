"""The status adapter's live code."""
