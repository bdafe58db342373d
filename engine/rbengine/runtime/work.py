"""Changes on their way: what a fiber carries while one is planned, approved, applied or taken back."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.changes import Action, ChangePlan, RowImage
from rbengine.contract.values import Datum
from rbengine.runtime.commands import OperationRequest
from rbengine.runtime.frames import Failing


class ChangeItem(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction or one operation: what is done together, under one key."""

    actions: tuple[Action, ...]
    key: str
    item: Datum = Datum(None)
    """The item of the `for each` inside the change, bound again when its undo is made."""
    name: str = ""
    plan: ChangePlan | None = None


class ChangeWork(msgspec.Struct, frozen=True, kw_only=True, tag="change"):
    """A change between its first look and its last application."""

    label: str
    items: tuple[ChangeItem, ...]
    place: int = 0
    """The item that is planned, while planning; applied, while applying."""
    approved: bool = False
    """INVARIANT: an ApplyRequest is made only while this is true, with a plan that was shown."""
    approved_at: datetime | None = None
    """When people approved it: an approval expires. None for a free change."""
    approved_by: str = ""
    """Who said the last yes that it needed."""
    overtaken: bool = False
    """What the plan saw has changed: it is shown and asked again."""
    replans: int = 0
    attempt: int = 1
    """How often the item at `place` has been tried, this time included: asking people again gives no tries back."""
    rows: int = 0
    results: tuple[Datum, ...] = ()
    entry: int = 0
    """The newest entry that this change made in the ledger; 0 for none yet."""
    took: timedelta = timedelta(0)


class UndoWork(msgspec.Struct, frozen=True, kw_only=True, tag="undo"):
    """Entries of the ledger to take back, newest first. `then` is the failure that goes on afterwards."""

    entries: tuple[int, ...]
    then: Failing | None = None


class LetterWork(msgspec.Struct, frozen=True, kw_only=True, tag="letter"):
    """A message to many people that waits for the approval the policy wants. `text` is as people see it."""

    text: str
    request: OperationRequest | None = None
    """What was shown and is sent; None in a state that an older engine saved."""


Work = ChangeWork | UndoWork | LetterWork


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done to the world. `number` grows; the newest has the greatest."""

    number: int
    kind: Literal["change", "message"]
    label: str
    rows: int = 0
    key: str = ""
    images: tuple[RowImage, ...] = ()
    undo: tuple[Action, ...] = ()
    """What the text says takes it back; empty where the images do."""
    cannot: str = ""
    """Why it cannot be taken back; empty when it can."""
    at: datetime | None = None
    by: str = ""
    """Who approved it; empty where nobody had to."""

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to do that takes it back."""
        return self.kind == "change" and not self.cannot
