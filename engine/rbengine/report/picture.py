"""A picture of a screen: rows with ANSI colours to one SVG, without fonts or scripts from elsewhere.

`python -m rbengine.report.picture docs/run.svg` runs `rbengine exec rb011` and draws what came out.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WIDTH = 80

# rich's own template loads its font from a server; a page that shows this picture should ask nobody.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture(rows: Sequence[str], title: str, width: int = WIDTH) -> str:
    """An SVG of `rows` (at most `width` cells each, ANSI colours allowed). Equal rows give equal bytes."""
    # Imported here: rich takes 60 ms, and nobody but this function draws with it.
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        record=True,
        width=width,
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        legacy_windows=False,
    )
    for row in rows:
        console.print(Text.from_ansi(row), soft_wrap=True)
    drawn = console.export_svg(title=title, code_format=_FORMAT, unique_id="run")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


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
