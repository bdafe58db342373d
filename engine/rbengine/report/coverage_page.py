"""Coverage as one page for a browser: nothing is loaded from anywhere, and it reads on a phone."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from rbengine.rehearsal.points import Point
from rbengine.report.coverage import at, numbers, passed_by, share
from rbengine.report.rehearsals import Played
from rbengine.report.text import visible

TextOf = Callable[[str], str | None]
"""The text of a file by its path; None where it is not at hand."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --quiet: #5f6b76; --paper: #ffffff; --rule: #d9dee3;
  --good: #176b3a; --good-paper: #e9f6ee; --part: #8a5a00; --part-paper: #fff5df;
  --bad: #a8201a; --bad-paper: #fdebea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --quiet: #98a4af; --paper: #14181c; --rule: #2c343b;
  --good: #6fd39a; --good-paper: #12271b; --part: #f0c060; --part-paper: #2c2410;
  --bad: #ff8f88; --bad-paper: #331a19; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.25rem 0 .25rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .bad { color: var(--bad); } .part { color: var(--part); }
.bar { height: .5rem; border-radius: .25rem; background: var(--bad-paper); overflow: hidden; margin: .5rem 0;
  border: 1px solid var(--rule); }
.bar span { display: block; height: 100%; background: var(--good); }
ul { margin: .25rem 0; padding-left: 1.1rem; }
li { margin: .15rem 0; overflow-wrap: anywhere; }
a { color: inherit; }
nav ul { list-style: none; padding: 0; }
nav li { display: flex; gap: .75rem; justify-content: space-between; border-bottom: 1px solid var(--rule);
  padding: .4rem 0; }
nav li span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.text { border: 1px solid var(--rule); border-radius: .4rem; overflow: hidden; margin-top: .5rem;
  font: .8rem/1.55 ui-monospace, "DejaVu Sans Mono", monospace; }
.text > * { display: grid; grid-template-columns: 2.6rem 4rem 1fr; }
.text details { display: block; }
.text summary { display: grid; grid-template-columns: 2.6rem 4rem 1fr; cursor: pointer; list-style: none; }
.text summary::-webkit-details-marker { display: none; }
.number { text-align: right; padding-right: .6rem; color: var(--quiet); user-select: none; }
.mark { padding-left: .3rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 .5rem 0 2ch; text-indent: -2ch; }
details.good summary { background: var(--good-paper); } details.part summary { background: var(--part-paper); }
details.bad summary { background: var(--bad-paper); }
details.good, details.part, details.bad { color: var(--ink); }
details.good .mark { color: var(--good); } details.part .mark { color: var(--part); }
details.bad .mark { color: var(--bad); }
details .points { margin: 0; padding: .4rem .6rem .5rem 1rem; list-style: none; font: .85rem/1.45 system-ui, sans-serif;
  border-bottom: 1px solid var(--rule); }
:target { scroll-margin-top: 1rem; outline: 2px solid var(--part); outline-offset: -2px; }
@media (max-width: 30rem) { .text { font-size: .72rem; margin-left: -.5rem; margin-right: -.5rem; }
  .text > *, .text summary { grid-template-columns: 2rem 3.5rem 1fr; } }
@media print { .text summary { break-inside: avoid; } }
"""


def coverage_page(played: Sequence[Played], text_of: TextOf, seed: int = 0) -> str:
    """The whole page: the sum, what is not covered, and each playbook's text with its points in the margin."""
    passed, points = numbers(played)
    rehearsals = sum(len(one.rehearsals) for one in played)
    rows = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Rehearsals: {share(passed, points)} % of decision points</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{share(passed, points)} % of decision points</h1>",
        f'<p class="quiet">{passed} of {points} points, passed by {rehearsals} rehearsals{_told_of(played)}'
        f"{f', seed {seed}' if seed else ''}</p>",
        _bar(passed, points),
        '<p class="quiet">A marked line has decision points: choose it to see which, and who passed them.</p>',
        *(_overview(played) if len(played) > 1 else []),
    ]
    for one in played:
        rows.extend(_playbook(one, text_of))
    return "\n".join([*rows, "</body></html>"]) + "\n"


def _overview(played: Sequence[Played]) -> list[str]:
    rows = ["<nav><ul>"]
    for one in played:
        state = "bad" if one.missing else "good"
        rows.append(
            f'<li><span><a href="#{_id(one.id)}">{_safe(one.id)}</a> {_safe(one.title)}</span>'
            f'<span class="{state}">{one.clear}/{len(one.points)}</span></li>'
        )
    return [*rows, "</ul></nav>"]


def _playbook(played: Played, text_of: TextOf) -> list[str]:
    passed, points = played.clear, len(played.points)
    missed = len(played.missed)
    rows = [
        f'<h2 id="{_id(played.id)}">{_safe(played.id)} {_safe(played.title)}</h2>',
        f'<p class="quiet">{passed} of {points} points, {len(played.rehearsals)} rehearsals{_told_of([played])}'
        f"{f', <b class=bad>{missed} not as expected</b>' if missed else ''}</p>",
        _bar(passed, points),
    ]
    if played.missing:
        rows += ["<h3>Not covered</h3>", "<ul>"]
        rows += [
            f'<li><a href="#{_anchor(played, one)}">{_safe(at(one))}</a> {_what(one)}</li>'
            for one in played.missing
        ]
        rows.append("</ul>")
    by = passed_by(played)
    for file in sorted(
        {one.file for one in played.points}, key=lambda one: (one != played.path, one)
    ):
        rows.extend(_file(played, file, text_of(file), by))
    return rows


def _file(
    played: Played, file: str, text: str | None, by: Mapping[Point, tuple[str, ...]]
) -> list[str]:
    """The text with the points of each line; a file that is not at hand shows its lines with points alone."""
    of_line: dict[int, list[Point]] = {}
    for point in sorted(one for one in played.points if one.file == file):
        of_line.setdefault(point.line, []).append(point)
    texts = dict(enumerate(text.splitlines(), start=1)) if text is not None else {}
    rows = [f"<h3>{_safe(file)}</h3>", '<div class="text">']
    for number in sorted(texts.keys() | of_line.keys()):
        points = of_line.get(number, [])
        rows.append(_line(played, number, texts.get(number, ""), points, by))
    return [*rows, "</div>"]


def _line(
    played: Played,
    number: int,
    text: str,
    points: Sequence[Point],
    by: Mapping[Point, tuple[str, ...]],
) -> str:
    shown = f"<code>{_safe(text)}</code>"
    if not points:
        return f'<div><span class="number">{number}</span><span class="mark"></span>{shown}</div>'
    passed = sum(bool(by[one]) or one in played.accounted for one in points)
    state = "good" if passed == len(points) else "part" if passed else "bad"
    sign = "ok" if passed == len(points) else "!!"
    listed = "".join(
        f"<li>{_point(one, by[one], played.accounted.get(one))}</li>" for one in points
    )
    opened = "" if state == "good" else " open"
    return (
        f'<details class="{state}"{opened} id="{_anchor(played, points[0])}"><summary>'
        f'<span class="number">{number}</span>'
        f'<span class="mark">{sign} {passed}/{len(points)}</span>{shown}</summary>'
        f'<ul class="points">{listed}</ul></details>'
    )


def _told_of(played: Sequence[Played]) -> str:
    accounted = sum(len(one.accounted) for one in played)
    return f", {accounted} accounted for" if accounted else ""


def _point(point: Point, titles: Sequence[str], reason: str | None) -> str:
    if reason is not None:
        told = f'<span class="quiet">not covered: {_safe(reason)}</span>'
        return f'<span class="good">ok</span> {_what(point)} {told}'
    if not titles:
        return f'<b class="bad">!! not covered</b> {_what(point)}'
    more = f", and {len(titles) - 3} more" if len(titles) > 3 else ""
    named = ", ".join(f"“{_safe(one)}”" for one in titles[:3])
    return f'<span class="good">ok</span> {_what(point)} <span class="quiet">{named}{more}</span>'


def _what(point: Point) -> str:
    return _safe(point.what)


def _bar(passed: int, points: int) -> str:
    return f'<div class="bar" role="presentation"><span style="width: {share(passed, points)}%"></span></div>'


def _anchor(played: Played, point: Point) -> str:
    return f"{_id(played.id)}-{_id(point.file)}-{point.line}"


def _id(text: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in text)


def _safe(text: str) -> str:
    return escape(visible(text))
