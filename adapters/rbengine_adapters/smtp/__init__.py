"""The SMTP adapter's live code."""
