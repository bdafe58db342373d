"""Committed recordings, and journals made of them with what a test plants."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Datum, Row, Value
from rbengine.host.journal import line_of
from rbengine.host.recorded.recording import Recording, read_recording
from rbengine.runtime.events import CallEnded, Event

FOLDER = Path(__file__).parent.parent / "journals"
RB011 = FOLDER / "v1" / "rb011_webhook_missed.jsonl"


def recording(name: str = "rb011_webhook_missed") -> Recording:
    """A committed recording of today's format."""
    return read_recording(FOLDER / "v1" / f"{name}.jsonl")


def planted(of: Recording, call: int, change: Callable[[Value], Value]) -> list[Event]:
    """Its events, the answer of `call` another one."""
    events: list[Event] = []
    for event in of.events:
        if (
            isinstance(event, CallEnded)
            and event.call == call
            and isinstance(event.outcome, Succeeded)
        ):
            value = Datum(change(event.outcome.value.value))
            event = msgspec.structs.replace(event, outcome=Succeeded(value))
        events.append(event)
    return events


def with_fields(**fields: Value) -> Callable[[Value], Value]:
    """A row with other values in these fields, and with those that it did not have."""

    def change(value: Value) -> Value:
        assert isinstance(value, Row)
        return Row({**value, **fields})

    return change


def lines(events: Sequence[Event]) -> list[str]:
    """A journal of them."""
    return [line_of(seq, event) for seq, event in enumerate(events, start=1)]
