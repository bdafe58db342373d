"""`on failure`: which statements of a block it guards."""

from typing import cast

import msgspec

from rbengine.contract.outcomes import REFUSAL_KINDS, RefusalKind
from rbengine.syntax.nodes.statements import Body, OnFailure


class Guarded(msgspec.Struct, frozen=True, kw_only=True):
    """A block with handlers: the last group of them guards everything above it, earlier groups included."""

    before: Body
    handlers: tuple[OnFailure, ...]
    after: Body

    def kinds(self, handler: OnFailure) -> tuple[RefusalKind, ...]:
        """The kinds that `handler` names. Raises AssertionError for one that does not exist."""
        named = tuple(one.text for one in handler.kinds)
        if not set(named) <= set(REFUSAL_KINDS):
            raise AssertionError(f"unknown kinds of failure passed the checker: {named}")
        return cast(tuple[RefusalKind, ...], named)


def guarded(body: Body) -> Guarded | None:
    """`body` cut at its last group of `on failure`, or None where it has none."""
    end = next((n + 1 for n in reversed(range(len(body))) if isinstance(body[n], OnFailure)), 0)
    if end == 0:
        return None
    start = end
    while start > 0 and isinstance(body[start - 1], OnFailure):
        start -= 1
    return Guarded(
        before=body[:start],
        handlers=tuple(one for one in body[start:end] if isinstance(one, OnFailure)),
        after=body[end:],
    )
