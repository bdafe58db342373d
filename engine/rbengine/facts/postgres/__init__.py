"""A real PostgreSQL of our own, and what it says about a project's schema and statements."""
