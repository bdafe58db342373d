"""Comments and blank lines: they mean nothing, and a formatter must not lose them."""

from typing import Literal

import msgspec

from rbengine.source import Span


class Trivia(msgspec.Struct, frozen=True, order=True, gc=False):
    """One comment or one blank line.

    `own line` belongs to what begins at `beside` (the next token); `trailing` to what ends there (the token before).
    The span of a comment begins at its `#`; a blank line's is empty, at the line's start.
    """

    span: Span
    kind: Literal["comment", "blank"]
    text: str
    place: Literal["own line", "trailing"]
    beside: int
