"""Stripe, simulated: customers, subscriptions, invoices, payments, refunds, events and idempotency keys."""
