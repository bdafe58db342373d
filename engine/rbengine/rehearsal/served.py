"""A world that programs outside may use: its vendors over HTTP, its database, its webhooks at their time.

Time is given from outside and never goes back; whoever serves the world lets it run.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from rbengine.rehearsal.by_itself import ByItself
from rbengine.rehearsal.company.doors import open_stream
from rbengine.rehearsal.company.resend.mailbox import Mail
from rbengine.rehearsal.stage import Stage

if TYPE_CHECKING:
    from rbengine.rehearsal.company.company import Company
    from rbengine.rehearsal.company.line_stream import LineStream

LINE_SERVERS = ("imap", "smtp")
"""Servers that are spoken to in lines and not over HTTP."""
_PATIENCE = 30.0  # seconds that a program outside waits for an answer
_MOST = 1_048_576  # bytes of one answer

_NOT_PASSED_ON = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "keep-alive", "transfer-encoding"}
)
"""Headers about the connection to us, not about the request."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor's answer. `took` is how long the vendor worked on it, in the world's time."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    took: timedelta


class ServedLine:
    """One connection of a program outside to a mail server."""

    def __init__(self, stream: "LineStream", company: "Company") -> None:
        self._stream = stream
        self._company = company

    def take(self, content: bytes) -> tuple[bytes, timedelta] | None:
        """What the server says to it, the greeting at first, and how long that took; None where it keeps silent.

        Raises CannotBeSimulatedError for a line that no model knows.
        """
        said = bytearray(_MOST)
        try:
            if content:
                self._stream.sendall(content)
            count = self._stream.readinto(said)
        except TimeoutError:
            self._company.take_latency()
            return None
        return bytes(said[:count]), self._company.take_latency()


class ServedWorld:
    """One company, set up. Not for several threads at once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._by_itself = ByItself(stage)

    @property
    def providers(self) -> tuple[str, ...]:
        """Names by which vendors are asked, sorted."""
        return self._stage.company.providers

    @property
    def start(self) -> datetime:
        """When the world begins."""
        return self._stage.setting.start

    def database(self) -> str:
        """The name of its database, with the world's rows in it. Raises CannotGoOnError where none can be had."""
        return self._stage.database.get().name

    def move_to(self, moment: datetime) -> list[str]:
        """Let time come to `moment`: webhooks that were due are delivered to the company's program, and told."""
        return self._by_itself.until(moment)

    def next_at(self) -> datetime | None:
        """When the next thing happens by itself, as far as that is known."""
        return self._by_itself.next_at()

    def look(self) -> None:
        """Take note of what has become due: somebody used the company otherwise than through `ask`."""
        self._by_itself.look()

    def ask(
        self, provider: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Served | None:
        """What the vendor answers to a request for `target` (path and query); None where no answer comes.

        Raises CannotBeSimulatedError for what no model knows.
        """
        import httpx

        company = self._stage.company
        passed = {name: one for name, one in headers.items() if name.lower() not in _NOT_PASSED_ON}
        try:
            found = company.client(provider).request(method, target, headers=passed, content=body)
        except httpx.ReadTimeout:
            company.take_latency()
            return None
        finally:
            self._by_itself.look()
        return Served(
            status=found.status_code,
            headers={name: one for name, one in found.headers.items() if name != "content-length"},
            content=found.content,
            took=company.take_latency(),
        )

    def line(self, provider: str) -> "ServedLine":
        """A connection to a mail server, `smtp` or `imap`."""
        from rbengine.rehearsal.company.line_stream import LineStream

        stream = open_stream(self._stage.company, provider, "served", _PATIENCE)
        assert isinstance(stream, LineStream)
        return ServedLine(stream, self._stage.company)

    @property
    def letters(self) -> tuple[Mail, ...]:
        """Every mail that was taken so far, in order."""
        return tuple(self._stage.company.mailbox)
