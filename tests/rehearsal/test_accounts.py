"""Points that the scenarios account for: how they are named, and what accounts for nothing."""

from collections import Counter
from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rehearsal.theatre import PLAYBOOK, RUNBOOK, USUAL, Theatre

SCENARIO = f'scenario "she is let in" in waiting\n{USUAL}\n'


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def test_no_two_points_of_a_plan_have_one_name(server: Server) -> None:
    """A reason must say which of two it is about, whatever the playbook repeats."""
    reading = "    account = query one\n      SELECT id, email, customer, level FROM members WHERE id = :member\n"
    again = reading.replace("account", "twin").replace("one\n", "maybe\n")
    doubled = PLAYBOOK.replace(reading, reading + again).replace(
        'step "Tell the member"\n',
        'step "Look once more"\n    if paid\n      note "one"\n    if paid\n      note "two"\n'
        '  step "Tell the member"\n',
    )
    with Theatre(server, playbook=doubled) as theatre:
        points = theatre.session(SCENARIO).points(RUNBOOK).points
    names = Counter(one.what for one in points)
    assert [name for name, count in names.items() if count > 1] == []
    assert 'query of members refused in "Read the member", `twin`' in names
    assert '`paid` holds in "Look once more", number 2' in names


def test_a_reason_goes_with_each_of_its_points(theatre: Theatre) -> None:
    """One reason may stand over several."""
    session = theatre.session(
        SCENARIO + 'not covered "she never\\nrefuses"\n'
        '  "Give the level" refused\n\n  "Refresh the program" refused\n'
    )
    accounts = session.accounts(RUNBOOK)
    assert accounts.problems == ()
    assert {one.what: reason for one, reason in accounts.reasons.items()} == {
        '"Give the level" refused': "she never\nrefuses",
        '"Refresh the program" refused': "she never\nrefuses",
    }


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ('"Give the levle" refused', 'did you mean `"Give the level" refused`?'),
        (
            'playbooks/rb900.rb:33  "Give the level" refused',
            'write it without its place: "Give the level" refused',
        ),
        ("nothing of the kind", "`rbengine simulate --coverage json` names them all"),
    ],
)
def test_what_names_no_point_is_an_error_with_a_way_out(
    theatre: Theatre, line: str, help_: str
) -> None:
    """A slip, a line pasted whole, or a point that is gone."""
    [problem] = theatre.problems(f'{SCENARIO}not covered "why"\n  {line}\n')
    assert (problem.code, problem.help) == ("E815", help_)
    assert theatre.text[problem.primary.span.start : problem.primary.span.end] == line


def test_a_point_is_accounted_for_once(theatre: Theatre) -> None:
    """Of two reasons one is wrong."""
    [problem] = theatre.problems(
        f'{SCENARIO}not covered "a"\n  "Give the level" refused\nnot covered "b"\n  "Give the level" refused\n'
    )
    assert problem.code == "E815"
    assert problem.secondary


def test_a_point_that_is_passed_has_no_reason(theatre: Theatre) -> None:
    """It outlived its truth."""
    [problem] = theatre.problems(f'{SCENARIO}not covered "why"\n  "Give the level" applied\n')
    assert problem.code == "E816"
