"""Supabase, simulated: edge functions, their logs, secrets as digests and service health of one project."""
