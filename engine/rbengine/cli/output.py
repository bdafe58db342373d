"""Where rows go: a terminal, a pipe, a CI log. A reader who has gone away does not stop a run."""

import os
import sys
from typing import TextIO

_DEFAULT_WIDTH = 80
_PLAIN = str.maketrans({"…": "~", "·": "-", "→": ">"})
_CLEAR = "\r\x1b[K"


class Output:
    """Writes whole rows at once. On a terminal a last row may move below them."""

    def __init__(
        self, stream: TextIO | None = None, *, width: int | None = None, plain: bool = False
    ) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._gone = False
        self._status = ""
        encoding = (getattr(self._stream, "encoding", None) or "utf-8").lower().replace("_", "-")
        self._encoding = encoding if not encoding.startswith("utf") else ""
        terminal = self._stream.isatty() and os.environ.get("TERM", "") != "dumb"
        self.moves = terminal
        """Whether a row may be drawn again."""
        wanted = terminal or bool(os.environ.get("FORCE_COLOR"))
        self.colour = wanted and not plain and not os.environ.get("NO_COLOR")
        self.width = width if width is not None else _width(self._stream)

    def rows(self, rows: list[str]) -> None:
        """Write `rows`; they stay."""
        if not rows:
            return
        text = "\n".join(rows) + "\n"
        if self._status:
            text = _CLEAR + text
            self._status = ""
        self._write(text)

    def row(self, text: str = "") -> None:
        """Write one row."""
        self.rows([text])

    def raw(self, text: str) -> None:
        """Write `text` as it is: lines for programs, or a prompt."""
        if self._status:
            text = _CLEAR + text
            self._status = ""
        self._write(text)

    def status(self, text: str) -> None:
        """Show `text` as the last row until the next row comes; nothing where rows cannot move."""
        if self.moves and text != self._status:
            self._write(_CLEAR + text)
            self._status = text

    def _write(self, text: str) -> None:
        if self._gone:
            return
        if self._encoding:
            text = text.translate(_PLAIN).encode(self._encoding, "replace").decode(self._encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            # `rbengine … | head`: what is being done goes on, and the exit code still says how it went.
            self._gone = True
            _swallow(self._stream)


def _swallow(stream: TextIO) -> None:
    """Let the interpreter's own flush at exit go nowhere instead of failing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _width(stream: TextIO) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    if stream.isatty():
        try:
            return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
        except OSError:
            return _DEFAULT_WIDTH
    return _DEFAULT_WIDTH
