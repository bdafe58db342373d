"""The Twilio adapter's live code."""
