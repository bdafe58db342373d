"""Scenarios of a small company: what they find, and what they must not let pass."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rehearsal.theatre import APP, PLAYBOOK, SCHEMA, USUAL, Theatre, codes, told


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def test_a_run_as_it_should_be(theatre: Theatre) -> None:
    """Diagnosis, approval, change, verification, mail: nothing misses."""
    rehearsal = theatre.play(USUAL)
    assert rehearsal.ok, told(rehearsal)
    assert rehearsal.finish is not None
    assert rehearsal.finish.outcome == "resolved"
    assert rehearsal.misses == ()


def without(line: str) -> str:
    lines = [one for one in USUAL.split("\n") if line not in one]
    assert len(lines) == len(USUAL.split("\n")) - 1
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('changed "Give the level"', 'changed "Give the level"'),
        ('changed "Refresh the program"', 'changed "Refresh the program"'),
        ("sent email", '"You are in" was sent to member@club.test'),
    ],
)
def test_an_effect_nobody_names_fails_the_scenario(theatre: Theatre, line: str, found: str) -> None:
    """What a run does unasked is what hurts; a scenario that forgets it must not be green."""
    rehearsal = theatre.play(without(line))
    assert "E810" in codes(rehearsal)
    assert any(found in one.message for one in rehearsal.misses)


def test_a_finding_is_named_by_its_change_as_well(theatre: Theatre) -> None:
    """`expect changed` of its resolve says that it was found; without either it is an unnamed effect."""
    assert theatre.play(without("found paid")).ok
    bare = "expect nothing changed\nexpect asked 1 time\nexpect escalated to lead"
    rehearsal = theatre.play(f"person on_call never answers\n{bare}")
    assert codes(rehearsal) == ["E810"], told(rehearsal)
    assert "found paid" in rehearsal.misses[0].message
    assert rehearsal.misses[0].help == "add `expect found paid`"


@pytest.mark.parametrize(
    ("expectation", "code", "found"),
    [
        ("expect not found paid", "E801", "found paid"),
        ("expect not judged paid", "E801", "found paid"),
        ('expect not changed "Give the level"', "E802", "it was changed at"),
        ('expect undone "Give the level"', "E802", "and stands"),
        ('expect changed "Give it"', "E802", 'planned: "Give the level", "Refresh the program"'),
        ("expect not called supabase.invoke()", "E803", "it was called at"),
        ('expect called supabase.invoke(function: "other")', "E803", "only supabase.invoke("),
        ("expect called stripe.refund()", "E803", "was never called"),
        ('expect sent email to "nobody@club.test"', "E805", "sent to member@club.test"),
        ('expect sent email to "member@club.test" with "Farewell"', "E805", '"You are in"'),
        ('expect not sent email to "member@club.test" with "Welcome"', "E805", 'it says "Welcome"'),
        ("expect asked 5 times", "E806", "asked 2 times"),
        ("expect escalated to lead", "E807", "no escalation"),
        ("expect handed over", "E808", "resolved"),
        ('expect resolved with "nobody"', "E808", 'resolved with "the symptom is gone"'),
        ("expect resolved within 3m", "E808", "resolved after"),
        ("expect nothing changed", "E809", 'changed: "Give the level"'),
    ],
)
def test_a_miss_says_what_was_expected_and_found(
    theatre: Theatre, expectation: str, code: str, found: str
) -> None:
    """On the expectation's own line, with the journal around it."""
    rehearsal = theatre.play(USUAL + expectation)
    assert codes(rehearsal) == [code], told(rehearsal)
    miss = rehearsal.misses[0]
    assert found in miss.message
    assert miss.notes[0].startswith("expected  ")
    assert miss.notes[1].startswith("found     ")
    assert len(miss.notes) > 3
    source = theatre.text
    assert source[miss.primary.span.start : miss.primary.span.end].strip() == expectation


def test_rows_are_compared_by_the_database_itself(server: Server) -> None:
    """A cell is a literal of its column's type; rows that are chosen must be exactly these."""
    scenario = """scenario "rows" in waiting
  expect table members where id = :member
    | level | customer | email            |
    | gold  | cus_1    | member@club.test |
  expect table members containing
    | level |
    | gold  |
  expect table visits where member_id = :member absent
"""
    with Theatre(server) as theatre:
        rehearsal = theatre.play_as_written(scenario + USUAL)
        assert rehearsal.ok, told(rehearsal)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("expect table members where id = :member\n    | level |\n    | none  |", "level: gold"),
        ("expect table members where id = :member absent", "member@club.test"),
        (
            "expect table members containing\n    | email |\n    | x@y.z |",
            "email: member@club.test",
        ),
        ("expect table visits containing\n    | id |\n    | 1  |", "no row"),
    ],
)
def test_rows_that_are_not_so_are_shown(server: Server, lines: str, found: str) -> None:
    """Expected and found side by side: the row itself, not that something differs."""
    with Theatre(server) as theatre:
        rehearsal = theatre.play_as_written(f'scenario "rows" in waiting\n  {lines}\n{USUAL}')
        assert codes(rehearsal) == ["E804"], told(rehearsal)
        assert found in rehearsal.misses[0].message


OBJECTS = """  at 10s
    stripe.invoice(id: "in_1", customer: "cus_1", amount: 1250, status: "open")
  fault stripe timeout from 4m to 9h
"""


def test_objects_of_vendors_are_compared_as_an_adapter_reads_them(theatre: Theatre) -> None:
    """One, a list, none; after the run, whatever is wrong with the vendor by then."""
    rehearsal = theatre.play_as_written(
        f'scenario "objects" in waiting\n{OBJECTS}'
        '  expect stripe.latest_subscription(customer: "cus_1")\n'
        "    | id    | status | tier | canceled_at |\n    | sub_1 | active | gold | null        |\n"
        '  expect stripe.list_invoices(customer: "cus_1")\n'
        "    | id   | amount_due |\n    | in_1 | 12.50 usd  |\n"
        '  expect stripe.list_invoices(customer: "cus_1", status: "paid") absent\n'
        '  expect stripe.invoice(invoice: "in_9") absent\n'
        "  expect supabase.functions() containing\n    | slug    |\n    | refresh |\n" + USUAL
    )
    assert rehearsal.ok, told(rehearsal)


@pytest.mark.parametrize(
    ("lines", "expected", "found"),
    [
        (
            'stripe.invoice(invoice: "in_1")\n    | status | amount_due |\n    | paid   | 12.50 usd  |',
            "stripe.invoice(invoice: in_1): status: paid",
            "status: open, and 1 cell as expected",
        ),
        ('stripe.invoice(invoice: "in_1") absent', "stripe.invoice(invoice: in_1): nothing", "id: in_1"),
        (
            'stripe.invoice(invoice: "in_9")\n    | status |\n    | paid   |',
            "stripe.invoice(invoice: in_9): status: paid",
            "nothing",
        ),
        (
            'stripe.list_invoices(customer: "cus_1") containing\n    | id   |\n    | in_2 |',
            "stripe.list_invoices(customer: cus_1): id: in_2",
            "id: in_1",
        ),
        (
            "supabase.functions()\n    | slug  |\n    | other |",
            "supabase.functions(): slug: other",
            "slug: refresh; slug: stripe-webhook",
        ),
    ],
)  # fmt: skip
def test_objects_that_are_not_so_are_shown(
    theatre: Theatre, lines: str, expected: str, found: str
) -> None:
    """Expected and found, as for rows."""
    rehearsal = theatre.play_as_written(
        f'scenario "objects" in waiting\n{OBJECTS}  expect {lines}\n{USUAL}'
    )
    assert codes(rehearsal) == ["E804"], told(rehearsal)
    assert rehearsal.misses[0].notes[0] == f"expected  {expected}"
    assert found in rehearsal.misses[0].notes[1]


def test_the_same_as_brings_expectations_without_their_durations(server: Server) -> None:
    """A fault makes it take longer, and nothing else."""
    other = f'scenario "usual" in waiting\n{USUAL.replace("within 10m", "within 1s")}'
    with Theatre(server) as theatre:
        rehearsal = theatre.play_as_written(
            'scenario "slow" in waiting\n  fault stripe unavailable from 0s to 8s\n'
            f'  expect the same as "usual"\n\n{other}'
        )
        assert rehearsal.ok, told(rehearsal)


def test_scenarios_that_refer_to_themselves_are_said_to_do_so(server: Server) -> None:
    """No rehearsal hangs because its author went in a circle."""
    with Theatre(server) as theatre:
        rehearsal = theatre.play_as_written(
            'scenario "a" in waiting\n  expect the same as "b"\n\n'
            'scenario "b" in waiting\n  expect the same as "a"\n'
        )
        assert codes(rehearsal) == ["E813"]
        assert "refers to itself" in rehearsal.misses[0].message


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            'person on_call refuses "Give the level" after 1m\nexpect changed "Give the level"',
            'expected changed "Give the level", found its plan was shown, and on_call refused it at 1m',
        ),
        (
            'person on_call never answers\nexpect changed "Give the level"',
            "and nobody had approved it by 30m",
        ),
        (
            "person on_call never answers\nexpect escalated to lead at 1h",
            "by failure; escalated to lead at 2h, by clock",
        ),
        (
            'person on_call never answers\nexpect escalated to lead with "Give the lever"',
            'by failure, with "Let in: nobody approved “Give the level” in time"',
        ),
        (
            'person on_call never answers\nexpect escalated to lead at 2h with "Give the level"',
            'escalated to lead at 2h, by clock, with "RB-900 is not resolved 2h after the incident began"',
        ),
        (
            "fault postgres down\nexpect found paid",
            "not judged paid: nothing is known of subscription",
        ),
    ],
)
def test_a_miss_says_what_became_of_it(theatre: Theatre, lines: str, found: str) -> None:
    """Why it did not happen is what the author looks for."""
    rehearsal = theatre.play(lines)
    assert any(found in one.message for one in rehearsal.misses), told(rehearsal)


def test_a_change_of_no_row_is_told_from_one_that_was_not_made(server: Server) -> None:
    """It was approved and carried out, and there was nothing left to do."""
    playbook = PLAYBOOK.replace(
        "WHERE id = :member AND level = :account.level\n      expect 1 row",
        "WHERE id = :member AND level = 'silver'\n      expect at most 1 row",
    )
    assert playbook != PLAYBOOK
    with Theatre(
        server, playbook=playbook, schema=SCHEMA.replace("'gold')", "'gold', 'silver')")
    ) as theatre:
        rehearsal = theatre.play('expect changed "Give the level"\nexpect resolved')
    assert "it was carried out at 1m 3" in rehearsal.misses[0].message
    assert "and touched no row" in rehearsal.misses[0].message


def test_a_miss_says_why_the_app_failed(server: Server) -> None:
    """Its caller hears `500` alone."""
    app = APP.replace(
        "after 1s\n  sql", 'after 1s\n  check member is empty\n    else "we are closed"\n  sql'
    )
    app = app.replace(
        "after 2s\n  sql",
        "after 2s\n  x = query one\n    SELECT id FROM members WHERE level = 'gold'\n  sql",
    )
    with Theatre(server, app=app) as theatre:
        rehearsal = theatre.play_as_written(
            'scenario "closed" in waiting\n  at 10s\n    stripe.deliver_pending_events()\n' + USUAL
        )
    assert rehearsal.misses[0].notes[-2:] == (
        "12.0s     app stripe-webhook failed: 0 rows where one was expected",
        "3m 1s     app refresh failed: we are closed",
    )
    assert not any("app " in line for miss in rehearsal.misses[1:] for line in miss.notes)


def test_of_one_row_the_cells_that_differ_are_shown(theatre: Theatre) -> None:
    """Twelve cells that are right hide the one that is not."""
    rehearsal = theatre.play_as_written(
        'scenario "rows" in waiting\n  expect table members where id = :member\n'
        "    | level | customer |\n    | none  | cus_1    |\n" + USUAL
    )
    assert [one.message for one in rehearsal.misses] == [
        "expected table members: level: none, found level: gold, and 1 cell as expected"
    ]


def test_a_mail_that_says_something_else_is_one_miss(theatre: Theatre) -> None:
    """The expectation that names its reader shows it; a second miss would only repeat that."""
    rehearsal = theatre.play(USUAL.replace('"Welcome"', '"Farewell"'))
    assert codes(rehearsal) == ["E805"], told(rehearsal)


def test_a_world_begins_as_the_one_that_it_is_like(server: Server) -> None:
    """Rows are added, people answer as it says, and what it says again of a name is said instead."""
    with Theatre(server) as theatre:
        rehearsal = theatre.play_as_written(
            'world full "Somebody else waits, too" like waiting\n'
            "  table members\n    | id                                   | email      | customer |\n"
            "    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01 | b@club.test | null     |\n"
            '  contact lead email "boss@club.test"\n  person on_call refuses "Give the level" after 1m\n\n'
            'scenario "refused" in full\n  expect found paid\n  expect nothing changed\n'
            '  expect asked 1 time "Give the level"\n  expect escalated to lead\n'
            "  expect table members where level = none\n"
            "    | email            |\n    | b@club.test      |\n    | member@club.test |\n"
        )
    assert rehearsal.ok, told(rehearsal)
