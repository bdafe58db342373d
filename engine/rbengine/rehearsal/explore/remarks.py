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


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """What came of exploring one runbook."""

    id: str
    title: str
    paths: int
    exhausted: bool
    """There were no more paths to walk."""
    decisions: int
    decisions_met: int
    pairs: int
    pairs_met: int
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> int:
        """How many remarks are errors."""
        return sum(one.level == "error" for one in self.remarks)
