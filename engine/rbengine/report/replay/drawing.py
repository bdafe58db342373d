"""Two timelines side by side, on a terminal of any width."""

from collections.abc import Sequence

from rbengine.report.replay.comparison import Comparison, Entry, Row
from rbengine.report.replay.pairs import pair_rows, unheld_rows
from rbengine.report.screen.draw import paint
from rbengine.report.screen.line import Style
from rbengine.report.text import cut, pad, visible, wrap

_SIGNS = {"same": " ", "changed": "|", "only then": "<", "only now": ">"}
_TIME = 7
_WIDEST = 160
_AROUND = 2
"""Rows that are alike and shown before and after those that are not."""


def drawn(
    found: Comparison, *, width: int = 80, colour: bool = False, whole: bool = False
) -> list[str]:
    """Everything, in rows. Where both go the same way for long only the ends of it are shown, unless `whole`."""
    width = min(width, _WIDEST)
    rows = [f"{found.incident}  {visible(found.run)}", ""]
    names = [one.about for one in found.verdicts]
    widest = max(len(one) for one in names)
    for one in found.verdicts:
        mark: tuple[str, Style] = ("ok", "good") if one.same else ("!!", "wrong")
        if one.same is None:
            mark = ("??", "clock")
        if one.about == "took":
            mark = ("  ", "plain")
        lines = wrap(visible(one.text), width - widest - 8)
        lead = f"  {paint(mark[0], mark[1], colour)}  {one.about.ljust(widest)}  "
        rows.append(lead + lines[0])
        rows += [" " * (widest + 8) + line for line in lines[1:]]
        if one.about == "ended" and found.afterwards:
            told = wrap(visible(found.afterwards), width - widest - 8)
            rows += [" " * (widest + 8) + paint(line, "clock", colour) for line in told]
    rows.append("")
    if found.first:
        told = wrap(visible(f"first difference: {found.first}"), width)
        rows += [paint(one, "strong", colour) for one in told]
    else:
        rows.append("no difference")
    for unlike in found.unlike:
        rows += ["", *pair_rows(unlike.pairs, width, colour)]
    if found.unheld is not None:
        rows += ["", *unheld_rows(found.unheld, width=width, colour=colour)]
    rows.append("")
    rows += _timelines(found, width, colour, whole=whole)
    return rows


def _timelines(found: Comparison, width: int, colour: bool, *, whole: bool) -> list[str]:
    room = (width - 3) // 2
    rows = [
        f"{pad(visible(found.then.name), room)}   {cut(visible(found.now.name), room)}".rstrip()
    ]
    shown = _shown(found.rows, whole=whole)
    before = -1
    for number in shown:
        if number > before + 1:
            alike = number - before - 1
            rows.append(f"{' ' * _TIME}  … {alike} alike")
        rows += _row(found.rows[number], room, colour)
        before = number
    rest = len(found.rows) - before - 1
    if rest:
        word = "alike" if found.rows[-1].sign == "same" else "more, which nobody can compare"
        rows.append(f"{' ' * _TIME}  … {rest} {word}")
    return rows


def _shown(rows: Sequence[Row], *, whole: bool) -> list[int]:
    """Numbers of the rows to draw: all of a short one, and what is around the differences of a long one."""
    unlike = [number for number, one in enumerate(rows) if one.sign != "same"]
    ends = next(
        (n for n, one in enumerate(rows) if one.now and one.now.mark == "stopped"), len(rows)
    )
    unlike = [number for number in unlike if number <= ends]
    if whole or not unlike:
        return list(range(len(rows)))
    near = {n for one in unlike for n in range(one - _AROUND, one + _AROUND + 1)}
    return [number for number in range(len(rows)) if number in near]


def _row(row: Row, room: int, colour: bool) -> list[str]:
    style: Style = "plain" if row.sign == "same" else "wrong"
    left, right = _cell(row.then, room), _cell(row.now, room)
    rows: list[str] = []
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else ""
        two = right[number] if number < len(right) else ""
        sign = _SIGNS[row.sign] if number == 0 else " "
        rows.append(f"{pad(one, room)} {paint(sign, style, colour)} {two}".rstrip())
    return rows


def _cell(entry: Entry | None, room: int) -> list[str]:
    if entry is None:
        return []
    # Why it stopped stands above, whole.
    text = "stopped: nobody knows how it goes on" if entry.mark == "stopped" else entry.text
    first, *rest = wrap(visible(text), room - _TIME - 2)
    return [f"{entry.since.rjust(_TIME)}  {first}", *(" " * (_TIME + 2) + one for one in rest)]
