"""What only reads may only read; what changes stands inside a change."""

import pytest
from rbengine.semantics.catalogue.sample import sample
from rbengine.semantics.check import check as check_runbook
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import Runbook
from support.check import POLICY, check
from support.signatures import SIGNATURES
from support.tables import TableDescriber

CANCEL = 'change "Cancel"\n{0}  shop.cancel(order: "o")\n{0}  irreversible "asked for"'
LIBRARY = {
    "lib": """
        library lib "Lib"

        procedure look(customer: text) gives optional shop.order
          order = shop.latest_order(customer: customer)
          give order

        procedure deep()
          call act()

        procedure act()
          change "Cancel"
            shop.cancel(order: "o")
            irreversible "asked for"
    """
}


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (CANCEL.format("    "), 'E301 at `"Cancel"`'),
        ('x = ask "Really?": bool', 'E301 at `"Really?"`'),
        ('manual "Do it"', 'E301 at `"Do it"`'),
        ('approve "Do it?" by manager', 'E301 at `"Do it?"`'),
        ('escalate "help"', 'E301 at `"help"`'),
        ("call act()", "E301 at `act`"),
        ("call deep()", "E301 at `deep`"),
    ],
)
def test_verify_only_reads(statement: str, problem: str) -> None:
    """It may run at any moment; also what a procedure does far below counts."""
    body = statement.replace("\n    ", "\n  ")
    check(
        f"use lib\nverify\n  y = call look(customer: row.name)\n  {body}\n",
        [problem],
        libraries=LIBRARY,
    )


def test_the_looks_of_within_only_read() -> None:
    """They are repeated; what follows when time is up is not."""
    check(
        """
        resolve stale
          within 10m checking every 1m
            order = shop.latest_order(customer: "c")
            manual "Look"
            until order is present
          else
            manual "Look yourself"
        """,
        ['E301 at `"Look"`'],
    )


def test_on_breach_only_tells() -> None:
    """It runs beside the work."""
    check(
        """
        on breach
          escalate "late"
          mail.send(to: row.email, message: late(row))
          change "Cancel"
            shop.cancel(order: "o")
            irreversible "asked for"
        message late(row: accounts) "Late"
          We are late, {{ row.name }}.
        """,
        ['E301 at `"Cancel"`'],
    )


def test_messages_may_go_out_together_and_changes_may_not() -> None:
    """Letters do not get in each other's way."""
    check(
        """
        recover
          for each n in ["a@x.test", "b@x.test"], at most 2, 2 at a time
            mail.send(to: n, message: late(row))
            change "Cancel {{ n }}"
              shop.cancel(order: n)
              irreversible "asked for"
        message late(row: accounts) "Late"
          We are late, {{ row.name }}.
        """,
        ['E302 at `"Cancel {{ n }}"`'],
    )


def test_a_change_is_one_thing() -> None:
    """Branches of `if` are each one thing too."""
    check(
        """
        resolve stale
          change "Either"
            if row.frozen
              shop.cancel(order: "o")
            else
              shop.restore(order: "o")
            irreversible "x"
          change "Both"
            sql
              UPDATE accounts SET frozen = true WHERE id = :account
            expect 1 row
            shop.cancel(order: "o")
            irreversible "x"
        """,
        ['E305 at `"Both"`'],
    )


def test_statements_stand_where_they_mean_something() -> None:
    """`stop` ends a run, so not from inside a loop; `skip` and `give` speak of a loop."""
    check(
        """
        resolve stale
          xs = for each n in [1, 2]
            if n > 1
              skip "too many"
            give n
        recover
          all or nothing
            note "x"
          if row.frozen
            skip "x"
          give 3
        """,
        ["E229 at `all or nothing`", "E229 at `skip`", "E229 at `give`"],
    )


def test_a_function_that_only_observes_may_be_run_anywhere() -> None:
    """The app says so; of any other nobody knows what it does."""
    text = sample(
        """
        resolve stale
          parallel
            shop.run(name: "look")
            shop.run(name: "look")
          step "Look", retry 2 times every 1s
            shop.run(name: "look")
          shop.run(name: "act")
          change "Have it planned"
            shop.run(name: "look")
            irreversible "it only looks"
        """
    )
    assert codes(text, frozenset({"look"})) == ["E303"]
    assert codes(text, frozenset()) == ["E302", "E302", "E303", "E611", "E303"]


def codes(text: str, observing: frozenset[str]) -> list[str]:
    source = SourceFile("a.rb", text)
    tree = parse(source).tree
    assert isinstance(tree, Runbook)
    found = check_runbook(
        tree,
        source,
        policy=POLICY,
        libraries={},
        signature_of=SIGNATURES.get,
        describer=TableDescriber(),
        observing=observing,
    )
    return [one.code for one in found.problems]
