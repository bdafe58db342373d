"""Two currencies never meet: said by the checker where the text shows both."""

import pytest
from support.check import check

PRELUDE = """
verify
  fee = 12.50 usd
  order = shop.latest_order(customer: "c")
  check order is present
    else "none"
  orders = shop.orders(customer: "c")
"""


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        ("fee + 3.00 eur", "3.00 eur"),
        ("fee - (2 * 3.00 eur)", "2 * 3.00 eur"),
        ("fee > 3.00 eur", "3.00 eur"),
        ("fee is 3.00 eur", "3.00 eur"),
        ("fee in [3.00 eur]", "3.00 eur"),
        ("(fee if row.frozen else 2.00 usd) + 3.00 eur", "3.00 eur"),
        ("order.price + fee + 3.00 eur", "3.00 eur"),
        ("sum([fee, 1.00 usd, 3.00 eur])", "3.00 eur"),
        ("max([fee, 3.00 eur])", "3.00 eur"),
        ("-fee < 3.00 eur", "3.00 eur"),
    ],
)
def test_amounts_that_are_written_in_two_currencies_never_meet(expression: str, at: str) -> None:
    """What one is worth in the other changes while the playbook is read."""
    check(f"{PRELUDE}  x = {expression}\n", [f"E424 at `{at}`"])


@pytest.mark.parametrize(
    "expression",
    [
        "fee + 3.00 usd",
        "fee + order.price",
        "order.price > 3.00 eur",
        "order.price + (fee if row.frozen else 2.00 eur)",
        "sum(orders.price)",
        "[fee, 3.00 eur]",
        "fee > 0",
    ],
)
def test_an_amount_from_outside_may_be_in_any_currency(expression: str) -> None:
    """Those that do not fit are refused when it is run."""
    check(f"{PRELUDE}  x = {expression}\n")


@pytest.mark.parametrize("function", ["sum", "min", "max"])
def test_a_list_with_a_name_is_added_up_as_the_list_is(function: str) -> None:
    """What is in it is written above."""
    body = f"{PRELUDE}  both = [fee, 3.00 eur]\n  x = {function}(both)\n"
    check(body, ["E424 at `both`"])
    check(body.replace("3.00 eur", "3.00 usd"))
    check(body.replace("3.00 eur", "order.price"))
    check(body.replace("(both)", '(both where it.currency is "usd")'))


def test_a_list_of_one_of_two_amounts_is_not_mixed() -> None:
    """Which of them it is, only the run knows."""
    check(f"{PRELUDE}  one = [fee if row.frozen else 3.00 eur]\n  x = sum(one)\n")


def test_a_currency_that_was_tested_is_known() -> None:
    """A line of an `if` says it as well as a literal."""
    check(
        f"""{PRELUDE}
  if order.price.currency is "eur" and order.price > 3.00 usd
    note "more"
  if order.price.currency is "usd" and order.price > 3.00 usd
    note "more"
""",
        ["E424 at `3.00 usd`"],
    )


def test_a_sum_of_amounts_is_absent_for_none() -> None:
    """Nothing has no currency; a list that has an item has a sum."""
    check(
        f"""{PRELUDE}
  check sum(orders.price) > 3.00 usd
    else "none"
""",
        ["E403 at `sum(orders.price)`"],
    )
    check(f'{PRELUDE}  check sum([fee]) > 3.00 usd\n    else "none"\n')
    check(f'{PRELUDE}  fees = [fee]\n  check sum(fees) > 3.00 usd\n    else "none"\n')
