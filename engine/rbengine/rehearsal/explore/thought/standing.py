"""Where a run that is only thought of stands, and what it knows."""

from typing import NamedTuple

from rbengine.rehearsal.explore.thought.facts import Facts
from rbengine.rehearsal.explore.thought.waits import Phase

Env = tuple[tuple[str, int], ...]
"""Names with their terms, sorted."""

Outer = tuple[int, Env, tuple[tuple[int, Env], ...]]
"""What a reading of the diagnosis returns to: the instruction, the names and the calls there."""


class Unwinding(NamedTuple):
    """A failure that waits until what was done is taken back: `depth` blocks around `pc` are still to be asked."""

    kind: str
    pc: int
    depth: int


class Standing(NamedTuple):
    """One place of a run, with what matters for the rest of it."""

    pc: int
    section: str
    env: Env = ()
    phase: Phase = ""
    calls: tuple[tuple[int, Env], ...] = ()
    """Procedures that it is inside of: where each was called, and the caller's names."""
    reading: str = ""
    """Of the diagnosis: `first`, `turn`, `manual`, `until`; empty outside."""
    outer: Outer | None = None
    verdicts: str = ""
    """Of this reading: a letter for each finding: `f`ound, `n`ot found, not `j`udged, `-` not yet or no matter."""
    turn: int = -1
    """The finding that is being resolved."""
    rest: int = 0
    """Findings that held at first and whose turn comes later."""
    first: Env = ()
    """Names of the first diagnosis, for `verify` and `recover`."""
    did: bool = False
    """Whether something may stand that can be taken back."""
    forks: tuple[str, ...] = ()
    """For each `parallel` and crowd it is inside of: how a branch failed, or `stop`; empty where none did."""
    unwinding: Unwinding | None = None
    facts: Facts = frozenset()
