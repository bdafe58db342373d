"""Runs whose process was killed, and `tick`: what it takes up, and what it only tells."""

import functools
import os
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.conftest import Command
from cli.test_kept_trouble import ended, in_a_copy
from cli.test_live_runs import live, run_of, server, shops  # noqa: F401
from rbengine.cli import live_kind, ticking
from rbengine.cli.main import main
from rbengine.contract.codec import to_line
from rbengine.host.journal import Owner, events_of
from rbengine.host.live.clock import RealClock
from rbengine.host.processes import this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL, ready_folder
from rbengine.rehearsal.world_log import Made, WorldLog
from rbengine.runtime.commands import ApplyRequest
from rbengine.runtime.events import Parked, Resumed, TimerFired
from support.postgres import postgres_server  # noqa: F401  # fixtures are found by their names

IN_PROFILE = ("--profile", "half", "--input", "shop=1")


class Later:
    """The machine's clock, ahead of itself."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, zone: object = UTC) -> datetime:
        """As `datetime.now`."""
        assert zone is UTC
        return datetime.now(UTC) + cls.ahead


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Later]:
    """What the commands of this process take for the time."""
    monkeypatch.setattr(Later, "ahead", timedelta(0))
    monkeypatch.setattr(ticking, "datetime", Later)
    monkeypatch.setattr(ticking, "_MOMENT", 0.0)
    monkeypatch.setattr(live_kind, "RealClock", functools.partial(RealClock, wall=Later.now))
    return Later


@pytest.fixture
def store(project: Path) -> SqliteStore:
    """The journal."""
    return SqliteStore(ready_folder(project.parent / "state"))


def gone() -> Owner:
    """A process of this machine that no longer exists."""
    boot, namespace, _ = this_process().began.split(" ")
    return Owner(host=this_process().host, pid=os.getpid(), began=f"{boot} {namespace} 1")


def left(rbengine: Command, project: Path) -> str:
    """A live run whose process was killed while a person was asked; its first clock is due after five minutes."""
    done = rbengine("exec", "rb904", *IN_PROFILE)
    assert done.code == 7, done.out + done.err
    run = run_of(done.out)
    there = SqliteStore(project.parent / "state" / JOURNAL)
    there.acquire(run, gone())
    there.close()
    return run


def killed_in_its_change(*arguments: str) -> int:
    """Give a command whose process is killed when its change took effect, before the journal hears of it."""
    add = WorldLog.add

    def killed(log: WorldLog, entry: Made) -> None:
        add(log, entry)
        if isinstance(entry.call.request, ApplyRequest):
            os.kill(os.getpid(), signal.SIGKILL)

    WorldLog.add = killed  # type: ignore[assignment,method-assign]  # the process is ours alone
    return main(list(arguments))


def spoilt(project: Path, column: str, value: object) -> None:
    """The run's row is otherwise."""
    connection = sqlite3.connect(project.parent / "state" / JOURNAL)
    with connection:
        connection.execute(f"UPDATE run SET {column} = ?", (value,))
    connection.close()


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (7, ["the MTTR of 5m ran out", "settled  Hold the hook: applied", "a token: true"]),
        (70, ["its approval has expired", "told on_call of the question", "told lead of the"]),
    ],
    ids=["evidence settles it", "a person has to"],
)
def test_clocks_of_a_killed_run_go_off(
    live: Command,  # noqa: F811
    clock: type[Later],
    minutes: int,
    told: list[str],
) -> None:
    """Its process died in the middle of a change: nobody is at it, so but for its clocks nobody would be told."""
    run = run_of(live("exec", "rb904", *IN_PROFILE).out)
    assert ended(in_a_copy(lambda: killed_in_its_change("approve", run))) == -signal.SIGKILL
    listed = live("runs").out
    assert "its process is gone" in listed
    assert "MTTR in 4m" in listed
    before = live("export", run).out
    early = live("tick")
    due = f"{run}  RB-904  its process is gone; taken up when its next clock is due, in 4m"
    assert (early.code, due in early.out) == (0, True), early
    assert early.out.endswith(f"or now by `rbengine resume {run}`\n")
    assert live("export", run).out == before, "whoever killed it may have meant to stop it"
    clock.ahead = timedelta(minutes=minutes)
    done = live("tick")
    assert (done.code, done.err) == (0, "")
    for one in told:
        assert one in done.out
    assert "its process is gone" not in live("runs").out


def test_what_somebody_says_to_a_killed_run_counts(
    live: Command,  # noqa: F811
    project: Path,
) -> None:
    """As for a parked one."""
    run = left(live, project)
    assert live("acknowledge", run, "--only-record").code == 0
    assert "waits for on_call: approve" in live("tick").out
    assert "waits for on_call: approve" in live("runs").out


@pytest.mark.parametrize("host", ["another", ""], ids=["on another machine", "here, and stopped"])
def test_a_process_that_lets_clocks_pass_is_told_of(
    live: Command,  # noqa: F811
    project: Path,
    store: SqliteStore,
    host: str,
) -> None:
    """Nobody can see from here whether it exists, or whether it will ever go on: that is a person's to find out."""
    run = left(live, project)
    init = Path("/proc/1/stat").read_bytes().rpartition(b")")[2].split()[19].decode()
    boot, namespace, _ = this_process().began.split(" ")
    owner = Owner(host=host or this_process().host, pid=1, began=f"{boot} {namespace} {init}")
    spoilt(project, "owner", to_line(owner))
    before = store.read(run)
    assert live("tick") == (0, "", "")
    Later.ahead = timedelta(minutes=7)
    done = live("tick")
    told = f"process 1 on {owner.host} drives it, and lets its clocks pass"
    assert (done.code, told in done.out) == (1, True), done
    assert f"`rbengine resume {run} --take-over`" in done.out
    assert store.read(run) == before


def test_a_process_that_has_only_just_taken_it_up_is_not_told_of(
    live: Command,  # noqa: F811
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run that waited for days has late clocks, and the first line of whoever takes it up takes a moment."""
    left(live, project)
    spoilt(project, "owner", to_line(Owner(host="another", pid=1, began="a b c")))
    monkeypatch.setattr("rbengine.cli.ticking.time.sleep", lambda _: spoilt(project, "epoch", 9))
    Later.ahead = timedelta(minutes=7)
    assert live("tick") == (0, "", "")


@pytest.mark.parametrize(("minutes", "code"), [(0, 0), (7, 1)])
def test_a_run_taken_from_a_process_that_may_still_act_is_left_to_who_took_it(
    live: Command,  # noqa: F811
    project: Path,
    store: SqliteStore,
    minutes: int,
    code: int,
) -> None:
    """A person was told what that means; nobody else was."""
    run = left(live, project)
    spoilt(project, "contested", 1)
    before = store.read(run)
    Later.ahead = timedelta(minutes=minutes)
    done = live("tick")
    assert (done.code, "taken from a process that may still act" in done.out) == (code, True), done
    assert store.read(run) == before


def test_a_run_that_kills_its_process_is_not_tried_for_good(
    live: Command,  # noqa: F811
    project: Path,
    store: SqliteStore,
) -> None:
    """Where memory is what it lacks, each try takes it from others on the machine. A person's try is another thing."""
    run = left(live, project)
    Later.ahead = timedelta(minutes=7)
    for _ in range(3):
        epoch = store.acquire(run, gone())
        store.append(run, epoch, [Resumed(at=Later.now(), host="here", epoch=epoch)])
    done = live("tick")
    told = f"its process was killed 3 times before it got any further: `rbengine resume {run}`"
    assert (done.code, told in done.out) == (1, True), done
    assert live("resume", run).code == 7
    assert any(isinstance(one, TimerFired) for one in events_of(store.read(run)))
    store.acquire(run, gone())
    Later.ahead = timedelta(minutes=70)
    assert "told lead" in live("tick").out, "it got further, so it counts anew"


def test_parked_runs_go_first_and_then_those_that_killed_fewest(
    live: Command,  # noqa: F811
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where one kills `tick` too, the others have had their turn."""
    shop = ("exec", "rb904", "--profile", "half", "--input")
    often, once, parked = [run_of(live(*shop, f"shop={one}").out) for one in (1, 11, 12)]
    for _ in range(3):
        store.acquire(often, gone())
    store.acquire(once, gone())
    Later.ahead = timedelta(minutes=7)
    taken: list[str] = []
    monkeypatch.setattr(ticking, "go_on", lambda _, __, record, **___: taken.append(record.run))
    live("tick")
    assert taken == [parked, once, often]


def test_a_drill_that_was_killed_is_taken_up_at_once(
    live: Command,  # noqa: F811
    store: SqliteStore,
) -> None:
    """Its company's time stands still meanwhile, so there is no clock to wait for; and nothing real hangs on it."""
    run = run_of(live("exec", "rb904", "--durable").out)
    store.acquire(run, gone())
    assert "its process is gone" in live("runs").out
    done = live("tick")
    assert (done.code, "waits for on_call: approve" in done.out) == (0, True), done
    assert isinstance(events_of(store.read(run))[-1], Parked)
    assert "lead in 59m" in live("runs").out


def test_lines_that_cannot_be_followed_keep_no_other_run_waiting(
    live: Command,  # noqa: F811
    project: Path,
    store: SqliteStore,
) -> None:
    """One that somebody has written into, say."""
    foreign = left(live, project)
    run = run_of(live("exec", "rb904", "--durable").out)
    store.acquire(run, gone())
    connection = sqlite3.connect(project.parent / "state" / JOURNAL)
    with connection:
        connection.execute("DELETE FROM state")
        connection.execute(
            "UPDATE line SET text = replace(text, '\"v\":1', '\"v\":9')"
            " WHERE run = (SELECT number FROM run WHERE run = ?)",
            (foreign,),
        )
    connection.close()
    done = live("tick")
    assert (done.code, f"the first line of {foreign} in the journal is damaged" in done.out) == (
        1,
        True,
    )
    assert "waits for on_call: approve" in done.out
    assert f"{foreign}  RB-904" in live("runs").out


@pytest.mark.parametrize("seq", [1, 3])
def test_a_spoiled_line_that_a_saved_state_covers_ends_no_command_with_a_bug(
    live: Command,  # noqa: F811
    project: Path,
    seq: int,
) -> None:
    """What cannot be read is said to be so; a person goes on from the saved state where the first line is whole."""
    run = run_of(live("exec", "rb904", "--durable").out)
    connection = sqlite3.connect(project.parent / "state" / JOURNAL)
    with connection:
        connection.execute("UPDATE line SET text = substr(text, 1, 40) WHERE seq = ?", (seq,))
    connection.close()
    assert live("audit", run).code == 1
    for command in ("show", "report", "approve", "resume"):
        assert (live(command, run).code, command) == (2, command)
    assert live("resume", run, "--take-over").code == (2 if seq == 1 else 7)
    assert run in live("runs").out
