"""How long a runbook may take at worst, as rows: each path with the machine's time and the people's, then the ways."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.report.durations import duration
from rbengine.semantics.route import in_words, stretches
from rbengine.semantics.worst import AtWorst, Path

COUNTED = {
    "machine": "timeouts, retries, lost answers, polling and waits, with people who answer at once",
    "people": "every question and every plan once, answered at the last moment",
}


class WorstRow(msgspec.Struct, frozen=True, kw_only=True):
    """A path (depth 0), a section of the longest (1), a part of that (2), or whose way begins here (no times)."""

    text: str
    depth: int = 0
    machine: str = ""
    people: str = ""


def worst_rows(worst: AtWorst) -> Iterator[WorstRow]:
    """Each path, then the parts of the longest; nothing where there is no path."""
    people = {_name(one): one.worst.time for one in worst.people}
    for one in worst.machine:
        time = people.pop(_name(one), timedelta(0))
        yield WorstRow(text=_name(one), machine=duration(one.worst.time), people=duration(time))
    for name, time in people.items():
        yield WorstRow(text=name, people=duration(time))
    yield from _way("machine", worst.machine)
    yield from _way("people", worst.people)


def _way(whose: Literal["machine", "people"], paths: Sequence[Path]) -> Iterator[WorstRow]:
    longest = max(paths, key=lambda one: one.worst.time, default=None)
    if longest is None or not longest.worst.time:
        return
    yield WorstRow(text=f"{whose}, {_name(longest)}: {COUNTED[whose]}")
    for depth, words, time in in_words(stretches(longest.worst.route)):
        told = duration(time)
        yield WorstRow(
            text=words,
            depth=depth + 1,
            machine=told if whose == "machine" else "",
            people=told if whose == "people" else "",
        )


def _name(path: Path) -> str:
    return "several findings" if path.resolves > 1 else path.own.removeprefix("resolve ")
