"""Twilio as a company meets it: its account's messages."""
