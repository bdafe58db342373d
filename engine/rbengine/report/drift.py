"""Differences between a schema's file and a database: for a terminal and for programs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from rbengine.facts.postgres.drift import Difference, Drift, Side
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Style, heading, line

_MARKS: dict[Side, tuple[str, Style]] = {
    "only in the file": ("-", "wrong"),
    "only in the database": ("+", "change"),
    "changed": ("~", "clock"),
}
_MOST_ALIKE = 3
"""So many further columns of a table have a line each; more are named on one line."""


def drift_rows(drift: Drift, file: str, database: str, *, width: int, colour: bool) -> list[str]:
    """Table by table; `-` only the file has it, `+` only the database, `~` it is another."""
    if not drift.differences:
        lines = [heading(f"{file} and {database} are the same")]
    else:
        lines = [
            heading(f"{file} beside {database}"),
            heading(("- only here   + only there   ~ other there than here", "quiet")),
            BLANK,
        ]
        for table, found in groupby(drift.differences, lambda one: one.table):
            lines.append(heading(table or "types and functions"))
            lines += _table(list(found))
    if drift.further:
        many = len(drift.further)
        told = f"{many} further {'table' if many == 1 else 'tables'} there: "
        lines += [BLANK, heading((told, "quiet"), (", ".join(drift.further), "plain"), hang=2)]
    return draw(lines, width, colour)


def _table(found: Sequence[Difference]) -> Iterator[Line]:
    further = [
        one
        for one in found
        if one.side == "only in the database" and one.what.startswith("column ")
    ]
    if len(further) <= _MOST_ALIKE:
        further = []
    for one in found:
        if one not in further:
            yield _difference(one)
    if further:
        needed = [
            one for one in further if "NOT NULL" in one.database and "DEFAULT" not in one.database
        ]
        names = ", ".join(one.what.removeprefix("column ") for one in further)
        yield line(f"{len(further)} columns: {names}", margin="+", margin_style="change", hang=2)
        if needed:
            told = ", ".join(one.what.removeprefix("column ") for one in needed)
            yield line(("an INSERT must give: ", "clock"), told, indent=2)


def _difference(one: Difference) -> Line:
    mark, style = _MARKS[one.side]
    if one.side == "changed":
        told = f"{one.what}: {one.file} here, {one.database} there"
    else:
        told = " ".join(part for part in (one.what, one.file or one.database) if part)
    return line(told, margin=mark, margin_style=style, hang=2)


def drift_json(drift: Drift) -> dict[str, Any]:
    """The same for programs."""
    return {
        "differences": [msgspec.to_builtins(one) for one in drift.differences],
        "further": list(drift.further),
    }
