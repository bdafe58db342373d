"""Problems as a person reads them: the line, carets under the wrong text, why, and what to do."""

import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import msgspec

from rbengine.diagnostics.model import Diagnostic, Label
from rbengine.source import SourceFile

Sources = Mapping[str, SourceFile] | Callable[[str], SourceFile | None]
"""Files by the path that labels name; a function may open them when they are first asked for."""

MOST_DRAWN = 50
_LEAST_ROOM = 20  # columns for the text of a line, however narrow the screen is


def render(
    diagnostics: Sequence[Diagnostic],
    sources: Sources,
    *,
    colour: bool,
    width: int,
    fold: bool = False,
) -> str:
    """All of them in the order given, with a blank line between; at most 50 are drawn, errors first where there are
    more, the rest counted.

    `sources` by path; a label of a file that is not there shows its path alone. `width` is in columns. With `fold`,
    sentences that are wider go on in a further row; without it each is one row, to be searched and compared.
    Ends with a newline unless empty.
    """
    paint = _Paint(colour)
    if len(diagnostics) > MOST_DRAWN:
        diagnostics = sorted(diagnostics, key=lambda one: one.severity != "error")
    source_of = sources.get if isinstance(sources, Mapping) else sources
    drawn = [
        _Drawing(one, source_of, paint, width, fold=fold).text() for one in diagnostics[:MOST_DRAWN]
    ]
    left = len(diagnostics) - MOST_DRAWN
    if left > 0:
        drawn.append(f"... and {left} more problem{'s' if left > 1 else ''}\n")
    return "\n".join(drawn)


def display_width(text: str) -> int:
    """How many columns a terminal takes for `text`: wide characters two, combining marks none."""
    return sum(_columns(one) for one in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class _Paint:
    """ANSI colours, or none."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def error(self, text: str) -> str:
        return self._in("1;31", text)

    def warning(self, text: str) -> str:
        return self._in("1;33", text)

    def frame(self, text: str) -> str:
        return self._in("1;34", text)

    def strong(self, text: str) -> str:
        return self._in("1", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text else text


class _Mark(msgspec.Struct, frozen=True):
    """One label on one line. Columns are zero-based code points of that line."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


class _Drawing:
    """One problem."""

    def __init__(
        self,
        problem: Diagnostic,
        source_of: Callable[[str], SourceFile | None],
        paint: _Paint,
        width: int,
        *,
        fold: bool,
    ) -> None:
        self._problem = problem
        self._sources: dict[str, SourceFile] = {}
        self._paint = paint
        self._width = width
        self._fold = fold
        labels = (problem.primary, *problem.secondary)
        self._marks: dict[str, list[_Mark]] = {}
        for label in labels:
            source = source_of(label.file)
            if source is not None and label.span.start <= len(source.text):
                self._sources[label.file] = source
                mark = _mark(label, source, primary=label is problem.primary)
                self._marks.setdefault(label.file, []).append(mark)
        last = max((one.line for marks in self._marks.values() for one in marks), default=1)
        self._digits = max(2, len(str(last)))

    def text(self) -> str:
        lines = [self._head()]
        files = [self._problem.primary.file]
        files += [one for one in self._marks if one not in files]
        for file in files:
            lines += self._file(file, is_first=file == files[0])
        lines += self._foot()
        return "".join(f"{one.rstrip()}\n" for one in lines)

    def _head(self) -> str:
        problem = self._problem
        paint = self._paint.error if problem.severity == "error" else self._paint.warning
        kind = f"{problem.severity}[{problem.code}]"
        first, *rest = self._rows(f"{kind}: {problem.message}", "  ")
        told = [f"{paint(kind)}{self._paint.strong(first.removeprefix(kind))}"]
        return "\n".join([*told, *(f"  {self._paint.strong(one)}" for one in rest)])

    def _file(self, file: str, *, is_first: bool) -> list[str]:
        marks = self._marks.get(file, [])
        arrow = "-->" if is_first else ":::"
        place = file
        if marks:
            primary = next((one for one in marks if one.primary), marks[0])
            place = f"{file}:{primary.line}:{primary.start + 1}"
        lines = [f"{' ' * self._digits}{self._paint.frame(arrow)} {place}"]
        if not marks:
            return lines
        lines.append(self._gutter())
        source = self._sources[file]
        before: int | None = None
        for number in sorted({one.line for one in marks}):
            if before is not None and number > before + 1:
                lines.append(self._paint.frame("..."))
            lines += self._line(source.line(number), number, marks)
            before = number
        return lines

    def _line(self, text: str, number: int, marks: Sequence[_Mark]) -> list[str]:
        """A source line and, below it, its labels: the rightmost first, so that none crosses another."""
        here = sorted(
            (one for one in marks if one.line == number), key=lambda one: (-one.start, -one.end)
        )
        shown, cut = self._cropped(text, here)
        lines = [f"{self._paint.frame(f'{number:>{self._digits}} |')} {shown}"]
        for mark in here:
            indent = display_width(_drawn(text[: mark.start])) - cut
            length = max(1, display_width(_drawn(text[mark.start : mark.end])))
            room = self._room() - indent
            carets = ("^" if mark.primary else "-") * max(1, min(length, room))
            paint = self._paint.error if mark.primary else self._paint.frame
            if mark.primary and self._problem.severity == "warning":
                paint = self._paint.warning
            below = f"{' ' * indent}{paint(carets)}"
            if mark.text and indent + len(carets) + 1 + display_width(mark.text) > self._room():
                # Under the carets where there is no room beside them, moved left as far as needed.
                lines.append(f"{self._gutter()} {below}")
                start = max(0, min(indent, self._room() - display_width(mark.text)))
                lines.append(f"{self._gutter()} {' ' * start}{paint(mark.text)}")
            else:
                lines.append(f"{self._gutter()} {below} {paint(mark.text)}")
        return lines

    def _cropped(self, text: str, marks: Sequence[_Mark]) -> tuple[str, int]:
        """The line as drawn, and how many columns were cut at its left."""
        drawn = _drawn(text)
        room = self._room()
        if display_width(drawn) <= room:
            return drawn, 0
        first = min(one.start for one in marks)
        right = display_width(drawn[: max(one.end for one in marks)])
        left = display_width(drawn[:first])
        cut = 0 if right <= room - 1 else max(0, min(left - 4, right - room + 2))
        kept = _columns_from(drawn, cut, room)
        if cut:
            kept = "…" + _columns_from(drawn, cut + 1, room - 1)
        if display_width(drawn) - cut > room:
            kept = _columns_from(kept, 0, room - 1) + "…"
        return kept, cut

    def _foot(self) -> list[str]:
        problem = self._problem
        facts = [("why", problem.why)] if problem.why else []
        facts += [("note", one) for one in problem.notes]
        facts += [("help", problem.help)] if problem.help else []
        facts.append(("more", f"rbengine explain {problem.code}"))
        lines = [self._gutter()] if self._marks else []
        equals = self._paint.frame("=")
        blank = " " * (self._digits + 1)
        below = f"{blank}        "
        for word, text in facts:
            first, *rest = self._rows(f"{word}: {text}", below)
            lines += [f"{blank}{equals} {first}", *(f"{below}{one}" for one in rest)]
        return lines

    def _rows(self, text: str, indent: str) -> list[str]:
        """The rows of a sentence that begins and goes on behind `indent`, folded where that is wished."""
        rows = text.split("\n")
        if not self._fold:
            return rows
        room = max(_LEAST_ROOM, self._width - len(indent))
        return [
            part
            for row in rows
            for part in textwrap.wrap(
                row, room, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
            )
            or [""]
        ]

    def _gutter(self) -> str:
        return self._paint.frame(" " * (self._digits + 1) + "|")

    def _room(self) -> int:
        """Columns behind the gutter."""
        return max(_LEAST_ROOM, self._width - self._digits - 3)


def _mark(label: Label, source: SourceFile, *, primary: bool) -> _Mark:
    """The part of a label on its first line. At the end of a file it stands behind the last character."""
    start, end = label.span.start, label.span.end
    text = source.text
    if start >= len(text) and text.endswith("\n"):
        start = len(text) - 1
    line, column = source.line_and_column(start)
    length = len(source.line(line))
    first = column - 1
    last = min(max(first + (end - start), first + 1), max(length, first + 1))
    return _Mark(line, first, last, label.text, primary)


def _drawn(text: str) -> str:
    """Tabs as one blank; other control characters as a dot, so that no text moves the screen."""
    return "".join(
        " " if one == "\t" else "·" if unicodedata.category(one) == "Cc" else one for one in text
    )


def _columns_from(text: str, start: int, count: int) -> str:
    """The characters of `text` between two columns; half a wide character is left out."""
    kept: list[str] = []
    column = 0
    for one in text:
        if column >= start + count:
            break
        if column >= start and column + _columns(one) <= start + count:
            kept.append(one)
        column += _columns(one)
    return "".join(kept)
