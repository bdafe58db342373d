"""Tables: every cell as wide as the widest of its column."""

import re
from collections.abc import Sequence

from rbengine.diagnostics.render import display_width

_CELL = re.compile(r"((?:\\.|[^\\|\n])*)\|")


def aligned(rows: Sequence[str]) -> list[str]:
    """The rows of one table, bars below each other."""
    cells = [[match[1].strip(" ") for match in _CELL.finditer(row, 1)] for row in rows]
    count = max(len(row) for row in cells)
    widths = [
        max((display_width(row[column]) for row in cells if column < len(row)), default=0)
        for column in range(count)
    ]
    return [
        "| "
        + " | ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=False)
        )
        + " |"
        for row in cells
    ]
