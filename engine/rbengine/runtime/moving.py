"""A run moved to another text of its playbook: only where its journal folds over it as it did over the old one."""

from collections.abc import Sequence
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
            return _apart(_call(there.calls.get(number)), _call(here.calls.get(number)))
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


def _call(call: PendingCall | None) -> str:
    if call is None:
        return "no call"
    made = Perform(call=call.number, request=call.request, key=call.key, timeout=call.timeout)
    # The time it may take is no part of what it does.
    line = to_line(msgspec.structs.replace(made, timeout=_NO_TIME))
    return f"{call.text or call.use}: {line}"


def _said(event: Event) -> str:
    return type(event).__name__
