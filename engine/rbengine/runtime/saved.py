"""A state written down as one canonical JSON line, without its plan, and read back."""

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from rpds import HashTrieMap

from rbengine.contract.codec import decode_value, encode_value
from rbengine.contract.values import Datum
from rbengine.plan.program import Plan
from rbengine.runtime.events import Started
from rbengine.runtime.layout import layout
from rbengine.runtime.names import Names
from rbengine.runtime.state import (
    EMPTY_LEDGER,
    Clocks,
    Course,
    Fiber,
    Numbers,
    OpenQuestion,
    PendingCall,
    RunState,
    Tally,
    Timer,
)
from rbengine.runtime.work import Entry

FORMAT = 1


class UnreadableState(Exception):  # noqa: N818  (a state of affairs, not an error of ours)
    """The line is no saved state, or one of a format that this engine does not know."""


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What a state is made of; maps by number are lists in that order."""

    now: datetime
    begun: Started | None
    base: Names
    fibers: tuple[Fiber, ...]
    calls: tuple[PendingCall, ...]
    timers: tuple[Timer, ...]
    questions: tuple[OpenQuestion, ...]
    ledger: tuple[Entry, ...]
    course: Course
    clocks: Clocks
    numbers: Numbers
    tally: Tally
    format: int = FORMAT


def encode_state(state: RunState) -> str:
    """One line. Secrets are written as references, as everywhere."""
    saved = _Saved(
        now=state.now,
        begun=state.begun,
        base=state.base,
        fibers=tuple(one for _, one in sorted(state.fibers.items())),
        calls=tuple(one for _, one in sorted(state.calls.items())),
        timers=tuple(one for _, one in sorted(state.timers.items())),
        questions=tuple(one for _, one in sorted(state.questions.items())),
        ledger=tuple(sorted(state.ledger.values(), key=lambda one: one.number)),
        course=state.course,
        clocks=state.clocks,
        numbers=state.numbers,
        tally=state.tally,
    )
    return _ENCODER.encode(saved).decode("utf-8")


def decode_state(plan: Plan, text: str) -> RunState:
    """The state written as `text`, of a run of `plan`. Raises UnreadableState."""
    try:
        saved = _decoder().decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableState(str(error)) from error
    if saved.format != FORMAT:
        raise UnreadableState(f"format {saved.format} is not known")
    ledger = EMPTY_LEDGER
    for entry in saved.ledger:
        ledger = ledger.insert(entry.number, entry)
    return RunState(
        plan,
        layout(plan),
        saved.now,
        saved.begun,
        saved.base,
        {one.number: one for one in saved.fibers},
        {one.number: one for one in saved.calls},
        {one.number: one for one in saved.timers},
        {one.ask.question: one for one in saved.questions},
        ledger,
        saved.course,
        saved.clocks,
        saved.numbers,
        saved.tally,
    )


def _write(thing: object) -> Any:
    match thing:
        case Datum(value=value):
            return encode_value(value)
        case HashTrieMap():
            return {name: encode_value(value) for name, value in thing.items()}
        case _:
            raise NotImplementedError(type(thing).__name__)


def _read(kind: type, data: Any) -> Any:
    if kind is Datum:
        return Datum(decode_value(data))
    if kind is HashTrieMap:
        return HashTrieMap({name: decode_value(value) for name, value in data.items()})
    raise NotImplementedError(kind.__name__)


_ENCODER = msgspec.json.Encoder(enc_hook=_write, order="sorted", decimal_format="string")


@cache
def _decoder() -> "msgspec.json.Decoder[_Saved]":
    """Built when first needed: most processes only write."""
    return msgspec.json.Decoder(_Saved, dec_hook=_read)
