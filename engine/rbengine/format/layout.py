"""Lines to text: indentation, blank lines between groups, tables, and raw texts as they are."""

from collections.abc import Sequence

from msgspec.structs import replace

from rbengine.diagnostics.render import display_width
from rbengine.format import columns, tables
from rbengine.format.lines import Line, Remark, Written
from rbengine.format.spacing import gaps
from rbengine.format.wrapping import WIDEST, flat, wrapped

_STEP = 2  # blanks a level


def layout(written: Written, kind: str) -> str:
    """The text of a file of `kind`, with a newline at its end."""
    lines = [one for line in written.lines for one in _with_else_below(line)]
    spaces = [gaps(line.tokens) for line in lines]
    columns.align(lines, spaces, kind)
    rows: list[str] = []
    tables_of = _tables(lines)
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        rows += _above(line, before, kind)
        indent = " " * (_STEP * line.level)
        table_row = tables_of.get(number)
        here = wrapped(line, spaces[number], len(indent)) if table_row is None else [table_row]
        here[0] = indent + here[0]
        if line.trailing:
            here[-1] += f"  {line.trailing}"
        rows += here
        if line.block is not None:
            rows += _block(line.block, _STEP * (line.level + 1))
    rows += _remarks(written.below)
    while rows and not rows[-1]:
        rows.pop()
    return "".join(f"{row}\n" for row in rows)


def _with_else_below(line: Line) -> list[Line]:
    """A `check … else "…"` that does not fit on one line takes two."""
    tokens = line.tokens
    kinds = [token.kind for token in tokens]
    if (
        line.first != "CHECK"
        or kinds[-2:] != ["ELSE", "STRING"]
        or "IF" in kinds  # then the `else` may be that of the condition
        or line.inner
        or _STEP * line.level + display_width(flat(tokens, gaps(tokens))) <= WIDEST
    ):
        return [line]
    above = replace(line, tokens=tokens[:-2], trailing="", opens=True)
    below = Line(
        level=line.level + 1, tokens=tokens[-2:], above=(), trailing=line.trailing, parent=above
    )
    return [above, below]


def _above(line: Line, before: Line | None, kind: str) -> list[str]:
    remarks = list(line.above)
    if before is None or before.level < line.level:
        # nothing parts a block from the line that opens it
        while remarks and not remarks[0].text:
            remarks.pop(0)
    elif (
        line.level == 0
        and _parts_are_apart(before, line, kind)
        and all(remark.text for remark in remarks)
    ):
        at = next((n for n, one in enumerate(remarks) if one.level == 0), len(remarks))
        remarks.insert(at, Remark("", 0))
    return _remarks(remarks)


def _parts_are_apart(before: Line, line: Line, kind: str) -> bool:
    """A blank line stands between parts that take several lines, and below the first line of a file."""
    if kind == "policy":
        return before.first == "POLICY"
    if before.level == 0 and before.first == "ALLOW":
        return False  # it speaks of the part below it
    return (
        before.level > 0
        or any(one.opens or one.block is not None for one in (before, line))
        or before.first in _HEADS
    )


_HEADS = frozenset({"RUNBOOK", "CALENDAR", "LIBRARY", "APP", "SCENARIOS"})


def _remarks(remarks: Sequence[Remark]) -> list[str]:
    return [" " * (_STEP * one.level) + one.text if one.text else "" for one in remarks]


def _tables(lines: Sequence[Line]) -> dict[int, str]:
    """The text of each line that is a row of a table."""
    found: dict[int, str] = {}
    here: list[int] = []
    for number, line in enumerate([*lines, None]):
        if line is not None and line.first == "ROW":
            here.append(number)
        elif here:
            rows = tables.aligned([lines[one].tokens[0].text for one in here])
            found.update(zip(here, rows, strict=True))
            here = []
    return found


def _block(text: str, column: int) -> list[str]:
    """A raw text moved to `column`; blank lines around it and blanks at the ends of its lines are given up."""
    lines = [line.rstrip(" ") for line in text.split("\n")[1:]]
    while lines and not lines[0]:
        lines.pop(0)
    taken = len(lines[0]) - len(lines[0].lstrip(" "))
    return [" " * column + line[taken:] if line else "" for line in lines]
