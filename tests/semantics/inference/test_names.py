"""Which names are visible where."""

from support.check import check


def test_a_slip_is_reported_once_wherever_it_leads() -> None:
    """What came of the wrong name fits everywhere; nine more reports would hide the one that matters."""
    check(
        """
        resolve stale
          order = shop.latest_ordre(customer: row.name)
          price = order.price
          x = price + 3
          note "{{ x }}"
        """,
        problems=["E204 at `latest_ordre`"],
    )


def test_several_slips_are_all_reported_in_the_order_of_the_text() -> None:
    """An author corrects a file once, not five times."""
    check(
        """
        resolve stale
          note "{{ rwo.name }}"
          note "{{ row.nmae }}"
          order = shpo.latest_order(customer: 5)
        """,
        problems=["E201 at `rwo`", "E210 at `nmae`", "E203 at `shpo`"],
    )


def test_names_of_a_step_live_on_in_its_section() -> None:
    """A step is a label, not a scope."""
    check(
        """
        resolve stale
          step "One"
            word = "a"
          step "Two"
            note "{{ word }}"
        """
    )


def test_names_of_one_resolve_are_not_those_of_another() -> None:
    """Which resolves run is decided by the world."""
    check(
        """
        diagnose
          step "Look"
            row = query one
              SELECT id, seen_at, frozen FROM accounts
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            row.frozen
        resolve stale
          word = "a"
        resolve frozen
          note "{{ word }}"
        """,
        problems=["E201 at `word`"],
    )


def test_a_name_bound_in_every_branch_that_goes_on_is_visible_after_it() -> None:
    """The branch that stops does not come here."""
    check(
        """
        resolve stale
          if row.frozen
            word = "a"
          else if row.credits > 3
            word = "b"
          else
            stop handed over "no"
          note "{{ word }}"
        """
    )


def test_a_name_bound_in_one_branch_says_where_it_is_missing() -> None:
    """The message points at the branch that has it."""
    check(
        """
        resolve stale
          match row.tier
            when "free"
              word = "a"
            otherwise
              note "none"
          note "{{ word }}"
        """,
        problems=["E215 at `word`"],
    )


def test_names_of_a_loop_end_with_it() -> None:
    """There is one for each item, and perhaps none."""
    check(
        """
        resolve stale
          for each n in [1, 2]
            twice = n * 2
          note "{{ twice }}"
        """,
        problems=["E201 at `twice`"],
    )


def test_branches_that_run_together_do_not_see_each_other() -> None:
    """Neither is finished before the other."""
    check(
        """
        resolve stale
          parallel
            a = shop.orders(customer: "c")
            b = count(a)
          note "{{ count(a) }}"
        """,
        problems=["E201 at `a`"],
    )


def test_branches_that_run_together_bind_different_names() -> None:
    """Which of the two would it be?"""
    check(
        """
        resolve stale
          parallel
            a = shop.orders(customer: "c")
            a = shop.orders(customer: "d")
        """,
        problems=["E202 at `a`"],
    )


def test_what_is_always_there_cannot_be_bound() -> None:
    """`now` is one thing in every playbook."""
    check(
        """
        resolve stale
          now = 3
          result = 4
          shop = shop.orders(customer: "c")
        """,
        problems=["E202 at `now`", "E202 at `result`", "E202 at `shop`"],
    )


def test_an_input_or_finding_cannot_be_bound_again() -> None:
    """They are visible everywhere."""
    check(
        """
        resolve stale
          account = 3
          stale = 4
        """,
        problems=["E202 at `account`", "E202 at `stale`"],
    )


def test_findings_are_bools_below_them() -> None:
    """A later finding may exclude an earlier one."""
    check(
        """
        diagnose
          step "Look"
            row = query one
              SELECT id, seen_at, frozen FROM accounts
          finding stale "Never seen"
            row.seen_at is absent
          finding frozen "Frozen"
            row.frozen and not stale
        resolve stale
          note "a"
        resolve frozen
          note "b"
        verify
          check not frozen
            else "still frozen"
        """
    )


def test_a_value_behind_a_check_may_not_have_been_read_in_otherwise() -> None:
    """`otherwise` runs when the check did not hold."""
    check(
        """
        diagnose
          step "Look"
            row = query one
              SELECT id, seen_at, frozen FROM accounts
            check row.frozen
              else "not frozen"
            orders = shop.orders(customer: "c")
          finding stale "Never seen"
            row.seen_at is absent
            orders is empty
        resolve stale
          note "{{ count(orders) }}"
        otherwise
          note "{{ row.id }} {{ count(orders) }}"
        recover
          if stale
            note "{{ count(orders) }}"
        """,
        problems=["E216 at `orders`"],
    )


def test_it_has_a_meaning_only_over_lists() -> None:
    """And only one at a time."""
    check(
        """
        resolve stale
          note "{{ it }}"
        """,
        problems=["E201 at `it`"],
    )


def test_result_is_there_for_an_undo() -> None:
    """What the operation gave is often needed to take it back."""
    check(
        """
        resolve stale
          change "Cancel"
            shop.cancel(order: "o")
            undo shop.restore(order: result.id)
        """
    )


def test_a_bound_change_has_rows_and_a_result() -> None:
    """The next step may depend on what was really done."""
    check(
        """
        resolve stale
          done = change "Cancel"
            shop.cancel(order: "o")
            irreversible "asked for"
          note "{{ done.rows }} {{ done.result.id }}"
        """
    )


def test_what_people_give_is_bound() -> None:
    """`manual` binds its evidence, `choose` and `ask` their answer."""
    check(
        """
        resolve stale
          manual "Look" within 10m
            give cause: text "Why?"
            give minutes: int "How long?"
          how = choose "How?"
            fast "Fast"
            slow "Slow"
          note "{{ cause }} {{ minutes * 2 }} {{ how }}"
          check how is "fsat" else "no"
        """,
        problems=['E405 at `"fsat"`'],
    )
