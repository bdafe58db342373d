"""The real world of a run: calls beside each other, timers on the clock, and nothing that waits for ever."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from rbengine.contract.changes import SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.host.driver import LookAgain
from rbengine.host.errors import ParkedError
from rbengine.host.live.clock import RealClock
from rbengine.host.live.world import LiveWorld, given_up
from rbengine.host.pace import Said
from rbengine.runtime.commands import (
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    SettleRequest,
    StartTimer,
    StopTimer,
    UndoRequest,
)
from rbengine.runtime.events import CallEnded, Event, TimerFired

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Hand:
    """A wall clock and a stopwatch that a test turns."""

    def __init__(self) -> None:
        self.wall = START
        self.counted = 0.0

    def clock(self, scale: float = 1.0) -> RealClock:
        return RealClock(scale=scale, wall=lambda: self.wall, stopwatch=lambda: self.counted)

    def turn(self, seconds: float, *, wall: float | None = None) -> None:
        self.counted += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)


class Idle:
    """A pace that lets time pass by turning the hand."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.waited = 0

    def wait(self, now: datetime, until: datetime | None) -> Said | None:
        self.waited += 1
        if self.waited > 10_000:
            raise ParkedError("nothing happens")
        self._hand.turn(0.25 if until is None else (until - now).total_seconds())
        return None


def operation(call: int, *, effect: str = "observe", seconds: float = 30) -> Perform:
    """A call of an operation."""
    request = OperationRequest(operation="small.looks", arguments=Datum(Row({})), effect=effect)  # type: ignore[arg-type]
    return Perform(call=call, request=request, key=f"k{call}", timeout=timedelta(seconds=seconds))


def ended(call: Perform, now: datetime) -> Event:
    """It is done at once."""
    return CallEnded(at=now, call=call.call, outcome=Succeeded(Datum(call.call)))


def happening(world: LiveWorld, most: int = 2000) -> Event:
    """The next thing that happens to the run."""
    for _ in range(most):
        event = world.next()
        if isinstance(event, LookAgain):
            continue
        assert event is not None
        return event
    raise AssertionError("nothing happened")


def test_time_never_goes_back() -> None:
    """Where somebody sets the clock back, time goes on as the stopwatch says; a machine that slept catches up."""
    hand = Hand()
    clock = hand.clock()
    hand.turn(10)
    assert clock.now() == START + timedelta(seconds=10)
    hand.turn(1, wall=-3600)
    assert clock.now() == START + timedelta(seconds=11)
    hand.turn(1, wall=7200)
    assert clock.now() == START + timedelta(seconds=3610)


def test_a_scaled_clock_lives_faster() -> None:
    """An hour in a second, and the waits as much shorter."""
    hand = Hand()
    clock = hand.clock(scale=3600)
    hand.turn(2)
    assert clock.now() == START + timedelta(hours=2)
    assert clock.seconds(START + timedelta(hours=5)) == pytest.approx(3)
    assert clock.lasting(0.5) == timedelta(minutes=30)


def test_calls_go_side_by_side() -> None:
    """Each waits for the other: one after the other neither would end."""
    both = threading.Barrier(2, timeout=10)

    def make(call: Perform, now: datetime) -> Event:
        both.wait()
        return ended(call, now)

    world = LiveWorld(RealClock(), make, Idle(Hand()))
    world.begin(operation(1))
    world.begin(operation(2))
    found = {happening(world).call, happening(world).call}  # type: ignore[union-attr]
    assert found == {1, 2}


def test_what_never_answers_is_given_up() -> None:
    """A backend that keeps no limit must not keep the run; what it says later is nobody's any more."""
    hand, go = Hand(), threading.Event()

    def make(call: Perform, now: datetime) -> Event:
        assert go.wait(10)
        return ended(call, now)

    world = LiveWorld(hand.clock(), make, Idle(hand))
    world.begin(operation(1, effect="change"))
    assert world.next() == LookAgain()
    hand.turn(46)
    found = happening(world)
    assert isinstance(found, CallEnded)
    assert isinstance(found.outcome, Unsettled)
    go.set()
    world.start_timer(StartTimer(timer=1, due=hand.clock().now(), why="wait"))
    assert isinstance(happening(world), TimerFired)


def test_timers_fire_in_order_and_not_after_they_were_stopped() -> None:
    """The clock alone decides."""
    hand = Hand()
    world = LiveWorld(hand.clock(), ended, Idle(hand))
    for number, seconds in ((1, 50), (2, 20), (3, 30)):
        due = START + timedelta(seconds=seconds)
        world.start_timer(StartTimer(timer=number, due=due, why="wait"))
    world.stop_timer(StopTimer(3))
    first, second = happening(world), happening(world)
    assert isinstance(first, TimerFired)
    assert isinstance(second, TimerFired)
    assert (first.timer, second.timer) == (2, 1)
    assert first.at >= START + timedelta(seconds=20)


def test_while_a_call_is_under_way_the_run_is_not_let_go() -> None:
    """Whoever pressed Ctrl-C gets its end first: a change must not be left in doubt for that."""
    go = threading.Event()

    class LettingGo:
        def wait(self, now: datetime, until: datetime | None) -> Said | None:  # noqa: ARG002
            raise ParkedError("stopped by Ctrl-C")

    def make(call: Perform, now: datetime) -> Event:
        assert go.wait(10)
        return ended(call, now)

    world = LiveWorld(RealClock(), make, LettingGo())
    world.begin(operation(1))
    assert world.next() == LookAgain()
    go.set()
    assert isinstance(happening(world), CallEnded)
    with pytest.raises(ParkedError, match="Ctrl-C"):
        world.next()


def test_what_stops_a_host_stops_it_where_it_is_driven() -> None:
    """An adapter that finds itself in the wrong place ends the run's drive, not a thread."""

    def make(call: Perform, now: datetime) -> Event:  # noqa: ARG001
        raise ParkedError("elsewhere")

    world = LiveWorld(RealClock(), make, Idle(Hand()))
    world.begin(operation(1))
    with pytest.raises(ParkedError, match="elsewhere"):
        happening(world)


@pytest.mark.parametrize(
    ("request_", "is_refused"),
    [
        (lambda: operation(1).request, True),
        (lambda: operation(1, effect="change").request, False),
        (lambda: QueryRequest(query=SqlQuery(sql="SELECT 1", kind="all", at_most=1, parameters=())), True),
        (lambda: NotifyRequest(contact="on_call", about="question", subject="x"), False),
        (lambda: PlanRequest(actions=(), undo=None), True),
        (lambda: UndoRequest(), False),
    ],
)  # fmt: skip
def test_a_read_is_refused_and_a_change_is_in_doubt(
    request_: Callable[[], object], *, is_refused: bool
) -> None:
    """Nobody can say of a change whether it took effect."""
    call = Perform(call=1, request=request_(), key="k", timeout=timedelta(seconds=5))  # type: ignore[arg-type]
    outcome = given_up(call, START).outcome  # type: ignore[union-attr]
    assert isinstance(outcome, Refused if is_refused else Unsettled)
    assert "5 s" in outcome.text
    assert getattr(outcome, "going_on", False) is not is_refused


def test_a_look_that_never_answers_says_nothing() -> None:
    """The call stays in doubt."""
    look = SettleRequest(request=UndoRequest(), asked=START)
    found = given_up(Perform(call=1, request=look, key="k", timeout=timedelta(seconds=5)), START)
    assert found.verdict == "unclear"  # type: ignore[union-attr]
