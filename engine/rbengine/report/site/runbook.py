"""The page of one runbook: what it says, its way as a picture, its text."""

import re
from collections.abc import Iterator, Sequence

from rbengine.report.at_worst import worst_rows
from rbengine.report.graph import svg
from rbengine.report.shelf import target
from rbengine.report.site.layout import text
from rbengine.semantics.worst import AtWorst
from rbengine.workspace.editor.colours import Coloured
from rbengine.workspace.outline import Does, Outline, OutlineFinding, OutlineSection

_CODE = re.compile(r"`([^`\n]+)`")
_STYLES: dict[Does, str] = {
    "changes": "change",
    "waits": "clock",
    "escalates": "wrong",
    "asks": "clock",
}


def runbook_body(
    outline: Outline, worst: AtWorst, source: str, colours: Sequence[Coloured]
) -> list[str]:
    """The rows of its page."""
    return list(_rows(outline, worst, source, colours))


def _rows(
    outline: Outline, worst: AtWorst, source: str, colours: Sequence[Coloured]
) -> Iterator[str]:
    card = outline.card
    facts = (
        card.severity,
        f"MTTR {target(card)}" if target(card) else "",
        card.owner,
        *card.alerts,
    )
    yield f"<h1>{text(card.id)} {text(card.title)}</h1>"
    yield f'<p class="quiet">{text(" · ".join(one for one in facts if one))}</p>'
    yield (
        f"<p><code>rbengine diagnose {text(card.id)}</code> looks and changes nothing; "
        f"<code>rbengine exec {text(card.id)}</code> goes the whole way.</p>"
    )
    if outline.inputs:
        yield "<h2>What it needs to know</h2><ul>"
        for name, told in outline.inputs:
            yield f"<li><code>{text(name)}</code> {text(told)}</li>"
        yield "</ul>"
    yield from _list("Symptoms", card.symptoms)
    for section in outline.sections:
        yield from _section(section)
        if section.kind == "diagnose":
            yield from _findings(outline.findings)
    yield from _list("Prevent", outline.prevent)
    yield from _at_worst(worst)
    yield "<h2>Its way as a picture</h2>"
    yield f"<figure>{svg(outline)}</figure>"
    yield "<h2>Its text</h2>"
    yield "<pre>" + "".join(_text(source, colours)) + "</pre>"


def _at_worst(worst: AtWorst) -> Iterator[str]:
    rows = tuple(worst_rows(worst))
    if not rows:
        return
    heads = "".join(f"<th>{one}</th>" for one in ("", "machine", "people"))
    yield '<h2 id="at-worst">How long it may take at worst</h2>'
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for one in rows:
        if one.machine or one.people:
            pad = f' style="padding-left:{1 + one.depth}em"' if one.depth else ""
            times = f"<td>{text(one.machine)}</td><td>{text(one.people)}</td>"
            yield f"<tr><td{pad}>{prose(one.text)}</td>{times}</tr>"
        else:
            yield f'<tr><td colspan="3" class="quiet">{prose(one.text)}</td></tr>'
    yield "</tbody></table></div>"


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"<h2>{title}</h2><ul>"
        for one in items:
            yield f"<li>{prose(one)}</li>"
        yield "</ul>"


def _section(section: OutlineSection) -> Iterator[str]:
    name = f"{section.kind} {section.finding}".strip()
    title = f' <span class="quiet">{prose(section.title)}</span>' if section.title else ""
    yield f'<h2 id="{text(name.replace(" ", "-"))}">{text(name.capitalize())}{title}</h2>'
    for step in section.steps:
        if step.label:
            yield f'<h3>{prose(step.label)} <a class="quiet" href="#L{step.line}">line {step.line}</a></h3>'
        if step.acts:
            yield '<ul class="acts">'
            for act in step.acts:
                style = _STYLES.get(act.does, "")
                yield f'<li><span class="does {style}">{act.does}</span><span>{prose(act.text)}</span></li>'
            yield "</ul>"


def _findings(findings: Sequence[OutlineFinding]) -> Iterator[str]:
    for one in findings:
        yield f"<h3>Finding: {prose(one.title)}</h3><ul>"
        for line in one.lines:
            if isinstance(line, str):
                yield f"<li><code>{text(line)}</code></li>"
            else:
                yield "<li>one of<ul>"
                yield from (f"<li><code>{text(each)}</code></li>" for each in line)
                yield "</ul></li>"
        yield "</ul>"


def prose(told: str) -> str:
    """Prose, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", text(told.replace("{{…}}", "…")))


def _text(source: str, colours: Sequence[Coloured]) -> Iterator[str]:
    """The text line by line, each with its number to point at, words in their colours."""
    ordered = iter(sorted(colours))
    word = next(ordered, None)
    position = 0
    for number, line in enumerate(source.rstrip("\n").split("\n"), 1):
        yield f'<a id="L{number}" href="#L{number}">{number}</a>'
        end = position + len(line)
        at = position
        while word is not None and word.span.start < end:
            yield text(source[at : word.span.start])
            yield f'<span class="{word.colour}">{text(source[word.span.start : word.span.end])}</span>'
            at = word.span.end
            word = next(ordered, None)
        yield text(source[at:end]) + "\n"
        position = end + 1
