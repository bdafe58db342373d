"""Recordings: journals with stand-ins for what is nobody else's business, and runs that are answered from them."""
