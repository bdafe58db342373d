"""What a fiber is inside of. A failure unwinds frames, innermost first, until one takes it."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.values import Datum
from rbengine.plan.code import RetrySpec
from rbengine.plan.program import SectionKind
from rbengine.runtime.names import NO_NAMES, Names


class Failing(msgspec.Struct, frozen=True):
    """A failure on its way out. `pc` is where it began."""

    kind: str
    text: str
    pc: int
    doubt: bool = False
    """Nobody can tell whether the change took effect."""


class SectionFrame(msgspec.Struct, frozen=True, tag="section"):
    """The outermost frame of the main path and of `on breach`."""

    kind: SectionKind
    finding: str = ""


DiagnosisPurpose = Literal["first", "turn", "manual", "until"]


class DiagnosisFrame(msgspec.Struct, frozen=True, tag="diagnosis"):
    """A diagnosis being read. `names` and `back` are what to return to, except for the first one.

    `purpose`: the run's own; before a resolve's turn; after a `manual`; for `until no finding holds`.
    """

    purpose: DiagnosisPurpose
    back: int
    names: Names
    verdicts: tuple[str, ...]
    """One for each finding of the plan: `found`, `not found`, `not judged`, or empty: not yet."""
    failed: tuple[str, ...] = ()
    """Steps that failed, with why, in order."""


class StepFrame(msgspec.Struct, frozen=True, tag="step"):
    """`names` are those known when it began: in `diagnose` a failed step leaves no more than these."""

    label: str
    begin: int
    timeout: timedelta | None
    retry: RetrySpec | None
    names: Names


class TryFrame(msgspec.Struct, frozen=True, tag="try"):
    begin: int


class AtomicFrame(msgspec.Struct, frozen=True, tag="atomic"):
    """What was done since entry number `mark` of the ledger unwinds together."""

    mark: int


class WithinFrame(msgspec.Struct, frozen=True, tag="within"):
    begin: int
    ends: datetime
    every: timedelta
    names: Names
    attempt: int = 1
    last: bool = False


class EachFrame(msgspec.Struct, frozen=True, tag="each"):
    """A loop, one item after the other. `given` is kept by item number, as text."""

    begin: int
    items: Datum
    index: int
    names: Names
    given: Names = NO_NAMES


class CrowdFrame(msgspec.Struct, frozen=True, tag="crowd"):
    """Several fibers at once: a `parallel`, or a loop with `at a time`. `items` is empty for a `parallel`.

    `started` items or entries have a fiber or had one; `running` still run.
    """

    begin: int
    items: Datum
    started: int
    running: int
    names: Names
    """For a loop the names before it; for a `parallel` with what its branches have bound so far."""
    given: Names = NO_NAMES
    failed: tuple[tuple[int, Failing], ...] = ()


class ProcedureFrame(msgspec.Struct, frozen=True, tag="procedure"):
    """`call` is the counter of the CallProcedure, `names` the caller's."""

    call: int
    names: Names


class BranchFrame(msgspec.Struct, frozen=True, tag="branch"):
    """The outermost frame of a fiber of a crowd; `slot` is its entry or item."""

    parent: int
    slot: int
    item: Datum


Frame = (
    SectionFrame | DiagnosisFrame | StepFrame | TryFrame | AtomicFrame | WithinFrame | EachFrame | CrowdFrame
    | ProcedureFrame | BranchFrame
)  # fmt: skip
