"""What a report tells of a run, in words: templates put it in order and add nothing.

Times are the policy's zone's, `since` counts from the incident's start. Empty means that nobody has said it.
"""

from typing import Literal

import msgspec

Mark = Literal[
    "section", "step", "found", "change", "undone", "asked", "decided", "escalated", "told", "wrong", "clock",
    "process", "end"
]  # fmt: skip


class When(msgspec.Struct, frozen=True, kw_only=True):
    """A moment. `seconds` since the incident began, for drawing."""

    at: str
    since: str
    seconds: float


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A name and what it is."""

    name: str
    text: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline. `mark` says how it is drawn; `process` is about who drove the run."""

    when: When
    mark: Mark
    text: str
    detail: tuple[str, ...] = ()


class ConditionTold(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a finding, with the values that decided it."""

    text: str
    verdict: str
    values: str
    alternative: bool


class FindingTold(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it was judged first, and what became of it in later readings."""

    name: str
    title: str
    when: When
    verdict: Literal["found", "not found", "not judged"]
    conditions: tuple[ConditionTold, ...]
    missing: tuple[str, ...]
    later: tuple[Fact, ...] = ()


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a row, before and after; the empty side is one that does not exist."""

    column: str
    before: str
    after: str


class RowTold(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    cells: tuple[Cell, ...]


class PartTold(msgspec.Struct, frozen=True, kw_only=True):
    """A statement with its rows, or an operation with its arguments."""

    title: str
    sides: tuple[str, ...] = ()
    rows: tuple[RowTold, ...] = ()
    hidden: int = 0
    """Rows that are not listed."""
    arguments: tuple[Fact, ...] = ()
    text: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided what. `who` is empty where nobody did in time."""

    when: When
    what: str
    verdict: str
    who: str = ""
    said: str = ""


class ChangeTold(msgspec.Struct, frozen=True, kw_only=True):
    """One change, from its plan to what became of it."""

    label: str
    when: When
    parts: tuple[PartTold, ...]
    undo: str
    irreversible: bool
    approval: str
    state: Literal["applied", "applied in part", "not applied", "undone", "in doubt"]
    ended: When | None = None
    result: str = ""
    why: str = ""
    """Why it is in doubt, or what was left when it was taken back."""


class EscalationTold(msgspec.Struct, frozen=True, kw_only=True):
    when: When
    to: str
    cause: str
    reason: str
    impact: tuple[str, ...]
    next: str
    as_note: bool
    letter: str = ""
    failures: tuple[Fact, ...] = ()
    """Whom it did not reach, and why."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time on the picture. `end` None: to the end of the run."""

    kind: Literal["section", "people", "wait"]
    text: str
    begin: float
    end: float | None


class ClockTold(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of the incident. `due` None for one that never began to count."""

    name: str
    due: When | None
    state: str
    bad: bool = False


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How it came out. `word` is the outcome in capitals; `OPEN` for a run that goes on."""

    word: str
    reason: str
    good: bool
    when: When
    took: str
    left_applied: int
    in_doubt: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    playbook: str
    title: str
    severity: str
    severity_title: str
    incident: str
    run: str
    banner: str
    """Which adapters were not live."""
    simulated: bool
    zone: str
    began: str
    """With its day and zone."""
    started: When
    operator: str
    world: str
    """The world's sentence, in a rehearsal."""
    inputs: tuple[Fact, ...]
    end: Ended
    counts: str
    summary: tuple[str, ...]
    clocks: tuple[ClockTold, ...]
    breached: bool
    lines: tuple[Line, ...]
    spans: tuple[Span, ...]
    evidence: tuple[Fact, ...]
    counted: tuple[Fact, ...]
    """Lists and numbers on which what was found stands, and how many they are."""
    impact: tuple[str, ...]
    """As the runbook said it when it escalated, the last word of each."""
    findings: tuple[FindingTold, ...]
    changes: tuple[ChangeTold, ...]
    decisions: tuple[Decision, ...]
    escalations: tuple[EscalationTold, ...]
    messages: tuple[Line, ...]
    proofs: tuple[Fact, ...]
    left_to_people: tuple[Fact, ...]
    people: tuple[str, ...]
    follow_ups: tuple[str, ...]
    journal: tuple[Fact, ...]
