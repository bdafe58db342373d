"""What every store of journals keeps, whatever it stands on. A store's test derives from `StoreConformance`."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from rbengine.contract.values import Datum
from rbengine.host.chain import digest_of, first_head, next_head
from rbengine.host.journal import (
    AlreadyOpenError,
    ClockBackError,
    FencedError,
    ForgottenError,
    JournalStore,
    NoSuchRunError,
    OwnedError,
    Owner,
    RunExistsError,
    SavedState,
    StillOpenError,
    Waiting,
    events_of,
    line_of,
    read_line,
)
from rbengine.runtime.events import (
    Acknowledged,
    CallBegan,
    Cancelled,
    Environment,
    Parked,
    Person,
    Resumed,
    Started,
)

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


ME = Owner(host="here", pid=1, began="1")
YOU = Owner(host="here", pid=2, began="1")
LIVING = Owner(host="here", pid=3, began="1")
"""The one process that still exists, for every store of the suite."""


def lives(owner: Owner) -> bool:
    """What stores of the suite are told about processes."""
    return owner == LIVING


class StoreConformance:
    """The suite. `store` is a new, empty store that asks `lives` about owners."""

    @pytest.fixture
    def store(self) -> JournalStore:
        raise NotImplementedError

    def test_a_run_begins_with_its_first_line(self, store: JournalStore) -> None:
        """Line 1 is `Started`, and the plan is kept beside it: a run needs no file to be taken up."""
        epoch = store.create("RB-1", started(), '{"id":"RB-1"}', ME)
        (line,) = store.read(started().run)
        assert read_line(line).seq == 1
        assert read_line(line).event == started()
        assert store.plan(started().run) == '{"id":"RB-1"}'
        assert store.append(started().run, epoch, []) == 1

    def test_lines_are_numbered_without_gaps_and_read_in_order(self, store: JournalStore) -> None:
        """Resuming relies on `after`: nothing twice, nothing left out."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME)
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
        old = store.create("RB-1", started(), "{}", ME)
        new = store.acquire(run, YOU)
        assert new > old
        before = list(store.read(run))
        with pytest.raises(FencedError):
            store.append(run, old, [Parked(at=AT, reason="late")])
        with pytest.raises(FencedError):
            store.save_state(run, old, SavedState(seq=1, text="s"))
        with pytest.raises(FencedError):
            store.finish(run, old, "resolved")
        assert list(store.read(run)) == before
        assert store.append(run, new, [Resumed(at=AT, host="there", epoch=new)]) == 2
        assert store.runs()[0].owner == YOU
        assert store.runs()[0].outcome == ""

    def test_the_newest_state_is_the_one_that_counts(self, store: JournalStore) -> None:
        """Taking up starts from it and reads only the lines behind it."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME)
        assert store.latest_state(run) is None
        store.save_state(run, epoch, SavedState(seq=1, text="one"))
        store.append(run, epoch, [CallBegan(at=AT, call=1)])
        store.save_state(run, epoch, SavedState(seq=2, text="two"))
        assert store.latest_state(run) == SavedState(seq=2, text="two")

    def test_a_run_is_made_once(self, store: JournalStore) -> None:
        """Two processes that choose the same id: one of them must choose again."""
        store.create("RB-1", started(), "{}", ME)
        with pytest.raises(RunExistsError):
            store.create("RB-1", started(), "{}", YOU)
        assert store.runs()[0].owner == ME

    def test_an_unknown_run_is_said_to_be_unknown(self, store: JournalStore) -> None:
        """A slip in an id is the caller's to report."""
        with pytest.raises(NoSuchRunError):
            store.read("RUN-2026-01-01-001")
        with pytest.raises(NoSuchRunError):
            store.acquire("RUN-2026-01-01-001", ME)
        with pytest.raises(NoSuchRunError):
            store.append("RUN-2026-01-01-001", 1, [])
        with pytest.raises(NoSuchRunError):
            store.plan("RUN-2026-01-01-001")
        with pytest.raises(NoSuchRunError):
            store.latest_state("RUN-2026-01-01-001")

    def test_runs_are_listed_in_order_with_what_they_ended_in(self, store: JournalStore) -> None:
        """`rbengine runs` shows exactly this."""
        later = started("RUN-2026-11-24-001", "INC-2026-11-24-001")
        store.create("RB-2", later, "{}", ME)
        epoch = store.create("RB-1", started(), "{}", ME)
        store.append(started().run, epoch, [CallBegan(at=AT, call=1)])
        store.finish(started().run, epoch, "resolved")
        listed = store.runs()
        assert [(one.run, one.runbook, one.outcome, one.last) for one in listed] == [
            ("RUN-2026-11-23-001", "RB-1", "resolved", 2),
            ("RUN-2026-11-24-001", "RB-2", "", 1),
        ]
        assert listed[0].incident == "INC-2026-11-23-001"
        assert listed[0].began == started().began

    def test_one_open_run_of_a_runbook_with_the_same_inputs(self, store: JournalStore) -> None:
        """Two people answer one alert: the second is shown the first's run, and nothing is done twice."""
        epoch = store.create("RB-1", started(), "{}", ME)
        second = started("RUN-2026-11-23-002", "INC-2026-11-23-002")
        with pytest.raises(AlreadyOpenError) as open_one:
            store.create("RB-1", second, "{}", YOU)
        assert open_one.value.run == started().run
        store.create("RB-2", second, "{}", YOU)
        third = started("RUN-2026-11-23-003", "INC-2026-11-23-003")
        other = msgspec.structs.replace(third, inputs={"business": Datum("another")})
        store.create("RB-1", other, "{}", ME)
        store.finish(started().run, epoch, "resolved")
        store.create("RB-1", msgspec.structs.replace(third, run="RUN-2026-11-23-004"), "{}", ME)

    def test_a_run_elsewhere_is_another_one(self, store: JournalStore) -> None:
        """A drill that somebody left open keeps nobody from acting where it counts; and the list says where."""
        store.create("RB-1", started(), "{}", ME)
        there = Environment(profile="production", backends={})
        real, again = (
            msgspec.structs.replace(started(run, run.replace("RUN", "INC")), environment=there)
            for run in ("RUN-2026-11-23-002", "RUN-2026-11-23-003")
        )
        epoch = store.create("RB-1", real, "{}", ME)
        with pytest.raises(AlreadyOpenError):
            store.create("RB-1", again, "{}", ME)
        assert [one.profile for one in store.runs()] == ["", "production"]
        assert store.record(real.run).profile == "production"
        store.finish(real.run, epoch, "resolved")
        store.forget(real.run)
        assert store.record(real.run).profile == ""

    def test_what_is_sent_waits_for_the_owner_and_is_taken_once(self, store: JournalStore) -> None:
        """An approval given in another process: there until it is on record, and never twice."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME)
        ada = Person(id="ada", name="Ada", role="on_call")
        store.send(run, Acknowledged(at=AT, person=ada), "a")
        store.send(run, Acknowledged(at=AT, person=ada), "a")
        store.send(run, Cancelled(at=AT, person=ada, reason="enough"), "b")
        first, second = store.inbox(run)
        assert isinstance(first.event, Acknowledged)
        assert isinstance(second.event, Cancelled)
        with pytest.raises(FencedError):
            store.append(run, epoch + 1, [first.event], taken=[first.number])
        assert len(store.inbox(run)) == 2
        store.append(run, epoch, [first.event], taken=[first.number])
        assert [one.number for one in store.inbox(run)] == [second.number]
        store.send(run, Acknowledged(at=AT, person=ada), "a")
        assert [one.number for one in store.inbox(run)] == [second.number]
        with pytest.raises(NoSuchRunError):
            store.send("RUN-2026-01-01-001", second.event, "c")

    def test_a_parked_run_says_what_it_waits_for(self, store: JournalStore) -> None:
        """Until somebody takes it up; its deadline is what wakes it."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME)
        assert store.runs()[0].waiting is None
        waiting = Waiting(text="on_call: approve", deadline=AT + timedelta(hours=2))
        store.park(run, epoch, waiting)
        assert store.runs()[0].waiting == waiting
        store.acquire(run, YOU)
        assert store.runs()[0].waiting is None
        with pytest.raises(FencedError):
            store.park(run, epoch, waiting)

    def test_a_living_owner_keeps_its_run(self, store: JournalStore) -> None:
        """Two processes on one run would both act; only a person who was told so takes it away."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", LIVING)
        with pytest.raises(OwnedError) as owned:
            store.acquire(run, YOU)
        assert owned.value.owner == LIVING
        assert store.append(run, epoch, [CallBegan(at=AT, call=1)]) == 2
        assert store.acquire(run, LIVING) == epoch + 1
        assert store.acquire(run, YOU, force=True) == epoch + 2
        assert store.record(run).owner == YOU

    def test_a_run_taken_from_the_living_is_contested_until_that_is_told(
        self, store: JournalStore
    ) -> None:
        """Whoever took it may be gone before its first line, or let it go: the next one must know all the same."""
        run = started().run
        store.create("RB-1", started(), "{}", LIVING)
        epoch = store.acquire(run, YOU, force=True)
        store.append(run, epoch, [CallBegan(at=AT, call=1)])
        store.park(run, epoch, Waiting(text="on_call: approve"))
        assert store.record(run).contested
        epoch = store.acquire(run, ME)
        assert store.record(run).contested
        store.append(run, epoch, [Resumed(at=AT, host="h", epoch=epoch, forced=True)])
        assert not store.record(run).contested
        store.acquire(run, YOU, force=True)
        assert not store.record(run).contested, "it was taken from one who is gone"

    def test_nobody_owns_what_is_parked_or_over(self, store: JournalStore) -> None:
        """Whoever parked it may live on; it has let go of the run."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", LIVING)
        store.park(run, epoch, Waiting(text="on_call: approve"))
        assert store.record(run).owner is None
        epoch = store.acquire(run, LIVING)
        store.finish(run, epoch, "resolved")
        assert store.record(run).owner is None
        assert store.acquire(run, YOU) > epoch

    def test_a_run_may_be_moved_to_other_texts(self, store: JournalStore) -> None:
        """Its lines stay; a state that was saved over the old plan would mean something else over the new one."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME, {"a.rb": "old"})
        store.save_state(run, epoch, SavedState(seq=1, text="s"))
        before = store.audit(run)
        store.move(run, epoch, '{"new":1}', {"a.rb": "new", "b.rb": "more"})
        assert store.plan(run) == '{"new":1}'
        assert store.texts(run) == {"a.rb": "new", "b.rb": "more"}
        assert store.latest_state(run) is None
        assert store.audit(run) == before
        with pytest.raises(FencedError):
            store.move(run, epoch + 1, "{}", {})

    def test_a_run_that_is_over_may_be_opened_once_more(self, store: JournalStore) -> None:
        """To take back what it left standing; not while another like it is open."""
        run = started().run
        store.finish(run, store.create("RB-1", started(), "{}", ME), "resolved")
        epoch = store.acquire(run, YOU)
        store.reopen(run, epoch)
        store.reopen(run, epoch)
        assert store.record(run).outcome == ""
        store.finish(run, epoch, "cancelled")
        other = started("RUN-2026-11-23-002")
        store.create("RB-1", other, "{}", ME)
        epoch = store.acquire(run, YOU)
        with pytest.raises(AlreadyOpenError) as open_one:
            store.reopen(run, epoch)
        assert open_one.value.run == other.run
        with pytest.raises(FencedError):
            store.reopen(run, epoch - 1)

    def test_the_head_is_a_digest_of_every_line_in_order(self, store: JournalStore) -> None:
        """Noted elsewhere, it tells later whether any line was changed: computed here as the documents say."""
        run = started().run
        events = [CallBegan(at=AT, call=number) for number in (1, 2)]
        epoch = store.create("RB-1", started(), "{}", ME)
        store.append(run, epoch, events)
        head = first_head(run)
        for seq, event in enumerate([started(), *events], start=1):
            head = next_head(head, digest_of(line_of(seq, event)))
        assert store.record(run).head == head.hex()
        found = store.audit(run)
        assert (found.lines, found.head, found.broken, found.noted) == (3, head.hex(), 0, 0)
        assert store.audit(run, first_head(run).hex()).noted == 0
        second = next_head(first_head(run), digest_of(line_of(1, started())))
        assert store.audit(run, second.hex()[:8]).noted == 1
        assert store.audit(run, head.hex()).noted == 3

    def test_lines_stand_in_the_order_of_time(self, store: JournalStore) -> None:
        """A clock that was set back must be noticed by a person, not written down as if nothing were."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME)
        store.append(run, epoch, [CallBegan(at=AT + timedelta(seconds=2), call=1)])
        with pytest.raises(ClockBackError) as back:
            store.append(run, epoch, [CallBegan(at=AT + timedelta(seconds=1), call=2)])
        assert (back.value.last, back.value.now) == (
            AT + timedelta(seconds=2),
            AT + timedelta(seconds=1),
        )
        assert len(store.read(run)) == 2

    def test_texts_that_a_run_stands_on_are_kept_with_it(self, store: JournalStore) -> None:
        """Edited or removed meanwhile: the run goes on with what it started with."""
        texts = {"playbooks/rb1.rb": "runbook RB-1 One", "playbooks/policy.rb": "policy p"}
        store.create("RB-1", started(), "{}", ME, texts)
        store.create("RB-2", started("RUN-2026-11-23-002"), "{}", ME)
        assert store.texts(started().run) == texts
        assert store.texts("RUN-2026-11-23-002") == {}

    def test_a_forgotten_run_keeps_its_row_and_its_chain(self, store: JournalStore) -> None:
        """What people must not keep is gone; that it was, and that nobody changed it, can still be told."""
        run = started().run
        epoch = store.create("RB-1", started(), "{}", ME, {"a.rb": "text"})
        store.append(run, epoch, [CallBegan(at=AT, call=1)])
        store.save_state(run, epoch, SavedState(seq=2, text="state"))
        with pytest.raises(StillOpenError):
            store.forget(run)
        store.finish(run, epoch, "resolved")
        before = store.audit(run)
        store.forget(run)
        store.forget(run)
        assert store.audit(run) == before
        record = store.record(run)
        assert (record.forgotten, record.outcome, record.last) == (True, "resolved", 2)
        assert record.head == before.head
        assert store.latest_state(run) is None
        for gone in (store.read, store.plan, store.texts):
            with pytest.raises(ForgottenError):
                gone(run)
        with pytest.raises(ForgottenError):
            store.acquire(run, YOU)

    def test_a_forgotten_run_takes_nothing_from_another(self, store: JournalStore) -> None:
        """Both started with the same plan: it is kept once, for as long as one of them needs it."""
        epoch = store.create("RB-1", started(), "{}", ME, {"a.rb": "text"})
        store.finish(started().run, epoch, "resolved")
        other = started("RUN-2026-11-23-002")
        store.create("RB-1", other, "{}", ME, {"a.rb": "text"})
        store.forget(started().run)
        assert store.plan(other.run) == "{}"
        assert store.texts(other.run) == {"a.rb": "text"}

    def test_the_thousandth_run_of_a_day_comes_last(self, store: JournalStore) -> None:
        """Ids are in the order of time, also where their numbers grow a digit."""
        names = [f"RUN-2026-11-23-{number}" for number in ("101", "999", "1000")]
        for number, name in enumerate(reversed(names)):
            store.create(f"RB-{number}", started(name), "{}", ME)
        assert [one.run for one in store.runs()] == names
