"""What is wrong with how the command was called: where, what and the way out. Ends in exit code 2."""

from collections.abc import Sequence

from rbengine.cli.exit_codes import USAGE
from rbengine.report.text import visible


class UsageError(Exception):
    """The command line, the settings or the project cannot be used as they are."""

    def __init__(
        self,
        message: str,
        *,
        place: str = "",
        notes: Sequence[str] = (),
        way_out: str = "",
        code: int = USAGE,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        """The argument or file that is wrong, as typed."""
        self.notes = tuple(notes)
        self.way_out = way_out
        self.code = code
        """What the command ends with: another one than usual where something was run before."""

    def lines(self) -> list[str]:
        """Drawn like every other problem, without the source lines that it does not have."""
        rows = [f"error: {self.message}"]
        if self.place:
            rows.append(f"  --> {self.place}")
        if self.notes or self.way_out:
            rows.append("   |")
        for note in self.notes:
            first, *rest = note.split("\n")
            rows.append(f"   = note: {first}")
            rows.extend(f"           {one}" for one in rest)
        if self.way_out:
            rows.append(f"   = help: {self.way_out}")
        # Whatever was typed, or stands in a file, is drawn harmless.
        return [visible(one) for one in rows]
