"""One thing that was seen of a profile, and what somebody may do about it."""

from typing import Literal

import msgspec

State = Literal["ok", "look", "wrong"]
"""`look`: a run is possible, and somebody should look at it before."""


class Remark(msgspec.Struct, frozen=True):
    """One thing that was seen."""

    state: State
    text: str
    way_out: str = ""
    lines: tuple[str, ...] = ()
    """To copy, for the way out."""
