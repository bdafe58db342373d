"""Resend, simulated: mail that is accepted, idempotency keys, and the mailbox where it ends."""
