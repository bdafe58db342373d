"""The simulated host: virtual time that jumps from one happening to the next, unless somebody lives through it.

A call does its work at once and ends as much later as it took. What surrounds the run (other people's changes,
webhooks on their way) is scheduled beside the run's own timers and answers, and survives a crash of the run.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.outcomes import Succeeded
from rbengine.host.clock import VirtualClock
from rbengine.host.driver import LookAgain
from rbengine.host.pace import Done, Elsewhere, Pace, Said
from rbengine.host.people import People
from rbengine.host.schedule import Schedule, Ticket
from rbengine.runtime.commands import (
    AskPeople,
    NotifyRequest,
    Perform,
    StartTimer,
    StopTimer,
    Withdraw,
)
from rbengine.runtime.events import (
    Acknowledged,
    Answered,
    CallEnded,
    Cancelled,
    Event,
    Person,
    TimerFired,
)

MakeCall = Callable[[Perform, datetime], tuple[Event, timedelta]]
"""Makes a call now: the event that answers it, and how long it took."""


class _Own(msgspec.Struct, frozen=True):
    """An event of the run, forgotten when the run's process dies."""

    event: Event


class _Around(msgspec.Struct, frozen=True):
    """Something that happens around the run."""

    happen: Callable[[], None]


class SimulatedWorld:
    """A `driver.World` on virtual time. Equal calls and people give equal events, on any machine.

    With a `pace` time does not jump, and people may do something at any moment of it.
    """

    def __init__(
        self, clock: VirtualClock, make: MakeCall, people: People, pace: Pace | None = None
    ) -> None:
        self._clock = clock
        self._pace = pace
        self._make = make
        self._people = people
        self._schedule: Schedule[_Own | _Around] = Schedule()
        self._timers: dict[int, Ticket] = {}
        self._asked: dict[int, tuple[str, ...]] = {}
        self._own: set[Ticket] = set()

    def now(self) -> datetime:
        return self._clock.now()

    def around(self, moment: datetime, happen: Callable[[], None]) -> None:
        """Let something happen around the run at `moment`, or at once where that has passed."""
        self._schedule.add(max(moment, self._clock.now()), _Around(happen))

    def begin(self, call: Perform) -> None:
        event, took = self._make(call, self._clock.now())
        ended = self._clock.now() + took
        self._add(ended, msgspec.structs.replace(event, at=ended))
        if (
            isinstance(call.request, NotifyRequest)
            and isinstance(event, CallEnded)
            and isinstance(event.outcome, Succeeded)
        ):
            for one in self._people.told(call.request, ended):
                self._add(ended + one.after, Acknowledged(at=ended + one.after, person=one.person))

    def start_timer(self, timer: StartTimer) -> None:
        due = max(timer.due, self._clock.now())
        self._timers[timer.timer] = self._add(due, TimerFired(at=due, timer=timer.timer))

    def stop_timer(self, timer: StopTimer) -> None:
        ticket = self._timers.pop(timer.timer, None)
        if ticket is not None:
            self._schedule.cancel(ticket)

    def ask(self, question: AskPeople) -> None:
        """A question that is asked again goes to those only who may answer it since."""
        now = self._clock.now()
        asked = self._asked.get(question.question, ())
        new = tuple(one for one in question.by if one not in asked)
        self._asked[question.question] = question.by
        for one in self._people.asked(msgspec.structs.replace(question, by=new), now):
            at = now + one.after
            answered = Answered(
                at=at, question=question.question, person=one.person, answer=one.answer
            )
            self._add(at, answered)

    def withdraw(self, question: Withdraw) -> None:
        """People do not know that it is closed: what they were about to answer comes, and does not count."""

    def cancel(self, person: Person, reason: str) -> None:
        """Somebody ends the run now."""
        now = self._clock.now()
        self._add(now, Cancelled(at=now, person=person, reason=reason))

    def crash(self) -> None:
        """The run's process is gone: its timers, the calls on their way and the answers it waited for with it."""
        for ticket in self._own:
            self._schedule.cancel(ticket)
        self._own.clear()
        self._timers.clear()
        self._asked.clear()

    def happen(self) -> bool:
        """Let the next thing around the run happen, of which only such are left; False where none is."""
        taken = self._schedule.take()
        if taken is None:
            return False
        moment, thing = taken
        if isinstance(thing, _Own):
            return False
        self._clock.move_to(moment)
        thing.happen()
        return True

    def only_by_the_clock(self) -> bool:
        """Whether the run itself waits for nothing but its timers: no call is on its way, and no answer."""
        timers = set(self._timers.values())
        return not any(one in self._own and one not in timers for one in self._schedule.waiting())

    def next(self) -> Event | LookAgain | None:
        while True:
            if self._pace is not None:
                done = self._pace.wait(self._clock.now(), self._schedule.next_at())
                if done is not None:
                    return self._done(done)
            taken = self._schedule.take()
            if taken is None:
                return None
            moment, thing = taken
            self._clock.move_to(moment)
            match thing:
                case _Own(event=event):
                    return event
                case _Around(happen=happen):
                    happen()

    def _done(self, done: Done) -> Event | LookAgain:
        """What a person did while time passed."""
        reply = done.reply if isinstance(done, Said) else done
        self._clock.move_to(self._clock.now() + reply.after)
        now = self._clock.now()
        if isinstance(reply, Elsewhere):
            return LookAgain()
        if isinstance(done, Said):
            number, answer = done.question.question, done.reply.answer
            return Answered(at=now, question=number, person=reply.person, answer=answer)
        return Acknowledged(at=now, person=reply.person)

    def _add(self, moment: datetime, event: Event) -> Ticket:
        ticket = self._schedule.add(moment, _Own(event))
        self._own.add(ticket)
        return ticket
