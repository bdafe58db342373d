"""A recorded run once more, call by call, with the instruction that makes each."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rbengine.host.recorded.held import Ended, made_change
from rbengine.host.recorded.recording import Recording
from rbengine.runtime import events as ev
from rbengine.runtime.commands import AskPeople, Command, Perform, Request, Show
from rbengine.runtime.fold import fold
from rbengine.runtime.notices import Notice

_ENDS = (ev.CallEnded, ev.ChangePlanned, ev.ChangeApplied, ev.ChangeUndone, ev.Settled)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One call that ended. `changes` counts those made before it."""

    counter: int
    text: str
    request: Request
    answer: Ended
    at: datetime
    again: bool
    """Whether the diagnosis had been read before."""
    changes: int


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about a question, or that they have the incident (`ask` None)."""

    ask: AskPeople | None
    asked: datetime
    event: ev.Answered | ev.Acknowledged


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """All of a run."""

    calls: tuple[Seen, ...]
    said: tuple[Said, ...]
    asked: tuple[AskPeople, ...]
    notices: tuple[Notice, ...]
    outcome: str
    began: datetime
    starts: datetime


def lived(recording: Recording) -> Lived:
    """Read it, up to its end."""
    calls: list[Seen] = []
    said: list[Said] = []
    asked: dict[int, tuple[AskPeople, datetime]] = {}
    notices: list[Notice] = []
    open_calls: dict[int, tuple[Perform, int, str, datetime, bool, int]] = {}
    changes, told, outcome = 0, recording.started.at, ""
    for event, commands, state in fold(recording.header.plan, recording.events):
        match event:
            case ev.Answered(question=number) if number in asked:
                said.append(Said(ask=asked[number][0], asked=asked[number][1], event=event))
            case ev.Acknowledged():
                said.append(Said(ask=None, asked=told, event=event))
            case ev.Closed(outcome=word):
                outcome = word
            case _:
                pass
        if isinstance(event, _ENDS) and event.call in open_calls:
            call, counter, text, at, again, before = open_calls.pop(event.call)
            calls.append(
                Seen(
                    counter=counter, text=text, request=call.request, answer=event, at=at,
                    again=again, changes=before,
                )
            )  # fmt: skip
            changes += made_change(event)
            if text.startswith("tell "):
                told = event.at
        for command in commands:
            match command:
                case Perform(call=number):
                    pending = state.calls.get(number)
                    fiber = None if pending is None else state.fibers.get(pending.fiber)
                    open_calls.setdefault(
                        number,
                        (
                            command,
                            -1 if fiber is None else fiber.pc,
                            "" if pending is None else pending.text,
                            state.now,
                            state.course.diagnosis is not None,
                            changes,
                        ),
                    )
                case AskPeople(question=number):
                    asked.setdefault(number, (command, state.now))
                case _:
                    notices.extend(_notice(command))
        if outcome:
            break
    return Lived(
        calls=tuple(calls),
        said=tuple(said),
        asked=tuple(one for one, _ in asked.values()),
        notices=tuple(notices),
        outcome=outcome,
        began=recording.started.began,
        starts=recording.started.at,
    )


def _notice(command: Command) -> Iterator[Notice]:
    if isinstance(command, Show):
        yield command.notice
