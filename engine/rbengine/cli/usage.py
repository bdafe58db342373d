"""What is wrong with how the command was called: where, what and the way out. Ends in exit code 2."""

from collections.abc import Sequence

from rbengine.cli.exit_codes import USAGE
from rbengine.report.text import visible, wrap

_BELOW = " " * 11
"""What goes on below a note or the help stands below its first word."""


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

    def lines(self, width: int | None = None) -> list[str]:
        """Drawn like every other problem, without the source lines that it does not have.

        With a `width` in cells, that of a terminal, sentences go on in a further row where they are wider.
        """
        told = f"error: {visible(self.message)}"
        rows = [told] if width is None else list(wrap(told, width))
        if self.place:
            rows.append(f"  --> {visible(self.place)}")
        if self.notes or self.way_out:
            rows.append("   |")
        facts = [("note", one) for one in self.notes]
        facts += [("help", self.way_out)] if self.way_out else []
        for word, text in facts:
            first, *rest = _folded(text, width)
            rows.append(f"   = {word}: {first}")
            rows.extend(f"{_BELOW}{one}" for one in rest)
        return rows


def _folded(text: str, width: int | None) -> list[str]:
    """Whatever was typed, or stands in a file, is drawn harmless."""
    rows = [visible(one) for one in text.split("\n")]
    if width is None:
        return rows
    return [part for row in rows for part in wrap(row, width - len(_BELOW))]
