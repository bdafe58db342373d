"""Words of neighbouring lines that stand below each other."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rbengine.diagnostics.render import display_width
from rbengine.format.lines import Line
from rbengine.format.spacing import gaps
from rbengine.format.wrapping import WIDEST, flat

_HEAD = frozenset({"SEVERITY", "MTTR", "ALERTS", "TAGS", "OWNER", "USE"})
_BELOW = {"LIMITS": "limit", "TIER": "tier"}


class Columns(NamedTuple):
    """What kind of line this is, and before which of its tokens a column begins (negative: from the end)."""

    name: str
    stops: tuple[int, ...]
    gap: int = 1
    """Blanks behind the widest."""


def align(lines: Sequence[Line], spaces: Sequence[list[int]], kind: str) -> None:
    """Widen the blanks of `spaces` in place, so that columns of neighbouring lines begin below each other."""
    for start, end, columns in _runs(lines, kind):
        for stop in columns.stops:
            places = {}
            for number in range(start, end):
                tokens = lines[number].tokens
                position = stop if stop >= 0 else len(tokens) + stop
                before = flat(tokens[:position], spaces[number][:position])
                places[number] = (position, display_width(before))
            widest = max(width for _, width in places.values())
            for number, (position, width) in places.items():
                spaces[number][position] = widest - width + columns.gap


def _runs(lines: Sequence[Line], kind: str) -> Iterator[tuple[int, int, Columns]]:
    """Neighbours of the same kind: no blank line between, and nothing deeper."""
    start = 0
    while start < len(lines):
        columns = _columns(lines[start], kind)
        end = start + 1
        if columns is None:
            start = end
            continue
        while end < len(lines) and _goes_with(lines[start], lines[end]):
            other = _columns(lines[end], kind)
            if other is None or other.name != columns.name:
                break
            end += 1
        yield start, end, columns
        start = end


def _goes_with(first: Line, line: Line) -> bool:
    return (
        line.level == first.level
        and line.parent is first.parent
        and all(remark.text for remark in line.above)
    )


def _columns(line: Line, kind: str) -> Columns | None:
    if line.inner or line.block is not None or line.opens or len(line.tokens) < 2:
        return None
    parent = line.parent
    if line.level == 0:
        return _of_part(line, kind)
    if line.first == "BINDER" and not _is_wide(line):
        return Columns("bind", (1,))
    if line.first in ("IMPACT", "NEXT"):
        return Columns("says", (1,))
    if parent is not None and parent.first in _BELOW:
        return Columns(_BELOW[parent.first], (1,))
    if parent is not None and any(token.kind == "CHOOSE" for token in parent.tokens):
        return Columns("choice", (1,))
    return None


def _of_part(line: Line, kind: str) -> Columns | None:
    if kind == "runbook" and line.first in _HEAD:
        return Columns("head", (1,))
    if kind == "runbook" and line.first == "INPUT" and not _is_wide(line):
        return Columns("input", (-1,), gap=3)
    if kind == "policy" and line.first in ("CONTACT", "ROLE") and len(line.tokens) > 3:
        return Columns("contact", (1, 2, 3))
    return None


def _is_wide(line: Line) -> bool:
    """Whether it takes several rows, or nearly so: it stands for itself then."""
    return 2 * line.level + display_width(flat(line.tokens, gaps(line.tokens))) > WIDEST
