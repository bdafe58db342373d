"""What a runbook uses of libraries."""

from support.check import check

LIB = {
    "lib": """
        library lib "Lib"

        use base

        procedure look(customer: text) gives seen
          order = shop.latest_order(customer: customer)
          if order is present
            give {customer: customer, state: "seen"}
          give {customer: customer, state: "nveer"}

        message hello(row: accounts) "Hi"
          Hi {{ row.name }}.
    """,
    "base": """
        library base "Base"

        record seen
          customer: text
          state: one of seen or never
    """,
}


def test_records_procedures_and_messages_are_shared() -> None:
    """Mistakes inside are reported in the library's file."""
    check(
        """
        use lib
        resolve stale
          state = call look(customer: row.name)
          match state.state
            when "seen"
              note "a"
            when "never"
              note "b"
        recover
          mail.send(to: row.email, message: hello(row))
        """,
        ['E405 at `"nveer"`'],
        libraries=LIB,
        types={"state": "seen"},
    )


def test_a_missing_library_hides_nothing_else_and_is_one_problem() -> None:
    """What it may have offered is not also unknown."""
    check(
        """
        use lib, libb
        resolve stale
          call loook(customer: row.nmae)
        recover
          mail.send(to: row.email, message: helllo(row))
        """,
        ["E212 at `libb`", "E210 at `nmae`", 'E405 at `"nveer"`'],
        libraries=LIB,
    )
