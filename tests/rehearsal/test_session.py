"""A session: worlds, inputs, clocks, people at a terminal, and what a run must not start."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.host.driver import Turn
from rbengine.host.journal import events_of
from rbengine.host.people import Reply, approval, refusal
from rbengine.host.starting import MissingInputError
from rbengine.rehearsal.interactive import InteractivePeople
from rbengine.rehearsal.world import USUAL_START
from rbengine.runtime.commands import ApplyRequest, AskPeople, Perform, Show
from rbengine.runtime.events import Cancelled, Person, Started
from rbengine.runtime.notices import Escalated
from rehearsal.theatre import APP, RUNBOOK, USUAL, WORLD, Theatre, told

ADA = Person(id="ada", name="Ada", role="on_call")


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def test_a_run_without_a_scenario_has_the_worlds_people_and_inputs(theatre: Theatre) -> None:
    """The first command of a new user: no arguments, and it resolves."""
    turns: list[Turn] = []
    rehearsal = theatre.session().execute(RUNBOOK, observer=turns.append)
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "resolved"
    assert rehearsal.title == "A member waits at the door"
    assert tuple(turns) == rehearsal.turns
    assert [turn.event for turn in turns] == list(events_of(rehearsal.lines))
    started = turns[0].event
    assert isinstance(started, Started)
    assert started.rehearsal
    assert started.environment.backends == {
        "email": "simulated",
        "postgres": "simulated",
        "stripe": "simulated",
        "supabase": "simulated",
    }


def test_worlds_are_offered_default_first(server: Server) -> None:
    """What `exec` takes without `--world`."""
    other = WORLD.replace(" default", "") + '\nworld later "Later" default\n  member = "x"\n'
    with Theatre(server, world=other) as theatre:
        session = theatre.session()
        assert [(one.name, one.is_default) for one in session.worlds(RUNBOOK)] == [
            ("later", True),
            ("waiting", False),
        ]
        with pytest.raises(LookupError, match="no world `nowhere`; there are: waiting, later"):
            session.execute(RUNBOOK, world="nowhere")


def test_inputs_of_the_caller_win_over_the_worlds(theatre: Theatre) -> None:
    """Another member: nobody of that id is in the world, so nothing can be judged."""
    other = "00000000-0000-4000-8000-000000000000"
    rehearsal = theatre.session().execute(RUNBOOK, inputs={"member": other})
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "escalated"


def test_an_input_nobody_gives_is_named(server: Server) -> None:
    """Before anything is run."""
    world = 'scenarios for RB-900\n\nworld empty "Nobody"\n  other = 1\n'
    with (
        Theatre(server, world=world) as theatre,
        pytest.raises(MissingInputError, match="`member`"),
    ):
        theatre.session().execute(RUNBOOK)


def test_only_the_diagnosis_changes_nothing_and_asks_nobody(theatre: Theatre) -> None:
    """It may be run at any moment, by anyone."""
    rehearsal = theatre.session().execute(RUNBOOK, diagnose_only=True)
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "diagnosed"
    commands = [command for turn in rehearsal.turns for command in turn.commands]
    assert not [one for one in commands if isinstance(one, AskPeople)]


def test_an_incident_older_than_the_run_has_its_clocks_running(theatre: Theatre) -> None:
    """The alert came three hours ago: the rung of two hours is due at once, with its true time."""
    began = USUAL_START - timedelta(hours=3)
    rehearsal = theatre.session().execute(RUNBOOK, started=began)
    assert rehearsal.began == began
    escalated = [
        (turn.event.at - began, command.notice)
        for turn in rehearsal.turns
        for command in turn.commands
        if isinstance(command, Show) and isinstance(command.notice, Escalated)
    ]
    assert escalated[0][0] == timedelta(hours=3)
    assert escalated[0][1].to == ("lead",)


def test_an_incident_after_the_worlds_start_moves_the_world(theatre: Theatre) -> None:
    """`--started` of an afternoon: the run starts then."""
    began = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
    rehearsal = theatre.session().execute(RUNBOOK, started=began)
    assert rehearsal.turns[0].event.at == began


def test_a_person_at_the_terminal_takes_everybodys_part(theatre: Theatre) -> None:
    """Asked for the plan, they answer, and virtual time stands still meanwhile."""
    asked: list[str] = []

    def ask(question: AskPeople, now: datetime) -> Reply | None:  # noqa: ARG001
        asked.append(question.text)
        return approval(question, ADA)

    rehearsal = theatre.session().execute(RUNBOOK, people=InteractivePeople(ask))
    assert asked == ["Give the level", "Refresh the program"]
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "resolved"
    assert rehearsal.took < timedelta(seconds=10)


def test_a_call_that_the_person_does_not_let_be_made_ends_the_run_unmade(theatre: Theatre) -> None:
    """`q` before the change: nothing is applied, and the journal says who stopped it."""

    def may_call(call: Perform, now: datetime) -> bool:  # noqa: ARG001
        return not isinstance(call.request, ApplyRequest)

    people = InteractivePeople(lambda question, _: approval(question, ADA), may_call)
    rehearsal = theatre.session().execute(RUNBOOK, people=people)
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "cancelled"
    assert rehearsal.finish.left_applied == 0
    assert any(isinstance(one, Cancelled) for one in events_of(rehearsal.lines))


def test_a_refusal_at_the_terminal_is_one(theatre: Theatre) -> None:
    """The same as a scripted one."""
    people = InteractivePeople(lambda _question, _now: refusal(ADA, "not tonight"))
    rehearsal = theatre.session().execute(RUNBOOK, people=people)
    assert rehearsal.finish is not None
    assert rehearsal.finish.left_applied == 0
    assert rehearsal.finish.outcome in ("failed", "escalated")


PLAIN = """runbook RB-900 "Nothing to read"

severity P2
mttr     20m

input member: text   "Who"

symptoms
  - Nothing

diagnose
  step "Look"
    short = lower(member)
  finding known "It is known"
    short is "x"

resolve known
  step "Say so"
    note "known"
    stop handed over "It is said"

otherwise
  step "Say so"
    stop handed over "It is not"

verify
  check short is "x" else "no"
"""

EMPTY = 'scenarios for RB-900\n\nworld one "One"\n  member = "X"\n'


def test_a_run_that_reads_no_sql_starts_no_server(server: Server) -> None:
    """Five steps without a database must not pay for one."""
    with Theatre(server, playbook=PLAIN, world=EMPTY) as theatre:
        session = theatre.session(server=_no_server)
        rehearsal = session.execute(RUNBOOK)
        assert rehearsal.finish is not None
        assert rehearsal.finish.outcome == "handed over"
        rehearsed = theatre.session('scenario "s" in one\n  expect found known', server=_no_server)
        played = rehearsed.rehearse(RUNBOOK, rehearsed.scenarios(RUNBOOK)[0])
        assert played.ok, played.misses


def _no_server() -> Server:
    raise AssertionError("nobody reads or writes SQL here")


def test_coverage_tells_which_way_was_never_taken(theatre: Theatre) -> None:
    """Two scenarios together pass what neither passes alone."""
    usual = theatre.play(USUAL).coverage
    refused = theatre.play(
        'person on_call refuses "Give the level"\nexpect found paid\nexpect nothing changed\n'
        "expect escalated to lead"
    ).coverage
    both = usual.and_also(refused)
    assert usual.points == refused.points == both.points
    assert both.passed == usual.passed | refused.passed
    assert len(both.passed) > max(len(usual.passed), len(refused.passed))
    ways = {one.what for one in usual.passed}
    assert {
        "query of members answered",
        "`stripe.latest_subscription` answered",
        '"Give the level" applied',
        '"Give the level" approved',
        "`account.customer is present` holds",
        '`subscription.status is "active"` of paid holds',
        "`subscription.tier is not account.level` of paid holds",
        "`subscription.tier is not account.level` of paid fails",
        "`paid` holds",
        "`no finding holds` holds",
    } <= ways
    missing = {one.what for one in both.missing}
    assert '"Give the level" refused' not in missing
    assert '"Give the level" unanswered' in missing
    assert "`account.customer is present` fails" in missing
    assert "`paid` fails" in missing


def test_statements_of_the_app_are_sent_with_the_types_of_their_values(server: Server) -> None:
    """`now() - $1` is a duration only where the statement says so; the server would take it for an instant."""
    app = APP.replace("SET seen_at = now()", "SET seen_at = now() - :margin")
    app = app.replace("after 1s\n  sql", "after 1s\n  margin = 5m\n  sql")
    with Theatre(server, app=app) as theatre:
        rehearsal = theatre.session().execute(RUNBOOK)
        assert rehearsal.finish is not None
        assert rehearsal.finish.outcome == "resolved"


def test_a_text_of_the_app_is_sent_as_what_the_checker_takes_it_for(server: Server) -> None:
    """The server alone cannot tell what the items of a list are, nor what a function of any type is given."""
    app = APP.replace(
        "after 1s\n  sql\n    UPDATE members SET seen_at = now() WHERE id = :member",
        "after 1s\n  rows = query all\n    SELECT id, email FROM members\n"
        "  pairs = query value\n"
        "    SELECT count(*) FROM unnest(:rows.id, :rows.email) AS t(id, email) JOIN members USING (id)\n"
        "  said = query value\n    SELECT jsonb_build_object('id', :member) ->> 'id'\n"
        "  check pairs > 0 and said is present\n"
        "  sql\n    UPDATE members SET seen_at = now() WHERE id = :member",
    )
    assert app != APP
    with Theatre(server, app=app) as theatre:
        rehearsal = theatre.session().execute(RUNBOOK)
        assert rehearsal.finish is not None
        assert rehearsal.finish.outcome == "resolved", told(rehearsal)


def test_a_text_of_a_world_is_sent_as_what_the_checker_takes_it_for(theatre: Theatre) -> None:
    """What is right for the checker is right in the rehearsal."""
    rehearsal = theatre.play_as_written(
        'scenario "somebody looks" in waiting\n  at 10s\n    sql\n'
        "      UPDATE members SET email = concat(:member, '@club.test') WHERE id = :member\n"
        f"{USUAL.replace('member@club.test', '6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11@club.test')}"
    )
    assert not [one for one in rehearsal.misses if one.code == "E813"], told(rehearsal)
