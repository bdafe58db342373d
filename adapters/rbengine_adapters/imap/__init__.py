"""The IMAP adapter's live code."""
