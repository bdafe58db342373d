"""Runs that survive their process, on a simulated company that survives it too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.chain import digest_of, first_head, next_head
from rbengine.host.errors import CannotGoOnError, JournalError
from rbengine.host.journal import AlreadyOpenError, OwnedError, events_of
from rbengine.host.processes import this_process
from rbengine.rehearsal.kept import world_file
from rbengine.rehearsal.world_log import WorldLog
from rbengine.runtime.events import (
    Answered,
    Approved,
    CallEnded,
    Parked,
    Person,
    Resumed,
    TimerFired,
)
from rehearsal.kept_club import REAL, Club, small_club
from rehearsal.theatre import Theatre

RUN = "RUN-2026-11-23-001"
ADA = Person(id="ada", name="Ada", role="on_call")


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as theatre:
        yield theatre


@pytest.fixture
def scripted(theatre: Theatre, tmp_path: Path) -> Club:
    """The world's people answer."""
    return small_club(theatre, tmp_path / "state", "scripted")


@pytest.fixture
def real(theatre: Theatre, tmp_path: Path) -> Club:
    """Nobody is there: people answer later."""
    return small_club(theatre, tmp_path / "state", "real")


def approve(club: Club, question: int) -> None:
    """Ada says yes, elsewhere."""
    store = club.store()
    plan = next(
        one.outcome.plan.digest
        for one in reversed(events_of(store.read(RUN)))
        if type(one).__name__ == "ChangePlanned"
    )
    event = Answered(at=club.real_now, question=question, person=ADA, answer=Approved(digest=plan))
    store.send(RUN, event, f"{question}/ada")
    store.close()


def test_a_kept_run_is_the_rehearsal_written_down(scripted: Club) -> None:
    """Same company, same people, same lines: only who runs it is another."""
    kept = scripted.begin()
    assert kept.finish is not None
    assert kept.finish.outcome == "resolved"
    session = scripted.sessions(None)
    rehearsal = session.execute("playbooks/rb900.rb")
    store = scripted.store()
    assert tuple(store.read(kept.run)) == rehearsal.lines
    assert store.record(kept.run).head == kept.head
    store.close()


def test_a_run_that_needs_a_person_parks_and_goes_on_when_one_has_spoken(real: Club) -> None:
    """It costs a row: no process, no timer, no thread."""
    kept = real.begin()
    assert (kept.finish, kept.parked, kept.in_order) == (None, "waits for on_call: approve", True)
    store = real.store()
    record = store.record(RUN)
    assert record.owner is None
    assert record.waiting is not None
    assert record.waiting.text == "waits for on_call: approve"
    assert set(record.waiting.clocks) == {"MTTR", "lead"}
    store.close()
    real.real_now += timedelta(seconds=30)
    assert real.take_up(RUN).parked == kept.parked
    for question in (1, 2):
        approve(real, question)
        kept = real.take_up(RUN)
    assert kept.finish is not None
    assert kept.finish.outcome == "resolved"
    left = real.left_by(RUN)
    assert "gold" in "".join(left.rows)
    assert [one.partition(":")[0] for one in left.letters].count("member@club.test") == 1


def test_time_passes_while_a_run_is_parked(real: Club) -> None:
    """Its clocks mean what they say: what came due while nobody looked happens at once, at that moment, once."""
    real.begin()
    store = real.store()
    parked = events_of(store.read(RUN))[-1]
    store.close()
    assert isinstance(parked, Parked)
    real.real_now += timedelta(minutes=25)
    assert real.take_up(RUN).parked == "waits for on_call: approve"
    store = real.store()
    events = events_of(store.read(RUN))
    resumed = next(one for one in events if isinstance(one, Resumed))
    assert resumed.at - parked.at == timedelta(minutes=25)
    fired = [one for one in events if isinstance(one, TimerFired)]
    assert [one.at for one in fired] == [resumed.at]
    record = store.record(RUN)
    store.close()
    assert record.waiting is not None
    assert set(record.waiting.clocks) == {"breached", "lead"}
    again = real.take_up(RUN)
    assert again.parked == "waits for on_call: approve"
    store = real.store()
    events = events_of(store.read(RUN))
    assert len([one for one in events if isinstance(one, TimerFired)]) == 1
    store.close()


def test_every_escalation_carries_the_head(real: Club) -> None:
    """Outside the journal, in a mail: what was written before it can no longer be changed unnoticed."""
    real.begin()
    real.real_now += timedelta(hours=3)
    real.take_up(RUN)
    store = real.store()
    with real.runs(store).company(RUN, real.sessions(None), real.simulation) as stage:
        letters = [one.text for one in stage.company.mailbox if one.to == "lead@club.test"]
    noted = [one.rstrip().rpartition("Journal head: ")[2] for one in letters]
    assert noted
    heads = []
    digest = first_head(RUN)
    for line in store.read(RUN):
        digest = next_head(digest, digest_of(line))
        heads.append(digest.hex())
    store.close()
    assert [one for one in noted if one not in heads] == [], letters


def test_a_second_run_of_the_same_is_shown_the_first(real: Club) -> None:
    """Two people answer one alert."""
    real.begin()
    with pytest.raises(AlreadyOpenError) as there:
        real.begin()
    assert there.value.run == RUN


def test_a_process_that_exists_keeps_its_run(real: Club) -> None:
    """Until a person who was told so takes it away; the old one then writes nothing more."""
    real.begin()
    store = real.store()
    mine = this_process()
    parent = msgspec.structs.replace(mine, host="another machine")
    store.acquire(RUN, parent)
    store.close()
    with pytest.raises(OwnedError):
        real.take_up(RUN)
    assert real.take_up(RUN, force=True).parked == "waits for on_call: approve"


def test_a_company_whose_memory_is_gone_stops_its_run(real: Club) -> None:
    """Nothing is made up: the journal stays readable, and the run says why it cannot go on."""
    real.begin()
    world_file(real.folder, RUN).unlink()
    kept = real.take_up(RUN)
    assert not kept.in_order
    assert "log is missing" in kept.parked
    store = real.store()
    record = store.record(RUN)
    store.close()
    assert record.owner is None
    assert record.waiting is not None


def test_a_company_that_does_not_repeat_itself_stops_its_run(real: Club) -> None:
    """An engine that does things otherwise would go on in another world than the one its journal tells of."""
    real.begin()
    file = world_file(real.folder, RUN)
    first, *rest = file.read_text().splitlines(keepends=True)
    digest = msgspec.json.decode(first)["entry"]["digest"]
    file.write_text("".join([first.replace(digest, "0" * len(digest)), *rest]))
    kept = real.take_up(RUN)
    assert "does not repeat itself at call 1" in kept.parked


def test_half_an_entry_has_not_happened(real: Club) -> None:
    """Its process died while it wrote; the next entry begins a line of its own."""
    real.begin()
    file = world_file(real.folder, RUN)
    with file.open("a") as out:
        out.write('{"entry":{"at":"2026-')
    approve(real, 1)
    assert real.take_up(RUN).in_order
    assert all(msgspec.json.decode(one) for one in file.read_text().splitlines())


def test_a_process_that_slept_through_a_take_over_does_nothing_to_the_company(real: Club) -> None:
    """It wakes up in the middle of a call: its company has gone on without it."""
    real.begin()
    asleep = WorldLog(world_file(real.folder, RUN))
    entries = list(asleep.entries())
    approve(real, 1)
    real.take_up(RUN)
    before = world_file(real.folder, RUN).read_bytes()
    with pytest.raises(CannotGoOnError, match="another process acts"):
        asleep.add(entries[-1])
    asleep.close()
    assert world_file(real.folder, RUN).read_bytes() == before


def test_a_new_run_knows_nothing_of_a_former_one_of_its_name(real: Club) -> None:
    """Somebody removed the journal and left the companies: ids begin again."""
    world_file(real.folder, RUN).parent.mkdir(parents=True, mode=0o700)
    real.folder.chmod(0o700)
    world_file(real.folder, RUN).write_text("nonsense\n")
    assert real.begin().in_order
    assert real.take_up(RUN).in_order


def test_a_damaged_memory_is_told(real: Club) -> None:
    """With what is still whole, and the way out."""
    real.begin()
    file = world_file(real.folder, RUN)
    file.write_text("nonsense\n" + file.read_text())
    with pytest.raises(JournalError, match="log is damaged"):
        real.take_up(RUN)


def test_two_memories_are_private(real: Club) -> None:
    """The company's holds what the run saw, too."""
    real.begin()
    file = world_file(real.folder, RUN)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_the_run_saw_is_the_real_clock_nowhere(scripted: Club) -> None:
    """A kept rehearsal with scripted people is the same on every machine and every day."""
    scripted.real_now = datetime(2030, 1, 1, tzinfo=UTC)
    scripted.begin()
    store = scripted.store()
    assert not any("2030" in line for line in store.read(RUN))
    assert REAL.year == 2026
    store.close()


POINTS = (3, 14, 27, 36, 41)
"""Of the boundaries of the usual run: one in each part of it. The crash matrix goes through all."""


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_ends_as_if_it_had_not_been(
    theatre: Theatre, tmp_path: Path, point: int
) -> None:
    """SIGKILL before or behind a write or an effect: taken up, nothing is done twice and nothing is missing."""
    whole = small_club(theatre, tmp_path / "whole", "scripted")
    run = whole.begin().run
    cut = small_club(theatre, tmp_path / "cut", "scripted")
    assert cut.killed_at(point)
    kept = cut.take_up(run)
    assert kept.finish is not None
    assert kept.finish.in_doubt == 0
    assert cut.left_by(run) == whole.left_by(run)
    store = cut.store()
    ended = [one for one in events_of(store.read(run)) if isinstance(one, CallEnded)]
    assert len({one.call for one in ended}) == len(ended)
    store.close()
