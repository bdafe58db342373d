"""One path through a run: what happened, choice by choice, and how it ended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Optional

import msgspec

from rbengine.rehearsal.explore.ways import Way
from rbengine.runtime.state import RunState


class Step(msgspec.Struct, frozen=True):
    """One choice, and the one before it: paths share their beginnings."""

    before: Optional["Step"]
    counter: int
    about: str
    way: Way
    way_number: int
    at: datetime
    """When it had happened."""
    length: int
    people: timedelta
    """How long people took so far."""
    surprises: int
    """How many choices so far were not the usual one."""
    unsayable: int
    """How many of them no line of a scenario can bring about."""
    mask: int = 0
    """The decisions that it is, and those taken behind it before the run waited again."""

    @property
    def weight(self) -> tuple[int, int, int]:
        """What makes one path the simpler example: less that is unusual, more that can be said, less to read."""
        return self.surprises, self.unsayable, self.length

    def all(self) -> Iterator["Step"]:
        """From the first choice to this one."""
        found: list[Step] = []
        step: Step | None = self
        while step is not None:
            found.append(step)
            step = step.before
        yield from reversed(found)


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One whole run."""

    last: Step
    state: RunState
    mask: int
    """The decisions it took."""
    failed_at: tuple[str, int, str]
    """File, line and kind of the step that failed at last; empty where none did."""
    cut: bool = False
    """It was given up after too many events."""

    @property
    def took(self) -> timedelta:
        """From the incident's start to the end of the run."""
        begun = self.state.begun
        assert begun is not None
        return self.state.now - begun.began
