"""What is known of a value after lines, tests and early ends."""

import pytest
from support.check import check

DIAGNOSE = """
diagnose
  step "Look"
    row = query one
      SELECT id, name, customer, tier, frozen, seen_at FROM accounts
    order = shop.latest_order(customer: "c")
  finding {finding}
resolve f
{resolve}
"""


def resolved(finding: str, resolve: str, problems: list[str] | None = None) -> None:
    lines = "\n    ".join(['f "F"', *finding.split("; ")])
    body = "\n".join(f"  {line}" for line in resolve.split("; "))
    check(DIAGNOSE.format(finding=lines, resolve=body), problems)


def test_each_line_of_a_finding_is_known_in_the_next() -> None:
    """The lines are read from the top."""
    resolved('order is present; order.status is "paid"', 'note "x"')
    resolved('order.status is "paid"; order is present', 'note "x"', ["E403 at `order`"])


def test_the_lines_of_a_finding_hold_in_its_resolve() -> None:
    """A resolve runs only when its finding was found."""
    resolved("order is present", 'note "{{ order.id }}"')
    resolved("row.frozen", 'note "{{ order.id }}"', ["E403 at `order`"])


def test_a_line_of_either_is_known_to_have_failed_in_the_next() -> None:
    """`either` is tried from the top."""
    resolved('either;   order is absent;   order.status is "paid"', 'note "x"')
    resolved(
        'either;   order is present;   order.status is "paid"', 'note "x"', ["E403 at `order`"]
    )


def test_only_what_all_lines_of_either_say_is_known_after_it() -> None:
    """One of them held, nobody knows which."""
    resolved(
        "either;   order is present;   row.frozen",
        'note "{{ order.id }}"',
        ["E403 at `order`"],
    )


def test_and_or_not_carry_facts() -> None:
    """As one reads them."""
    resolved('order is present and order.status is "paid"', 'note "{{ order.id }}"')
    resolved('order is absent or order.status is "paid"', 'note "x"')
    resolved("not (order is absent)", 'note "{{ order.id }}"')
    resolved('not (order is absent or order.status is "paid")', 'note "{{ order.id }}"')


def test_being_in_a_list_or_equal_to_something_is_being_there() -> None:
    """Nothing that is absent is in a list or equal to a text."""
    resolved('row.customer is "c"', "x = shop.orders(customer: row.customer)")
    resolved('row.customer in ["c", "d"]', "x = shop.orders(customer: row.customer)")
    resolved(
        'row.customer is not "c"',
        "x = shop.orders(customer: row.customer)",
        ["E403 at `row.customer`"],
    )


def test_an_enum_is_narrowed_by_what_it_is_and_is_not() -> None:
    """A `match` need name only what is left."""
    resolved(
        'row.tier is not "free"',
        'match row.tier;   when "pro", "starter";     note "x"',
    )
    resolved('row.tier in ["free"]', 'match row.tier;   when "free";     note "x"')
    resolved(
        'row.tier is not "free"',
        'check row.tier is "free" else "never"',
        ['E405 at `"free"`'],
    )


def test_a_check_and_an_early_stop_are_known_after_them() -> None:
    """What goes on has passed them."""
    resolved("row.frozen", 'check order is present else "no"; note "{{ order.id }}"')
    resolved("row.frozen", 'if order is absent;   stop resolved "none"; note "{{ order.id }}"')


def test_if_and_else_know_opposite_things() -> None:
    """And nothing of it is known behind them."""
    resolved(
        "row.frozen",
        'if order is present;   note "{{ order.id }}"; else;   note "{{ order.id }}"',
        ["E403 at `order`"],
    )
    resolved(
        "row.frozen",
        'if order is present;   note "x"; note "{{ order.id }}"',
        ["E403 at `order`"],
    )


def test_a_conditional_expression_knows_its_condition() -> None:
    """The same as `if`."""
    resolved("row.frozen", 'note "{{ order.id if order is present else "none" }}"')


def test_a_finding_carries_its_facts_where_it_is_tested() -> None:
    """`recover` knows nothing of the diagnosis but what it asks."""
    check(
        DIAGNOSE.format(finding='f "F"\n    order is present', resolve='  note "x"')
        + 'recover\n  if f\n    note "{{ order.id }}"\n  note "{{ order.id }}"\n',
        ["E403 at `order`"],
    )


def test_items_that_passed_a_where_are_known_too() -> None:
    """The list is of those that have it."""
    check(
        """
        diagnose
          step "Look"
            rows = query all
              SELECT id, customer FROM accounts
          finding f "F"
            rows is not empty
        resolve f
          known = rows where it.customer is present
          for each one in known, at most 3
            x = shop.orders(customer: one.customer)
          y = rows each shop_name
          z = known each lower(it.customer)
        """,
        ["E201 at `shop_name`"],
    )


def test_a_list_that_is_not_empty_has_a_first_item() -> None:
    """Otherwise it may be absent."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          check orders is not empty
            else "none"
          note "{{ first(orders).id }}"
        """
    )
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          note "{{ first(orders).id }}"
        """,
        ["E403 at `first(orders)`"],
    )


def test_a_part_of_something_that_is_not_zero_is_there() -> None:
    """`percent` is absent only when the whole is 0."""
    check(
        """
        resolve stale
          check row.credits > 0 and percent(1, of: row.credits) > 5%
            else "few"
          check percent(1, of: row.credits) > 5%
            else "few"
          check percent(1, of: count([1])) > 5%
            else "few"
        """,
        ["E403 at `percent(1, of: count([1]))`"],
    )


def test_an_attempt_is_known_by_its_test() -> None:
    """Present it has its value, failed its failure, and before the test neither."""
    check(
        """
        resolve stale
          order = try shop.latest_order(customer: "c")
          if order is failed
            note "{{ order.failure.kind }}: {{ order.failure.text }}"
          else if order is present
            note "{{ order.id }}"
          note "{{ order.failure.text }}"
        """,
        ["E409 at `order`"],
    )


def test_what_a_person_may_have_changed_is_not_known_any_more() -> None:
    """The diagnosis is read again after a `manual`; what its finding says still holds."""
    resolved(
        "order is present",
        'check row.customer is present else "no"; manual "Look at it"; '
        'x = shop.orders(customer: row.customer); note "{{ order.id }}"',
        ["E403 at `row.customer`"],
    )


ASKED = 'x = ask "And now?": text within 5m by on_call'


@pytest.mark.parametrize("asking", ['manual "Look at it"', ASKED])
@pytest.mark.parametrize(
    ("known", "read", "problem"),
    [
        ('check row.customer is present else "no"', 'note "{{ row.customer }}"', "row.customer"),
        (
            'check row.customer is present else "no"',
            "y = shop.orders(customer: row.customer)",
            "row.customer",
        ),
    ],
)
def test_people_end_what_was_known_of_the_diagnosis(
    asking: str, known: str, read: str, problem: str
) -> None:
    """They may have changed it meanwhile; before them it is known, and after another test again."""
    code = "E403" if read.startswith("y") else "E421"
    resolved("row.frozen", f"{known}; {read}; {asking}")
    resolved("row.frozen", f"{known}; {asking}; {read}", [f"{code} at `{problem}`"])
    resolved("row.frozen", f"{known}; {asking}; {known}; {read}")


def test_people_end_an_enum_that_was_narrowed_too() -> None:
    """What was excluded may be so now."""
    narrowed = 'check row.tier is not "free" else "free"'
    matched = 'match row.tier\n    when "starter"\n      note "a"\n    when "pro"\n      note "b"'
    resolved("row.frozen", f"{narrowed}; {matched}")
    resolved("row.frozen", f"{narrowed}; {ASKED}; {matched}", ["E406 at `row.tier`"])


def test_people_change_nothing_that_was_bound_in_the_resolve() -> None:
    """It was read here, and is not read again."""
    own = 'mine = shop.latest_order(customer: "c"); check mine is present else "none"'
    resolved("row.frozen", f'{own}; {ASKED}; note "{{{{ mine.id }}}} {{{{ x }}}}"')


def test_a_diagnosis_that_is_read_again_has_no_facts_of_another_resolve() -> None:
    """Before each `resolve` after the first it is read again, and the finding judged anew."""
    check(
        DIAGNOSE.format(
            finding='f "F"\n    row.frozen\n  finding g "G"\n    row.tier is "pro"',
            resolve='  check order is present else "none"\n  note "{{ order.id }}"',
        )
        + 'resolve g\n  note "{{ order.id }}"\n',
        ["E403 at `order`"],
    )


def test_what_early_ends_said_is_known_in_every_later_section_of_its_resolve_alone() -> None:
    """`verify` and `recover` see the first diagnosis, and only what its own lines say."""
    check(
        DIAGNOSE.format(finding='f "F"\n    order is present', resolve='  note "{{ order.id }}"')
        + 'verify\n  check order.id is "o" else "no"\n',
        ["E403 at `order`"],
    )
