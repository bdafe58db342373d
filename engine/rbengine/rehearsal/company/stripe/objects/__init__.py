"""Stripe's objects in full: the keys and types of the vendor's own fixtures of API version 2026-08-21."""
