"""A call that a recording does not hold: which one it is, and how it differs from the nearest that it holds."""

from collections.abc import Sequence
from datetime import timedelta
from difflib import SequenceMatcher

import msgspec

from rbengine.host.errors import CannotGoOnError
from rbengine.host.recorded.held import HeldCall
from rbengine.host.recorded.requests import described
from rbengine.runtime.commands import Request

_READ_ALIKE = 3000
"""Characters of two requests that are compared to find the nearest."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One line of both requests; empty on the side that has none."""

    name: str
    then: str
    now: str

    @property
    def same(self) -> bool:
        """Whether both sides say the same."""
        return self.then == self.now


class Unheld(msgspec.Struct, frozen=True, kw_only=True):
    """`why` in a sentence. `pairs` are the nearest recorded call and the one that was made, line by line."""

    why: str
    step: str
    """What the run was at, as its screen names it."""
    at: timedelta
    """Since the incident began."""
    line: int = 0
    """The recording's line with the answer of the nearest call; 0 where it holds none of the kind."""
    pairs: tuple[Pair, ...] = ()
    way_out: str = ""


class UnheldError(CannotGoOnError):
    """The run cannot go on: `found` says why."""

    def __init__(self, found: Unheld) -> None:
        super().__init__(found.why)
        self.found = found


def nearest(request: Request, text: str, calls: Sequence[HeldCall]) -> HeldCall | None:
    """The recorded call of the same sort that is most like `request`, whose comparable form is `text`."""
    alike = [one for one in calls if type(one.request) is type(request)]
    if not alike:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text[:_READ_ALIKE])

    def likeness(call: HeldCall) -> float:
        matcher.set_seq1(call.asked.text[:_READ_ALIKE])
        return matcher.ratio() if matcher.real_quick_ratio() > best else 0.0

    best, found = 0.0, None
    for one in {call.asked.text: call for call in reversed(alike)}.values():
        score = likeness(one)
        if score > best:
            best, found = score, one
    return found


def pairs(then: Request, now: Request) -> tuple[Pair, ...]:
    """Both requests, line by line."""
    before, after = described(then), described(now)
    matcher = SequenceMatcher(
        a=[name for name, _ in before], b=[name for name, _ in after], autojunk=False
    )
    found: list[Pair] = []
    for _, i, j, k, m in matcher.get_opcodes():
        for number in range(max(j - i, m - k)):
            left = before[i + number] if i + number < j else None
            right = after[k + number] if k + number < m else None
            name = (left or right or ("", ""))[0]
            found.append(
                Pair(name=name, then=left[1] if left else "", now=right[1] if right else "")
            )
    return tuple(found)
