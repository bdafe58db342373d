"""The machine's worst case against the mttr."""

from datetime import timedelta

import pytest
from rbengine.semantics.catalogue.sample import sample
from rbengine.semantics.problems.timing import shown
from support.check import analyse, check


def worst(text: str) -> str:
    (problem,) = analyse(sample(text)).problems
    assert problem.code == "W430"
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
        ('change "Do"\n    shop.cancel(order: "o")\n    irreversible "x"', "40s"),
    ],
)
def test_everything_that_takes_time_is_added_up(body: str, time: str) -> None:
    """A query of the diagnosis takes 10 s at most, a call 30 s where its step says nothing."""
    assert worst(f"mttr 5s\nresolve stale\n  {body}\n") == time


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
    assert problem.notes[0] == "too long with `resolve stale` as well"


def test_the_time_of_people_is_not_the_machine_s() -> None:
    """It is shown in the plan instead."""
    check('mttr 5m\nresolve stale\n  manual "Do it" within 30m\n')


def test_times_are_shown_as_they_are_written() -> None:
    """Without parts that are nothing."""
    assert shown(timedelta(seconds=3690)) == "1h 1m 30s"
    assert shown(timedelta(0)) == "0s"
