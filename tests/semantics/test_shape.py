"""Sections of a runbook."""

from support.check import check


def test_a_misspelt_resolve_is_one_problem() -> None:
    """Its finding is then not also without a resolve."""
    check(
        """
        resolve staale
          note "x"
        """,
        ["E220 at `staale`"],
    )


def test_the_gravest_incidents_are_proven_to_be_over() -> None:
    """P0 and P1 need `verify`."""
    check("severity P1\nmttr 1h\n", ["E225 at `P1`"])
    check("severity P2\nmttr 1h\n")


def test_what_is_missing_is_said_at_the_head() -> None:
    """There is no other place for what is not there."""
    check(
        """
        runbook RB-901 "Empty"

        symptoms
          - nothing
        """,
        ["E225 at `RB-901`"] * 4,
    )


def test_labels_of_different_sections_may_be_the_same() -> None:
    """Their places differ."""
    check(
        """
        resolve stale
          step "Go"
            note "a"
        recover
          step "Go"
            note "b"
        """
    )


def test_nothing_runs_behind_an_end_on_every_way() -> None:
    """Behind one way that goes on it does."""
    check(
        """
        resolve stale
          if row.frozen
            stop resolved "a"
          else
            stop handed over "b"
          note "never"
        recover
          if row.frozen
            stop resolved "a"
          note "sometimes"
        """,
        ['E227 at `note "never"`'],
    )


def test_an_on_failure_goes_on_behind_a_stop() -> None:
    """It is another way."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          stop resolved "done"
          on failure unavailable
            note "later"
        """
    )
