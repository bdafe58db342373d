"""pg_cron: jobs that the database runs by itself."""
