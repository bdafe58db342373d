"""The way of a runbook as a graph: diagnosis, what it may find, what is done then, the proof, what comes after.

Mermaid for pages that draw it themselves; SVG for everywhere else, without fonts or scripts from elsewhere.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import msgspec

from rbengine.report.shelf import target
from rbengine.report.text import cells, visible, wrap
from rbengine.workspace.outline import Does, Outline, OutlineSection, OutlineStep

_MARKS: dict[Does, str] = {
    "reads": "reads", "changes": "changes", "calls": "calls", "asks": "asks", "waits": "waits",
    "escalates": "escalates", "stops": "stops",
}  # fmt: skip
"""What is shown of a step; checks and notes stay in its text."""

_COLUMN = 232
_GAP = 24
_PAD = 10
_ROW = 17
_CELL = 7.3
_EDGE = 20
_BETWEEN = 44
"""Pixels from one rank of boxes to the next: room for an arrow."""

_STYLE = """\
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1d2026; }
.t { font-weight: bold; } .k { fill: #5b6270; } .h { font: bold 16px sans-serif; }
rect { fill: #ffffff; stroke: #9aa0ab; } .d { fill: #eef4fb; stroke: #6b8fb8; } .f { fill: #fff6df; stroke: #c39a3b; }
.v { fill: #eaf6ec; stroke: #5c9a68; } path { fill: none; stroke: #5b6270; }
marker path { fill: #5b6270; stroke: none; }"""


class _Box(msgspec.Struct, frozen=True):
    """A box with its rows; `style` is a class of the picture."""

    key: str
    style: str
    rows: tuple[tuple[str, str], ...]
    """Text and class of each row."""

    @property
    def high(self) -> int:
        return len(self.rows) * _ROW + 2 * _PAD


class _Lane(msgspec.Struct, frozen=True):
    """What is found, and what is done then."""

    found: _Box
    done: _Box | None
    ends: bool = False
    """It is handed over then, and nothing is proven."""


class _Chart(msgspec.Struct, frozen=True):
    title: str
    diagnose: _Box
    lanes: tuple[_Lane, ...]
    after: tuple[_Box, ...]
    """`verify`, `recover`."""
    breach: _Box | None


def mermaid(outline: Outline) -> str:
    """A flowchart in Mermaid's own text."""
    chart = _chart(outline, 10_000)
    rows = ["flowchart TD"]
    rows += [_node(one) for one in _boxes(chart)]
    rows += [f"  {a} --> {b}" for a, b in _arrows(chart)]
    if chart.breach:
        rows.append(
            f"  {chart.diagnose.key} -. {_quoted('when the MTTR is over')} .-> {chart.breach.key}"
        )
    return "\n".join(rows) + "\n"


def svg(outline: Outline) -> str:
    """A picture. Equal runbooks give equal bytes."""
    chart = _chart(outline, int((_COLUMN - 2 * _PAD) / _CELL))
    return "\n".join([*_drawn(chart), ""])


# What is in it ------------------------------------------------------------------------------------------------------


def _chart(outline: Outline, room: int) -> _Chart:
    sections = {one.kind: one for one in outline.sections if one.kind != "resolve"}
    resolves = {one.finding: one for one in outline.sections if one.kind == "resolve"}
    lanes = [
        _Lane(
            _box(f"f{number}", "f", [(finding.title, "t"), (finding.name, "k")], room),
            _section(f"r{number}", "", resolves.get(finding.name), room),
            finding.name in resolves and resolves[finding.name].hands_over,
        )
        for number, finding in enumerate(outline.findings, 1)
    ]
    if "otherwise" in sections:
        found = _box(
            "f0", "f", [("otherwise", "t"), ("every finding was judged, none holds", "k")], room
        )
        section = sections["otherwise"]
        lanes.append(_Lane(found, _section("r0", "", section, room), section.hands_over))
    empty = _box("diagnose", "d", [("diagnose", "t")], room)
    after = [
        box
        for kind in ("verify", "recover")
        if kind in sections and (box := _section(kind, "v", sections[kind], room, kind))
    ]
    card = outline.card
    facts = " · ".join(
        one for one in (card.severity, f"MTTR {target(card)}" if target(card) else "") if one
    )
    return _Chart(
        f"{card.id}  {card.title}" + (f"  ({facts})" if facts else ""),
        _section("diagnose", "d", sections.get("diagnose"), room, "diagnose") or empty,
        tuple(lanes),
        tuple(after),
        _section("breach", "f", sections.get("on breach"), room, "on breach"),
    )


def _section(
    key: str, style: str, section: OutlineSection | None, room: int, head: str = ""
) -> _Box | None:
    if section is None:
        return None
    rows = [(head, "t")] if head else []
    rows += [row for step in section.steps for row in _step(step)]
    return _box(key, style, rows, room) if rows else None


def _step(step: OutlineStep) -> Iterator[tuple[str, str]]:
    if step.label:
        yield step.label, ""
    for act in step.acts:
        if act.does in _MARKS:
            yield f"  {_MARKS[act.does]} {act.text}", "k"


def _box(key: str, style: str, rows: Sequence[tuple[str, str]], room: int) -> _Box:
    lines: list[tuple[str, str]] = []
    for text, kind in rows:
        indent = "  " if text.startswith("  ") else ""
        for line in wrap(visible(text.strip().replace("{{…}}", "…")), room - len(indent)):
            lines.append((indent + line, kind))
    return _Box(key, style, tuple(lines))


def _boxes(chart: _Chart) -> Iterator[_Box]:
    yield chart.diagnose
    for lane in chart.lanes:
        yield lane.found
        if lane.done:
            yield lane.done
    yield from chart.after
    if chart.breach:
        yield chart.breach


def _arrows(chart: _Chart) -> Iterator[tuple[str, str]]:
    """From, to. Every way that hands nothing over goes through the proof, where there is one."""
    for lane in chart.lanes:
        yield chart.diagnose.key, lane.found.key
        if lane.done:
            yield lane.found.key, lane.done.key
        if chart.after and not lane.ends:
            yield (lane.done or lane.found).key, chart.after[0].key
    for before, after in zip(chart.after, chart.after[1:], strict=False):
        yield before.key, after.key


# Mermaid ------------------------------------------------------------------------------------------------------------


def _node(box: _Box) -> str:
    text = "<br/>".join(_entities(one.strip()) for one, _ in box.rows)
    brackets = ("{{", "}}") if box.key.startswith("f") else ("[", "]")
    return f"  {box.key}{brackets[0]}{_quoted(text)}{brackets[1]}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _entities(text: str) -> str:
    """Mermaid reads `#` as the beginning of an entity, and HTML as HTML."""
    for plain, told in (
        ("#", "#35;"),
        ('"', "#quot;"),
        ("<", "#lt;"),
        (">", "#gt;"),
        ("`", "#96;"),
    ):
        text = text.replace(plain, told)
    return text


# SVG ----------------------------------------------------------------------------------------------------------------


def _drawn(chart: _Chart) -> Iterator[str]:
    """Ranks from top to bottom: diagnosis, findings, what is done, then what comes after for all."""
    lanes = chart.lanes
    wide = max(1, len(lanes)) * (_COLUMN + _GAP) - _GAP
    places: dict[str, tuple[float, float, float, int]] = {}

    def put(box: _Box, x: float, y: float) -> None:
        places[box.key] = (x, y, _COLUMN, box.high)

    middle = (wide - _COLUMN) / 2
    top = float(_EDGE + 30)
    put(chart.diagnose, middle, top)
    y = top + chart.diagnose.high + _BETWEEN
    for column, lane in enumerate(lanes):
        put(lane.found, column * (_COLUMN + _GAP), y)
    y += max((one.found.high for one in lanes), default=0) + (_BETWEEN if lanes else 0)
    for column, lane in enumerate(lanes):
        if lane.done:
            put(lane.done, column * (_COLUMN + _GAP), y)
    deepest = max((one.done.high for one in lanes if one.done), default=0)
    y += deepest + (_BETWEEN if deepest else 0)
    for box in chart.after:
        put(box, middle, y)
        y += box.high + _BETWEEN
    if chart.breach:
        y -= _BETWEEN - _GAP
        put(chart.breach, middle, y)
        y += chart.breach.high + _BETWEEN
    width = max(wide, cells(chart.title) * 9) + 2 * _EDGE
    height = y - _BETWEEN + _EDGE
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" role="img">'
    )
    yield f"<title>{escape(visible(chart.title))}</title>"
    yield f"<style>\n{_STYLE}\n</style>"
    yield (
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>'
    )
    yield f'<rect width="{width:.0f}" height="{height:.0f}" stroke="none"/>'
    yield f'<text class="h" x="{_EDGE}" y="{_EDGE + 12}">{escape(visible(chart.title))}</text>'
    yield f'<g transform="translate({_EDGE} 0)">'
    for a, b in _arrows(chart):
        yield _arrow(places[a], places[b])
    for box in _boxes(chart):
        yield from _shape(box, *places[box.key][:2])
    yield "</g>"
    yield "</svg>"


def _arrow(a: tuple[float, float, float, int], b: tuple[float, float, float, int]) -> str:
    x1, y1 = a[0] + a[2] / 2, a[1] + a[3]
    x2, y2 = b[0] + b[2] / 2, b[1]
    bend = y2 - _BETWEEN / 2
    way = f"M{x1:g} {y1:g} V{bend:g} H{x2:g} V{y2:g}"
    return f'<path d="{way}" marker-end="url(#a)"/>'


def _shape(box: _Box, x: float, y: float) -> Iterator[str]:
    style = f' class="{box.style}"' if box.style else ""
    yield f'<rect{style} x="{x:g}" y="{y:g}" width="{_COLUMN}" height="{box.high}" rx="6"/>'
    for number, (text, kind) in enumerate(box.rows, 1):
        at = x + _PAD + (len(text) - len(text.lstrip())) * _CELL
        shown = f' class="{kind}"' if kind else ""
        yield f'<text{shown} x="{at:g}" y="{y + _PAD + number * _ROW - 4:g}">{escape(text.strip())}</text>'
