"""The blocks of the language tour, each made into a whole file."""

import re
from pathlib import Path
from typing import NamedTuple

TOUR = Path(__file__).parents[2] / "docs" / "language-tour.md"
_FENCE = re.compile(r"^```([a-z][a-z ]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEAD = 'runbook RB-000 "Fragment"\n'
_WRAPPED = {
    "rb part": (_HEAD, ""),
    "rb steps": (_HEAD + "resolve fragment\n", "  "),
    "rb change": (_HEAD + 'resolve fragment\n  change "fragment"\n', "    "),
    "rb conditions": (_HEAD + 'diagnose\n  finding fragment "Fragment"\n', "    "),
}


class Sample(NamedTuple):
    """A block of the tour: what its fence says, and a whole file that holds it."""

    kind: str
    text: str


def samples() -> list[Sample]:
    """All blocks, in the order of the page."""
    found = []
    for kind, text in _FENCE.findall(TOUR.read_text(encoding="utf-8")):
        head, indent = _WRAPPED.get(kind, ("", ""))
        lines = [indent + line if line else line for line in text.splitlines()]
        found.append(Sample(kind, head + "\n".join(lines) + "\n"))
    return found
