"""Answers out of a recording: reads by time, everything else one to one by its place."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from rbengine.host.driver import Turn
from rbengine.host.people import Acknowledgement, Reply
from rbengine.host.recorded.held import Deed, Ended, Held, HeldCall, is_read, made_change
from rbengine.host.recorded.places import place_in, place_of_call, place_of_question
from rbengine.host.recorded.requests import Asked, asked, title
from rbengine.host.recorded.unheld import Pair, Unheld, UnheldError, nearest, pairs
from rbengine.runtime.commands import (
    AskPeople,
    NotifyRequest,
    Perform,
    PlanRequest,
    Request,
)
from rbengine.runtime.events import Approved
from rbengine.runtime.state import RunState

_NO_TIME = timedelta(0)
_LONGEST_NAME = 60


class Unlike(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was made at the same place and does something else than the recorded one."""

    step: str
    at: timedelta
    pairs: tuple[Pair, ...]


class _Reads:
    """All recorded answers to one call, by the number of changes before them, in the order of time."""

    def __init__(self) -> None:
        self._by: dict[int, list[HeldCall]] = {}

    def add(self, call: HeldCall) -> None:
        """One more; they come in the order in which they were asked."""
        insort(self._by.setdefault(call.after, []), call, key=lambda one: one.since)

    def after(self, changes: int, wanted: Asked) -> list[HeldCall]:
        """Those that were asked after so many changes."""
        found = self._by.get(changes, [])
        return [one for one in found if one.asked.same(wanted)] if wanted.moments else found

    def same_as(self, wanted: Asked) -> list[HeldCall]:
        """At least one of them, the last that was asked; empty where there is none."""
        for changes in sorted(self._by, reverse=True):
            found = self.after(changes, wanted)
            if found:
                return found
        return []


class Answers:
    """Answers the calls and questions of one run. `MakeCall` of a simulated host, and its `People`.

    Whoever drives the run lets `see` see every turn before its commands are carried out. The run may begin at another
    moment than the recorded one did: as much later it asks.
    """

    def __init__(self, held: Held) -> None:
        self._held = held
        self._began = held.recording.started.began
        self._later = _NO_TIME
        self._state: RunState | None = None
        self._reads: dict[str, _Reads] = defaultdict(_Reads)
        self._others: dict[tuple[str, str], list[HeldCall]] = defaultdict(list)
        for one in held.calls:
            if is_read(one.request):
                self._reads[one.asked.text].add(one)
            else:
                self._others[_sort(one.request), one.place].append(one)
        self._taken: dict[tuple[str, str], int] = defaultdict(int)
        self._asked_at: dict[str, int] = defaultdict(int)
        self._questions: set[int] = set()
        self._told: dict[str, int] = defaultdict(int)
        self._letter = ""
        self._deeds = 0
        self._last_deed = held.recording.started.at
        self._other_deed = ""
        """The first change that only one of the two runs has made."""
        self.unlike: list[Unlike] = []
        """Changes that do something else than the recorded ones at their places."""
        self.stopped: Unheld | None = None
        """What the recording does not hold."""

    def see(self, turn: Turn) -> None:
        """The newest turn. The first one may be of a run that is taken up, with changes made already."""
        state = turn.state
        if not isinstance(state, RunState):
            return
        if self._state is None and state.begun is not None:
            self._later = state.begun.at - self._held.recording.started.at
            self._remember(state)
        self._state = state

    def _remember(self, state: RunState) -> None:
        """What the run has done before this process: the recording's next changes, one after the other."""
        done = {place_in(one.key): one.at for one in state.ledger.values()}
        for deed in self._held.deeds:
            at = done.get(deed.place)
            if at is None:
                return
            self._deeds += 1
            self._last_deed = max(self._last_deed, at - self._later)

    # Calls --------------------------------------------------------------------------------------------------------

    def make(self, call: Perform, now: datetime) -> tuple[Ended, timedelta]:
        """The recorded answer and how long it took. Raises UnheldError."""
        wanted = asked(call.request, now)
        now -= self._later
        try:
            if is_read(call.request):
                found, waits = self._read(call, wanted, now)
                return self._answering(found, call, now), waits + found.took
            found = self._other(call, wanted, now)
        except UnheldError as error:
            self.stopped = error.found
            raise
        if isinstance(call.request, NotifyRequest):
            self._letter = found.place
        if made_change(found.answer):
            self._note(found, call, wanted, now + found.took)
        return self._answering(found, call, now), found.took

    def _read(self, call: Perform, wanted: Asked, now: datetime) -> tuple[HeldCall, timedelta]:
        """The latest answer at or before this moment; one that came a little later is waited for, as the call may."""
        same = self._reads[wanted.text].same_as(wanted)
        if not same:
            raise self._unknown(call, wanted, now)
        if self._other_deed:
            why = f"{self._other_deed}, so nobody knows what {self._name(call)} would answer now"
            raise self._error(call, now, why, same[-1])
        here = self._reads[wanted.text].after(self._deeds, wanted)
        if not here:
            raise self._error(call, now, self._elsewhere(call, same), same[-1])
        since = now - self._last_deed
        before = bisect_right(here, since, key=lambda one: one.since)
        if before:
            return here[before - 1], _NO_TIME
        waits = here[0].since - since
        if waits > call.timeout:
            first = here[0].at - self._began
            why = (
                f"{self._name(call)} is asked {_at(now - self._began)}, and the recording has its first answer "
                f"{_at(first)}"
            )
            raise self._error(call, now, why, here[0])
        return here[0], waits

    def _other(self, call: Perform, wanted: Asked, now: datetime) -> HeldCall:
        place = _sort(call.request), place_of_call(self._state, call)
        listed, number = self._others[place], self._taken[place]
        if number >= len(listed):
            if listed:
                why = f"{self._name(call)} is made {number + 1} times here, and the recording holds {len(listed)}"
                raise self._error(call, now, why, listed[-1])
            raise self._unknown(call, wanted, now)
        self._taken[place] += 1
        found = listed[number]
        if isinstance(call.request, PlanRequest) and not found.asked.same(wanted):
            self.unlike.append(
                Unlike(
                    step=self._step(call),
                    at=now - self._began,
                    pairs=pairs(found.request, call.request),
                )
            )
        return found

    def _note(self, found: HeldCall, call: Perform, wanted: Asked, ended: datetime) -> None:
        """A change is made: is it the one that the recording made next?"""
        deeds, number = self._held.deeds, self._deeds
        deed = Deed(place=found.place, step=self._name(call), asked=wanted)
        self._deeds += 1
        self._last_deed = ended
        if self._other_deed:
            return
        if number >= len(deeds) or not deeds[number].same(deed):
            name = self._name(call)
            then = deeds[number].step if number < len(deeds) else ""
            self._other_deed = (
                f"“{name}” does something else than it did in the recording"
                if then == name
                else f"“{name}” was made where the recording made “{then}”"
                if then
                else f"“{name}” was made, and the recording made no further change"
            )

    # People -------------------------------------------------------------------------------------------------------

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:
        """What was said to the question at this place. Raises UnheldError for one that nobody was asked."""
        if question.question in self._questions:
            return ()  # more people may answer it now, and all that was said is on its way already
        self._questions.add(question.question)
        place = "" if self._state is None else place_of_question(self._state, question.question)
        number = self._asked_at[place]
        self._asked_at[place] += 1
        times = self._held.answers.get(place, [])
        if number >= len(times):
            first = question.text.partition("\n")[0]
            self.stopped = Unheld(
                why=f'nobody was asked this in the recording: {question.kind} "{first}"',
                step=place,
                at=now - self._began,
                way_out="nothing is made up: from here on only a rehearsal can tell",
            )
            raise UnheldError(self.stopped)
        return [
            Reply(
                after=one.after,
                person=one.person,
                answer=Approved(digest=question.plan.digest)
                if one.of_shown and question.plan is not None
                else one.answer,
            )
            for one in times[number]
        ]

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:  # noqa: ARG002
        """Who said after this letter that they have it."""
        number = self._told[self._letter]
        self._told[self._letter] += 1
        said = self._held.acknowledged.get(self._letter, ()) if number == 0 else ()
        return [Acknowledgement(after=max(after, _NO_TIME), person=one) for one, after in said]

    def _answering(self, found: HeldCall, call: Perform, now: datetime) -> Ended:
        return msgspec.structs.replace(found.answer, at=now + self._later, call=call.call)

    # In words -----------------------------------------------------------------------------------------------------

    def _name(self, call: Perform) -> str:
        told = self._step(call).partition("(")[0] or title(call.request)
        return told if len(told) <= _LONGEST_NAME else f"{told[:_LONGEST_NAME]}…"

    def _step(self, call: Perform) -> str:
        pending = None if self._state is None else self._state.calls.get(call.call)
        return "" if pending is None else pending.text

    def _elsewhere(self, call: Perform, same: Sequence[HeldCall]) -> str:
        name = self._name(call)
        made = ("before any change", "after the first change")
        when = (
            made[same[-1].after]
            if same[-1].after < len(made)
            else f"after {same[-1].after} changes"
        )
        mine = made[self._deeds] if self._deeds < len(made) else f"after {self._deeds} changes"
        return f"{name} is asked {mine}, and the recording asked it {when} only"

    def _unknown(self, call: Perform, wanted: Asked, now: datetime) -> UnheldError:
        near = nearest(call.request, wanted.text, self._held.calls)
        why = f"the recording does not hold this call: {self._name(call)}"
        found = self._error(call, now, why, near)
        if near is None or is_read(call.request):
            return found
        mine = place_of_call(self._state, call)
        place = Pair(name="place", then=near.place, now=mine)
        moved = not place.same and all(one.same for one in found.found.pairs)
        way_out = (
            "what was renamed or moved stands at another place, and it is matched by its place"
        )
        return UnheldError(
            msgspec.structs.replace(
                found.found,
                pairs=(place, *found.found.pairs),
                way_out=way_out if moved else found.found.way_out,
            )
        )

    def _error(self, call: Perform, now: datetime, why: str, near: HeldCall | None) -> UnheldError:
        return UnheldError(
            Unheld(
                why=why,
                step=self._step(call),
                at=now - self._began,
                line=0 if near is None else near.seq,
                pairs=() if near is None else pairs(near.request, call.request),
                way_out="nothing is made up: only a rehearsal or a live run can tell",
            )
        )


def _sort(request: Request) -> str:
    return type(request).__name__


def _at(span: timedelta) -> str:
    from rbengine.runtime.wording import duration_text

    return f"{duration_text(span)} into the incident"
