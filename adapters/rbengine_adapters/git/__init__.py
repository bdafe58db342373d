"""The git adapter's live code."""
