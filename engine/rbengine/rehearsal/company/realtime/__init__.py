"""Supabase Realtime as a company meets it: a WebSocket that speaks the vendor's protocol."""
