"""The run's process dies behind every single line of its journal; what comes of it is always the same."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.driver import Turn
from rbengine.host.journal import events_of
from rbengine.rehearsal.mishaps import CrashedError, Mishaps
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Perform, Show
from rbengine.runtime.events import CallBegan, Resumed
from rbengine.runtime.notices import ChangeDone, Told
from rehearsal.theatre import RUNBOOK, USUAL, Theatre, told


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


class DiesAt:
    """Lets the process die when the turn of this number is on record; once."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, turn: Turn) -> None:
        del turn
        self._left -= 1
        if self._left == 0:
            raise CrashedError


def effects(rehearsal: Rehearsal) -> list[str]:
    """What was done to the world, in order: changes, and mails to people outside."""
    found = []
    for turn in rehearsal.turns:
        for command in turn.commands:
            if isinstance(command, Show):
                match command.notice:
                    case ChangeDone(label=label, rows=rows):
                        found.append(f"{label}: {rows}")
                    case Told(kind=kind, to=to) if kind not in ("question", "escalation"):
                        found.append(f"{kind} to {to}")
                    case _:
                        continue
    return found


def test_a_crash_behind_any_line_changes_nothing_of_what_is_done(theatre: Theatre) -> None:
    """Nothing twice, nothing left out: every expectation holds, and the effects are those of a run left alone."""
    session = theatre.session(f'scenario "this one" in waiting\n{USUAL}')
    scenario = session.scenarios(RUNBOOK)[0]
    alone = session.rehearse(RUNBOOK, scenario)
    assert alone.ok, told(alone)
    assert len(effects(alone)) == 3
    for number in range(1, len(alone.turns)):
        rehearsal = session.rehearse(RUNBOOK, scenario, observer=DiesAt(number))
        assert rehearsal.ok, f"dead behind line {number}\n{told(rehearsal)}"
        assert effects(rehearsal) == effects(alone), f"dead behind line {number}"
        resumed = [one for one in events_of(rehearsal.lines) if isinstance(one, Resumed)]
        over = number == len(alone.turns) - 1  # only the line that says how it ended came behind
        assert len(resumed) == (0 if over else 1)


def test_a_crash_in_any_call_changes_nothing_of_what_is_done(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call was made, and nobody heard its answer: reads are repeated, changes and mails settled by evidence."""
    session = theatre.session(f'scenario "this one" in waiting\n{USUAL}')
    scenario = session.scenarios(RUNBOOK)[0]
    alone = session.rehearse(RUNBOOK, scenario)
    calls = sum(isinstance(one, CallBegan) for one in events_of(alone.lines))
    assert calls > 10
    for number in range(1, calls + 1):
        left = [number]

        def lost(_mishaps: Mishaps, _call: Perform, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] == 0

        monkeypatch.setattr(Mishaps, "answer_is_lost", lost)
        rehearsal = session.rehearse(RUNBOOK, scenario)
        assert rehearsal.ok, f"dead in call {number}\n{told(rehearsal)}"
        assert effects(rehearsal) == effects(alone), f"dead in call {number}"
        assert any(isinstance(one, Resumed) for one in events_of(rehearsal.lines))
