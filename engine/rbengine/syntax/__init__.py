"""Text to tree. The only package that calls Lark."""
