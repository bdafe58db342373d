"""One call of `advance`, while it works: a small mutable object that never outlives the call.

It has more fields than a value should: it *is* the state for the length of one event. Fifty thousand copies of
a frozen state with twelve fields would cost more than the steps themselves.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from rbengine.contract.values import Datum
from rbengine.runtime.commands import (
    Command,
    Perform,
    Request,
    Show,
    StartTimer,
    StopTimer,
    Withdraw,
)
from rbengine.runtime.evaluate import View
from rbengine.runtime.frames import Failing
from rbengine.runtime.names import Names
from rbengine.runtime.notices import Notice, WasAnswered
from rbengine.runtime.state import (
    CallUse,
    Fiber,
    Numbers,
    OpenQuestion,
    PendingCall,
    RunState,
    Timer,
)
from rbengine.runtime.work import Entry, Work

TimerWhy = Literal["retry", "wait", "within", "question", "escalation", "mttr", "approval"]


class Turn:
    """The state, taken apart; `close` puts it together again."""

    __slots__ = (
        "base",
        "begun",
        "calls",
        "clocks",
        "commands",
        "course",
        "fibers",
        "layout",
        "ledger",
        "now",
        "numbers",
        "plan",
        "questions",
        "queue",
        "tally",
        "timers",
        "view",
    )

    def __init__(self, state: RunState, at: datetime) -> None:
        self.plan = state.plan
        self.layout = state.layout
        # A host's clock may step back; the run's time never does.
        self.now = at if at > state.now else state.now
        self.begun = state.begun
        self.base = state.base
        self.fibers = dict(state.fibers)
        self.calls = dict(state.calls)
        self.timers = dict(state.timers)
        self.questions = dict(state.questions)
        self.ledger = state.ledger
        self.course = state.course
        self.clocks = state.clocks
        self.numbers = state.numbers
        self.tally = state.tally
        self.view = View(self.now, self.plan, self.begun.offsets if self.begun else ())
        self.commands: list[Command] = []
        self.queue: deque[int] = deque()

    def close(self) -> tuple[RunState, tuple[Command, ...]]:
        """The state after the event, and the commands in the order they arose."""
        state = RunState(
            self.plan,
            self.layout,
            self.now,
            self.begun,
            self.base,
            self.fibers,
            self.calls,
            self.timers,
            self.questions,
            self.ledger,
            self.course,
            self.clocks,
            self.numbers,
            self.tally,
        )
        return state, tuple(self.commands)

    # -- fibers ---------------------------------------------------------------------------

    def ready(self, fiber: Fiber) -> None:
        """Let it go on, after those that became ready before it."""
        self.fibers[fiber.number] = fiber
        self.queue.append(fiber.number)

    def park(self, fiber: Fiber) -> None:
        """It waits for an event."""
        self.fibers[fiber.number] = fiber

    def progress(self) -> None:
        """The run moved, or somebody acted: `again after … without progress` counts from here."""
        if self.clocks.progress != self.now:
            self.clocks = replace(self.clocks, progress=self.now)

    # -- commands -------------------------------------------------------------------------

    def show(self, notice: Notice) -> None:
        """A reader should see this."""
        self.commands.append(Show(notice))

    def perform(
        self,
        *,
        fiber: int,
        use: CallUse,
        request: Request,
        key: str,
        timeout: timedelta,
        attempt: int = 1,
        text: str = "",
        of: PendingCall | None = None,
        lost: bool = False,
    ) -> int:
        """Ask the host for a call; its number."""
        numbers = self.numbers
        number = numbers.call + 1
        self.numbers = Numbers(
            number, numbers.timer, numbers.question, numbers.fiber, numbers.entry
        )
        self.calls[number] = PendingCall(
            number=number,
            fiber=fiber,
            use=use,
            request=request,
            key=key,
            timeout=timeout,
            attempt=attempt,
            asked=self.now,
            text=text,
            of=of,
            lost=lost,
        )
        self.commands.append(
            Perform(call=number, request=request, key=key, timeout=timeout, attempt=attempt)
        )
        return number

    def start_timer(
        self,
        why: TimerWhy,
        due: datetime,
        *,
        fiber: int = 0,
        about: int = 0,
        wider: bool = False,
        call: PendingCall | None = None,
    ) -> int:
        """Ask to be woken at `due`; the timer's number."""
        number = self.numbers.timer + 1
        self.numbers = replace(self.numbers, timer=number)
        self.timers[number] = Timer(
            number=number, fiber=fiber, why=why, due=due, about=about, wider=wider, call=call
        )
        self.commands.append(StartTimer(timer=number, due=due, why=why))
        return number

    def stop_timer(self, number: int) -> None:
        """Nothing happens where it has fired or was stopped before."""
        if self.timers.pop(number, None) is not None:
            self.commands.append(StopTimer(number))

    def withdraw(self, number: int) -> None:
        """Close a question that nobody needs to answer any more."""
        question = self.questions.pop(number)
        for timer in question.timers:
            self.stop_timer(timer)
        self.commands.append(Withdraw(number))
        self.show(WasAnswered(question=number, text=question.ask.text, verdict="withdrawn"))

    def close_question(self, number: int) -> OpenQuestion:
        """It was answered or its time is over; its timers stop."""
        question = self.questions.pop(number)
        for timer in question.timers:
            self.stop_timer(timer)
        return question

    # -- the record of what was done ---------------------------------------------------------

    def enter(self, entry: Entry) -> int:
        """Add to the ledger under the next number."""
        number = self.numbers.entry + 1
        self.numbers = replace(self.numbers, entry=number)
        self.ledger = self.ledger.insert(number, replace(entry, number=number, at=self.now))
        return number

    def newest_first(self, above: int = 0) -> list[Entry]:
        """The ledger's entries with a number above `above`."""
        return sorted(
            (one for one in self.ledger.values() if one.number > above),
            key=lambda one: -one.number,
        )


def next_of(fiber: Fiber) -> Fiber:
    """The fiber at the following instruction."""
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames)


def going_on(fiber: Fiber, pc: int, names: Names) -> Fiber:
    """The fiber at `pc`, seeing `names`, with no work left."""
    return Fiber(fiber.number, pc, names, fiber.frames)


def working(fiber: Fiber, work: Work | None) -> Fiber:
    """The fiber with other work in hand."""
    return Fiber(fiber.number, fiber.pc, fiber.names, fiber.frames, None, work)


def failed(fiber: Fiber, kind: str, text: str, *, doubt: bool = False) -> Fiber:
    """The fiber with a failure that begins where it stands; what it had in hand is dropped."""
    failing = Failing(kind, text, fiber.pc, doubt)
    return Fiber(fiber.number, fiber.pc, fiber.names, fiber.frames, failing)


def bind(names: Names, name: str | None, value: Datum) -> Names:
    """`names` with one more, or the same where nothing is to be bound."""
    return names if name is None else names.insert(name, value.value)
