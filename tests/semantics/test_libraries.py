"""What a runbook uses of libraries."""

from rbengine.semantics.check import check_library
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import Library
from support.check import POLICY, check
from support.signatures import SIGNATURES
from support.tables import TableDescriber

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


def test_a_library_is_checked_without_anybody_who_uses_it() -> None:
    """Its effects and duties too."""
    source = SourceFile(
        "lib.rb",
        'library lib "Lib"\n\nprocedure act()\n  shop.cancel(order: "o")\n  note "{{ nobody }}"\n'
        "  within 1m checking every 10s\n"
        '    manual "Look"\n    until true\n',
    )
    tree = parse(source).tree
    assert isinstance(tree, Library)
    found = check_library(
        "lib",
        policy=POLICY,
        libraries={"lib": (tree, source)},
        signature_of=SIGNATURES.get,
        describer=TableDescriber(),
    )
    assert [one.code for one in found] == ["E303", "E201", "E301"]


def test_every_circle_of_procedures_is_told_once() -> None:
    """Through other procedures and blocks; calling one twice is no circle."""
    check(
        """
        use lib
        resolve stale
          call first()
        """,
        ["E235 at `first`", "E235 at `alone`"],
        libraries={
            "lib": """
                library lib "Lib"

                procedure first()
                  call second()
                  call third()
                  call third()

                procedure second()
                  if now > incident.started
                    call first()

                procedure third()
                  note "a"

                procedure alone()
                  step "Again"
                    call alone()
            """
        },
    )


TWO = {
    "one": """
        library one "One"

        record seen
          at: instant

        procedure look()
          note "one"

        message hello(name: text) "Hi"
          Hi {{ name }}.
    """,
    "two": """
        library two "Two"

        record seen
          at: instant

        procedure look()
          note "two"

        message hello(name: text) "Hi"
          Hi {{ name }}.
    """,
    "above": """
        library above "It has a procedure of its own"

        use two

        procedure around()
          call look()
    """,
}


def test_one_name_in_two_libraries_is_reported_where_the_second_is_used() -> None:
    """The first would be taken in silence, whichever the author meant."""
    check(
        "use one, two\nresolve stale\n  call look()\n",
        ["E236 at `two`", "E236 at `two`", "E236 at `two`"],
        libraries=TWO,
    )


def test_a_procedure_has_one_name_in_all_that_a_runbook_reaches() -> None:
    """What a procedure does is known by its name; what else a library keeps to itself clashes with nothing."""
    check(
        "use one, above\nresolve stale\n  call look()\n  call around()\n",
        ["E236 at `above`"],
        libraries=TWO,
    )
    check("use above\nresolve stale\n  call around()\n", libraries=TWO)
