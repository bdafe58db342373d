"""The reads of a recording repeated where they can be: what answers otherwise now, in its shape or in its values.

Only what reads is repeated. Stand-ins are nobody's values: what was asked with one is left out, and none is compared.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Json, Row, SecretReference, SecretValue, Value
from rbengine.host.recorded.held import Held, HeldCall, is_read
from rbengine.host.recorded.stand_ins import PHONE
from rbengine.runtime.commands import OperationRequest, Perform, QueryRequest, Request
from rbengine.runtime.events import CallEnded, Event
from rbengine.runtime.wording import as_text

_STAND_IN = re.compile(
    r"^[a-z2-7]{10}@[a-z2-7]{5}\.example$|^Name [A-Z2-7]{6}$|^redacted-[a-z2-7]{10}$|^https?://[^/]*/redacted/[a-z2-7]{10}$",
    re.IGNORECASE,
)
_MOST = 6
"""Differences of one answer that are told."""

State = Literal["as it was", "other values", "another shape", "refused", "not asked"]

Repeat = Callable[[Perform, datetime], Event]


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One read. `told` says what differs, `path: then → now`; `line` is where the recording has its answer."""

    call: str
    line: int
    state: State
    told: tuple[str, ...] = ()

    @property
    def broke(self) -> bool:
        """Whether a playbook may stumble over it; other values are what reads are for."""
        return self.state in ("another shape", "refused")


def drifts(held: Held, repeat: Repeat, now: Callable[[], datetime]) -> Iterator[Drift]:
    """Each different read once, in recorded order, compared with its last answer. `repeat` makes a call."""
    limit = held.recording.header.plan.policy.limits.call
    last = {one.asked.text: one for one in held.calls if is_read(one.request)}
    for number, one in enumerate(last.values(), start=1):
        yield _drift(one, repeat, now(), limit, number)


def _drift(call: HeldCall, repeat: Repeat, now: datetime, limit: timedelta, number: int) -> Drift:
    asked_with = _unaskable(call.request)
    if asked_with:
        return Drift(call=call.step, line=call.seq, state="not asked", told=(asked_with,))
    event = repeat(
        Perform(call=number, request=call.request, key=f"check/{number}", timeout=limit), now
    )
    assert isinstance(event, CallEnded), "a read ends as one"
    assert isinstance(call.answer, CallEnded), "a read ends as one"
    state, told = _compared(call.answer.outcome, event.outcome)
    return Drift(call=call.step, line=call.seq, state=state, told=told)


def _compared(then: Outcome, now: Outcome) -> tuple[State, tuple[str, ...]]:
    match then, now:
        case Succeeded(value=before), Succeeded(value=after):
            shapes = list(_shapes(before.value, after.value, ""))
            if shapes:
                return "another shape", _some(shapes)
            values = list(_values(before.value, after.value, ""))
            return ("other values", _some(values)) if values else ("as it was", ())
        case Refused(kind=kind), Refused(kind=other) if kind == other:
            return "as it was", (f"refused as then: {kind}",)
        case _, Succeeded():
            return "other values", ("it was refused then, and is answered now",)
        case _:
            word = getattr(now, "kind", "unsettled")
            return "refused", (f"{word}: {now.text}" if not isinstance(now, Succeeded) else "",)


def _shapes(then: Value, now: Value, path: str) -> Iterator[str]:
    """Where fields or kinds of values differ. Something that is absent on either side says nothing of its kind."""
    if then is None or now is None:
        return
    if isinstance(then, Json) and isinstance(now, Json):
        then, now = _plain(then.content), _plain(now.content)
    if isinstance(then, Row) and isinstance(now, Row):
        yield from (f"{_at(path, one)} is gone" for one in then if one not in now)
        yield from (f"{_at(path, one)} is new" for one in now if one not in then)
        for name in then:
            if name in now:
                yield from _shapes(then[name], now[name], _at(path, name))
    elif isinstance(then, tuple) and isinstance(now, tuple):
        if then and now:
            yield from _shapes(then[0], now[0], f"{path}[1]")
    elif type(then) is not type(now):
        yield f"{path or 'it'} is {type(now).__name__}, and was {type(then).__name__}"


def _values(then: Value, now: Value, path: str) -> Iterator[str]:
    if isinstance(then, Json) and isinstance(now, Json):
        then, now = _plain(then.content), _plain(now.content)
    if isinstance(then, Row) and isinstance(now, Row):
        for name in then:
            if name in now:
                yield from _values(then[name], now[name], _at(path, name))
    elif isinstance(then, tuple) and isinstance(now, tuple):
        if len(then) != len(now):
            yield f"{path or 'it'} has {len(now)} entries, and had {len(then)}"
            return
        for number, (one, two) in enumerate(zip(then, now, strict=True), start=1):
            yield from _values(one, two, f"{path}[{number}]")
    elif then != now and not is_stand_in(then):
        yield f"{path or 'it'}: {as_text(then)} → {_shown(now)}"


def is_stand_in(value: Value) -> bool:
    """Whether a recorded value may be a stand-in, so that it tells nothing."""
    if isinstance(value, SecretReference | SecretValue):
        return True
    return isinstance(value, str) and bool(
        _STAND_IN.match(value)
        or PHONE.fullmatch(value)
        or ".example" in value
        or "redacted" in value
    )


def _unaskable(request: Request) -> str:
    """Why it cannot be asked again; empty where it can."""
    match request:
        case OperationRequest(arguments=Datum(value=Row() as row)):
            given = list(row.items())
        case QueryRequest(query=query):
            given = [(one.name, one.value.value) for one in query.parameters]
        case _:
            return "it is no read"
    for name, value in given:
        if is_stand_in(value) or (
            isinstance(value, tuple) and any(is_stand_in(one) for one in value)
        ):
            return f"it was asked with a stand-in: {name}"
    return ""


def _plain(content: object) -> Value:
    """Decoded JSON as values, so that both are compared alike."""
    if isinstance(content, dict):
        return Row({str(name): _plain(one) for name, one in content.items()})
    if isinstance(content, list | tuple):
        return tuple(_plain(one) for one in content)
    return content  # type: ignore[return-value]  # None, bool, text and numbers are values themselves


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Value) -> str:
    """What answers now is real: only its kind is told of what could be somebody's."""
    return "another text" if isinstance(value, str) else as_text(value)


def _some(told: list[str]) -> tuple[str, ...]:
    rest = len(told) - _MOST
    return (*told[:_MOST], f"and {rest} more") if rest > 0 else tuple(told)
