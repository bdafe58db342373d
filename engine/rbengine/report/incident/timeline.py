"""The run as a picture, drawn to scale: time from left to right, what happened in rows below each other.

Colours are the page's own, so that it is dark where the page is, and black on white on paper.
"""

from collections.abc import Iterable, Iterator, Sequence

from rbengine.report.durations import since
from rbengine.report.incident.model import Line, Report, Span
from rbengine.report.site.layout import text
from rbengine.report.text import cells, cut

WIDTH = 720
_LEFT, _RIGHT = 8, 712
_CELL = 6.4
"""Units that a character of a label takes, about."""
_ROW = 20
_HEAD = 18
_MOST_ROWS = 8
"""Of labels in one lane. What finds no room has its mark, and the list below the picture."""
_STEPS = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
    172800,
    604800,
)
_MOST_TICKS = 7
_BEYOND = 1.5
"""A clock that is due later than this many times the run's length would press all else into a corner."""

_MARKS = {
    "change": ("change", "applied"),
    "undone": ("clock", "taken back"),
    "escalated": ("wrong", "escalated"),
    "wrong": ("wrong", "failed"),
    "told": ("good", "told"),
}


def timeline(report: Report) -> str:
    """An SVG. Equal reports give equal bytes."""
    return "\n".join(_Picture(report).drawn())


class _Picture:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._end = max(report.end.when.seconds, 1.0)
        self._late = [
            one
            for one in report.clocks
            if one.due is not None and one.due.seconds > self._end * _BEYOND
        ]
        shown = [
            one.due.seconds
            for one in report.clocks
            if one.due is not None and one not in self._late
        ]
        self._last = max([self._end, *shown]) * 1.02
        self._first = min([0.0, report.started.seconds])
        self._y = 0

    def drawn(self) -> Iterator[str]:
        rows = [*self._body()]
        high = self._y + 8
        name = f"Timeline of {self._report.incident}, {since_text(self._end)} to scale"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" role="img"'
            f' aria-label="{text(name)}">'
        )
        yield from self._grid(high)
        yield from rows
        yield "</svg>"

    def _body(self) -> Iterator[str]:
        self._y = 24
        sections = [one for one in self._report.spans if one.kind == "section"]
        people = [one for one in self._report.spans if one.kind == "people"]
        waits = [one for one in self._report.spans if one.kind == "wait"]
        steps = [one for one in self._report.lines if one.mark == "step"]
        yield from self._bars("runbook", sections, "bar-section")
        yield from self._ticks(steps)
        yield from self._bars("waits for people", people, "bar-people")
        yield from self._bars("waits", waits, "bar-wait")
        yield from self._points("changes", ("change", "undone"))
        yield from self._points("escalations", ("escalated",))
        yield from self._points("messages", ("told",), notes=False)
        yield from self._points("what failed", ("wrong",))
        yield from self._clocks()

    def _x(self, seconds: float) -> float:
        whole = self._last - self._first
        return _LEFT + (seconds - self._first) / whole * (_RIGHT - _LEFT)

    def _grid(self, high: int) -> Iterator[str]:
        step = next((one for one in _STEPS if self._last / one <= _MOST_TICKS), _STEPS[-1])
        for number in range(int(self._last // step) + 1):
            x = self._x(number * step)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="{high}"/>'
            side = "start" if number == 0 else "middle"
            yield _label(x, 12, _tick(number * step), side, "quiet")

    def _title(self, name: str) -> str:
        self._y += _HEAD
        return _label(_LEFT, self._y - 5, name, "start", "lane")

    def _bars(self, name: str, spans: Sequence[Span], kind: str) -> Iterator[str]:
        """A row for each stretch that overlaps another, its label where there is room for it."""
        if not spans:
            return
        yield self._title(name)
        ends: list[float] = []
        for one in spans:
            end = self._end if one.end is None else min(one.end, self._last)
            x, right = self._x(one.begin), max(self._x(end), self._x(one.begin) + 2)
            length = cells(one.text) * _CELL
            at, side, room = _beside(x, right, length)
            length = min(length, room)
            row = _free(
                ends,
                min(x, at if side == "start" else at - length),
                max(right, at + length if side == "start" else right),
            )
            y = self._y + row * _ROW
            told = f"{one.text}, {since_text(one.begin)} to {since_text(end)}"
            yield (
                f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{right - x:.1f}" height="14" rx="2">'
                f"<title>{text(told)}</title></rect>"
            )
            yield _label(at, y + 11, cut(one.text, max(int(room / _CELL), 1)), side)
        self._y += len(ends) * _ROW + 2

    def _ticks(self, steps: Sequence[Line]) -> Iterator[str]:
        """A stroke for each step, right below the sections."""
        if not steps:
            return
        for one in steps:
            x = self._x(one.when.seconds)
            told = text(f"{one.when.since} {one.text}")
            yield (
                f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{self._y - 2}" y2="{self._y + 8}">'
                f"<title>{told}</title></line>"
            )
        self._y += 12

    def _points(self, name: str, marks: Iterable[str], *, notes: bool = True) -> Iterator[str]:
        wanted = tuple(marks)
        found = [
            one
            for one in self._report.lines
            if one.mark in wanted and (notes or not one.text.startswith("note: "))
        ]
        if not found:
            return
        yield self._title(name)
        ends: list[float] = []
        for one in found:
            x = self._x(one.when.seconds)
            length = cells(one.text) * _CELL + 12
            side = "start" if x + length <= _RIGHT or _RIGHT - x > x - _LEFT else "end"
            begin, taken = (x - 5, x + length) if side == "start" else (x - length, x + 5)
            row = _free(ends, begin, taken)
            y = self._y + min(row, _MOST_ROWS) * _ROW
            told = text(f"{one.when.since} {one.text}")
            kind = _MARKS[one.mark][0]
            yield _mark(one.mark, kind, x, y + 7, told)
            if row < _MOST_ROWS:
                at = x + 8 if side == "start" else x - 8
                yield _label(at, y + 11, _fitting(one.text, at, side), side)
        self._y += min(len(ends), _MOST_ROWS) * _ROW + 2

    def _clocks(self) -> Iterator[str]:
        if not self._report.clocks:
            return
        yield self._title("clocks")
        for one in self._report.clocks:
            if one.due is None:
                continue
            due, y = one.due.seconds, self._y
            edge = min(due, self._last)
            x, right = self._x(0), self._x(edge)
            yield f'<rect class="bar-clock" x="{x:.1f}" y="{y + 5}" width="{max(right - x, 1):.1f}" height="4"/>'
            if one.bad:
                over = self._x(self._end)
                yield (
                    f'<rect class="bar-breach" x="{right:.1f}" y="{y + 3}" width="{max(over - right, 2):.1f}"'
                    ' height="8"/>'
                )
            told = f"{one.name}: {one.state}"
            if one in self._late:
                told += f" (due at {one.due.since}, beyond the picture)"
            else:
                kind = "due-bad" if one.bad else "due"
                yield f'<line class="{kind}" x1="{right:.1f}" x2="{right:.1f}" y1="{y}" y2="{y + 14}"/>'
            self._y += 14
            yield _label(_LEFT, self._y + 10, cut(told, 108), "start", "wrong" if one.bad else "")
            self._y += 18


def since_text(seconds: float) -> str:
    """`1m30s`."""
    from datetime import timedelta

    return since(timedelta(seconds=seconds))


def _tick(seconds: int) -> str:
    return "0" if seconds == 0 else _short(seconds)


def _short(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
        if seconds > size:
            return f"{seconds // size}{unit}" + _short(seconds % size)
    return f"{seconds}s"


def _free(ends: list[float], begin: float, end: float) -> int:
    """The first row where nothing stands at `begin`; taken up to `end`."""
    for row, taken in enumerate(ends):
        if taken <= begin:
            ends[row] = end + 6
            return row
    ends.append(end + 6)
    return len(ends) - 1


def _beside(x: float, right: float, length: float) -> tuple[float, str, float]:
    """Where the label of a bar begins (`start`) or ends (`end`): inside it, behind it or before it; and its room."""
    inside, behind, before = right - x - 8, _RIGHT - right - 4, x - _LEFT - 4
    if inside >= length or inside >= max(behind, before):
        return x + 4, "start", inside
    if behind >= length or behind >= before:
        return right + 4, "start", behind
    return x - 4, "end", before


def _fitting(told: str, at: float, side: str) -> str:
    room = (_RIGHT - at) if side == "start" else (at - _LEFT)
    return cut(told, max(int(room / _CELL), 1))


def _label(x: float, y: float, told: str, side: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y}" text-anchor="{side}">{text(told)}</text>'


def _mark(mark: str, kind: str, x: float, y: float, told: str) -> str:
    """A shape for each kind, so that it is told apart without its colour."""
    match mark:
        case "escalated":
            shape = f"M{x:.1f} {y - 6} l6 11 h-12 z"
        case "undone":
            shape = f"M{x + 5:.1f} {y - 5} l-8 5 l8 5 z"
        case "wrong":
            shape = f"M{x - 4:.1f} {y - 4} l8 8 m0 -8 l-8 8"
        case "told":
            shape = f"M{x - 5:.1f} {y - 4} h10 v8 h-10 z"
        case _:
            shape = f"M{x:.1f} {y - 6} l6 6 l-6 6 l-6 -6 z"
    return f'<path class="mark-{kind} {mark}" d="{shape}"><title>{told}</title></path>'
