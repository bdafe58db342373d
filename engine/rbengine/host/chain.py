"""The chain over a run's lines: each head is a digest of the head before it and of the digest of one line.

Whoever has the head that a run printed can tell whether any of its lines was changed since, also when the lines
themselves are forgotten and only their digests are left: `head = sha256(head before + sha256(line))`, from
`sha256("rbengine journal 1 " + run)` on.
"""

import hashlib
from collections.abc import Iterable


def first_head(run: str) -> bytes:
    """The head of `run` before its first line: the same lines under another run's name are another chain."""
    return hashlib.sha256(f"rbengine journal 1 {run}".encode()).digest()


def digest_of(line: str) -> bytes:
    """What stands for a line in the chain."""
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).digest()


def next_head(head: bytes, digest: bytes) -> bytes:
    """The head behind one more line."""
    return hashlib.sha256(head + digest).digest()


def head_of(run: str, lines: Iterable[str]) -> str:
    """The head behind all `lines` of `run`, 64 hexadecimal digits."""
    head = first_head(run)
    for line in lines:
        head = next_head(head, digest_of(line))
    return head.hex()
