"""What `on failure` can answer for."""

import pytest
from support.check import check


@pytest.mark.parametrize(
    ("statement", "possible", "never"),
    [
        ('order = shop.latest_order(customer: "c")', "unavailable", "check"),
        ("n = query value\n    SELECT count(*) AS n FROM accounts", "too_many", "refused"),
        ('approve "Really?"', "unanswered", "rate_limited"),
        ('check row.frozen else "no"', "check", "conflict"),
        ('change "Cancel"\n    shop.cancel(order: "o")\n    irreversible "x"', "refused", "check"),
        ("within 1m checking every 5s\n    until row.frozen", "timeout", "not_found"),
        ('for each n in [1, 2]\n    check n > 1 else "no"', "too_many", "unanswered"),
        ('if row.frozen\n    approve "Really?"', "refused", "conflict"),
        ('step "Look"\n    order = shop.latest_order(customer: "c")', "timeout", "too_many"),
    ],
)
def test_each_statement_fails_in_its_own_ways(statement: str, possible: str, never: str) -> None:
    """The kinds that can come are fine, another one is not."""
    check(
        f'resolve stale\n  {statement}\n  on failure {possible}, {never}\n    note "x"\n',
        [f"W705 at `{never}`"],
    )


def test_an_attempt_cannot_fail() -> None:
    """Its failure is its value."""
    check(
        """
        resolve stale
          order = try shop.latest_order(customer: "c")
          on failure unavailable
            note "x"
        """,
        ["W705 at `unavailable`"],
    )


def test_handlers_further_down_guard_what_is_above_them_as_well() -> None:
    """A kind that the first group takes may come again, from what stands between the two."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          on failure unavailable
            note "x"
          other = shop.latest_order(customer: "d")
          on failure unavailable
            note "y"
        """
    )


def test_a_procedure_fails_in_the_ways_of_what_it_does() -> None:
    """Through those that it calls, too; one that nobody knows may fail in any."""
    check(
        """
        use lib
        resolve stale
          call look()
          on failure unanswered, conflict
            note "x"
        """,
        ["W705 at `conflict`"],
        libraries={
            "lib": """
                library lib "Lib"

                procedure look()
                  call look_closely()

                procedure look_closely()
                  approve "Really?"
            """
        },
    )
