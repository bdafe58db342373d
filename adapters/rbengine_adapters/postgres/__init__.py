"""PostgreSQL: reading, planning, changing and taking back, on one connection or a replica of it."""
