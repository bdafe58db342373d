"""What goes wrong around a run: faults, webhooks in between, other people's changes, crashes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Refused
from rbengine.facts.postgres.errors import ServerError
from rbengine.facts.postgres.server import Server
from rbengine.host.journal import events_of
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.events import CallEnded, ChangeApplied, Parked, Resumed, Settled
from rehearsal.theatre import APP, PLAYBOOK, RUNBOOK, SCHEMA, USUAL, WORLD, Theatre, codes, told


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def test_a_vendor_that_comes_back_in_time_is_only_a_delay(theatre: Theatre) -> None:
    """Reads are asked again; nothing else changes."""
    rehearsal = theatre.play("fault stripe unavailable from 0s to 8s\n" + USUAL)
    assert rehearsal.ok, told(rehearsal)
    refused = [
        one
        for one in events_of(rehearsal.lines)
        if isinstance(one, CallEnded) and type(one.outcome).__name__ == "Refused"
    ]
    assert len(refused) == 2


def test_a_vendor_that_stays_away_leaves_the_finding_unjudged(theatre: Theatre) -> None:
    """Nothing is concluded and nothing changed; people hear of it in time."""
    rehearsal = theatre.play(
        "fault stripe unavailable from 0s to 3h\n"
        "expect not judged paid\nexpect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)


def test_the_database_can_be_down_too(theatre: Theatre) -> None:
    """The first read fails, so nothing is known."""
    rehearsal = theatre.play(
        "fault postgres down\nexpect not judged paid\nexpect nothing changed\n"
        "expect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)


def test_a_function_that_is_down_is_refused_for_certain(theatre: Theatre) -> None:
    """The change before it stands; the run does not resolve."""
    rehearsal = theatre.play(
        'fault app "refresh" down\n'
        'expect changed "Give the level"\nexpect not changed "Refresh the program"\n'
        'expect asked 1 time "Take back"\nexpect escalated to lead\nexpect failed'
    )
    assert "E802" not in codes(rehearsal), told(rehearsal)
    assert "E808" not in codes(rehearsal), told(rehearsal)


def test_a_webhook_in_between_changes_what_was_planned(theatre: Theatre) -> None:
    """The company's own program handles it, two seconds later, while a person still thinks."""
    rehearsal = theatre.play_as_written(
        'scenario "it comes" in waiting\n'
        "  at 60s\n    stripe.deliver_pending_events()\n"
        '  expect not changed "Give the level"\n'
        "  expect table members where id = :member\n    | level |\n    | gold  |\n"
        "  expect escalated to lead\n"
    )
    assert rehearsal.ok, told(rehearsal)


def test_a_handler_that_is_down_lets_the_webhook_wait(theatre: Theatre) -> None:
    """The vendor tries again later, by its own clock; meanwhile the run does its work."""
    rehearsal = theatre.play_as_written(
        'scenario "it does not come" in waiting\n'
        '  fault app "stripe-webhook" down from 0s to 1h\n'
        f"  at 60s\n    stripe.deliver_pending_events()\n{USUAL}"
    )
    assert rehearsal.ok, told(rehearsal)


def test_somebody_else_changes_the_row_meanwhile(theatre: Theatre) -> None:
    """What is not ours is no effect of the run, but what was approved no longer fits."""
    rehearsal = theatre.play_as_written(
        'scenario "a colleague was faster" in waiting\n'
        "  at 60s\n    sql\n      UPDATE members SET level = 'gold' WHERE id = :member\n"
        '  expect not changed "Give the level"\n  expect escalated to lead\n'
    )
    assert rehearsal.ok, told(rehearsal)


def crash(moment: str, label: str = "Give the level") -> str:
    return f'crash during "{label}" {moment} the answer\n{USUAL}'


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("label", ["Give the level", "Refresh the program"])
def test_after_a_crash_nothing_is_done_twice_and_nothing_left_out(
    theatre: Theatre, moment: str, label: str
) -> None:
    """The new process knows the journal only; what was cut off is settled by its own evidence."""
    rehearsal = theatre.play(crash(moment, label))
    assert rehearsal.ok, told(rehearsal)
    events = events_of(rehearsal.lines)
    resumed = [one for one in events if isinstance(one, Resumed)]
    assert [one.epoch for one in resumed] == [2]
    settled = [one for one in events if isinstance(one, Settled)]
    applied = [one for one in events if isinstance(one, ChangeApplied)]
    assert len(settled) == (1 if moment == "before" else 0)
    assert len(settled) + len(applied) == 2
    assert all(one.verdict == "applied" for one in settled)


def test_a_crash_that_never_happens_is_a_miss(theatre: Theatre) -> None:
    """A label with a slip in it would otherwise test nothing for ever."""
    rehearsal = theatre.play(crash("before", "Give the lever"))
    assert codes(rehearsal) == ["E814"], told(rehearsal)


def refusals(rehearsal: Rehearsal) -> list[timedelta]:
    """When calls were refused, counted from the beginning."""
    return [
        one.at - rehearsal.began
        for one in events_of(rehearsal.lines)
        if isinstance(one, CallEnded) and type(one.outcome).__name__ == "Refused"
    ]


def test_a_fault_of_a_read_is_there_when_that_read_is_made(theatre: Theatre) -> None:
    """However long everything before it takes: a scenario that counts milliseconds breaks with the next line."""
    rehearsal = theatre.play(
        'fault stripe unavailable during "subscription"\n'
        "expect not judged paid\nexpect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)
    assert len(refusals(rehearsal)) > 1  # each time that it is asked again


def test_a_fault_from_a_call_on_ends_after_its_time(theatre: Theatre) -> None:
    """Then the same call goes well."""
    rehearsal = theatre.play('fault stripe unavailable during "subscription" for 8s\n' + USUAL)
    assert rehearsal.ok, told(rehearsal)
    found = refusals(rehearsal)
    assert len(found) == 2
    assert found[-1] - found[0] < timedelta(seconds=8)


@pytest.mark.parametrize("name", ["Give the level", "Refresh the program"])
def test_a_change_meets_its_fault_when_it_is_carried_out(theatre: Theatre, name: str) -> None:
    """Not when it is looked at, and nothing else meets it: its plan was shown and approved."""
    target = {"Give the level": "postgres down", "Refresh the program": 'app "refresh" down'}[name]
    rehearsal = theatre.play(
        f'fault {target} during "{name}"\nexpect asked 1 time "{name}"\n'
        f'expect not changed "{name}"\nexpect escalated to lead\nexpect failed'
    )
    assert not {"E802", "E806", "E808", "E814"} & set(codes(rehearsal)), told(rehearsal)


def test_a_fault_that_meets_no_call_is_a_miss(theatre: Theatre) -> None:
    """A fault that is never there lets a scenario look harder than it is."""
    rehearsal = theatre.play('fault stripe unavailable during "subscriptions"\n' + USUAL)
    assert codes(rehearsal) == ["E814"], told(rehearsal)
    assert 'stripe unavailable during "subscriptions"' in rehearsal.misses[0].message


def test_a_fault_of_a_call_that_cannot_be_is_said_before_the_run(theatre: Theatre) -> None:
    """Not in its middle."""
    rehearsal = theatre.play('fault stripe asleep during "subscription"\n' + USUAL)
    assert codes(rehearsal) == ["E813"], told(rehearsal)


def test_what_is_left_must_need_no_second_run(server: Server) -> None:
    """A playbook that finds the same again after it resolved has not resolved it."""
    blind = (
        PLAYBOOK.replace("SET level = :subscription.tier", "SET seen_at = now()")
        .replace("  within 2m checking every 10s\n", '  step "Look"\n')
        .replace(
            "    until no finding holds", '    check account.email is not "" else "No address"'
        )
    )
    with Theatre(server, playbook=blind) as theatre:
        rehearsal = theatre.play(USUAL)
        assert codes(rehearsal) == ["E811"], told(rehearsal)
        assert "found paid" in rehearsal.misses[0].message


def test_a_world_that_cannot_be_is_said_on_its_line(server: Server) -> None:
    """The checker finds most of it; what is left comes from the database itself."""
    row = "    | :member | member@club.test | cus_1    |\n"
    assert row in WORLD
    with Theatre(server, world=WORLD.replace(row, row * 2)) as theatre:
        rehearsal = theatre.play(USUAL)
        assert codes(rehearsal) == ["E813"]
        assert "duplicate key" in rehearsal.misses[0].message
        assert rehearsal.finish is None


def test_what_no_model_knows_stops_the_run_and_says_so(server: Server) -> None:
    """A rehearsal never makes anything up: here a function is deployed, and the app does not say what it does."""
    text = APP[: APP.index('function "refresh"')] + APP[APP.index("on stripe") :]
    world = WORLD + '  supabase.function(slug: "refresh")\n'
    with Theatre(server, app=text, world=world) as theatre:
        rehearsal = theatre.play(USUAL)
        assert rehearsal.finish is None
        assert codes(rehearsal) == ["E812"], told(rehearsal)
        assert (
            "the app does not say what the function `refresh` does" in rehearsal.misses[0].message
        )
        assert isinstance(events_of(rehearsal.lines)[-1], Parked)


def test_a_database_that_cannot_be_had_is_said_where_it_is_first_needed(server: Server) -> None:
    """No trace of Python: the world's first table is where the rehearsal stops."""

    def broken() -> Server:
        raise ServerError("PostgreSQL does not start: disk full")

    with Theatre(server) as theatre:
        session = theatre.session(f'scenario "s" in waiting\n{USUAL}', server=broken)
        rehearsal = session.rehearse(RUNBOOK, session.scenarios(RUNBOOK)[0])
        assert codes(rehearsal) == ["E813"]
        assert "disk full" in rehearsal.misses[0].message


def test_a_schema_on_the_machines_clock_is_said_with_its_line(server: Server) -> None:
    """Its rows would be of another time each night."""
    schema = SCHEMA.replace("DEFAULT now()", "DEFAULT 'now'")
    assert schema != SCHEMA
    with Theatre(server, schema=schema) as theatre:
        session = theatre.session(f'scenario "s" in waiting\n{USUAL}')
        rehearsal = session.rehearse(RUNBOOK, session.scenarios(RUNBOOK)[0])
        assert codes(rehearsal) == ["E813"]
        assert "line 12 of the schema: 'now' as a time" in rehearsal.misses[0].message


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            'fault app "elsewhere" down',
            "the app has no `elsewhere`; it has refresh, stripe-webhook",
        ),
        ("fault stripe unavailable from 9s to 8s", "a fault must end after it began"),
    ],
)
def test_a_fault_that_cannot_be_is_said_on_its_line(
    theatre: Theatre, fault: str, words: str
) -> None:
    """Where the checker lets it pass, the rehearsal does not go on without it."""
    rehearsal = theatre.play(f"{fault}\n{USUAL}")
    assert codes(rehearsal) == ["E813"]
    assert words in rehearsal.misses[0].message
    span = rehearsal.misses[0].primary.span
    assert theatre.text[span.start : span.end].strip() == fault


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "label", ["Read the member", "Read Stripe", "stripe.latest_subscription", "email.send"]
)
def test_what_reads_or_tells_may_be_cut_off_too(theatre: Theatre, moment: str, label: str) -> None:
    """A reading is repeated; a mail goes out once, whatever became of the answer."""
    rehearsal = theatre.play(crash(moment, label))
    assert rehearsal.ok, told(rehearsal)
    events = events_of(rehearsal.lines)
    # Behind the answer to the last mail only the line stands that says how it ended.
    is_over = (moment, label) == ("after", "email.send")
    assert [one.epoch for one in events if isinstance(one, Resumed)] == ([] if is_over else [2])
    settled = [one for one in events if isinstance(one, Settled)]
    assert len(settled) == (1 if (moment, label) == ("before", "email.send") else 0)


@pytest.mark.parametrize(
    "kind", ["unavailable", "rate_limited", "unauthorized", "conflict", "invalid"]
)
def test_a_call_is_refused_with_the_kind_that_is_named(theatre: Theatre, kind: str) -> None:
    """The vendor says it in its own manner, and the adapter's table makes that kind of it."""
    rehearsal = theatre.play(
        f'fault email refuses with {kind} during "Tell the member"\n'
        'expect found paid\nexpect changed "Give the level"\nexpect changed "Refresh the program"\n'
        "expect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)
    assert [one.kind for one in refused_calls(rehearsal)] == [kind]


@pytest.mark.parametrize("kind", ["unauthorized", "conflict", "invalid", "timeout", "unavailable"])
def test_the_database_refuses_a_change(theatre: Theatre, kind: str) -> None:
    """By the state that stands for the kind; the transaction is gone."""
    rehearsal = theatre.play(
        f'fault postgres refuses with {kind} during "Give the level"\n'
        'expect found paid\nexpect asked 1 time "Give the level"\n'
        "expect nothing changed\nexpect escalated to lead"
    )
    assert rehearsal.ok, told(rehearsal)
    assert [one.kind for one in refused_calls(rehearsal)] == [kind]


def test_a_change_whose_answer_the_database_loses_is_found_by_its_marker(theatre: Theatre) -> None:
    """It was committed, so it is not done again."""
    rehearsal = theatre.play(f'fault postgres lost answer during "Give the level"\n{USUAL}')
    assert rehearsal.ok, told(rehearsal)
    settled = [one for one in events_of(rehearsal.lines) if isinstance(one, Settled)]
    assert [(one.verdict, one.evidence) for one in settled] == [
        ("applied", "the marker row of the transaction is there")
    ]


def test_several_kinds_are_several_rehearsals(theatre: Theatre) -> None:
    """Each has the same lines and its kind behind its title."""
    session = theatre.session(
        'scenario "nobody is told" in waiting\n'
        '  fault email refuses with conflict or invalid during "Tell the member"\n'
        "  expect found paid\n"
        '  expect changed "Give the level"\n  expect changed "Refresh the program"\n'
        "  expect escalated to lead\n"
    )
    scenarios = session.scenarios(RUNBOOK)
    assert [one.title.plain for one in scenarios] == [
        "nobody is told: conflict",
        "nobody is told: invalid",
    ]
    played = [session.rehearse(RUNBOOK, one) for one in scenarios]
    assert [one.kind for rehearsal in played for one in refused_calls(rehearsal)] == [
        "conflict",
        "invalid",
    ]


def refused_calls(rehearsal: Rehearsal) -> list[Refused]:
    """How calls were refused, but for those that the machine planned again."""
    return [
        one.outcome
        for one in events_of(rehearsal.lines)
        if isinstance(one, CallEnded | ChangeApplied) and isinstance(one.outcome, Refused)
    ]
