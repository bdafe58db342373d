"""A process that stands still in a call, loses its run to another one, and wakes up: every operation that changes.

It stands still before each request that the call makes, and once behind the last; meanwhile another process settles
the call, and makes it where it is told that it was not made. Then the first one goes on.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rbengine.conformance.bench import START, TIMEOUT, Bench, promised
from rbengine.contract.adapter import Finished, Sessions, SessionUse, Stream
from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value
from rbengine.facts.adapters import adapter_names, signature_of
from rbengine.host.adapters import Adapters
from rbengine.host.secrets import SecretBox
from rbengine.host.settling import Settling
from rbengine.rehearsal.company.exchange import Answer
from rbengine.runtime.commands import OperationRequest, Perform, SettleRequest
from rbengine.runtime.events import Settled
from support.every_call import CALLS, arranged
from support.golden import ROOT
from support.outcomes import rows_of
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

if TYPE_CHECKING:
    import httpx
    import psycopg

PUT_TO_A_PERSON = {"supabase.invoke", "supabase.restart_database"}
"""They have no key, nothing guards them, and they leave nothing to look for: a process that wakes up late may do them
twice, so nobody sends them again unasked. A function that the app calls repeatable is sent again all the same."""

SHOWS_NOTHING = {
    # What they do shows in a function's traffic, and at the clients of Realtime.
    "stripe.ping_webhook_endpoint",
    "supabase.realtime_shutdown",
}
"""In this company."""

OF_THE_DATABASE = {"cron", "postgres"}

TABLES = {
    "job": "SELECT jobname, schedule, active FROM cron.job ORDER BY jobid",
    "session": "SELECT pid, state FROM pg_stat_activity ORDER BY pid",
    "index": "SELECT indexname FROM pg_indexes WHERE tablename = 'messages' ORDER BY 1",
}

BEGAN, ASKED = START - timedelta(hours=1), START - timedelta(minutes=12)

ROWS: Mapping[str, Mapping[str, Value]] = {
    "cron.job": {"jobname": "old", "schedule": "0 3 * * *", "command": "SELECT 1", "active": True},
    "pg_stat_activity": {
        "pid": 4711, "backend_start": BEGAN, "query_start": ASKED, "state": "active", "query": "SELECT 1",
    },
}  # fmt: skip
"""Of the world that operations of the database need."""

DATABASE: Mapping[str, Mapping[str, Value]] = {
    "cron.schedule": {"name": "tidy", "schedule": "*/5 * * * *", "command": "SELECT 1"},
    "cron.unschedule": {"name": "old"},
    "cron.set_active": {"name": "old", "active": False},
    "postgres.cancel": {"pid": 4711, "backend_start": BEGAN, "query_start": ASKED},
    "postgres.terminate": {"pid": 4711, "backend_start": BEGAN},
    "postgres.create_index": {"table": "messages", "name": "by_day", "columns": "conversation_id"},
    "postgres.drop_index": {"table": "messages", "name": "messages_conversation"},
}


def promises() -> Iterator[Operation]:
    """Of every operation that does more than look, of every adapter that is installed."""
    for adapter in adapter_names():
        signature = signature_of(adapter)
        assert signature is not None
        yield from (one for one in signature.operations if one.effect != "observe")


def kept_by(promise: Operation) -> str:
    """What keeps a lost call of it from being made twice, by its signature; empty for nothing."""
    if promise.idempotency == "naturally":
        return "guard"  # what is so already is not done again
    if promise.idempotency == "by key" and promise.key_window is not None:
        return "key"
    return "look" if promise.settles else ""


class Door(Bench):
    """What a process has of one company; it may stand still before any of its requests."""

    def __init__(self, company: "Door | None" = None) -> None:
        super().__init__()
        self.sessions: Sessions | None = None
        self.requests = 0
        self.before: Callable[[], None] = lambda: None
        if company is not None:
            self.company, self.sessions, self.now = company.company, company.sessions, company.now

    def http(self, provider: str) -> "httpx.Client":
        client = super().http(provider)
        client.event_hooks = {"request": [lambda _: self._request()]}
        return client

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        stream = super().stream(provider, host, port, timeout)
        return _Watched(stream, self._request)  # type: ignore[return-value]  # it passes everything on

    def program(
        self, name: str, arguments: Sequence[str], *, folder: str, environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:  # fmt: skip
        self._request()
        return super().program(
            name, arguments, folder=folder, environment=environment, timeout=timeout
        )

    def database(self) -> Sessions:
        opened = self.sessions
        assert opened is not None

        @contextmanager
        def session(*, use: SessionUse, within: timedelta) -> "Iterator[psycopg.Connection[Any]]":
            self._request()
            with opened(use=use, within=within) as connection:
                yield connection

        return session

    def _request(self) -> None:
        self.requests += 1
        self.before()


class _Watched:
    """A stream that tells before something is sent."""

    def __init__(self, stream: Stream, before: Callable[[], None]) -> None:
        self._stream = stream
        self._before = before

    def sendall(self, content: bytes, /) -> None:
        self._before()
        self._stream.sendall(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Taken:
    """One call in a company of its own: a process is in it, and another one takes the run over."""

    def __init__(self, name: str, database: Rehearsal) -> None:
        database.reset()
        self.name = name
        self.door = Door()
        self.door.sessions = database.sessions
        self._database = database
        self._arguments = self._arranged()
        self.door.requests = 0
        self._before = self._there()
        self.sent_again = False

    def made(self, door: Door) -> Outcome:
        """The call, by the process that has `door`."""
        adapters = Adapters(signature_of, door, SecretBox(b"key"))
        return adapters.perform(self.name, self._arguments, "k", TIMEOUT, door.now)

    def settled(self) -> Settled:
        """By another process, which makes it where it is told that it was not made."""
        door = Door(self.door)
        adapters = Adapters(signature_of, door, SecretBox(b"key"))
        settling = Settling(adapters, lambda: self._database.database, lambda *_: False)
        lost = OperationRequest(
            operation=self.name, arguments=Datum(self._arguments), effect="change"
        )
        doubt = SettleRequest(request=lost, asked=door.now, contested=True)
        look = Perform(call=1, request=doubt, key="k", timeout=TIMEOUT)
        before = self._there()
        settled = settling.settled(doubt, look, door.now)
        if settled.verdict == "not applied":
            self.made(door)
        self.sent_again = self._there() != before
        return settled

    def effects(self) -> Counter[str]:
        """Everything that is not as it was, by name."""
        now = self._there()
        return Counter(
            {name for name in {*now, *self._before} if now.get(name) != self._before.get(name)}
        )

    def _there(self) -> Mapping[str, str]:
        there = dict(self.door.state())
        for name, incident in self.door.company.status.incidents.items():
            told = incident["incident_updates"]
            there |= {f"{name}, update {number}": "told" for number in range(len(told))}
        files = vars(self.door.company.files())
        there["files"] = repr(files)
        there |= {f"invoked {number}": "yes" for number in range(len(self._invoked))}
        if self.name.partition(".")[0] in OF_THE_DATABASE:
            for table, sql in TABLES.items():
                rows = self._database.world.execute(sql, reading=True).rows
                there |= {f"{table} {number}": repr(one) for number, one in enumerate(rows)}
        return there

    def _arranged(self) -> Row:
        """What it needs, and its arguments. What stands before it among the calls of its adapter has been made."""
        door, adapter = self.door, self.name.partition(".")[0]
        arranged(door)
        self._invoked: list[str] = []

        def invoke(function: str, body: object) -> Answer:  # noqa: ARG001 - as the vendor calls it
            self._invoked.append(function)
            return Answer(body={"done": True})

        door.company.on_invoke = invoke
        if adapter in OF_THE_DATABASE:
            for table, row in ROWS.items():
                self._database.world.insert_rows(table, [row])
            return self._filled(DATABASE[self.name])
        earlier = [
            one
            for one in CALLS
            if one.startswith(f"{adapter}.") and promised(one).effect != "observe"
        ]
        if self.name in earlier:
            earlier = earlier[: earlier.index(self.name)]
        for one in earlier:
            door.call(one, key=one, **CALLS[one])
        match self.name:
            case "status.update":
                (told,) = door.company.status.incidents
                given: Mapping[str, Value] = {
                    "incident": told,
                    "stage": "monitoring",
                    "says": "Better.",
                }
            case "git.revert_and_push":
                (commit,) = rows_of(door.call("git.log", **CALLS["git.log"]))
                given = {"repository": "app", "commit": commit["sha"]}
            case "meta.subscribe_app":
                given = {**CALLS[self.name], "fields": ("messages", "account_alerts")}
            case name:
                given = CALLS[name]
        return self._filled(given)

    def _filled(self, given: Mapping[str, Value]) -> Row:
        promise = promised(self.name)
        defaults = {
            one.name: one.default.value for one in promise.parameters if one.default is not None
        }
        return Row({**defaults, **given})


@pytest.mark.parametrize("promise", list(promises()), ids=lambda one: one.full_name)
def test_whoever_wakes_up_in_a_call_that_was_taken_from_it_does_it_no_second_time(
    promise: Operation,
    rehearsal_database: Rehearsal,  # noqa: F811
) -> None:
    """Its effect is one at most, wherever it stood; what nothing keeps goes to a person, and is not sent again."""
    alone = Taken(promise.full_name, rehearsal_database)
    assert isinstance(alone.made(alone.door), Succeeded)
    once = alone.effects()
    assert once or promise.full_name in SHOWS_NOTHING
    for place in range(1, alone.door.requests + 2):
        taken = Taken(promise.full_name, rehearsal_database)
        settled: list[Settled] = []

        def stands_still() -> None:
            if taken.door.requests == place:  # noqa: B023 - called within this round
                settled.append(taken.settled())  # noqa: B023

        taken.door.before = stands_still
        taken.made(taken.door)
        if place > taken.door.requests:
            settled.append(taken.settled())
        assert settled, f"it makes no request number {place}"
        assert taken.effects() <= once, f"standing still before request {place}"
        if not kept_by(promise):
            assert settled[0].verdict == "unclear"
            assert "leaves nothing to look for" in settled[0].evidence
        if kept_by(promise) in ("look", ""):
            assert not taken.sent_again


def test_what_nothing_keeps_from_happening_twice_is_on_the_list() -> None:
    """Whoever adds such an operation adds it there, and to the page that tells of it."""
    assert {one.full_name for one in promises() if not kept_by(one)} == PUT_TO_A_PERSON
    page = (ROOT / "docs" / "kept-runs.md").read_text()
    assert all(f"`{one}`" in page for one in PUT_TO_A_PERSON)
