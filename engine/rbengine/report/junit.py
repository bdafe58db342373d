"""Rehearsals as JUnit XML, for machines that show test results: a suite for each playbook, a case for each scenario.

Times are virtual: how long the incident took, not the machine. So the same rehearsals give the same bytes.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

from rbengine.diagnostics import Diagnostic
from rbengine.rehearsal.result import Summary
from rbengine.report.rehearsals import Played
from rbengine.report.text import visible

DrawnAs = Callable[[Sequence[Diagnostic]], str]
"""Problems with their lines, as text."""


def junit(played: Sequence[Played], drawn: DrawnAs, seed: int = 0) -> str:
    """The whole document."""
    suites = [row for one in played for row in _suite(one, drawn, seed)]
    opening = _tag("testsuites", {"name": "rbengine simulate", **_numbers(played)})
    return (
        "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', opening, *suites, "</testsuites>"])
        + "\n"
    )


def _suite(played: Played, drawn: DrawnAs, seed: int) -> list[str]:
    attributes = {"name": f"{played.id} {played.title}", "file": played.path, **_numbers([played])}
    properties = {
        "seed": str(seed),
        "time": "virtual",
        "points": str(len(played.points)),
        "points passed": str(len(played.passed)),
    }
    rows = [f"  {_tag('testsuite', attributes)}", "    <properties>"]
    rows += [
        f"      {_tag('property', {'name': name, 'value': value}, empty=True)}"
        for name, value in properties.items()
    ]
    rows.append("    </properties>")
    for rehearsal, line in zip(played.rehearsals, played.lines, strict=True):
        rows.extend(_case(played, rehearsal, line, drawn))
    return [*rows, "  </testsuite>"]


def _case(played: Played, rehearsal: Summary, line: int, drawn: DrawnAs) -> list[str]:
    attributes = {
        "classname": played.id,
        "name": rehearsal.title,
        "file": played.scenarios,
        "line": str(line),
        "time": _seconds(rehearsal.took),
    }
    if rehearsal.ok:
        return [f"    {_tag('testcase', attributes, empty=True)}"]
    misses = rehearsal.misses
    # One failure for each case: most readers show the first alone, so it holds everything.
    failure = {
        "type": misses[0].code if misses else "E812",
        "message": misses[0].message
        if misses
        else f"it did not come to an end: {rehearsal.reason}",
    }
    text = drawn(misses) if misses else rehearsal.reason
    return [
        f"    {_tag('testcase', attributes)}",
        f"      {_tag('failure', failure)}{escape(_lines(text))}</failure>",
        "    </testcase>",
    ]


def _numbers(played: Sequence[Played]) -> dict[str, str]:
    rehearsals = [rehearsal for one in played for rehearsal in one.rehearsals]
    return {
        "tests": str(len(rehearsals)),
        "failures": str(sum(not one.ok for one in rehearsals)),
        "errors": "0",
        "skipped": "0",
        "time": _seconds(sum((one.took for one in rehearsals), timedelta())),
    }


def _seconds(span: timedelta) -> str:
    return f"{span / timedelta(seconds=1):.3f}"


def _tag(name: str, attributes: dict[str, str], *, empty: bool = False) -> str:
    written = "".join(f" {key}={quoteattr(visible(value))}" for key, value in attributes.items())
    return f"<{name}{written}{' /' if empty else ''}>"


def _lines(text: str) -> str:
    """XML has no place for most control characters, not even escaped."""
    return "\n".join(visible(one) for one in text.split("\n"))
