"""What stops a host."""

from collections.abc import Sequence


class CannotGoOnError(Exception):
    """The run cannot go on here and now (what it asks for cannot be simulated). Its text is for people.

    The run is parked, not ended: its journal is whole.
    """


class ParkedError(CannotGoOnError):
    """Nothing is wrong: it waits for a person who is not here, or somebody asked it to let go. Its text says which."""


class WorldError(Exception):
    """A row that the schema does not take. `row` counts from 0; `column` is known where it is about one."""

    def __init__(self, text: str, table: str, row: int, column: str | None = None) -> None:
        super().__init__(text)
        self.table = table
        self.row = row
        self.column = column


class JournalError(Exception):
    """The journal cannot be read or written. In words, with the way out; what stood in it is as it was."""

    def __init__(
        self, message: str, *, place: str, notes: Sequence[str] = (), way_out: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        """Its file or folder."""
        self.notes = tuple(notes)
        self.way_out = way_out
