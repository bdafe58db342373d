"""A connection to a simulated mail server that looks like a socket to the standard client. Nothing is opened."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from rbengine.rehearsal.company.faults import SAID_NO, SLOWDOWN, FaultKind, SaidNo
from rbengine.rehearsal.company.ground import Ground

LATENCY_MS = (40, 180)
_NO_LIMIT = timedelta(minutes=10)

Wrong = Callable[[bool], FaultKind | None]
"""What is wrong with the server now, for a line that only looks or for one that does something."""

Seen = Callable[[str, bool], None]
"""Told of each line that is sent: its first words, and whether an answer came."""


class LineSession(Protocol):
    """A server that is sent lines and says lines."""

    vendor: str
    greeting: bytes
    closed: bytes
    """What it says when it cannot answer."""
    too_many: bytes
    """What it says when it is asked too often."""

    def refusal(self, line: str, kind: SaidNo) -> bytes | None:
        """How it refuses with `kind`, where `line` is one that it would refuse so; else None."""
        ...

    def does(self, line: str) -> bool:
        """Whether something happens by `line` that cannot be taken back."""
        ...

    def answer(self, line: str) -> bytes | None:
        """What it says to one line; None where it goes on listening and nobody waits.

        Raises CannotBeSimulatedError for a line it does not know.
        """
        ...

    def words(self, line: str) -> str:
        """What stands of a line in the list of calls: never a password."""
        ...


class LineStream(io.RawIOBase):
    """One connection. Each line that is answered takes the server's time; the answer waits to be read."""

    def __init__(
        self, session: LineSession, ground: Ground, wrong: Wrong, seen: Seen, timeout: float
    ) -> None:
        super().__init__()
        self.elapsed = timedelta()
        """How much of the company's time this connection has taken; a client may count by it."""
        self._session = session
        self._ground = ground
        self._wrong = wrong
        self._seen = seen
        self._limit = timedelta(seconds=timeout)
        self._half = b""
        self._said = b""
        self._silent = False
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

    def shutdown(self, how: int) -> None:
        """Nothing: there is no second side that would wait for it."""

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
        self._answered("connect", self._session.greeting, self._wrong(True))

    def _take(self, line: str) -> None:
        fault = self._wrong(False)
        if fault in ("unavailable", "unreachable", "rate_limited"):
            self._answered(self._session.words(line), b"", fault)
            return
        if fault in SAID_NO:
            refusal = self._session.refusal(line, fault)
            if refusal is not None:
                self._answered(self._session.words(line), refusal, fault)
                return
        fault = self._wrong(not self._session.does(line))
        said = self._session.answer(line)
        if said is not None:
            self._answered(self._session.words(line), said, fault)

    def _answered(self, words: str, said: bytes, fault: FaultKind | None) -> None:
        if fault in ("unavailable", "unreachable"):
            said = self._session.closed
        elif fault == "rate_limited":
            said = self._session.too_many
        took = self._ground.latency(self._session.vendor, *LATENCY_MS)
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
        self._seen(words, not lost)
