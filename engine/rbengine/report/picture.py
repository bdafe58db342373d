"""A picture of a screen: rows with ANSI colours to one SVG, without fonts or scripts from elsewhere.

`python -m rbengine.report.picture docs/run.svg` runs `rbengine exec rb011` and draws what came out.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from rbengine.report.text import cells

WIDTH = 80

_CELL = 8.4
_ROW = 18
_EDGE = 16
_TITLE = 36
_CODES = re.compile(r"\x1b\[([0-9;]*)m")
_CHUNK = re.compile(r"\S+(?: \S+)*")
_CLASSES = {"1": "b", "2": "q", "36": "c", "33": "t", "1;31": "w", "32": "g"}
# Contrast of every colour against the ground is at least 4.5 to 1 (WCAG 2, AA).
_STYLE = """\
.s { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d7dae0; }
.h { font: 13px sans-serif; fill: #9aa0ab; }
.b { font-weight: bold; fill: #ffffff; } .q { fill: #9aa0ab; } .c { fill: #56c8d8; } .t { fill: #e5b95c; }
.w { font-weight: bold; fill: #ff7b72; } .g { fill: #7ec87e; }"""


def picture(rows: Sequence[str], title: str, width: int = WIDTH) -> str:
    """An SVG of `rows` (at most `width` cells each, our own ANSI styles allowed). Equal rows give equal bytes."""
    wide = round(width * _CELL + 2 * _EDGE)
    high = _TITLE + len(rows) * _ROW + _EDGE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect width="{wide}" height="{high}" rx="8" fill="#1d2026"/>',
        f'<text class="h" x="{wide // 2}" y="22" text-anchor="middle">{escape(title)}</text>',
        '<g class="s">',
    ]
    for number, row in enumerate(rows, start=1):
        drawn.extend(_row(row, _TITLE + number * _ROW - 4))
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _row(row: str, y: int) -> Iterator[str]:
    """Every stretch of text at its own cell, so that no font can bend the columns."""
    for text, style, cell in _pieces(row):
        for chunk in _CHUNK.finditer(text):
            x = _EDGE + (cell + cells(text[: chunk.start()])) * _CELL
            length = cells(chunk.group()) * _CELL
            kind = f' class="{style}"' if style else ""
            yield f'<text{kind} x="{x:.1f}" y="{y}" textLength="{length:.1f}">{escape(chunk.group())}</text>'


def _pieces(row: str) -> Iterator[tuple[str, str, int]]:
    """Text, class and first cell of each stretch of one style."""
    style, cell, position = "", 0, 0
    for code in [*_CODES.finditer(row), None]:
        text = row[position : code.start() if code else len(row)]
        if text:
            yield text, style, cell
            cell += cells(text)
        if code is not None:
            style, position = _CLASSES.get(code[1], ""), code.end()


def main(arguments: Sequence[str]) -> int:
    """`PATH [PLAYBOOK …]`: run the playbook and draw the screen to PATH."""
    if not arguments:
        sys.stderr.write(
            "usage: python -m rbengine.report.picture PATH [arguments of rbengine exec]\n"
        )
        return 2
    path, *asked = arguments
    asked = asked or ["rb011"]
    command = [sys.executable, "-m", "rbengine", "exec", *asked, "--width", str(WIDTH)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=_environment(), check=False
    )
    if not done.stdout:
        sys.stderr.write(done.stderr)
        return 1
    shown = f"rbengine exec {' '.join(asked)}"
    Path(path).write_text(picture(done.stdout.splitlines(), shown), encoding="utf-8")
    return 0


def _environment() -> dict[str, str]:
    import os

    kept = {
        name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}
    }
    return {**kept, "FORCE_COLOR": "1"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
