"""The realtime adapter's live code."""
