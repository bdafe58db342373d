"""A call beside the one that a recording holds: what differs, argument by argument."""

from collections.abc import Iterator, Sequence

from rbengine.host.recorded.unheld import Pair, Unheld
from rbengine.report.durations import since
from rbengine.report.screen.draw import paint
from rbengine.report.text import cells, cut, pad, visible, wrap

_NAME = 24
"""Cells for the name of an argument, at most."""
_LEAST = 10
"""Cells of a column, at least."""
_LONG = 120
"""Characters of a value of which only what differs is shown, and the words around it."""
_AROUND = 5


def unheld_rows(found: Unheld, *, width: int = 80, colour: bool = False) -> list[str]:
    """The call that a recording does not hold, beside the nearest one."""
    first, *rest = wrap(f"error: {visible(found.why)}", width)
    rows = [paint("error", "wrong", colour) + first.removeprefix("error"), *rest]
    where = f"  --> {since(found.at)} into the incident"
    rows.append(cut(where + (f", {visible(found.step)}" if found.step else ""), width))
    rows.append("   |")
    if not all(one.same for one in found.pairs):
        rows.append(f"   = note: the nearest call that it holds is answered in line {found.line}")
        rows += pair_rows(found.pairs, width, colour)
    if found.way_out:
        lines = wrap(found.way_out, width - 11)
        rows += [
            f"   {'= help:' if number == 0 else '       '} {one}"
            for number, one in enumerate(lines)
        ]
    return rows


def pair_rows(pairs: Sequence[Pair], width: int, colour: bool) -> list[str]:
    """Two requests: what differs. What both say the same is counted."""
    unlike = [one for one in pairs if not one.same]
    widest = min(max((cells(visible(one.name)) for one in unlike), default=0), _NAME)
    room = max((width - widest - 9) // 2, _LEAST)
    rows = [f"   {pad('', widest)}   {pad('recorded', room)}  {'today'}"]
    for one in unlike:
        rows += _pair(one, widest, room, colour)
    alike = len(pairs) - len(unlike)
    if alike:
        rows.append(f"   {pad('', widest)}   {alike} more {'is' if alike == 1 else 'are'} alike")
    return rows


def _pair(one: Pair, widest: int, room: int, colour: bool) -> Iterator[str]:
    then, now = _parting(visible(one.then), visible(one.now))
    left, right = wrap(then, room), wrap(now, room)
    for number in range(max(len(left), len(right), 1)):
        head = pad(visible(one.name), widest) if number == 0 else " " * widest
        mark = paint("!!", "wrong", colour) if number == 0 else "  "
        first = left[number] if number < len(left) else ""
        second = right[number] if number < len(right) else ""
        yield f"{mark} {head}   {pad(first, room)}  {second}".rstrip()


def _parting(then: str, now: str) -> tuple[str, str]:
    """Two long texts without the words that both begin and end with, but for a few."""
    if max(len(then), len(now)) < _LONG:
        return then, now
    before, after = then.split(" "), now.split(" ")
    head = _alike(before, after)
    most = min(len(before), len(after)) - head
    tail = min(_alike(before[::-1], after[::-1]), most)
    return _middle(before, head, tail), _middle(after, head, tail)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _middle(words: Sequence[str], head: int, tail: int) -> str:
    begin = max(head - _AROUND, 0)
    end = min(len(words) - tail + _AROUND, len(words))
    shown = " ".join(words[begin:end])
    return f"{'… ' if begin else ''}{shown}{' …' if end < len(words) else ''}"
