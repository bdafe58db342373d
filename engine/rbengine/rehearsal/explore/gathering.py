"""What is kept of the paths while they are walked: of each trouble the simplest path, and how many there are."""

from collections.abc import Iterable

import msgspec

from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.trail import Path

BY_PEOPLE = frozenset({"refused", "unanswered"})


class Kept(msgspec.Struct):
    """The shortest path of one trouble, how many paths have it, and the words it takes."""

    path: Path
    count: int
    words: dict[str, None]


class Gathering:
    """Looks at every path once."""

    def __init__(self, plan: Plan) -> None:
        self._mttr = plan.mttr
        self.nothing: dict[str, Kept] = {}
        """By outcome."""
        self.unhandled: dict[tuple[str, int], Kept] = {}
        """By file and line of what failed; the words are the kinds."""
        self.late: dict[str, Kept] = {}
        """`by itself`, or `people` where only their time makes it late."""
        self.endless: dict[str, Kept] = {}
        self.together: set[tuple[int, int]] = set()
        """Pairs of findings that held in one first diagnosis."""

    def look(self, path: Path) -> None:
        """Take note of one path."""
        course = path.state.course
        ending = course.ending
        if path.cut or ending is None:
            _keep(self.endless, "", path, ())
            return
        found: tuple[int, ...] = ()
        if course.diagnosis is not None:
            verdicts = course.diagnosis.verdicts
            found = tuple(n for n, verdict in enumerate(verdicts) if verdict == "found")
            self.together.update((a, b) for a in found for b in found if a < b)
        if (
            not found
            and ending.outcome == "resolved"
            and not path.state.tally.escalations
            and not course.stopped
        ):
            _keep(self.nothing, ending.outcome, path, ())
        file, line, kind = path.failed_at
        if ending.outcome == "failed" and kind not in BY_PEOPLE and _was_refused(path, kind):
            _keep(self.unhandled, (file, line), path, (kind,))
        if ending.outcome == "resolved" and self._mttr is not None and path.took > self._mttr:
            slow = path.took - path.last.people > self._mttr
            _keep(self.late, "by itself" if slow else "people", path, ())


def _keep(kept: dict, key: object, path: Path, words: Iterable[str]) -> None:  # type: ignore[type-arg]  # three key types
    known = kept.get(key)
    if known is None:
        kept[key] = Kept(path, 1, dict.fromkeys(words))
        return
    known.count += 1
    known.words.update(dict.fromkeys(words))
    if path.last.weight < known.path.last.weight:
        known.path = path


def _was_refused(path: Path, kind: str) -> bool:
    """Whether the last thing that went wrong was a call refused with `kind`, not something the text says."""
    step = path.last
    while True:
        if step.way.refusal:
            return step.way.refusal == kind
        if step.before is None:
            return False
        step = step.before
