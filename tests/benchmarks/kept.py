"""Figures of kept runs, each a ratio to something of the same minute: `python -m benchmarks.kept` from `tests/`."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Datum
from rbengine.host.journal import SavedState
from rbengine.host.processes import this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.host.waiting import waiting_of
from rbengine.runtime.events import Acknowledged, CallBegan, CallEnded, Event, Person, Started
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.saved import encode_state

from benchmarks.bulk_check import ENVIRONMENT, RBENGINE
from benchmarks.machine import calling, started
from benchmarks.processes import Timed, medians

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ADA = Person(id="ada", name="Ada", role="on_call")
ROUNDS = 5
STEPS = 200
PARKED = 10_000


class Parked(NamedTuple):
    """Of `PARKED` runs that wait."""

    bytes_each: float
    listed: float
    """Seconds of the command `runs`, by clock or by processor, the lesser: other work on the machine adds."""


def durable_step() -> float:
    """Steps a second (intent and outcome, two commits) over half of this disk's own rate of such commits."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE line (seq INTEGER PRIMARY KEY, text TEXT)")
        store = SqliteStore(ready_folder(folder / "state"))
        epoch = store.create("RB-1", _first(1), to_line(calling(1)), this_process())
        ratios = []
        for _ in range(ROUNDS):
            commits = _rate(lambda: raw.execute("INSERT INTO line (text) VALUES (?)", ("x" * 300,)))
            steps = _rate(lambda: _step(store, epoch))
            ratios.append(steps / (commits / 2))
        raw.close()
        store.close()
        return statistics.median(ratios)


def taking_up(few: int = 10, many: int = 10_000) -> float:
    """Seconds until a run of `many` lines stands again over those of one with `few`: the journal's part."""
    with tempfile.TemporaryDirectory() as name:
        store = SqliteStore(ready_folder(Path(name) / "state"))
        _without_sync(store)
        for number, lines in enumerate((few, many), start=1):
            _waiting_run(store, number, lines)
        ratios = []
        for _ in range(ROUNDS * 4):
            short = _once(lambda: _take_up(store, 1))
            ratios.append(_once(lambda: _take_up(store, 2)) / short)
        store.close()
        return statistics.median(ratios)


def parked() -> Parked:
    """What so many runs cost that wait for somebody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "state"
        store = SqliteStore(ready_folder(folder))
        _without_sync(store)
        for number in range(1, PARKED + 1):
            _waiting_run(store, number, 20)
        store.close()
        size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
        environment = {**ENVIRONMENT, "RBENGINE_STATE": str(folder)}
        took = medians({"runs": Timed([*RBENGINE, "runs"], ROOT, environment=environment)}, ROUNDS)
        return Parked(size / PARKED, min(took["runs"]))


def durable_exec() -> float:
    """`exec --durable` over `exec`, of RB-011: whole processes, by clock or by processor, the lesser."""
    with tempfile.TemporaryDirectory() as name:
        environment = {**ENVIRONMENT, "RBENGINE_STATE": str(Path(name) / "state")}
        memory = [*RBENGINE, "exec", "rb011"]
        durable = [*memory, "--durable", "--scripted"]
        took = medians(
            {
                "memory": Timed(memory, ROOT, environment=environment),
                "durable": Timed(durable, ROOT, environment=environment),
            },
            ROUNDS,
        )
        return min(
            took["durable"].clock / took["memory"].clock,
            took["durable"].processors / took["memory"].processors,
        )


def _step(store: SqliteStore, epoch: int) -> None:
    run = _first(1).run
    store.append(run, epoch, [CallBegan(at=AT, call=1)])
    store.append(run, epoch, [CallEnded(at=AT, call=1, outcome=Succeeded(Datum("there")))])


def _waiting_run(store: SqliteStore, number: int, lines: int) -> None:
    """A run whose journal has so many lines and whose state is saved, as a driver leaves it when it parks."""
    plan = calling(3)
    first = _first(number)
    state, _ = advance(begin(plan), first)
    epoch = store.create(f"RB-{number}", first, to_line(plan), this_process())
    events: list[Event] = [CallBegan(at=AT, call=1)]
    events += [Acknowledged(at=AT, person=ADA)] * (lines - 2)
    for event in events:
        state, _ = advance(state, event)
    last = store.append(first.run, epoch, events)
    store.save_state(first.run, epoch, SavedState(seq=last, text=encode_state(state)))
    store.park(first.run, epoch, waiting_of(state, "waits for on_call: approve", timedelta(0)))


def _take_up(store: SqliteStore, number: int) -> None:
    run = _first(number).run
    epoch = store.acquire(run, this_process())
    found = taken_up(plan_of(store, run), store, run)
    store.park(run, epoch, waiting_of(found.state, "", timedelta(0)))


def _first(number: int) -> Started:
    return replace(started(), run=f"RUN-2026-11-23-{number:05}", incident=f"INC-{number:05}")


def _without_sync(store: SqliteStore) -> None:
    """Filling is not what is measured."""
    store._file.write(lambda connection: connection.execute("SELECT 1"))
    store._file._connection.execute("PRAGMA synchronous = OFF")


def _rate(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(STEPS):
        work()
    return STEPS / (time.perf_counter() - began)


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print all of them."""
    print(f"a durable step, of half the disk's own rate {durable_step():>7.2f}   at least 0.5")
    print(f"taking up 10,000 lines, times that of 10    {taking_up():>7.2f}   at most 1.5")
    waiting = parked()
    print(
        f"a parked run, KB                            {waiting.bytes_each / 1000:>7.1f}   under 20"
    )
    print(f"`runs` with {PARKED:,} of them, seconds       {waiting.listed:>7.2f}   under 0.5")
    print(f"exec --durable, times exec                  {durable_exec():>7.2f}   at most 1.3")


if __name__ == "__main__":
    main()
