"""A connection to a simulated mail server that looks like a socket to the standard client. Nothing is opened."""

import io
from collections.abc import Callable
from datetime import timedelta

from rbengine.rehearsal.company.faults import SLOWDOWN, FaultKind
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.imap.model import ImapModel
from rbengine.rehearsal.company.imap.session import CLOSED, GREETING, TOO_MANY, ImapSession

LATENCY_MS = (40, 180)
_NO_LIMIT = timedelta(minutes=10)

Wrong = Callable[[], FaultKind | None]
"""What is wrong with the server now."""

Seen = Callable[[str, bool], None]
"""Told of each line that is sent: its first words, and whether an answer came."""


class ImapStream(io.RawIOBase):
    """One connection. Each line that is sent takes the server's time; the answer waits to be read."""

    def __init__(
        self, model: ImapModel, ground: Ground, wrong: Wrong, seen: Seen, timeout: float
    ) -> None:
        super().__init__()
        self.elapsed = timedelta()
        """How much of the company's time this connection has taken; a client may count by it."""
        self._session = ImapSession(model)
        self._ground = ground
        self._wrong = wrong
        self._seen = seen
        self._limit = timedelta(seconds=timeout)
        self._half = b""
        self._said = b""
        self._silent = False
        self._hung_up = False
        self._greet()

    # What the standard client calls on a socket --------------------------------------------------------

    def settimeout(self, seconds: float | None) -> None:
        """How long an answer is waited for."""
        self._limit = _NO_LIMIT if seconds is None else timedelta(seconds=seconds)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - a client only reads from it
        """The side that is read."""
        return io.BufferedReader(self, 1)

    def sendall(self, content: bytes) -> None:
        """Take what the client sends; whole lines are answered."""
        *lines, self._half = (self._half + content).split(b"\r\n")
        for line in lines:
            self._take(line.decode("utf-8"))

    def shutdown(self, how: int) -> None:  # noqa: ARG002 - both sides are one
        """Hang up."""
        self._hung_up = True

    # What its reader calls -----------------------------------------------------------------------------

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # of bytes alone
        """Hand over what the server has said. Raises TimeoutError where it keeps silent."""
        if not self._said and self._silent:
            raise TimeoutError("timed out")
        given = self._said[: len(buffer)]
        self._said = self._said[len(given) :]
        buffer[: len(given)] = given
        return len(given)

    def _greet(self) -> None:
        fault = self._wrong()
        if fault == "unavailable":
            self._answered("connect", CLOSED, fault)
        elif fault == "rate_limited":
            self._answered("connect", TOO_MANY, fault)
        else:
            self._answered("connect", GREETING, fault)

    def _take(self, line: str) -> None:
        fault = self._wrong()
        words = " ".join(line.split()[1:3]) or "answer"
        if fault in ("unavailable", "rate_limited"):
            self._answered(words, CLOSED if fault == "unavailable" else TOO_MANY, fault)
        else:
            self._answered(words, self._session.answer(line), fault)

    def _answered(self, words: str, said: bytes, fault: FaultKind | None) -> None:
        took = self._ground.latency("imap", *LATENCY_MS)
        took = took * SLOWDOWN if fault == "slow" else took
        lost = fault in ("timeout", "lost_answer") or took > self._limit
        if lost:
            took, self._silent = self._limit, True
        elif fault == "garbage_answer":
            self._said += b"HTTP/1.1 502 Bad Gateway\r\n\r\n"
        else:
            self._said += said
        self.elapsed += took
        self._ground.spent += took
        self._seen(words.partition(" ")[0], not lost)
