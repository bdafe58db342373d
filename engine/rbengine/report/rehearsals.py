"""What rehearsals came to: a line for each playbook, every miss with what was found, the sum."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec

from rbengine.diagnostics import Diagnostic, Label
from rbengine.rehearsal.points import Point
from rbengine.rehearsal.result import Summary
from rbengine.report.durations import duration
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Piece, heading, line
from rbengine.report.text import cells, cut, pad, visible

_MOST_POINTS = 10
_BAR = 20
"""Cells between the brackets of the bar."""
_WIDEST_TITLE = 44
_RESULT = 38
"""Cells of ` 14 rehearsals  12 misses 123/124 points`."""

LineOf = Callable[[Label], int]
"""The line of a place, one-based."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook with its rehearsals, in the order of its scenarios."""

    id: str
    title: str
    path: str
    scenarios: str
    """The path of the file with its scenarios."""
    rehearsals: tuple[Summary, ...]
    lines: tuple[int, ...]
    """Where each scenario begins, one-based."""
    points: frozenset[Point]
    """All decision points it has."""
    reasons: Mapping[Point, str] = {}
    """Points that the scenarios say need not be passed, with why."""

    @property
    def missed(self) -> tuple[Summary, ...]:
        """Those that are not as expected."""
        return tuple(one for one in self.rehearsals if not one.ok)

    @property
    def passed(self) -> frozenset[Point]:
        """Points that a rehearsal passed."""
        return frozenset().union(*(one.passed for one in self.rehearsals)) & self.points

    @property
    def missing(self) -> tuple[Point, ...]:
        """Points that none passed and nobody accounts for, in the order of the text."""
        return tuple(sorted(self.points - self.passed - self.reasons.keys()))

    @property
    def accounted(self) -> Mapping[Point, str]:
        """Points that none passed, with why that is right, in the order of the text."""
        return {
            point: reason
            for point, reason in sorted(self.reasons.items())
            if point in self.points - self.passed
        }

    @property
    def clear(self) -> int:
        """How many points are passed or accounted for."""
        return len(self.points) - len(self.missing)


class Results:
    """Draws results: clean playbooks first, then those that missed with their misses, then the sum."""

    def __init__(
        self, played: Sequence[Played], *, width: int, colour: bool, line_of: LineOf
    ) -> None:
        self._played = tuple(played)
        self._width = width
        self._colour = colour
        self._line_of = line_of

    def rows(self) -> list[str]:
        """Everything but the sum."""
        clean = [one for one in self._played if not one.missed]
        others = [one for one in self._played if one.missed]
        lines = [self._playbook(one) for one in clean]
        for number, one in enumerate(others):
            lines += [BLANK] if number else []
            lines.append(self._playbook(one))
            for rehearsal in one.missed:
                lines.extend(self._missed(rehearsal))
        return draw(lines, self._width, self._colour)

    def sum(self, real: timedelta | None = None, *, seed: int = 0, whole: bool = True) -> list[str]:
        """The last lines. `real` is how long it took for whoever waited, and is not the same twice.

        `whole`: every scenario was played, so that what none of them covered is worth saying.
        """
        rehearsals = [rehearsal for one in self._played for rehearsal in one.rehearsals]
        missed = [one for one in rehearsals if not one.ok]
        parts = [_count(len(rehearsals), "rehearsal"), f"{len(rehearsals) - len(missed)} ok"]
        if missed:
            parts.append(_count(len(missed), "miss", "misses"))
        missing = [point for one in self._played for point in one.missing]
        points = sum(len(one.points) for one in self._played)
        accounted = sum(len(one.accounted) for one in self._played)
        incidents = sum((one.took for one in rehearsals), timedelta(0))
        told = (
            ", ".join(parts)
            + f" · {points - len(missing)}/{points} points"
            + (f", {accounted} accounted for" if accounted else "")
            + f" · {duration(incidents)} of incidents"
        )
        if seed:
            told += f" · seed {seed}"
        if real is not None:
            told += f" in {real.total_seconds():.1f} s"
        lines = [BLANK, heading((told, "wrong" if missed else "good"))]
        lines.extend(self._uncovered(missing) if whole else [])
        return draw(lines, self._width, self._colour)

    def _uncovered(self, missing: Sequence[Point]) -> list[Line]:
        if not missing:
            return []
        lines = [heading((f"not covered, {_count(len(missing), 'point')}:", "quiet"))]
        lines += [
            heading(f"  {one.file}:{one.line}  {one.what}", hang=4)
            for one in missing[:_MOST_POINTS]
        ]
        if len(missing) > _MOST_POINTS:
            lines.append(heading((f"  and {len(missing) - _MOST_POINTS} more", "quiet")))
        return lines

    def _playbook(self, played: Played) -> Line:
        missed = len(played.missed)
        title = min(max(self._width - 8 - 2 - _RESULT, 10), _WIDEST_TITLE)
        return heading(
            pad(played.title, title) + "  ",
            f"{_count(len(played.rehearsals), 'rehearsal'):>13}  ",
            (
                f"{_count(missed, 'miss', 'misses') if missed else 'ok':<9}",
                "wrong" if missed else "good",
            ),
            f"{played.clear}/{len(played.points)} points",
            margin=played.id,
        )

    def _missed(self, rehearsal: Summary) -> list[Line]:
        lines: list[Line] = []
        before: Sequence[str] = ()
        for miss in rehearsal.misses:
            place = f"{miss.primary.file}:{self._line_of(miss.primary)}"
            named: list[str | Piece] = [] if lines else [(f'"{rehearsal.title}"', "strong"), "  "]
            lines += [BLANK, line(*named, place)]
            # Several misses at one place of the journal show it once.
            journal = miss.notes[_SIDES:]
            lines += _notes(miss, () if journal == before else journal)
            before = journal
            if miss.help:
                lines.append(line(("help      ", "quiet"), miss.help, indent=2, hang=10))
        if not rehearsal.misses:
            lines += [BLANK, line((f'"{rehearsal.title}"', "strong"), "  did not come to an end")]
        return lines


_SIDES = 2
"""Notes of a miss that say what was expected and what was found; the journal's lines follow."""


def _notes(miss: Diagnostic, journal: Sequence[str]) -> list[Line]:
    if not miss.notes:
        return [line(miss.message, indent=2, hang=2)]
    return [
        *(line(one, indent=2, hang=10) for one in miss.notes[:_SIDES]),
        *(line((one, "quiet"), indent=2, hang=20) for one in journal),
    ]


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"1 {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"


def progress(done: int, of: int, told: str, width: int) -> str:
    """The row that moves while rehearsals are played: a bar, how many are done, and the last one."""
    filled = _BAR * done // of if of else _BAR
    head = f"[{'=' * filled}{' ' * (_BAR - filled)}] {done}/{of}  "
    return head + cut(visible(told), max(width - cells(head) - 1, 8))
