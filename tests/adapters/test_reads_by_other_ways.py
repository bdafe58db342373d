"""What is marked `observe` and does not go over HTTP changes nothing either: by every command that leaves us.

Those over HTTP stand in `test_reads_are_reads.py`; a read that neither of both tries fails here.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import pytest
from rbengine.conformance.bench import Bench
from rbengine.contract.adapter import Finished, Sessions, SessionUse, Stream
from rbengine.contract.outcomes import Succeeded
from support.database_peer import DatabasePeer
from support.every_call import CALLS, arranged, reads
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    guard,
    postgres_server,
    rehearsal_database,
)
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

BY_LINES = {"imap.messages", "imap.probe", "smtp.probe"}
BY_PROGRAM = {"git.log"}
BY_SOCKET = {"realtime.probe"}
BY_SQL = {"cron.job": {"name": "tidy"}, "cron.runs": {"name": "tidy", "since": START}}

HARMLESS = {
    "imap": {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"},
    "smtp": {"EHLO", "AUTH", "NOOP", "QUIT"},
    "git": {"fetch", "log"},
    "realtime": {"phx_join", "phx_leave", "heartbeat"},
    "sql": {"BEGIN", "SET", "SELECT", "ROLLBACK"},
}
"""Commands that read, by those who hear them."""


def test_every_read_is_tried() -> None:
    """A new one of these adapters must be added here; those over HTTP are tried without being named."""
    assert set(reads(over_http=False)) == {*BY_LINES, *BY_PROGRAM, *BY_SOCKET, *BY_SQL}


class Heard:
    """A connection that keeps what is sent."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self.content = b""

    def sendall(self, content: bytes, /) -> None:
        """Kept, and passed on."""
        self.content += bytes(content)
        self._inner.sendall(content)

    def makefile(self, mode: str, /) -> BinaryIO:
        """As it is: nothing is written to it."""
        return self._inner.makefile(mode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Listening(Bench):
    """The simulated company, and everything that is said to it."""

    def __init__(self) -> None:
        super().__init__()
        arranged(self)
        mail = {
            "mailbox": "a@club.test",
            "id": "<1@x.test>",
            "from": "b@x.test",
            "subject": "Hello",
        }
        self.arrange("imap.message", **mail, at=START - timedelta(minutes=30))
        self.heard: list[Heard] = []
        self.commands: list[Sequence[str]] = []

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        """As the host hands it out."""
        self.heard.append(Heard(super().stream(provider, host, port, timeout)))
        return self.heard[-1]

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """As the host hands it out."""
        self.commands.append(arguments)
        return super().program(
            name, arguments, folder=folder, environment=environment, timeout=timeout
        )

    def done(self, operation: str) -> None:
        """It succeeds, and the company is as it was."""
        before = self.state()
        outcome = self.make(operation, CALLS[operation])
        assert isinstance(outcome, Succeeded), outcome
        assert self.state() == before


@pytest.mark.parametrize("operation", sorted(BY_LINES))
def test_what_a_mail_server_is_told_reads(operation: str) -> None:
    """A mailbox is opened by EXAMINE and looked at by PEEK; no mail is begun."""
    bench = Listening()
    bench.done(operation)
    lines = [line for one in bench.heard for line in one.content.decode().splitlines()]
    verbs = {verb_of(line) for line in lines} - {""}
    assert verbs
    assert verbs <= HARMLESS[operation.partition(".")[0]]
    assert not re.search(r"BODY\[|RFC822", "\n".join(lines))
    assert ("UID FETCH" in verbs) is (operation == "imap.messages"), "else nothing was looked at"


def verb_of(line: str) -> str:
    """Of a command of IMAP, behind its tag, or of SMTP; empty for what continues one, as a password does."""
    found = re.match(r"(?:[A-Z]{4}\d+ )?((?:UID )?[A-Z]{4,})\b", line)
    return found[1] if found else ""


@pytest.mark.parametrize("operation", sorted(BY_PROGRAM))
def test_what_git_is_told_reads(operation: str) -> None:
    """What it fetches is kept as what `origin` has: no branch, tag or file of the checkout moves."""
    bench = Listening()
    bench.done(operation)
    assert {one[0] for one in bench.commands} <= HARMLESS["git"]
    kept = [words[-1].partition(":")[2] for words in bench.commands if words[0] == "fetch"]
    assert kept
    assert all(one.startswith("refs/remotes/origin/") for one in kept)


@pytest.mark.parametrize("operation", sorted(BY_SOCKET))
def test_what_a_socket_is_told_reads(operation: str) -> None:
    """A channel is joined; nothing is broadcast."""
    bench = Listening()
    bench.done(operation)
    (heard,) = bench.heard
    head, _, rest = heard.content.partition(b"\r\n\r\n")
    assert head.startswith(b"GET ")
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(rest)
    frames = [one for one in server.events_received() if isinstance(one, Frame)]
    events = {json.loads(one.data)["event"] for one in frames if one.opcode is Opcode.TEXT}
    assert "phx_join" in events
    assert events <= HARMLESS["realtime"]


class Traced:
    """Sessions whose every message to the server is written down, by PostgreSQL's own library."""

    def __init__(self, sessions: Sessions, file: Path) -> None:
        self._sessions = sessions
        self._file = file

    @contextmanager
    def __call__(
        self, *, use: SessionUse, within: timedelta
    ) -> "Iterator[psycopg.Connection[Any]]":
        with (
            self._sessions(use=use, within=within) as session,
            self._file.open("ab") as file,
        ):
            assert isinstance(session, psycopg.Connection)
            session.pgconn.trace(file.fileno())
            session.pgconn.set_trace_flags(psycopg.pq.Trace.SUPPRESS_TIMESTAMPS)
            try:
                yield session
            finally:
                session.pgconn.untrace()
            os.fsync(file.fileno())


@pytest.mark.parametrize("operation", sorted(BY_SQL))
def test_what_the_database_is_told_reads(
    operation: str,
    rehearsal_database: Rehearsal,  # noqa: F811
    tmp_path: Path,
) -> None:
    """In a transaction that cannot write, and is rolled back."""
    peer = DatabasePeer(rehearsal_database)
    peer.rows("cron.job", {"jobname": "tidy", "schedule": "* * * * *", "command": "SELECT 1"})
    before = rehearsal_database.world.snapshot()
    file = tmp_path / "trace"
    traced = Traced(rehearsal_database.sessions, file)
    peer.database = lambda: traced  # type: ignore[method-assign]
    assert isinstance(peer.call(operation, **BY_SQL[operation]), Succeeded)
    assert rehearsal_database.world.changes_since(before) == ()
    told = file.read_text()
    assert "BEGIN READ ONLY" in told
    did = {words.split()[0] for words in re.findall(r'CommandComplete\t "([^"]+)"', told)}
    assert did == HARMLESS["sql"]
    asked = re.findall(r'^F\t\d+\t(?:Query\t|Parse\t "") "\s*(SELECT[^"]*)"', told, re.MULTILINE)
    assert len(asked) >= 2
    assert [guard(one, True) for one in asked] == [None] * len(asked)
