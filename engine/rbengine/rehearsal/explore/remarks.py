"""What an exploration says: each remark with its level, its place and the shortest example."""

from typing import Literal

import msgspec

from rbengine.rehearsal.explore.draft import Draft

Level = Literal["error", "warning", "note"]
Kind = Literal[
    "unreachable",  # a branch that nothing reaches
    "ends in nothing",  # no finding, no escalation, no hand-over
    "unhandled",  # a refusal that no handler takes: the run ends failed
    "late",  # resolved, but over the time to resolve
    "apart",  # two findings that never hold together
    "endless",  # given up after too many events
]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")


class Situation(msgspec.Struct, frozen=True):
    """Where a run ended because nothing took a refusal: all that ends there ends alike."""

    section: str
    """`resolve stuck`, `recover`."""
    changes: frozenset[int]
    """The changes that stood, by their counters."""


class Branch(msgspec.Struct, frozen=True):
    """A way that no path took: `holds` or `fails` of a condition, `runs out` of a `within`, `taken` of a handler, or
    `found` of a finding, whose number n stands as the counter -1 - n.
    """

    counter: int
    way: Literal["holds", "fails", "runs out", "taken", "found"]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to know about a playbook."""

    level: Level
    kind: Kind
    text: str
    file: str
    line: int
    proven: bool = False
    """For `unreachable` and `apart`: it cannot happen. Else it was not seen on the paths walked."""
    example: str = ""
    """A world and a scenario, ready to paste beside the runbook; empty where nothing happens to show."""
    draft: Draft | None = None
    """What the example was written from."""
    branch: Branch | None = None
    """Of `unreachable` without a proof: what was not reached."""
    situation: Situation | None = None
    """Of `unhandled`: in what the run ends on the simplest path."""


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """What came of exploring one runbook."""

    id: str
    title: str
    paths: int
    exhausted: bool
    """There were no more paths to walk."""
    decisions: int
    decisions_met: int
    decisions_apart: int
    """Decisions of which it is decided that no run takes them: the last `when` of a `match` that does not fit."""
    decisions_left: tuple[str, ...]
    """The others that no path took, as `FILE:LINE what`."""
    pairs: int
    pairs_met: int
    pairs_apart: int
    """Pairs of which it is decided that no run takes both."""
    pairs_left: tuple[tuple[str, str], ...]
    """The others that no path took: each decision as `FILE:LINE what`."""
    remarks: tuple[Remark, ...]
    expected: int = 0
    """Lines with refusals that no handler takes, which are no remarks: scenarios expect what comes of them."""

    @property
    def errors(self) -> int:
        """How many remarks are errors."""
        return sum(one.level == "error" for one in self.remarks)
