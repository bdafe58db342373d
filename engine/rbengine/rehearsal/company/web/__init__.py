"""What stands at addresses of the company: pages, and webhooks that keep Meta's protocol or fail at it."""
