"""What a recording holds: every call with its answer, every question with what people said, in order."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.changes import Applied, Undone
from rbengine.contract.outcomes import Unsettled
from rbengine.host.live.aside import adapters_in
from rbengine.host.recorded.places import place_of_call, place_of_question
from rbengine.host.recorded.recording import Recording
from rbengine.host.recorded.requests import Asked, asked
from rbengine.runtime import events as ev
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    NotifyRequest,
    OperationRequest,
    Perform,
    QueryRequest,
    Request,
    UndoRequest,
)
from rbengine.runtime.fold import fold
from rbengine.runtime.state import RunState

Ended = ev.CallEnded | ev.ChangePlanned | ev.ChangeApplied | ev.ChangeUndone | ev.Settled


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was made: where, and what it did."""

    place: str
    step: str
    asked: Asked

    def same(self, other: "Deed") -> bool:
        """Whether two runs have done the same."""
        return self.place == other.place and self.asked.same(other.asked)


class HeldCall(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded call. `after` counts the changes that were made before it, `since` the time since the last one."""

    seq: int
    """The line with its answer."""
    place: str
    step: str
    """As the run named it."""
    request: Request
    asked: Asked
    at: datetime
    took: timedelta
    answer: Ended
    after: int
    since: timedelta


class HeldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answered, how long after they were asked."""

    person: ev.Person
    answer: ev.Approved | ev.Declined | ev.Gave
    after: timedelta
    of_shown: bool
    """Whether it approves the plan that was shown."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, over the recording's own plan."""

    recording: Recording
    calls: tuple[HeldCall, ...]
    deeds: tuple[Deed, ...]
    answers: dict[str, list[tuple[HeldAnswer, ...]]]
    """By the place of the question: for each time it was asked there."""
    acknowledged: dict[str, list[tuple[ev.Person, timedelta]]]
    """By the place of the letter that they had last."""
    cancelled: tuple[datetime, ev.Person, str] | None
    ends: datetime


def is_read(request: Request) -> bool:
    """Whether it only looks: answered by time, and not by its place."""
    match request:
        case QueryRequest():
            return True
        case OperationRequest(effect=effect):
            return effect == "observe"
        case _:
            return False


def made_change(event: ev.Event) -> bool:
    """Whether a change was made by then."""
    match event:
        case ev.ChangeApplied(outcome=outcome):
            return isinstance(outcome, Applied)
        case ev.ChangeUndone(outcome=outcome):
            return isinstance(outcome, Undone)
        case ev.Settled(verdict=verdict):
            return verdict == "applied"
        case _:
            return False


def held(recording: Recording) -> Held:
    """Read a recording once, up to the end of its run. Raises UnexpectedEvent where it does not fold over its plan."""
    reader = _Reader(recording)
    for seq, (event, commands, state) in enumerate(
        fold(recording.header.plan, recording.events), start=1
    ):
        reader.turn(seq, event, commands, state)
        if isinstance(event, ev.Closed):
            break
    return reader.found()


class _Open(msgspec.Struct):
    """A call that has not ended yet."""

    call: Perform
    place: str
    step: str
    at: datetime
    began: datetime
    after: int
    since: timedelta


class _Reader:
    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._open: dict[int, _Open] = {}
        self._calls: list[HeldCall] = []
        self._deeds: list[Deed] = []
        self._last_deed = recording.started.at
        self._asked: dict[int, tuple[str, int, datetime, str]] = {}
        self._answers: dict[str, list[tuple[HeldAnswer, ...]]] = {}
        self._letter: tuple[str, datetime] | None = None
        self._acknowledged: dict[str, list[tuple[ev.Person, timedelta]]] = {}
        self._cancelled: tuple[datetime, ev.Person, str] | None = None
        self._ends = recording.started.at

    def turn(self, seq: int, event: ev.Event, commands: Sequence[object], state: RunState) -> None:
        self._ends = state.now
        self._of_event(seq, event, state.now)
        for command in commands:
            match command:
                case Perform():
                    self._begun(command, state)
                case AskPeople(question=number):
                    if number not in self._asked:
                        place = place_of_question(state, number)
                        times = self._answers.setdefault(place, [])
                        digest = "" if command.plan is None else command.plan.digest
                        self._asked[number] = (place, len(times), state.now, digest)
                        times.append(())
                case _:
                    continue

    def _begun(self, call: Perform, state: RunState) -> None:
        known = self._open.get(call.call)
        if known is not None:  # its process ended, and another one makes it again
            known.began = state.now
            return
        pending = state.calls.get(call.call)
        self._open[call.call] = _Open(
            call=call,
            place=place_of_call(state, call),
            step="" if pending is None else pending.text,
            at=state.now,
            began=state.now,
            after=len(self._deeds),
            since=state.now - self._last_deed,
        )

    def _of_event(self, seq: int, event: ev.Event, now: datetime) -> None:
        match event:
            case ev.CallBegan(call=number) if number in self._open:
                self._open[number].began = event.at
            case (
                ev.CallEnded() | ev.ChangePlanned() | ev.ChangeApplied() | ev.ChangeUndone()
                | ev.Settled()
            ):  # fmt: skip
                opened = self._open.pop(event.call, None)
                if opened is not None:
                    self._ended(seq, opened, event)
            case ev.Resumed():
                self._cut_off(seq, event.at)
            case ev.Answered(question=number):
                self._answered(number, event)
            case ev.Acknowledged(person=person):
                if self._letter is not None:
                    place, told = self._letter
                    self._acknowledged.setdefault(place, []).append((person, now - told))
            case ev.Cancelled(person=person, reason=reason):
                self._cancelled = self._cancelled or (event.at, person, reason)
            case _:
                return

    def _ended(self, seq: int, opened: _Open, event: Ended) -> None:
        request = opened.call.request
        if isinstance(request, NotifyRequest):
            self._letter = (opened.place, event.at)
        held_call = HeldCall(
            seq=seq,
            place=opened.place,
            step=opened.step,
            request=request,
            asked=asked(request, opened.at),
            at=opened.at,
            took=max(event.at - opened.began, timedelta(0)),
            answer=event,
            after=opened.after,
            since=opened.since,
        )
        self._calls.append(held_call)
        if made_change(event):
            deed = Deed(place=opened.place, step=opened.step, asked=held_call.asked)
            self._deeds.append(deed)
            self._last_deed = event.at

    def _cut_off(self, seq: int, at: datetime) -> None:
        """Changes whose process ended are looked for from here on: their own answer never came."""
        for number, one in list(self._open.items()):
            request = one.call.request
            changes = isinstance(request, ApplyRequest | UndoRequest) or (
                isinstance(request, OperationRequest) and request.effect != "observe"
            )
            if changes:
                del self._open[number]
                self._ended(seq, one, _lost(number, request, at))

    def _answered(self, number: int, event: ev.Answered) -> None:
        if number in self._asked:
            place, time, at, shown = self._asked[number]
            said = HeldAnswer(
                person=event.person,
                answer=event.answer,
                after=event.at - at,
                of_shown=isinstance(event.answer, ev.Approved) and event.answer.digest == shown,
            )
            self._answers[place][time] += (said,)

    def found(self) -> Held:
        return Held(
            recording=self._recording,
            calls=tuple(self._calls),
            deeds=tuple(self._deeds),
            answers=self._answers,
            acknowledged=self._acknowledged,
            cancelled=self._cancelled,
            ends=self._ends,
        )


def _lost(call: int, request: Request, at: datetime) -> Ended:
    lost = Unsettled("the process ended during the call")
    match request:
        case ApplyRequest():
            return ev.ChangeApplied(at=at, call=call, outcome=lost)
        case UndoRequest():
            return ev.ChangeUndone(at=at, call=call, outcome=lost)
        case _:
            return ev.CallEnded(at=at, call=call, outcome=lost)


def only(held: Held, adapters: Collection[str]) -> Held:
    """What it holds of these adapters alone: changes by others count as none."""
    calls: list[HeldCall] = []
    deeds: list[Deed] = []
    last = held.recording.started.at
    for one in sorted(held.calls, key=lambda call: call.at):
        if not adapters_in(one.request) <= {*adapters}:
            continue
        calls.append(msgspec.structs.replace(one, after=len(deeds), since=one.at - last))
        if made_change(one.answer):
            deeds.append(Deed(place=one.place, step=one.step, asked=one.asked))
            last = one.answer.at
    return msgspec.structs.replace(held, calls=tuple(calls), deeds=tuple(deeds))
