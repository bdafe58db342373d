"""The company's own mail server: an ordinary SMTP submission server."""
