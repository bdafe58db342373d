"""A run moved to another text of its playbook: only where its journal folds over it as it did over the old one."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from rbengine.contract.codec import to_line
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Answered, CallBegan, Event, TimerFired
from rbengine.runtime.machine import UnexpectedEvent, advance, begin
from rbengine.runtime.state import PendingCall, RunState

_NO_TIME = timedelta(0)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the journal at which both texts part. `then` and `now` say what each makes of it."""

    seq: int
    then: str
    now: str


def moved(old: Plan, new: Plan, events: Sequence[Event]) -> RunState | Difference:
    """The state over `new` after `events`, which happened over `old`.

    INVARIANT: every call that was begun is one that the new text makes too, with the same key and the same request, and
    every answer was given to the same question. Nothing of what was done is so done again or lost.
    """
    there, here = begin(old), begin(new)
    for seq, event in enumerate(events, start=1):
        difference = _differs(there, here, event)
        there, _ = advance(there, event)
        if difference is not None:
            return Difference(seq=seq, then=difference[0], now=difference[1])
        try:
            here, _ = advance(here, event)
        except UnexpectedEvent as error:
            return Difference(seq=seq, then=_said(event), now=str(error))
    return here


def _differs(there: RunState, here: RunState, event: Event) -> tuple[str, str] | None:
    """What the old and the new text mean by this event, where that is not the same."""
    match event:
        case CallBegan(call=number):
            return _calls_apart(there.calls.get(number), here.calls.get(number))
        case Answered(question=number):
            before, now = there.questions.get(number), here.questions.get(number)
            return _apart(
                "no question" if before is None else f"{before.ask.kind} “{before.ask.text}”",
                "no question" if now is None else f"{now.ask.kind} “{now.ask.text}”",
            )
        case TimerFired(timer=number):
            before_timer, now_timer = there.timers.get(number), here.timers.get(number)
            return _apart(
                "no timer" if before_timer is None else f"the timer of a {before_timer.why}",
                "no timer" if now_timer is None else f"the timer of a {now_timer.why}",
            )
        case _:
            return None


def _apart(then: str, now: str) -> tuple[str, str] | None:
    return None if then == now else (then, now)


def _calls_apart(then: PendingCall | None, now: PendingCall | None) -> tuple[str, str] | None:
    """Two calls in words, with the first place at which what is sent is not the same."""
    place, before, after = _first_apart(_sent(then), _sent(now))
    if before == after:
        return None
    return _at(then, place, before), _at(now, place, after)


def _sent(call: PendingCall | None) -> object:
    if call is None:
        return None
    # The time it may take is no part of what it does.
    made = Perform(call=call.number, request=call.request, key=call.key, timeout=_NO_TIME)
    return msgspec.json.decode(to_line(made))


def _first_apart(then: object, now: object, place: str = "") -> tuple[str, object, object]:
    """Where two values of JSON are first not the same, and what stands there in each."""
    pairs: Iterable[tuple[object, object, object]] = ()
    if isinstance(then, dict) and isinstance(now, dict) and then.keys() == now.keys():
        pairs = ((name, then[name], now[name]) for name in then)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = ((number, *both) for number, both in enumerate(zip(then, now, strict=True)))
    for name, one, other in pairs:
        if one != other:
            return _first_apart(one, other, f"{place}.{name}" if place else str(name))
    return place, then, now


def _at(call: PendingCall | None, place: str, value: object) -> str:
    if call is None:
        return "no call"
    there = f": {place} {msgspec.json.encode(value).decode()}" if place else ""
    return f"{call.text or call.use}{there}"


def _said(event: Event) -> str:
    return type(event).__name__
