"""A runbook as a page for a terminal: what it is about, what it does, in the order it runs."""

from collections.abc import Iterator

from rbengine.report.at_worst import worst_rows
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Style, heading, line
from rbengine.report.shelf import target
from rbengine.semantics.worst import AtWorst
from rbengine.workspace.outline import Act, Does, Outline, OutlineFinding, OutlineSection

_STYLES: dict[Does, Style] = {
    "changes": "change",
    "waits": "clock",
    "escalates": "wrong",
    "asks": "clock",
}
_WORD = 10
"""Cells of the longest word of what a step does."""


_TIME = 10
"""Cells of a time at worst."""


def runbook_rows(outline: Outline, worst: AtWorst, *, width: int, colour: bool) -> list[str]:
    """The page. A hole in a text is shown as `…`."""
    return draw(_lines(outline, worst), width, colour)


def _lines(outline: Outline, worst: AtWorst) -> Iterator[Line]:
    card = outline.card
    facts = (card.severity, f"MTTR {target(card)}" if target(card) else "", card.owner)
    yield heading(card.title, margin=card.id, right=" · ".join(one for one in facts if one))
    yield heading((f"        {card.path}", "quiet"))
    for word, names in (("alerts", card.alerts), ("tags", card.tags)):
        if names:
            yield heading((f"        {word}: {', '.join(names)}", "quiet"), hang=10)
    for name, told in outline.inputs:
        yield heading("        ", (name, "strong"), f"  {told}", hang=10)
    yield from _items("symptoms", card.symptoms)
    for section in outline.sections:
        yield from _section(section)
        if section.kind == "diagnose":
            for finding in outline.findings:
                yield from _finding(finding)
    yield from _items("prevent", outline.prevent)
    yield from _at_worst(worst)


def _at_worst(worst: AtWorst) -> Iterator[Line]:
    rows = tuple(worst_rows(worst))
    if rows:
        yield BLANK
        yield heading((" at worst", "strong"), right=f"{'machine':>{_TIME}}{'people':>{_TIME}}")
    for one in rows:
        right = f"{one.machine:>{_TIME}}{one.people:>{_TIME}}" if one.machine or one.people else ""
        style: Style = "plain" if one.depth or right else "quiet"
        yield line((_plain(one.text), style), indent=2 * one.depth, hang=2, right=right)


def _items(word: str, texts: tuple[str, ...]) -> Iterator[Line]:
    if texts:
        yield BLANK
        yield heading((f" {word}", "strong"))
        for one in texts:
            yield heading(f"        - {_plain(one)}", hang=10)


def _section(section: OutlineSection) -> Iterator[Line]:
    yield BLANK
    name = f" {section.kind} {section.finding}".rstrip()
    title = f'  "{_plain(section.title)}"' if section.title else ""
    yield heading((name, "strong"), title, hang=8)
    for step in section.steps:
        if step.label:
            yield line((_plain(step.label), "strong"))
        for act in step.acts:
            yield _act(act)


def _act(act: Act) -> Line:
    style = _STYLES.get(act.does, "quiet")
    return line((f"{act.does:<{_WORD}}", style), _plain(act.text), indent=2, hang=_WORD)


def _finding(finding: OutlineFinding) -> Iterator[Line]:
    yield line(
        ("finding ", "quiet"), (finding.name, "strong"), f'  "{_plain(finding.title)}"', hang=2
    )
    for one in finding.lines:
        if isinstance(one, str):
            yield line(one, indent=2, hang=2)
            continue
        yield line(("either", "quiet"), indent=2)
        for each in one:
            yield line(each, indent=4, hang=2)


def _plain(text: str) -> str:
    return text.replace("{{…}}", "…")
