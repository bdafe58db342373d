"""People in scenarios: answers, acknowledgements, several approvers, worlds with a time of their own."""

from datetime import UTC, datetime, timedelta

from rbengine.facts.postgres.server import Server
from rbengine.host.journal import events_of
from rbengine.runtime.events import Acknowledged, Answered, Started
from rehearsal.theatre import PLAYBOOK, POLICY, RUNBOOK, USUAL, WORLD, Theatre, told

TWO_PEOPLE = POLICY.replace(
    "changes need approval by on_call",
    "changes need approval by 2 of lead, on_call, not the operator",
)


def test_two_people_must_say_yes(server: Server) -> None:
    """Each role answers for itself, at its own time; the later one decides when it is applied."""
    with Theatre(server, policy=TWO_PEOPLE) as theatre:
        rehearsal = theatre.play("person lead approves after 5m\n" + USUAL.replace("10m", "15m"))
        assert rehearsal.ok, told(rehearsal)
        answers = [one for one in events_of(rehearsal.lines) if isinstance(one, Answered)]
        assert [one.person.role for one in answers] == ["on_call", "lead"] * 2
        assert rehearsal.took > timedelta(minutes=10)


ASKING = PLAYBOOK.replace(
    '  step "Let in"\n',
    '  step "Ask"\n'
    '    how = choose "Let in for good?" within 30m by on_call\n'
    '      good "For good"\n'
    '      once "Once"\n'
    '    check how is "good" else "Once is not enough"\n'
    '    seats = ask "How many seats?": int within 30m by on_call\n'
    '    check seats > 1 else "Too few"\n'
    '  step "Let in"\n',
)


def test_questions_are_answered_with_values(server: Server) -> None:
    """A choice by its name, a number by its value."""
    assert ASKING != PLAYBOOK
    answers = (
        'person on_call answers "Let in" with "good" after 10s\n'
        'person on_call answers "How many" with 4 after 20s\n'
    )
    with Theatre(server, playbook=ASKING) as theatre:
        rehearsal = theatre.play(answers + USUAL)
        assert rehearsal.ok, told(rehearsal)
        without = theatre.play(USUAL)
        messages = " ".join(one.message for one in without.misses)
        assert 'asked "Let in for good?"' in messages


def test_somebody_acknowledges_the_escalation(server: Server) -> None:
    """The run that nobody could resolve is somebody's now, and ends."""
    with Theatre(server) as theatre:
        rehearsal = theatre.play(
            "person on_call never answers\nperson lead acknowledges after 4m\n"
            "expect found paid\nexpect nothing changed\nexpect asked 1 time\nexpect escalated to lead"
        )
        assert rehearsal.ok, told(rehearsal)
        acknowledged = [one for one in events_of(rehearsal.lines) if isinstance(one, Acknowledged)]
        assert [one.person.name for one in acknowledged] == ["Lead"]


def test_a_world_has_its_own_time_and_an_older_alert(server: Server) -> None:
    """In the policy's zone; the incident's clocks began with the alert."""
    starts = WORLD + "  starts 2026-07-01 09:00\n  alert 14m before the run\n"
    with Theatre(server, world=starts) as theatre:
        rehearsal = theatre.session().execute(RUNBOOK)
        first = rehearsal.turns[0].event
        assert isinstance(first, Started)
        assert first.at == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
        assert first.began == first.at - timedelta(minutes=14)
        assert first.incident == "INC-2026-07-01-001"
        assert first.run == "RUN-2026-07-01-001"
