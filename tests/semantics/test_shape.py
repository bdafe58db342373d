"""Sections of a runbook."""

import pytest
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


@pytest.mark.parametrize("section", ["resolve stale", "otherwise", "recover"])
@pytest.mark.parametrize(
    "value", ["row.tier", '"a {{ row.name }}"', "[1, 2] each it + 1", "5m ago"]
)
def test_a_value_that_nothing_reads_is_a_warning(section: str, value: str) -> None:
    """A reader would look for what becomes of it."""
    body = f'  x = {value}\n  escalate "a"\n'
    check(f"{section}\n{body}", ["W708 at `x`"])
    check(f'{section}\n  allow W708 "the next change reads it"\n{body}')
    check(f'{section}\n{body}  note "{{{{ x }}}}"\n' if "each" not in value else SUMMED)


SUMMED = 'recover\n  x = [1, 2] each it + 1\n  check sum(x) is 5 else "odd"\n'


@pytest.mark.parametrize(
    "reader",
    [
        "query value\n    SELECT count(*) AS n FROM accounts WHERE name = :x",
        "shop.latest_order(customer: x)",
        'ask "Is {{ x }} right?": bool',
    ],
)
def test_what_was_read_or_answered_is_evidence(reader: str) -> None:
    """It is shown, whether or not anything depends on it; and a parameter of SQL is read."""
    check(f"recover\n  x = row.name\n  seen = {reader}\n")


def test_a_value_is_read_in_its_own_section() -> None:
    """A name of another section is another."""
    check(
        """
        recover
          x = 3
          note "{{ x }}"
        on breach
          x = 4
          escalate "late"
        """,
        ["W708 at `x`"],
    )
    check(
        """
        verify
          x = 3
        """
    )


def test_a_procedure_has_values_that_nothing_reads_as_well() -> None:
    """A library is read by more people than any runbook."""
    library = 'library platform "Shared"\n\nprocedure look()\n  x = 3\n  note "seen"\n'
    check(
        """
        use platform
        resolve stale
          call look()
        """,
        ["W708 at `x`"],
        libraries={"platform": library},
    )
