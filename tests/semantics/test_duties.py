"""What a change owes."""

import pytest
from support.check import check


@pytest.mark.parametrize(
    ("sql", "problems"),
    [
        ("UPDATE accounts SET frozen = true WHERE id = :account", []),
        ("DELETE FROM accounts WHERE id = :account", []),
        ("UPDATE accounts SET credits = credits + 1 WHERE id = :account", ['E602 at `"Do"`']),
        ("INSERT INTO notes (text) VALUES ('x')", ['E602 at `"Do"`']),
        ("UPDATE accounts SET frozen = true", ["E605 at `UPDATE`"]),
        ("DELETE FROM accounts WHERE true", ["E605 at `DELETE`"]),
    ],
)
def test_an_undo_is_derived_or_written(sql: str, problems: list[str]) -> None:
    """Derived where the old values tell everything."""
    check(
        f'resolve stale\n  change "Do"\n    sql\n      {sql}\n    expect any number of rows\n',
        problems,
    )


def test_an_undo_around_a_loop_is_enough() -> None:
    """It takes back every item."""
    check(
        """
        resolve stale
          change "Cancel all"
            for each n in ["a", "b"], at most 2
              shop.cancel(order: n)
            undo
              shop.restore(order: "a")
        """
    )


def test_statements_of_an_undo_say_how_many_rows_too() -> None:
    """Taking back is a change as well."""
    check(
        """
        resolve stale
          change "Do"
            sql
              UPDATE accounts SET credits = credits + 1 WHERE id = :account
            expect 1 row
            undo
              sql
                UPDATE accounts SET credits = credits - 1 WHERE id = :account
        """,
        ["E601 at `UPDATE`"],
    )


def test_a_number_of_rows_is_a_number() -> None:
    """It may be counted from a list."""
    check(
        """
        resolve stale
          change "Do"
            sql
              UPDATE accounts SET frozen = true WHERE id = :account
            expect at most count([1, 2]) rows
            sql
              UPDATE accounts SET frozen = true WHERE id = :account
            expect at most row.name rows
        """,
        ["E401 at `row.name`"],
    )


def test_duties_hold_in_libraries() -> None:
    """The problem names the library's own file."""
    check(
        """
        use lib
        resolve stale
          call act(account: account)
        """,
        ["E601 at `UPDATE`"],
        libraries={
            "lib": """
                library lib "Lib"

                procedure act(account: uuid)
                  change "Do"
                    sql
                      UPDATE accounts SET frozen = true WHERE id = :account
            """
        },
    )


def test_what_may_drift_is_a_column() -> None:
    """A slip there would ask again for every harmless move."""
    check(
        """
        resolve stale
          change "Do"
            sql
              UPDATE accounts SET frozen = true WHERE id = :account
            expect 1 row
            may drift credits, seen_it
        """,
        ["E210 at `seen_it`"],
    )
