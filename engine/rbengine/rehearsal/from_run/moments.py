"""A run once more, call by call: what it asked, what it was told, what people said, and where its process ended."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from rbengine.contract.changes import Applied, Drifted, Planned, Undone
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Row, Value
from rbengine.host.driver import Turn
from rbengine.host.recorded.held import Ended, made_change
from rbengine.host.recorded.places import place_of_call
from rbengine.host.recorded.recording import Recording
from rbengine.host.recorded.requests import Asked, asked
from rbengine.rehearsal.mishaps import Naming
from rbengine.runtime import events as ev
from rbengine.runtime.commands import AskPeople, Finish, NotifyRequest, Perform, Request
from rbengine.runtime.fold import fold
from rbengine.runtime.state import RunState

_ENDS = (ev.CallEnded, ev.ChangePlanned, ev.ChangeApplied, ev.ChangeUndone, ev.Settled)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One call that ended. `changes` counts those made before it."""

    place: tuple[str, str, int]
    """Where it stands, of which kind it is, and which of those it is."""
    text: str
    """As the run names it."""
    names: tuple[str, ...]
    """What a scenario may call it, the widest first: its step, its operation or change, what it is bound to."""
    request: Request
    asked: Asked
    answer: Ended
    at: datetime
    changes: int

    @property
    def refusal(self) -> str:
        """Its kind, `unsettled` where nobody knows; empty where it was answered."""
        match getattr(self.answer, "outcome", None):
            case Refused(kind=kind):
                return kind
            case Unsettled():
                return "unsettled"
            case _:
                return ""

    @property
    def told(self) -> Value:
        """Its answer in what two of them can be told apart by."""
        outcome = getattr(self.answer, "outcome", None)
        match outcome:
            case Planned(plan=plan) | Drifted(plan=plan):
                return Row({"rows that it touches": plan.rows})
            case Applied(rows=rows, result=result):
                return Row({"rows": rows, "result": result.value})
            case Undone(rows=rows):
                return Row({"rows": rows})
            case Unsettled(text=text):
                return f"no answer: {text}"
            case Refused(kind=kind):
                return kind
            case None:
                verdict: Value = getattr(self.answer, "verdict", None)
                return verdict
            case _:
                return self.value

    @property
    def value(self) -> Value:
        """What a read was answered with."""
        outcome = getattr(self.answer, "outcome", None)
        return outcome.value.value if isinstance(outcome, Succeeded) else None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about a question, or that they have the incident (`ask` None)."""

    ask: AskPeople | None
    asked: datetime
    event: ev.Answered | ev.Acknowledged


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The run's process ended at the call of that name."""

    name: str
    answered: bool
    """Its answer is on record."""


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """All of a run."""

    calls: tuple[Seen, ...]
    """In the order in which they were made."""
    said: tuple[Said, ...]
    asked: tuple[AskPeople, ...]
    endings: tuple[Ending, ...]
    turns: tuple[Turn, ...]
    finish: Finish | None
    began: datetime
    starts: datetime


def lived(recording: Recording) -> Lived:
    """Read a recording up to the end of its run."""
    return lived_in(
        Turn(event=event, commands=tuple(commands), state=state)
        for event, commands, state in fold(recording.header.plan, recording.events)
    )


def lived_in(turns: Iterable[Turn]) -> Lived:
    """Read the turns of a run up to its end."""
    reader = _Reader()
    for turn in turns:
        reader.turn(turn)
        if isinstance(turn.event, ev.Closed):
            break
    return reader.found()


class _Open(msgspec.Struct, frozen=True):
    """A call that has not ended yet."""

    call: Perform
    place: tuple[str, str, int]
    text: str
    names: tuple[str, ...]
    at: datetime
    changes: int


class _Reader:
    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._calls: list[Seen] = []
        self._said: list[Said] = []
        self._asked: dict[int, tuple[AskPeople, datetime]] = {}
        self._open: dict[int, _Open] = {}
        self._made: Counter[tuple[str, str]] = Counter()
        self._endings: list[Ending] = []
        self._naming = Naming()
        self._changes = 0
        self._told: datetime | None = None
        self._last = ""
        """What the call is called that ended last."""
        self._finish: Finish | None = None

    def turn(self, turn: Turn) -> None:
        self._turns.append(turn)
        event, state = turn.event, turn.state
        self._event(event)
        if isinstance(event, _ENDS) and event.call in self._open:
            self._ended(self._open.pop(event.call), event)
        self._naming.see(turn)
        for command in turn.commands:
            match command:
                case Perform() if isinstance(state, RunState):
                    self._begun(command, state)
                case AskPeople(question=number) if isinstance(state, RunState):
                    self._asked.setdefault(number, (command, state.now))
                case Finish():
                    self._finish = command
                case _:
                    continue

    def _event(self, event: ev.Event) -> None:
        match event:
            case ev.Answered(question=number) if number in self._asked:
                ask, at = self._asked[number]
                self._said.append(Said(ask=ask, asked=at, event=event))
            case ev.Acknowledged(at=at):
                self._said.append(Said(ask=None, asked=self._told or at, event=event))
            case ev.Resumed():
                cut_off = [one.names for one in self._open.values() if one.names]
                name = _narrow(cut_off[0]) if cut_off else self._last
                if name:
                    self._endings.append(Ending(name=name, answered=not cut_off))
            case _:
                return

    def _begun(self, call: Perform, state: RunState) -> None:
        if call.call in self._open:
            return  # its process ended, and another one makes it again
        pending = state.calls.get(call.call)
        spot = (place_of_call(state, call), type(call.request).__name__)
        named = self._naming.of(call.call)
        self._open[call.call] = _Open(
            call, (*spot, self._made[spot]), "" if pending is None else pending.text,
            () if named is None else named.names, state.now, self._changes,
        )  # fmt: skip
        self._made[spot] += 1

    def _ended(self, one: _Open, event: Ended) -> None:
        self._calls.append(
            Seen(
                place=one.place, text=one.text, names=one.names, request=one.call.request,
                asked=asked(one.call.request, one.at), answer=event, at=one.at, changes=one.changes,
            )
        )  # fmt: skip
        self._changes += made_change(event)
        self._last = _narrow(one.names)
        if isinstance(one.call.request, NotifyRequest):
            self._told = event.at

    def found(self) -> Lived:
        first = self._turns[0].event
        assert isinstance(first, ev.Started), "every run begins with its beginning"
        return Lived(
            calls=tuple(sorted(self._calls, key=lambda one: one.at)), said=tuple(self._said),
            asked=tuple(one for one, _ in self._asked.values()), endings=tuple(self._endings),
            turns=tuple(self._turns), finish=self._finish, began=first.began, starts=first.at,
        )  # fmt: skip


def _narrow(names: tuple[str, ...]) -> str:
    """The operation, the change or what the answer is bound to; the step where there is nothing narrower."""
    return names[-1] if names else ""
