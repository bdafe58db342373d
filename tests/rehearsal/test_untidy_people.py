"""People as they are: they answer twice, too late, or although nobody asked them."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.journal import events_of
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Show
from rbengine.runtime.events import Answered
from rbengine.runtime.notices import Noted
from rehearsal.theatre import POLICY, USUAL, Theatre, told

LEAD_APPROVES_TOO = """
severity P2 "Medium"
  escalate after 2h to lead
  changes need approval by 2 of on_call, second
"""


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def answers(rehearsal: Rehearsal) -> list[tuple[str, str]]:
    """Who answered, and how, in the order in which the run heard it."""
    return [
        (one.person.role, type(one.answer).__name__)
        for one in events_of(rehearsal.lines)
        if isinstance(one, Answered)
    ]


def notes(rehearsal: Rehearsal) -> list[str]:
    return [
        command.notice.text
        for turn in rehearsal.turns
        for command in turn.commands
        if isinstance(command, Show) and isinstance(command.notice, Noted)
    ]


def test_the_first_answer_counts_and_the_second_is_noted(theatre: Theatre) -> None:
    """Two thumbs on one button: nothing is applied twice, and the screen says what was ignored."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 60s\n'
        'person on_call approves "Give the level" after 61s\n'
        f"{USUAL}"
    )
    assert rehearsal.ok, told(rehearsal)
    assert answers(rehearsal) == [("on_call", "Approved")] * 3
    assert notes(rehearsal) == ["On call answered after question 1 was closed"]


def test_a_change_of_mind_comes_too_late(theatre: Theatre) -> None:
    """What was approved is applied; a refusal behind it takes nothing back."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 60s\n'
        'person on_call refuses "Give the level" after 65s\n'
        f"{USUAL}"
    )
    assert rehearsal.ok, told(rehearsal)
    assert answers(rehearsal)[:2] == [("on_call", "Approved"), ("on_call", "Declined")]


def test_a_change_of_mind_in_time_is_what_was_said_first(theatre: Theatre) -> None:
    """The order is that of the clock, not that of the lines."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 65s\n'
        'person on_call refuses "Give the level" after 60s\n'
        "expect found paid\nexpect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)


def test_somebody_in_the_wrong_role_decides_nothing(theatre: Theatre) -> None:
    """They may press the button; the question stays open for those whom it asks."""
    rehearsal = theatre.play(f'person lead approves "Give the level" after 10s\n{USUAL}')
    assert rehearsal.ok, told(rehearsal)
    assert answers(rehearsal)[:2] == [("lead", "Approved"), ("on_call", "Approved")]
    assert notes(rehearsal) == ["Lead (lead) may not answer this"]


def test_a_refusal_in_the_wrong_role_refuses_nothing(theatre: Theatre) -> None:
    """Nor can anybody stop what they are not asked about."""
    rehearsal = theatre.play(f'person lead refuses "Give the level" after 10s\n{USUAL}')
    assert rehearsal.ok, told(rehearsal)


def test_the_wrong_role_alone_is_nobody(theatre: Theatre) -> None:
    """Nothing is changed, and the escalation comes as if there were silence."""
    rehearsal = theatre.play(
        'person on_call never answers\nperson lead approves "Give the level" after 10s\n'
        "expect found paid\nexpect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)


def test_an_answer_after_the_question_was_given_up(theatre: Theatre) -> None:
    """The time for an answer was over: what comes then changes nothing any more."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 45m\n'
        "expect found paid\nexpect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)
    assert answers(rehearsal) == [("on_call", "Approved")]
    assert "On call answered after question 1 was closed" in notes(rehearsal)


def test_one_person_is_not_two(server: Server) -> None:
    """Where two must approve, the second yes of the same one is none."""
    policy = POLICY.replace(POLICY[POLICY.index("severity") :], LEAD_APPROVES_TOO.lstrip()).replace(
        'role    on_call "On call" from settings\n',
        'role    on_call "On call" from settings\nrole    second  "Second"  from settings\n',
    )
    with Theatre(server, policy=policy) as theatre:
        alone = theatre.play(
            'person on_call approves "Give the level" after 1m\n'
            'person on_call approves "Give the level" after 2m\n'
            "expect found paid\nexpect nothing changed\nexpect escalated to lead"
        )
        assert alone.ok, told(alone)
        assert "On call has approved already" in notes(alone)
        both = theatre.play(f"person second approves after 2m\n{USUAL}")
        assert both.ok, told(both)


def test_a_crash_between_two_answers_counts_the_first(theatre: Theatre) -> None:
    """The new process hears the second one only, about a question that its journal says is closed."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 60s\n'
        'person on_call refuses "Give the level" after 62s\n'
        f'crash during "Give the level" before the answer\n{USUAL}'
    )
    assert rehearsal.ok, told(rehearsal)
