"""What a rehearsal came to: its outcome, its journal, what missed, and what it passed."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from rbengine.diagnostics import Diagnostic
from rbengine.host.driver import Turn
from rbengine.rehearsal.coverage import Coverage
from rbengine.rehearsal.points import Point
from rbengine.runtime.commands import Finish


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """One run in a simulated world, ended."""

    title: str
    """The scenario's title; the world's where it was executed without a scenario."""
    run: str
    incident: str
    began: datetime
    """The incident's start on the virtual clock; journal times count from here."""
    finish: Finish | None
    """How it ended; None where it could not go on (`misses` says why)."""
    stopped: str = ""
    """Why it could not go on, where `finish` is None."""
    lines: tuple[str, ...]
    """The journal: one canonical JSON line for each event."""
    turns: tuple[Turn, ...]
    misses: tuple[Diagnostic, ...]
    """What did not come as expected; empty for a run without a scenario that went on to its end."""
    took: timedelta
    """Virtual time from the incident's start to the end."""
    coverage: Coverage

    @property
    def ok(self) -> bool:
        """Whether it ended and missed nothing."""
        return self.finish is not None and not self.misses


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What reports tell of a rehearsal: small, and the same whichever process it was played in."""

    title: str
    outcome: str
    """Empty where it did not come to an end."""
    reason: str
    misses: tuple[Diagnostic, ...]
    took: timedelta
    passed: frozenset[Point]

    @property
    def ok(self) -> bool:
        """Whether it ended and missed nothing."""
        return bool(self.outcome) and not self.misses


def summary(rehearsal: Rehearsal) -> Summary:
    """The rehearsal without its journal and states."""
    finish = rehearsal.finish
    return Summary(
        title=rehearsal.title,
        outcome="" if finish is None else finish.outcome,
        reason=rehearsal.stopped if finish is None else finish.reason,
        misses=rehearsal.misses,
        took=rehearsal.took,
        passed=rehearsal.coverage.passed,
    )


class WorldSummary(NamedTuple):
    """A world that a playbook's scenarios offer."""

    name: str
    title: str
    is_default: bool
