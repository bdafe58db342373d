"""A rehearsed run is the fold of its journal: from the start, from any saved state, in any process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.journal import events_of
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.fold import fold
from rbengine.runtime.saved import decode_state, encode_state
from rbengine.runtime.state import RunState
from rehearsal.theatre import USUAL, Theatre, told

STORIES = {
    "usual": USUAL,
    "delayed": "fault stripe unavailable from 0s to 8s\n" + USUAL,
    "unjudged": "fault stripe unavailable from 0s to 3h\nexpect nothing changed\nexpect escalated to lead",
    "unanswered": "person on_call never answers\nexpect found paid\nexpect nothing changed\n"
    "expect asked 1 time\nexpect escalated to lead",
    "crashed": f'crash during "Give the level" before the answer\n{USUAL}',
    "answer lost": f"fault supabase lost answer from 1m to 5m\n{USUAL}",
}


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def played(theatre: Theatre, story: str) -> Rehearsal:
    rehearsal = theatre.play(STORIES[story])
    assert rehearsal.ok, told(rehearsal)
    return rehearsal


@pytest.mark.parametrize("story", STORIES)
def test_folding_the_journal_gives_the_same_commands(theatre: Theatre, story: str) -> None:
    """Screen, audit and resuming read the journal: it must tell what happened, exactly."""
    rehearsal = played(theatre, story)
    assert theatre.plan is not None
    folded = [commands for _, commands, _ in fold(theatre.plan, events_of(rehearsal.lines))]
    assert folded == [turn.commands for turn in rehearsal.turns]


@pytest.mark.parametrize("story", STORIES)
def test_folding_goes_on_from_every_saved_state(theatre: Theatre, story: str) -> None:
    """A run is taken up from its last saved state, whichever that was."""
    rehearsal = played(theatre, story)
    assert theatre.plan is not None
    events = events_of(rehearsal.lines)
    for number, turn in enumerate(rehearsal.turns, start=1):
        assert isinstance(turn.state, RunState)
        text = encode_state(turn.state)
        state = decode_state(theatre.plan, text)
        assert encode_state(state) == text
        folded = [commands for _, commands, _ in fold(theatre.plan, events[number:], state)]
        assert folded == [one.commands for one in rehearsal.turns[number:]]


def test_two_rehearsals_in_one_database_are_equal(theatre: Theatre) -> None:
    """A worker puts its database back between rehearsals: the second must not see the first."""
    first = played(theatre, "usual")
    session = theatre.session(f'scenario "this one" in waiting\n{USUAL}')
    scenario = session.scenarios("playbooks/rb900.rb")[0]
    again = [session.rehearse("playbooks/rb900.rb", scenario) for _ in range(3)]
    assert [one.lines for one in again] == [first.lines] * 3


PROGRAM = """
import sys
from rbengine.facts.postgres.server import start_server
from rehearsal.theatre import Theatre
with start_server() as server, Theatre(server) as theatre:
    rehearsal = theatre.play(sys.argv[1])
    print("\\n".join([*rehearsal.lines, *(one.message for one in rehearsal.misses)]))
"""


def test_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    """Order is decided, never inherited from a set or from memory."""
    root = Path(__file__).parents[2]
    path = os.pathsep.join(str(root / one) for one in ("engine", "grammar", "adapters", "tests"))
    outputs = []
    for seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, STORIES["crashed"]],
            env=environment, capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        outputs.append(done.stdout)
    assert outputs[0].count(b"\n") > 20
    assert outputs[0] == outputs[1]
