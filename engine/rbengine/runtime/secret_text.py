"""A text that is made from secrets is one."""

import hashlib
from collections.abc import Sequence

from rbengine.contract.values import SecretReference


def secret_text(parts: Sequence[str | SecretReference]) -> SecretReference:
    """The reference of `parts` one after the other. Its digest tells no more than theirs do, which have a key."""
    names = dict.fromkeys(one.name for one in parts if isinstance(one, SecretReference))
    digest = hashlib.sha256()
    for one in parts:
        kind, text = ("t", one) if isinstance(one, str) else ("s", one.digest)
        digest.update(f"{kind}{len(text)}:{text}".encode())
    return SecretReference(" and ".join(names), digest.hexdigest(), tuple(parts))
