"""The catalogue of rehearsals' codes tells the truth."""

import pytest
from rbengine.diagnostics.catalogue import Entry
from rbengine.facts.postgres.server import Server
from rbengine.rehearsal import misses
from rbengine.rehearsal.catalogue import CATALOGUE
from rehearsal.theatre import PLAYBOOK, Theatre

ANY_PROGRAM = PLAYBOOK.replace(
    '   "Who paid"\n', '   "Who paid"\ninput program: text = "refresh"   "What is told"\n'
).replace('function: "refresh"', "function: program")
"""The small runbook, told by the world which function to call."""


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_the_wrong_sample_earns_its_code_and_the_right_one_none(
    server: Server, entry: Entry
) -> None:
    """A page that explains a miss is worth nothing when its example makes another one."""
    with Theatre(server, playbook=ANY_PROGRAM, world="") as theatre:
        assert theatre.problems(entry.right) == ()
        assert [one.code for one in theatre.problems(entry.wrong)] == [entry.code]


def test_every_code_is_catalogued_once() -> None:
    """E811 needs a runbook that repairs nothing; `test_mishaps` has one."""
    declared = sorted(one for one in vars(misses).values() if str(one).startswith("E8"))
    assert sorted([*(entry.code for entry in CATALOGUE), "E811"]) == declared


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_messages_keep_the_grammar_of_messages(server: Server, entry: Entry) -> None:
    """Lower-case start, one line, no final stop."""
    with Theatre(server, playbook=ANY_PROGRAM, world="") as theatre:
        for problem in theatre.problems(entry.wrong):
            assert "\n" not in problem.message
            assert problem.message[0].islower()
            assert not problem.message.endswith(".")
