"""Decision points: what counts as one, and what passes it."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.rehearsal.coverage import Coverage
from rehearsal.theatre import PLAYBOOK, POLICY, USUAL, WORLD, Theatre, told


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


def words(coverage: Coverage) -> set[str]:
    return {one.what for one in coverage.passed}


def test_each_call_has_its_ends(theatre: Theatre) -> None:
    """A reading is answered or refused; whatever acts on the world can be lost as well."""
    points = {one.what for one in theatre.play(USUAL).coverage.points}
    ends = {"answered", "refused", "lost"}
    assert {one for one in ends if f"`stripe.latest_subscription` {one}" in points} == ends - {
        "lost"
    }
    assert {one for one in ends if f"`email.send` {one}" in points} == ends
    assert {"`email.send` refused: conflict", "`email.send` refused: invalid"} <= points
    assert '"Refresh the program" not applied: conflict' in points
    change = ("applied", "not applied", "lost", "approved", "refused", "unanswered")
    assert {f'"Give the level" {one}' for one in change} <= points


def test_a_crash_behind_a_change_is_a_lost_answer(theatre: Theatre) -> None:
    """And what is settled by its evidence was applied."""
    rehearsal = theatre.play(f'crash during "Give the level" before the answer\n{USUAL}')
    assert rehearsal.ok, told(rehearsal)
    assert {'"Give the level" lost', '"Give the level" applied'} <= words(rehearsal.coverage)


@pytest.mark.parametrize(("fault", "end"), [("lost answer", "lost"), ("rate limited", "refused")])
def test_a_mail_is_lost_or_refused(theatre: Theatre, fault: str, end: str) -> None:
    """Nobody knows of a lost one whether it arrived; a refused one did not."""
    rehearsal = theatre.play(f"fault email {fault}\n{USUAL}")
    assert f"`email.send` {end}" in words(rehearsal.coverage)


def test_clocks_have_a_before_and_an_after(theatre: Theatre) -> None:
    """On the lines of the runbook that set them going."""
    usual = theatre.play(USUAL).coverage
    late = theatre.play("person on_call never answers\nexpect nothing changed").coverage
    before = {"MTTR 20m kept", "escalation after 2h to lead was not needed"}
    after = {"MTTR 20m ran out", "escalation after 2h to lead came"}
    assert before <= words(usual)
    assert after.isdisjoint(words(usual))
    assert after <= words(late)
    lines = {one.what: one.line for one in usual.points}
    assert lines["MTTR 20m kept"] == 4
    assert lines["escalation after 2h to lead came"] == 3


def test_a_rung_at_once_has_no_before(server: Server) -> None:
    """No world can be faster than at once, so nobody is asked for such a scenario."""
    policy = POLICY.replace("escalate after 2h to lead", "escalate at once to lead")
    with Theatre(server, policy=policy) as theatre:
        points = {one.what for one in theatre.play(USUAL).coverage.points}
    assert "escalation at once to lead came" in points
    assert "escalation at once to lead was not needed" not in points


def test_a_within_can_run_out(theatre: Theatre) -> None:
    """Somebody sets the row back for as long as the proof is waited for."""
    usual = theatre.play(USUAL).coverage
    assert "`within 2m` runs out" in {one.what for one in usual.missing}
    undone = theatre.play_as_written(
        'scenario "set back" in waiting\n'
        "  at 92s\n    sql\n      UPDATE members SET level = 'none' WHERE id = :member\n"
        "  expect found paid\n"
    ).coverage
    assert "`within 2m` runs out" in words(undone)


def test_an_answer_that_comes_too_late_decides_nothing(theatre: Theatre) -> None:
    """The question was closed by the first."""
    rehearsal = theatre.play(
        'person on_call approves "Give the level" after 60s\n'
        'person on_call refuses "Give the level" after 65s\n'
        f"person on_call approves after 90s\n{USUAL}"
    )
    assert '"Give the level" approved' in words(rehearsal.coverage)
    assert '"Give the level" refused' not in words(rehearsal.coverage)


BRANCHES = PLAYBOOK.replace(
    """resolve paid
""",
    """resolve paid
  step "Ask how"
    how = choose "How shall they come in?" within 30m by on_call
      door   "By the door"
      window "By the window"
    match how
      when "door"
        note "by the door"
      when "window"
        note "by the window"
    match account.email
      when "member@club.test"
        note "as usual"
      when "guest@club.test", "crew@club.test"
        note "with care"
      otherwise
        note "not at all"
""",
)


def test_each_choice_and_each_branch_is_a_point(server: Server) -> None:
    """The last case of a `match` that names everything never fails, so that is no point."""
    with Theatre(server, playbook=BRANCHES) as theatre:
        rehearsal = theatre.play(
            'person on_call answers "How shall they come in?" with "window" after 1m\n'
            f"expect asked 1 time\n{USUAL}"
        )
    points = {one.what for one in rehearsal.coverage.points}
    choice = '"How shall they come in?"'
    assert {
        f"{choice} answered door", f"{choice} answered window",
        f"{choice} refused", f"{choice} unanswered",
        '`how is "door"` taken', '`how is "window"` taken',
        '`account.email is "member@club.test"` taken',
        '`account.email is "guest@club.test" or "crew@club.test"` taken',
        '`account.email is "guest@club.test" or "crew@club.test"` passed by',
    } <= points  # fmt: skip
    assert '`how is "window"` passed by' not in points
    assert '`how is "door"` passed by' not in points
    passed = words(rehearsal.coverage)
    assert {f"{choice} answered window", '`how is "window"` taken'} <= passed
    assert f"{choice} answered door" not in passed
    assert '`how is "door"` taken' not in passed
    assert '`account.email is "member@club.test"` taken' in passed


def test_points_of_a_world_are_those_of_the_plan(server: Server) -> None:
    """A run in another world has the same points, or percentages would mean nothing."""
    other = WORLD.replace('status: "active"', 'status: "canceled"')
    with Theatre(server) as one, Theatre(server, world=other) as two:
        assert one.play(USUAL).coverage.points == two.play("expect nothing changed").coverage.points


HANDLING = PLAYBOOK.replace(
    '      irreversible "the program only looks again"\n',
    '      irreversible "the program only looks again"\n'
    '    on failure unavailable, rate_limited\n      note "it looks again by itself"\n',
)


def test_each_handler_of_failures_is_a_point_that_only_a_failure_passes(server: Server) -> None:
    """On the line where it begins; what is not refused so passes it by."""
    with Theatre(server, playbook=HANDLING) as theatre:
        usual = theatre.play(USUAL).coverage
        point = "`on failure unavailable, rate_limited` taken"
        (line,) = [one.line for one in usual.points if one.what == point]
        assert HANDLING.splitlines()[line - 1].strip() == 'note "it looks again by itself"'
        assert point in {one.what for one in usual.missing}
        down = theatre.play(
            'fault supabase unavailable\nexpect found paid\nexpect changed "Give the level"'
        ).coverage
        assert point in words(down)


@pytest.mark.parametrize(
    ("says", "way"),
    [
        ('person on_call approves "Take back what was done?"', "given"),
        ('person on_call refuses "Take back what was done?"', "refused"),
        ("", "unanswered"),
    ],
)
def test_what_people_say_of_taking_back_is_a_point_of_the_section_that_failed(
    theatre: Theatre, says: str, way: str
) -> None:
    """Each of the three, and none without being asked."""
    ways = {f"undo of `resolve paid` {one}" for one in ("given", "refused", "unanswered")}
    failed = theatre.play(f'person on_call refuses "Refresh"\n{says}\nexpect found paid').coverage
    assert ways & words(failed) == {f"undo of `resolve paid` {way}"}
    usual = theatre.play(USUAL).coverage
    assert ways <= {one.what for one in usual.missing}


def test_where_nothing_can_fail_behind_a_change_nobody_is_asked_to_take_it_back(
    server: Server,
) -> None:
    """What no world can bring about is no point."""
    telling = PLAYBOOK[PLAYBOOK.index('  step "Tell the program"') : PLAYBOOK.index("otherwise\n")]
    with Theatre(server, playbook=PLAYBOOK.replace(telling, "\n")) as theatre:
        usual = theatre.play("expect found paid").coverage
        assert not [one.what for one in usual.points if one.what.startswith("undo")]
