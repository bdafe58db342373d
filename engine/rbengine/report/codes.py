"""Every code there is: for one its page, for all of them a list and the page `docs/codes.md`."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry
from rbengine.report.text import cut, visible, wrap

HUNDREDS: Mapping[str, str] = {
    "1": "syntax",
    "2": "names and shape",
    "3": "effects and secrets",
    "4": "types, units and time",
    "5": "SQL, settings and adapters",
    "6": "order, undo, approval, people and projects",
    "7": "what is accepted with a reason",
    "8": "rehearsals",
    "9": "bugs of rbengine",
}
"""What codes of each hundred are about."""

DRAWN = "codes.json"
"""Beside this module: each wrong sample's problem as it is drawn on 80 columns. Made by `make codes`."""

_FACT = re.compile(r"( += \w+: )(.*)")
_WIDEST = 100  # columns of a sample; what is longer was written to be too long

_BUGS = (
    Entry(
        code=Code("E900"), title="a bug in rbengine", wrong="", right="",
        why="what goes wrong inside is told with the place where it did, and never with a traceback; it is never your "
        "runbook's fault. RBENGINE_TRACEBACK=1 shows more for a report",
    ),
    Entry(
        code=Code("E901"), title="a formatter that would change a meaning", wrong="", right="",
        why="a formatted text is read again before it replaces a file; where it would mean something else, or lose a "
        "comment, the file stays as it is",
    ),
)  # fmt: skip
"""Nothing that a person writes earns these, so they have no samples."""


def entries() -> dict[str, Entry]:
    """All codes in their order by hundred, then by letter and number."""
    from rbengine.facts.settings_catalogue import CATALOGUE as SETTINGS
    from rbengine.rehearsal.catalogue import CATALOGUE as REHEARSALS
    from rbengine.rehearsal.repair_catalogue import CATALOGUE as REPAIRS
    from rbengine.semantics.catalogue import CATALOGUE as RULES
    from rbengine.semantics.project_catalogue import CATALOGUE as PROJECTS
    from rbengine.semantics.table_catalogue import CATALOGUE as TABLES
    from rbengine.syntax.catalogue import CATALOGUE as SYNTAX

    everything = (*SYNTAX, *RULES, *PROJECTS, *TABLES, *SETTINGS, *REHEARSALS, *REPAIRS, *_BUGS)
    return {one.code: one for one in sorted(everything, key=lambda one: (one.code[1:], one.code))}


@cache
def drawn() -> Mapping[str, str]:
    """The problem that each wrong sample earns, as a person sees it."""
    found: dict[str, str] = json.loads(
        files("rbengine.report").joinpath(DRAWN).read_text(encoding="utf-8")
    )
    return found


def page(entry: Entry, width: int) -> list[str]:
    """The rows of one code: title, reason, the wrong sample with its problem, the right sample."""
    rows = [f"{entry.code}: {entry.title}", "", *wrap(_sentence(entry.why), width), ""]
    if not entry.wrong:
        return rows
    rows += ["wrong", *_indented(_shown(entry.wrong)), ""]
    said = drawn().get(entry.code)  # a code that was added a moment ago is not drawn yet
    if said is not None:
        rows += ["what is said", *_indented(_folded(said, width - 2)), ""]
    return [*rows, "right", *_indented(_shown(entry.right)), ""]


def overview() -> list[str]:
    """All codes with their titles, by hundred."""
    rows: list[str] = []
    hundred = ""
    for entry in entries().values():
        if entry.code[1] != hundred:
            hundred = entry.code[1]
            rows += [*([""] if rows else []), f"{hundred}xx  {HUNDREDS[hundred]}"]
        rows.append(f"  {entry.code}  {entry.title}")
    return [*rows, "", "`rbengine explain E204` shows one with samples"]


def markdown(problems: Mapping[str, str]) -> str:
    """`docs/codes.md`. Of samples only the lines that differ are shown, with those around them."""
    rows = [
        "# The codes",
        "",
        "Every problem has a code: `E` for errors, `W` for warnings, which may be accepted in place by",
        '`allow W614 "why"`. This page is made from the catalogue by `make codes`; tests prove that each wrong',
        "sample earns its code and no other, and that each right one earns none. `rbengine explain E204` shows one",
        "with its whole samples.",
    ]
    hundred = ""
    for entry in entries().values():
        if entry.code[1] != hundred:
            hundred = entry.code[1]
            title = HUNDREDS[hundred]
            rows += ["", f"## {hundred}xx: {title[0].upper()}{title[1:]}"]
        rows += ["", f"### {entry.code}", "", _sentence(f"{entry.title}: {entry.why}")]
        if entry.wrong:
            rows += ["", "```diff", *_difference(entry), "```", ""]
            rows += ["```text", *problems[entry.code].splitlines(), "```"]
    return "".join(f"{one.rstrip()}\n" for one in rows)


def _difference(entry: Entry) -> list[str]:
    rows = difflib.unified_diff(_shown(entry.wrong), _shown(entry.right), n=2, lineterm="")
    return ["" if one.startswith("@@") else one for one in rows][3:]


def _shown(sample: str) -> list[str]:
    return [cut(visible(line), _WIDEST) for line in sample.rstrip("\n").split("\n")]


def _folded(said: str, width: int) -> Iterator[str]:
    """The rows of a drawn problem; its sentences go on below where they are wider."""
    for row in said.splitlines():
        fact = _FACT.match(row)
        if fact is None:
            yield row
            continue
        first, *rest = wrap(fact[2], width - len(fact[1]))
        yield fact[1] + first
        yield from (" " * len(fact[1]) + one for one in rest)


def _indented(rows: Iterable[str]) -> list[str]:
    return [f"  {one}".rstrip() for one in rows]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
