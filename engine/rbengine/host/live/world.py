"""The real world of a run: calls on threads of their own, timers on the real clock, people at their own pace."""

import heapq
import queue
import threading
from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.host.driver import LookAgain
from rbengine.host.live.clock import RealClock
from rbengine.host.pace import Elsewhere, Pace, Said
from rbengine.host.people import Acknowledgement
from rbengine.host.unmade import ended_without
from rbengine.runtime.commands import AskPeople, Perform, StartTimer, StopTimer, Withdraw
from rbengine.runtime.events import Acknowledged, Answered, Event, TimerFired

MakeCall = Callable[[Perform, datetime], Event]
"""Makes a call, however long that takes: the event that answers it."""

_GRACE = 15.0
"""Seconds: how much longer than its limit a call may take before nobody waits for it any more. Adapters keep limits
themselves; this is for one that does not."""

_SLICE = 0.25
"""Seconds between two looks whether anything was sent to the run."""


class _Under(msgspec.Struct, frozen=True):
    """A call under way."""

    call: Perform
    until: datetime


class LiveWorld:
    """A `driver.World`. Calls run side by side; what they end with is taken one after the other."""

    def __init__(self, clock: RealClock, make: MakeCall, pace: Pace) -> None:
        """`pace` passes the time while no call is under way; it raises ParkedError to let the run go."""
        self._clock = clock
        self._make = make
        self._pace = pace
        self._ended: queue.SimpleQueue[tuple[int, Event | BaseException]] = queue.SimpleQueue()
        self._under: dict[int, _Under] = {}
        self._timers: list[tuple[datetime, int]] = []
        self._stopped: set[int] = set()

    def now(self) -> datetime:
        """The real time."""
        return self._clock.now()

    def begin(self, call: Perform) -> None:
        """Make it on a thread of its own, which may outlive the run: nothing waits for what never answers."""
        began = self._clock.now()
        patience = self._clock.lasting(call.timeout.total_seconds() + _GRACE)
        self._under[call.call] = _Under(call, began + patience)
        name = f"call {call.call}"
        threading.Thread(target=self._call, args=(call, began), name=name, daemon=True).start()

    def start_timer(self, timer: StartTimer) -> None:
        self._stopped.discard(timer.timer)
        heapq.heappush(self._timers, (timer.due, timer.timer))

    def stop_timer(self, timer: StopTimer) -> None:
        self._stopped.add(timer.timer)

    def ask(self, question: AskPeople) -> None:
        """Whoever sits here sees it in the state; all others were told, and send their answer to the run."""

    def withdraw(self, question: Withdraw) -> None:
        """They see that in the state too."""

    def next(self) -> Event | LookAgain | None:
        """The end of a call, a timer, what was said here, or a look at what was sent from elsewhere."""
        happened = self._happened()
        if happened is not None:
            return happened
        now, due = self._clock.now(), self._due()
        later = now + self._clock.lasting(_SLICE)
        until = later if due is None else min(later, due)
        if not self._under:
            done = self._pace.wait(now, until)
            return LookAgain() if done is None or isinstance(done, Elsewhere) else self._done(done)
        try:
            number, end = self._ended.get(timeout=self._clock.seconds(until))
        except queue.Empty:
            return LookAgain()
        return self._end(number, end) or LookAgain()

    def _call(self, call: Perform, began: datetime) -> None:
        try:
            end: Event | BaseException = self._make(call, began)
        except BaseException as problem:
            end = problem
        self._ended.put((call.call, end))

    def _happened(self) -> Event | None:
        """What has come by now."""
        while not self._ended.empty():
            found = self._end(*self._ended.get())
            if found is not None:
                return found
        now = self._clock.now()
        for number, one in self._under.items():
            if one.until <= now:
                del self._under[number]
                return given_up(one.call, now)
        due = self._due()
        if due is None or due > now:
            return None
        _, timer = heapq.heappop(self._timers)
        return TimerFired(at=now, timer=timer)

    def _end(self, number: int, end: Event | BaseException) -> Event | None:
        """None for a call that nobody waits for any more. Raises what the call raised."""
        if self._under.pop(number, None) is None:
            return None
        if isinstance(end, BaseException):
            raise end
        return replace(end, at=self._clock.now())

    def _due(self) -> datetime | None:
        while self._timers and self._timers[0][1] in self._stopped:
            _, timer = heapq.heappop(self._timers)
            self._stopped.discard(timer)
        return self._timers[0][0] if self._timers else None

    def _done(self, done: Said | Acknowledgement) -> Event:
        now = self._clock.now()
        if isinstance(done, Acknowledgement):
            return Acknowledged(at=now, person=done.person)
        number, reply = done.question.question, done.reply
        return Answered(at=now, question=number, person=reply.person, answer=reply.answer)


def given_up(call: Perform, now: datetime) -> Event:
    """The end of a call that gave no answer long after its limit: a read is refused, a change in doubt."""
    text = f"no answer within {call.timeout.total_seconds():g} s, and none since"
    return ended_without(call, now, Refused("timeout", text), Unsettled(text, going_on=True))
