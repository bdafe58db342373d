"""The database server's own state, as far as a world speaks of it beside rows."""
