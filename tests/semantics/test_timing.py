"""The machine's worst case against the mttr."""

from datetime import timedelta

import pytest
from rbengine.semantics.catalogue.sample import sample
from rbengine.semantics.problems.timing import shown
from support.check import analyse, check


def worst(text: str) -> str:
    (problem,) = (one for one in analyse(sample(text)).problems if one.code == "W430")
    return problem.message.split(" take ")[1].split(",")[0]


@pytest.mark.parametrize(
    ("body", "time"),
    [
        ("wait 10m", "10m 10s"),
        (
            'step "A", timeout 20s, retry 3 times every 5s\n    x = shop.orders(customer: "c")',
            "1m 45s",
        ),
        ('step "A", retry 3 times every 5s doubling\n    x = shop.orders(customer: "c")', "2m 45s"),
        ("within 10m checking every 1s\n    until row.frozen", "10m 10s"),
        ("if row.frozen\n    wait 10m\n  else\n    wait 20m", "20m 10s"),
        ('for each n in [1, 2], at most 4\n    x = shop.orders(customer: "c")', "2m 10s"),
        (
            'for each n in [1, 2], at most 4, 2 at a time\n    x = shop.orders(customer: "c")',
            "1m 10s",
        ),
        ('parallel\n    x = shop.orders(customer: "c")\n    y = shop.orders(customer: "d")', "40s"),
        # looked at, done, its answer lost and looked for; and done again three times, as what it changes has moved
        ('change "Do"\n    shop.cancel(order: "o")\n    irreversible "x"', "3m 10s"),
        (
            'step "A", timeout 20s\n    change "Do"\n      shop.cancel(order: "o")\n      irreversible "x"',
            "2m 10s",
        ),
        (
            'step "A", timeout 20s, retry 1 times every 5s\n    change "Do"\n'
            '      shop.cancel(order: "o")\n      irreversible "x"',
            "3m 20s",
        ),
        ('mail.send(to: row.email, message: cheers("me"))', "1m 10s"),
        (
            'step "A", timeout 40s\n    n = query value\n      SELECT count(*) AS n FROM accounts',
            "50s",
        ),
        (
            'step "A", timeout 5s\n    n = query value timeout 20s\n      SELECT count(*) AS n FROM accounts',
            "30s",
        ),
        ("within 5m checking every 9s\n    until no finding holds", "5m 20s"),
        (
            'step "A", retry 3 times every 5s\n    within 5m checking every 9s\n'
            '      x = shop.orders(customer: "c")\n      until x is not empty',
            "5m 40s",
        ),
        (
            'all or nothing\n    step "A", timeout 1s\n      change "Do"\n'
            '        shop.cancel(order: "o")\n        undo shop.restore(order: "o")',
            "1m 16s",
        ),
    ],
)
def test_everything_that_takes_time_is_added_up(body: str, time: str) -> None:
    """A query takes 10 s at most, a call 30 s where its step says nothing; taking back has the policy's limits."""
    if "cheers" in body:
        body += '\nmessage cheers(name: text) "Hi"\n  Hi {{ name }}\n'
    assert worst(f"mttr 15s\nresolve stale\n  {body}\n") == time


@pytest.mark.parametrize(
    ("before", "time"),
    [
        ("", "4h 10s"),
        ("check pause <= 20m", "20m 10s"),
        ("check pause > 0s and 20m > pause", "20m 10s"),
        ("check pause <= 20m or row.frozen", "4h 10s"),
        ("check pause <= 6h", "4h 10s"),
        ("check pause >= 20m", "4h 10s"),
        ('step "A"\n    check pause <= 20m', "20m 10s"),
        ('if pause > 20m\n    stop handed over "too long"', "20m 10s"),
        ('if pause > 20m\n    note "long"', "4h 10s"),
        ("if row.frozen\n    check pause <= 20m", "4h 10s"),
    ],
)
@pytest.mark.parametrize(
    "wait", ["wait pause", "within pause checking every 5s\n    until row.frozen"]
)
def test_a_time_that_is_not_written_is_as_long_as_was_made_sure_of(
    before: str, time: str, wait: str
) -> None:
    """Else the policy's limit bounds it, beyond which the machine does not wait."""
    body = f"  {before}\n  {wait}\n" if before else f"  {wait}\n"
    assert worst(f'mttr 15s\ninput pause: duration "How long"\nresolve stale\n{body}') == time


def test_a_way_on_which_a_time_is_short_is_told_from_the_others() -> None:
    """What a branch has asked about is known in it alone."""
    body = "  if pause <= 20m\n    wait pause\n  else if pause <= 1h\n    wait pause\n"
    text = f'mttr 15s\ninput pause: duration "How long"\nresolve stale\n{body}'
    assert worst(text) == "1h 10s"


def test_a_name_for_a_written_time_is_as_long_as_it_says() -> None:
    """And within a procedure its own names count, not those of the caller."""
    assert worst("mttr 15s\nresolve stale\n  pause = 20m\n  wait pause\n") == "20m 10s"


def test_a_time_that_is_not_written_can_be_made_sure_of() -> None:
    """The way out is not to wait less, but to say how long it can be."""
    text = 'mttr 15s\ninput pause: duration "How long"\nresolve stale\n  wait pause\n'
    (problem,) = analyse(sample(text)).problems
    assert problem.help is not None
    assert "check pause <= 10m" in problem.help


def test_only_paths_that_are_too_long_are_named() -> None:
    """Each by itself, at what takes the longest."""
    check(
        """
        mttr 5m
        diagnose
          step "Look"
            row = query one
              SELECT id, seen_at, frozen FROM accounts
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            row.frozen
        resolve stale
          wait 2m
          wait 4m
        resolve frozen
          wait 1m
        """,
        ["W430 at `wait 4m`"],
    )


def test_one_slow_part_is_one_warning_for_all_paths_through_it() -> None:
    """The longest path is named, the others are counted."""
    text = """
        mttr 5m
        diagnose
          step "Look", timeout 10m
            row = query one timeout 10m
              SELECT id, seen_at, frozen FROM accounts
            orders = shop.orders(customer: "c")
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            row.frozen
        resolve stale
          note "x"
        resolve frozen
          wait 1m
        """
    check(text, ["W430 at `query one`"])
    (problem,) = analyse(sample(text)).problems
    assert "`resolve frozen`" in problem.message
    assert problem.notes[1] == "too long with `resolve stale`, `otherwise` as well"


def test_the_time_of_people_is_not_the_machine_s() -> None:
    """It is shown in the plan instead."""
    check('mttr 5m\nresolve stale\n  manual "Do it" within 30m\n')


def test_times_are_shown_as_they_are_written() -> None:
    """Without parts that are nothing."""
    assert shown(timedelta(seconds=3690)) == "1h 1m 30s"
    assert shown(timedelta(0)) == "0s"


FINDINGS = """
        mttr 15m
        diagnose
          step "Look"
            row = query one
              SELECT id, tier, seen_at, frozen FROM accounts
          finding stale "Never seen"
            {stale}
          finding frozen "Frozen"
            {frozen}
        resolve stale
          wait 9m
        resolve frozen
          wait 8m
"""


@pytest.mark.parametrize(
    ("stale", "frozen"),
    [
        ("row.seen_at is absent", "row.frozen"),
        ('row.tier in ["free", "starter"]', 'row.tier is not "free"'),
        ('row.tier in ["free", "pro"]', 'row.tier in ["starter", "pro"]'),
        ("row.seen_at is absent", 'not stale or row.tier is "pro"'),
        ("either\n              row.frozen\n              row.seen_at is absent", "not row.frozen"),
    ],
)
def test_findings_that_can_hold_together_are_resolved_one_after_the_other(
    stale: str, frozen: str
) -> None:
    """Each alone is in time; both are not, and the diagnosis is read again between them."""
    (problem,) = analyse(sample(FINDINGS.format(stale=stale, frozen=frozen))).problems
    assert (problem.code, problem.message) == (
        "W430",
        "at worst, `diagnose`, `resolve stale` and `resolve frozen` take 17m 20s, and the mttr is 15m",
    )
    assert problem.notes[1].startswith("all findings that hold are resolved")


@pytest.mark.parametrize(
    ("stale", "frozen"),
    [
        ("row.frozen", "not row.frozen"),
        ("row.seen_at is absent", "row.seen_at is present"),
        ('row.tier is "free"', 'row.tier in ["starter", "pro"]'),
        ('row.tier is "free"', 'row.tier is not "free"'),
        ("row.seen_at is absent", "not stale"),
        ("row.seen_at is absent", "row.frozen\n            not stale"),
    ],
)
def test_findings_that_rule_each_other_out_are_on_no_path_together(stale: str, frozen: str) -> None:
    """By a value, a presence, a bool, or the other's name."""
    assert analyse(sample(FINDINGS.format(stale=stale, frozen=frozen))).problems == ()


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("lines is empty", "lines is not empty", False),
        ("lines is empty", "not stale", False),
        ("lines is empty", "orders is not empty", True),
    ],
)
def test_a_list_is_not_empty_where_it_is(one: str, other: str, together: bool) -> None:
    """Findings that say the one and the other of a list rule each other out."""
    text = FINDINGS.format(stale=one, frozen=other).replace(
        "          finding stale",
        '            lines = shop.orders(customer: "c")\n            orders = shop.orders(customer: "d")\n'
        "          finding stale",
    )
    assert [one.code for one in analyse(sample(text)).problems] == ["W430"] * together


def test_a_resolve_that_ends_the_run_is_followed_by_no_other() -> None:
    """`stop handed over` ends it, `stop resolved` goes on to the proof."""
    text = FINDINGS.format(stale="row.seen_at is absent", frozen="row.frozen")
    for outcome in ("handed over", "resolved"):
        ended = text.replace("wait 9m\n", f'wait 9m\n          stop {outcome} "done"\n')
        assert analyse(sample(ended)).problems == ()


def test_the_path_on_which_no_finding_holds_has_the_same_time() -> None:
    """`otherwise` is judged like a `resolve`."""
    text = 'mttr 5m\notherwise\n  wait 6m\n  escalate "still so"\n'
    check(text, ["W430 at `wait 6m`"])
    (problem,) = analyse(sample(text)).problems
    assert problem.message == "at worst, `diagnose` and `otherwise` take 6m 10s, and the mttr is 5m"


def test_what_stands_behind_an_end_is_on_another_way() -> None:
    """The longer of the two counts, not their sum; a handler follows what it guards, ended or not."""
    body = '  if row.frozen\n    wait 10m\n    stop handed over "frozen"\n  wait 20m\n'
    assert worst(f"mttr 15s\nresolve stale\n{body}") == "20m 10s"
    body = (
        '  order = shop.latest_order(customer: "c")\n  stop handed over "there"\n'
        "  on failure unavailable\n    wait 10m\n"
    )
    assert worst(f"mttr 15s\nresolve stale\n{body}") == "10m 40s"


def test_a_diagnosis_is_read_again_after_a_manual() -> None:
    """And the last look of `within` begins when its time is over."""
    assert worst('mttr 15s\nresolve stale\n  manual "Do"\n  wait 10m\n') == "10m 20s"
    body = (
        '  within 10m checking every 1s\n    x = shop.orders(customer: "c")\n    until row.frozen\n'
    )
    assert worst(f"mttr 15s\nresolve stale\n{body}") == "10m 40s"


def test_many_findings_are_judged_in_time() -> None:
    """All of a kind that can hold together, and all of another that cannot."""
    heads = "".join(
        f'  finding f{n} "F"\n    row.credits > {n}\n    row.tier is not "t{n}"\n'
        for n in range(60)
    )
    resolves = "".join(f"resolve f{n}\n  wait 1m\n" for n in range(60))
    step = '  step "Look"\n    row = query one\n      SELECT id, tier, credits FROM accounts\n'
    problems = analyse(sample(f"mttr 5m\ndiagnose\n{step}{heads}{resolves}")).problems
    (slow,) = [one for one in problems if one.code == "W430"]
    assert "take 28m" in slow.message  # the 24 longest, and the diagnosis before each
