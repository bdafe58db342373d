"""Our idempotency keys in a form that every provider takes."""

import hashlib


def key_for(key: str, longest: int) -> str:
    """`key` where it is printable ASCII of at most `longest` characters, else its digest: still one to one."""
    if len(key) <= longest and key.isascii() and key.isprintable() and key == key.strip():
        return key
    return hashlib.sha256(key.encode("utf-8")).hexdigest()
