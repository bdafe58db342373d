"""The Supabase adapter's live code."""
