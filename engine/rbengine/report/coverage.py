"""Coverage over decision points, as text and as JSON. The page for a browser is `coverage_page`."""

import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from rbengine.rehearsal.points import Point
from rbengine.report.rehearsals import Played
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, heading

SCHEMA = 2
"""Of the JSON; it grows with every change that a reader could stumble over."""


def share(passed: int, points: int) -> Decimal:
    """Per cent, rounded down to a tenth: 100 is said only where nothing is missing. Of nothing, all is covered."""
    if not points:
        return Decimal(100)
    return (Decimal(100) * passed / points).quantize(Decimal("0.1"), ROUND_FLOOR)


def numbers(played: Sequence[Played]) -> tuple[int, int]:
    """Points passed or accounted for, and all of them."""
    return sum(one.clear for one in played), sum(len(one.points) for one in played)


def is_under(played: Sequence[Played], least: Decimal) -> bool:
    """Whether fewer than `least` per cent were passed or accounted for, without any rounding."""
    passed, points = numbers(played)
    return points > 0 and Decimal(100) * passed < least * points


def coverage_rows(played: Sequence[Played], *, width: int, colour: bool) -> list[str]:
    """A line for each playbook with its points that no rehearsal passed below, then the sum.

    Those that are accounted for stand last, each reason over its points.
    """
    lines: list[Line] = []
    for one in played:
        missing = one.missing
        lines.append(
            heading(
                f"{one.path}  ",
                (f"{one.clear}/{len(one.points)} points", "wrong" if missing else "good"),
                f"  {share(one.clear, len(one.points))} %",
                margin=one.id,
            )
        )
        lines += [heading(f"  {at(point)}  {point.what}", hang=4) for point in missing]
        for reason, points_ in _by_reason(one.accounted).items():
            lines.append(heading((f"  accounted for: {reason}", "quiet"), hang=4))
            lines += [heading(f"    {at(point)}  {point.what}", hang=6) for point in points_]
    passed, points = numbers(played)
    told = f"coverage {share(passed, points)} % · {passed}/{points} points"
    accounted = sum(len(one.accounted) for one in played)
    if accounted:
        told += f", {accounted} accounted for"
    if passed < points:
        told += f" · {points - passed} not covered"
    return draw(
        [*lines, BLANK, heading((told, "good" if passed == points else "wrong"))], width, colour
    )


def coverage_json(played: Sequence[Played], seed: int = 0) -> str:
    """All points with the scenarios that passed them, by playbook, in the order of the text."""
    passed, points = numbers(played)
    told = {
        "schema": SCHEMA,
        "seed": seed,
        "points": points,
        "passed": sum(len(one.passed) for one in played),
        "accounted_for": sum(len(one.accounted) for one in played),
        "percent": float(share(passed, points)),
        "playbooks": [_playbook(one) for one in played],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def passed_by(played: Played) -> Mapping[Point, tuple[str, ...]]:
    """Titles of the scenarios that passed each point, in written order; none for a point that none passed."""
    by: dict[Point, list[str]] = {one: [] for one in sorted(played.points)}
    for rehearsal in played.rehearsals:
        for point in rehearsal.passed & played.points:
            by[point].append(rehearsal.title)
    return {point: tuple(titles) for point, titles in by.items()}


def at(point: Point) -> str:
    """`playbooks/rb011.rb:52`."""
    return f"{point.file}:{point.line}"


def _playbook(played: Played) -> dict[str, Any]:
    return {
        "id": played.id,
        "title": played.title,
        "path": played.path,
        "points": len(played.points),
        "passed": len(played.passed),
        "accounted_for": len(played.accounted),
        "decisions": [
            {
                "file": point.file,
                "line": point.line,
                "what": point.what,
                "passed_by": list(titles),
                "not_covered": played.accounted.get(point),
            }
            for point, titles in passed_by(played).items()
        ],
    }


def _by_reason(accounted: Mapping[Point, str]) -> Mapping[str, Sequence[Point]]:
    by: dict[str, list[Point]] = {}
    for point, reason in accounted.items():
        by.setdefault(reason, []).append(point)
    return by
