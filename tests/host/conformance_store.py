"""What every store of journals keeps, whatever it stands on. A store's test derives from `StoreConformance`."""

from datetime import UTC, datetime, timedelta

import pytest
from rbengine.contract.values import Datum
from rbengine.host.journal import (
    FencedError,
    JournalStore,
    NoSuchRunError,
    RunExistsError,
    SavedState,
    events_of,
    read_line,
)
from rbengine.runtime.events import CallBegan, Environment, Parked, Person, Resumed, Started

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def started(run: str = "RUN-2026-11-23-001", incident: str = "INC-2026-11-23-001") -> Started:
    """The first event of a small run."""
    return Started(
        at=AT,
        run=run,
        incident=incident,
        began=AT - timedelta(minutes=8),
        operator=Person(id="ada", name="Ada", role="on_call"),
        plan="d" * 64,
        inputs={"business": Datum("6f1c")},
        environment=Environment(profile="", backends={"stripe": "simulated"}),
        engine="0",
    )


class StoreConformance:
    """The suite. `store` is a new, empty store."""

    @pytest.fixture
    def store(self) -> JournalStore:
        raise NotImplementedError

    def test_a_run_begins_with_its_first_line(self, store: JournalStore) -> None:
        """Line 1 is `Started`, and the plan is kept beside it: a run needs no file to be taken up."""
        epoch = store.create("RB-1", started(), '{"id":"RB-1"}', "me")
        (line,) = store.read(started().run)
        assert read_line(line).seq == 1
        assert read_line(line).event == started()
        assert store.plan(started().run) == '{"id":"RB-1"}'
        assert store.append(started().run, epoch, []) == 1

    def test_lines_are_numbered_without_gaps_and_read_in_order(self, store: JournalStore) -> None:
        """Resuming relies on `after`: nothing twice, nothing left out."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", "me")
        calls = [CallBegan(at=AT, call=number) for number in range(5)]
        assert store.append(run, epoch, calls[:2]) == 3
        assert store.append(run, epoch, calls[2:]) == 6
        lines = store.read(run)
        assert [read_line(line).seq for line in lines] == [1, 2, 3, 4, 5, 6]
        assert events_of(lines[1:]) == tuple(calls)
        assert list(store.read(run, after=4)) == list(lines[4:])
        assert list(store.read(run, after=6)) == []

    def test_who_was_overtaken_appends_nothing(self, store: JournalStore) -> None:
        """A process that slept through its run's take-over must not write into it."""
        run = started().run
        old = store.create("RB-1", started(), "{}", "me")
        new = store.acquire(run, "you")
        assert new > old
        before = list(store.read(run))
        with pytest.raises(FencedError):
            store.append(run, old, [Parked(at=AT, reason="late")])
        with pytest.raises(FencedError):
            store.save_state(run, old, SavedState(seq=1, text="s"))
        with pytest.raises(FencedError):
            store.finish(run, old, "resolved")
        assert list(store.read(run)) == before
        assert store.append(run, new, [Resumed(at=AT, host="you", epoch=new)]) == 2
        assert store.runs()[0].owner == "you"
        assert store.runs()[0].outcome == ""

    def test_the_newest_state_is_the_one_that_counts(self, store: JournalStore) -> None:
        """Taking up starts from it and reads only the lines behind it."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", "me")
        assert store.latest_state(run) is None
        store.save_state(run, epoch, SavedState(seq=1, text="one"))
        store.append(run, epoch, [CallBegan(at=AT, call=1)])
        store.save_state(run, epoch, SavedState(seq=2, text="two"))
        assert store.latest_state(run) == SavedState(seq=2, text="two")

    def test_a_run_is_made_once(self, store: JournalStore) -> None:
        """Two processes that choose the same id: one of them must choose again."""
        store.create("RB-1", started(), "{}", "me")
        with pytest.raises(RunExistsError):
            store.create("RB-1", started(), "{}", "you")
        assert store.runs()[0].owner == "me"

    def test_an_unknown_run_is_said_to_be_unknown(self, store: JournalStore) -> None:
        """A slip in an id is the caller's to report."""
        with pytest.raises(NoSuchRunError):
            store.read("RUN-2026-01-01-001")
        with pytest.raises(NoSuchRunError):
            store.acquire("RUN-2026-01-01-001", "me")
        with pytest.raises(NoSuchRunError):
            store.append("RUN-2026-01-01-001", 1, [])
        with pytest.raises(NoSuchRunError):
            store.plan("RUN-2026-01-01-001")
        with pytest.raises(NoSuchRunError):
            store.latest_state("RUN-2026-01-01-001")

    def test_runs_are_listed_in_order_with_what_they_ended_in(self, store: JournalStore) -> None:
        """`rbengine runs` shows exactly this."""
        later = started("RUN-2026-11-24-001", "INC-2026-11-24-001")
        store.create("RB-2", later, "{}", "me")
        epoch = store.create("RB-1", started(), "{}", "me")
        store.append(started().run, epoch, [CallBegan(at=AT, call=1)])
        store.finish(started().run, epoch, "resolved")
        listed = store.runs()
        assert [(one.run, one.runbook, one.outcome, one.last) for one in listed] == [
            ("RUN-2026-11-23-001", "RB-1", "resolved", 2),
            ("RUN-2026-11-24-001", "RB-2", "", 1),
        ]
        assert listed[0].incident == "INC-2026-11-23-001"
        assert listed[0].began == started().began
