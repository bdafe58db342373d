"""Who changed what: rows and vendors' objects, compared before and after each call that may change them.

A run's own word is not enough here. What is not what it was, and that nobody is known to have touched, is found too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from rbengine.rehearsal.company.company import Company
from rbengine.runtime.wording import as_text

if TYPE_CHECKING:
    from rbengine.host.simulated_database import SimulatedDatabase
    from rbengine.host.simulated_database import Snapshot as Rows

AROUND = "\0around"
"""Whoever is not the run: other people, webhooks, the company's own program at its own time."""


class Footprint(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not what it was."""

    label: str
    """Of the change that did it; empty where no change did."""
    what: str
    """`orders id: 6f1c…`, or `stripe/subscription/sub_1`."""
    table: str = ""


class Footprints:
    """Compares. `database` gives the simulated database once it is in use, None before."""

    def __init__(
        self, company: Company, database: "Callable[[], SimulatedDatabase | None]"
    ) -> None:
        self._company = company
        self._database = database
        self._objects = company.snapshot()
        in_use = database()
        self._rows: Rows | None = None if in_use is None else in_use.snapshot()
        self._found: list[Footprint] = []

    @contextmanager
    def of(self, label: str) -> Iterator[None]:
        """What changes inside was changed by `label`."""
        self._compare("")
        try:
            yield
        finally:
            self._compare(label)

    def found(self) -> tuple[Footprint, ...]:
        """Everything the run changed, and everything nobody is known to have changed."""
        self._compare("")
        return tuple(one for one in self._found if one.label != AROUND)

    def _compare(self, label: str) -> None:
        objects = self._company.snapshot()
        if objects.digest != self._objects.digest:
            names = objects.changed_since(self._objects)
            self._found.extend(Footprint(label=label, what=one) for one in names)
            self._objects = objects
        database = self._database()
        if database is None:
            return
        if self._rows is None:
            # It came into use only now, empty but for what the world put there.
            self._rows = database.snapshot()
            return
        changes = database.changes_since(self._rows)
        if changes:
            self._found.extend(
                Footprint(label=label, what=f"{one.table} {as_text(one.key)}", table=one.table)
                for one in changes
            )
            self._rows = database.snapshot()
