"""The loop, driven with a machine of three lines: what is written when, and what time does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from host.conformance_store import ME, YOU, started
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Datum, Row
from rbengine.host.clock import VirtualClock
from rbengine.host.driver import Driver, LookAgain, Saving, Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import FencedError, Waiting, events_of
from rbengine.host.letters import SAMPLE
from rbengine.host.memory_store import MemoryStore
from rbengine.host.people import NobodyAnswers, People, Reply
from rbengine.host.simulated import SimulatedWorld
from rbengine.runtime.commands import (
    AskPeople,
    Command,
    Finish,
    NotifyRequest,
    OperationRequest,
    Perform,
    StartTimer,
    StopTimer,
    Withdraw,
)
from rbengine.runtime.events import (
    Acknowledged,
    Approved,
    CallBegan,
    CallEnded,
    Event,
    Person,
)

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
RUN = started().run
ADA = Person(id="ada", name="Ada", role="on_call")


def call(number: int) -> Perform:
    """A call of an operation nobody looks at."""
    request = OperationRequest(operation="a.b", arguments=Datum(Row({})), effect="change")
    return Perform(call=number, request=request, key=f"k{number}", timeout=timedelta(seconds=5))


class Script:
    """A machine that gives the next list of commands at each event that is no intent and no end."""

    def __init__(self, *answers: list[Command]) -> None:
        self.answers = answers
        self.seen: list[Event] = []

    def advance(self, state: int, event: Event) -> tuple[int, Sequence[Command]]:
        self.seen.append(event)
        if type(event).__name__ in ("CallBegan", "Closed"):
            return state, ()
        return state + 1, self.answers[state]


class Stage:
    """A script on a simulated world over a store."""

    def __init__(
        self, script: Script, people: People | None = None, took: timedelta = timedelta(seconds=1)
    ) -> None:
        self.script = script
        self.store = MemoryStore()
        self.epoch = self.store.create("RB-1", started(), "{}", ME)
        self.turns: list[Turn] = []
        self.on_record: list[list[str]] = []
        self.took = took
        self.world: SimulatedWorld = SimulatedWorld(
            VirtualClock(AT), self.make, people or NobodyAnswers()
        )

    def make(self, command: Perform, now: datetime) -> tuple[Event, timedelta]:
        self.on_record.append([type(one).__name__ for one in events_of(self.store.read(RUN))])
        done = Succeeded(Datum(None))
        return CallEnded(at=now, call=command.call, outcome=done), self.took

    def run(self) -> Finish:
        driver = Driver(
            run=RUN, epoch=self.epoch, store=self.store, world=self.world,
            advance=self.script.advance, observer=self.turns.append,
        )  # fmt: skip
        return driver.begin(0, started())

    def journal(self) -> list[tuple[str, float]]:
        return [
            (type(one).__name__, (one.at - AT).total_seconds())
            for one in events_of(self.store.read(RUN))
        ]


FINISH = Finish(outcome="resolved", reason="")


def test_the_intent_stands_in_the_store_before_the_call_is_made() -> None:
    """A process that dies in the call leaves a record that it was about to make it."""
    stage = Stage(Script([call(1)], [FINISH]))
    assert stage.run() == FINISH
    assert stage.on_record == [["Started", "CallBegan"]]
    assert stage.journal() == [("Started", 0), ("CallBegan", 0), ("CallEnded", 1), ("Closed", 1)]
    assert stage.store.runs()[0].outcome == "resolved"


def test_calls_that_begin_together_all_have_their_intents_first() -> None:
    """Two calls of one turn: neither is made while the other's intent is unwritten."""
    stage = Stage(Script([call(1), call(2)], [], [FINISH]))
    stage.run()
    assert stage.on_record == [["Started", "CallBegan", "CallBegan"]] * 2


def test_time_jumps_to_what_is_next() -> None:
    """A timer of two hours costs nothing, and one that was stopped never fires."""
    due = AT + timedelta(hours=2)
    stage = Stage(
        Script(
            [StartTimer(timer=1, due=due, why="wait"), call(1)],
            [StartTimer(timer=2, due=AT + timedelta(minutes=1), why="retry"), StopTimer(timer=2)],
            [FINISH],
        )
    )
    stage.run()
    assert stage.journal()[-2:] == [("TimerFired", 7200), ("Closed", 7200)]


def test_what_is_due_already_happens_at_once_and_in_order() -> None:
    """Clocks count from the incident's start, which may lie hours before the run."""
    stage = Stage(
        Script(
            [
                StartTimer(timer=7, due=AT - timedelta(hours=1), why="escalation"),
                StartTimer(timer=3, due=AT, why="mttr"),
            ],
            [],
            [FINISH],
        )
    )
    stage.run()
    fired = [one.event for one in stage.turns if type(one.event).__name__ == "TimerFired"]
    assert [(one.timer, one.at) for one in fired] == [(7, AT), (3, AT)]


class OneAnswer:
    """Approves everything after a minute."""

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:  # noqa: ARG002
        return [Reply(after=timedelta(minutes=1), person=ADA, answer=Approved(digest="d"))]

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[object]:  # noqa: ARG002
        return ()


def ask(number: int) -> AskPeople:
    """An approval that anybody may give."""
    return AskPeople(
        question=number, kind="approve", text="?", by=("on_call",), due=AT + timedelta(hours=1)
    )


def test_people_answer_after_a_while_also_what_was_withdrawn() -> None:
    """They do not know that it is closed; that it does not count is the machine's to say."""
    stage = Stage(Script([ask(1), ask(2), Withdraw(question=1)], [], [FINISH]), OneAnswer())
    stage.run()
    assert stage.journal()[1:] == [("Answered", 60), ("Answered", 60), ("Closed", 60)]
    assert [turn.event.question for turn in stage.turns[1:3]] == [1, 2]


def test_who_lost_the_run_makes_no_further_call() -> None:
    """The fence stands before the call, not behind it."""
    stage = Stage(Script([call(1)], [call(2)], [FINISH]))
    made: list[int] = []

    def make(command: Perform, now: datetime) -> tuple[Event, timedelta]:
        made.append(command.call)
        stage.store.acquire(RUN, YOU)
        return CallEnded(at=now, call=command.call, outcome=Succeeded(Datum(None))), timedelta()

    stage.world = SimulatedWorld(VirtualClock(AT), make, NobodyAnswers())
    with pytest.raises(FencedError):
        stage.run()
    assert made == [1]


def test_a_run_that_waits_for_nothing_is_parked_and_says_so() -> None:
    """Never a silent end: the journal's last line is the reason."""
    stage = Stage(Script([ask(1)]))
    with pytest.raises(CannotGoOnError, match="never happen"):
        stage.run()
    assert stage.journal()[-1][0] == "Parked"
    assert stage.store.runs()[0].outcome == ""


def test_what_surrounds_the_run_happens_between_its_own_events() -> None:
    """Other people's changes at two minutes are there for what the run reads at three."""
    seen: list[float] = []
    stage = Stage(
        Script([StartTimer(timer=1, due=AT + timedelta(minutes=3), why="wait")], [FINISH])
    )
    stage.world.around(
        AT + timedelta(minutes=2),
        lambda: seen.append((stage.world.now() - AT).total_seconds()),
    )
    stage.run()
    assert seen == [120.0]


def test_a_crash_forgets_the_runs_own_and_keeps_what_surrounds_it() -> None:
    """A process dies; the world does not."""
    happened: list[str] = []
    stage = Stage(Script([]))
    stage.world.start_timer(StartTimer(timer=1, due=AT + timedelta(minutes=1), why="wait"))
    stage.world.begin(call(1))
    stage.world.ask(ask(1))
    stage.world.around(AT + timedelta(minutes=2), lambda: happened.append("world"))
    stage.world.crash()
    assert stage.world.next() is None
    assert happened == ["world"]


def test_states_are_saved_behind_the_lines_they_stand_for() -> None:
    """Taking a run up reads the last of them and only the lines behind it, which hold the run's end if it has one."""
    stage = Stage(Script([call(1)], [call(2), call(3)], [], [FINISH]))
    driver = Driver(
        run=RUN, epoch=stage.epoch, store=stage.store, world=stage.world,
        advance=stage.script.advance, saving=Saving(encode=str, every=4),
    )  # fmt: skip
    driver.begin(0, started())
    saved = stage.store.latest_state(RUN)
    assert saved is not None
    assert (saved.seq, saved.text) == (5, "2")
    behind = events_of(stage.store.read(RUN, after=saved.seq))
    assert [type(one).__name__ for one in behind] == ["CallEnded", "CallEnded", "Closed"]


def test_a_letter_stands_in_its_intent_in_words() -> None:
    """Sent again by another process it is the same letter, whatever has become of its template and of the journal."""
    request = NotifyRequest(contact="lead", about="escalation", subject="s", letter=SAMPLE)
    told = msgspec.structs.replace(call(1), request=request)
    stage = Stage(Script([told], [FINISH]))
    sent: list[str] = []

    def make(command: Perform, now: datetime) -> tuple[Event, timedelta]:
        assert isinstance(command.request, NotifyRequest)
        sent.append(command.request.written)
        return CallEnded(at=now, call=1, outcome=Succeeded(Datum(None))), timedelta()

    driver = Driver(
        run=RUN, epoch=stage.epoch, store=stage.store,
        world=SimulatedWorld(VirtualClock(AT), make, NobodyAnswers()),
        advance=stage.script.advance, letters=lambda request: f"to {request.contact}",
    )  # fmt: skip
    driver.begin(0, started())
    intent = events_of(stage.store.read(RUN))[1]
    assert isinstance(intent, CallBegan)
    assert [intent.written] == sent == ["to lead"]


class Looking(SimulatedWorld):
    """Where nothing happens, somebody may have sent something."""

    looks = 0

    def next(self) -> Event | LookAgain | None:
        self.looks += 1
        return LookAgain() if self.looks < 3 else super().next()


def test_a_world_may_have_the_inbox_looked_at_again() -> None:
    """Real time passes while it waits, and answers from elsewhere must not wait for its next timer."""
    stage = Stage(Script([StartTimer(timer=1, due=AT, why="wait")], [FINISH]))
    stage.world = Looking(VirtualClock(AT), stage.make, NobodyAnswers())
    assert stage.run() == FINISH
    assert stage.world.looks == 3


def test_what_was_sent_from_elsewhere_is_taken_first_and_once() -> None:
    """Somebody approves in another process while this one drives: it happens when it is taken."""
    wait = StartTimer(timer=1, due=AT + timedelta(minutes=1), why="wait")
    stage = Stage(Script([wait], [], [FINISH]))
    stage.store.send(RUN, Acknowledged(at=AT - timedelta(hours=1), person=ADA), "key")
    stage.run()
    assert stage.journal()[1:] == [("Acknowledged", 0), ("TimerFired", 60), ("Closed", 60)]
    assert list(stage.store.inbox(RUN)) == []


def test_a_run_that_is_let_go_waits_in_its_store() -> None:
    """Its row says for what, nobody owns it, and its state lies ready for whoever takes it up."""
    stage = Stage(Script([ask(1)]))
    driver = Driver(
        run=RUN, epoch=stage.epoch, store=stage.store, world=stage.world,
        advance=stage.script.advance, saving=Saving(encode=str, every=100),
        waiting=lambda state, reason: Waiting(text=f"{state}: {reason}"),
    )  # fmt: skip
    with pytest.raises(CannotGoOnError):
        driver.begin(0, started())
    record = stage.store.record(RUN)
    assert record.owner is None
    assert record.waiting is not None
    assert record.waiting.text.startswith("1: the run waits")
    saved = stage.store.latest_state(RUN)
    assert saved is not None
    behind = events_of(stage.store.read(RUN, after=saved.seq))
    assert [type(one).__name__ for one in behind] == ["Parked"]
