"""Types of expressions, and what does not go together."""

import pytest
from support.check import check


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("1 + 2", "int"),
        ("1 + 2.5", "decimal"),
        ("now - incident.started", "duration"),
        ("now - 5m", "instant"),
        ("10m ago", "instant"),
        ("2 * 5m", "duration"),
        ("5m / 2", "duration"),
        ("5m / row.rate", "optional duration"),
        ("-row.rate", "decimal"),
        ('"a {{ row.name }}"', "text"),
        ('["a", row.name]', "list of text"),
        ("[1, 2.5]", "list of decimal"),
        ("row.name is row.email", "bool"),
        ("shop.orders(customer: row.name)", "list of shop.order"),
        ('{a: 1, b: "x"}', "{a: int, b: text}"),
        ("1 if row.frozen else 2.5", "decimal"),
        ("count([1])", "int"),
        ("sum([1, 2])", "int"),
        ("max([1, 2])", "int"),
        ("any([row.frozen])", "bool"),
        ('whole("3")', "optional int"),
        ("whole(row.customer)", "optional int"),
        ("percent(1, of: 2)", "percent"),
        ("percent(1, of: row.credits)", "optional percent"),
        ('join(["a"], with: ", ")', "text"),
        ("days(3)", "duration"),
        ("distinct([1, 1])", "list of int"),
        ("[1, 2] each it + 0.5", "list of decimal"),
        ("[1, 2] where it > 1", "list of int"),
        ("row.tier", "accounts.tier"),
        ("row.seen_at", "optional instant"),
        ("3 in [1, 2]", "bool"),
        ("12.50 usd", "money"),
        ("2026-03-02", "date"),
    ],
)
def test_an_expression_has_a_type(expression: str, type_: str) -> None:
    """As its parts say."""
    check(f"verify\n  x = {expression}\n", types={"x": type_})


def test_a_field_of_a_list_is_a_list() -> None:
    """`= ANY(:orders.id)` and `join(orders.id, …)` read well."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          ids = orders.id
          plans = orders.plan
        """,
        types={"ids": "list of text", "plans": "list of optional text"},
    )


def test_a_field_of_json_may_be_absent_and_is_json() -> None:
    """Nobody promised its shape."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          check order is present
            else "none"
          credits = whole(order.metadata.credits)
        """,
        types={"credits": "optional int"},
    )


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("row.name + row.email", "E411 at `row.name + row.email`"),
        ("row.frozen + 1", "E411 at `row.frozen + 1`"),
        ("-row.name", "E411 at `row.name`"),
        ("5m + 3", "E402 at `3`"),
        ("now + 3", "E402 at `3`"),
        ("5m < 3", "E402 at `3`"),
        ("3 is 5m", "E402 at `3`"),
        ("5% < 3", "E404 at `3`"),
        ("row.name < row.email", "E411 at `row.name < row.email`"),
        ("row.credits / 2", "E413 at `row.credits / 2`"),
        ("row.name is 3", "E404 at `3`"),
        ('row.id is "no uuid"', 'E404 at `"no uuid"`'),
        ("row.seen_at < now", "E403 at `row.seen_at`"),
        ("3 in row.credits", "E410 at `row.credits`"),
        ('row.tier in ["free", "por"]', 'E405 at `"por"`'),
        ('"por" is row.tier', 'E405 at `"por"`'),
        ("[1, row.name]", "E404 at `row.name`"),
        ("1 if row.name else 2", "E408 at `row.name`"),
        ("1 if row.frozen else row.name", "E404 at `row.name`"),
        ("not row.credits", "E408 at `row.credits`"),
        ("sum([row.name])", "E401 at `[row.name]`"),
        ("lower(row.credits)", "E401 at `row.credits`"),
        ("lower(row.customer)", "E403 at `row.customer`"),
        ("count(1, 2)", "E209 at `count`"),
        ("row.credits is empty", "E412 at `row.credits is empty`"),
        ("row.credits is failed", "E412 at `row.credits is failed`"),
        ("row.credits is absent", "W703 at `row.credits is absent`"),
        ('"{{ row.seen_at | lower }}"', "E401 at `row.seen_at`"),
        ("row.name ago", "E401 at `row.name`"),
        ("row.credits each it", "E410 at `row.credits`"),
    ],
)
def test_what_does_not_go_together_is_reported_where_it_stands(
    expression: str, problem: str
) -> None:
    """The smallest wrong text is underlined."""
    check(f"verify\n  x = {expression}\n", [problem])


def test_money_is_compared_with_money_or_with_nothing() -> None:
    """0 has no currency; 5 of which one?"""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          check order is present
            else "none"
          check order.price > 0 and order.price > 5.00 usd
            else "cheap"
          check order.price > 5
            else "cheap"
        """,
        ["E404 at `5`"],
    )


def test_an_enum_of_another_list_is_reported() -> None:
    """Two lists with no value in common are never equal."""
    check(
        """
        resolve stale
          order = shop.latest_order(customer: "c")
          check order is present
            else "none"
          check order.status is row.tier
            else "no"
        """,
        ["E405 at `row.tier`"],
    )


def test_a_default_is_of_the_type_of_its_input() -> None:
    """And may use the inputs above it."""
    check(
        """
        input from: instant = 1h ago "From"
        input to: instant = from + 1h "To"
        input days: duration = 3 "Days"
        """,
        ["E401 at `3`"],
    )


def test_what_people_see_of_a_row_is_one_of_its_fields() -> None:
    """A list of texts may be shown, an absent value too: operators see that it is absent."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          note "{{ orders.id }} {{ row.customer }}"
          note "{{ orders }}"
        """,
        ["E416 at `orders`"],
    )


@pytest.mark.parametrize(
    ("type_", "right", "wrong"),
    [
        ("email", "boss@example.com", "boss"),
        ("email", "a.b+c@mail.example.com", "two@example.com, one@example.com"),
        ("url", "https://example.com/a?b=c", "example.com/a"),
        ("phone", "+39 06 5555 0100", "ask Anna"),
        ("uuid", "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11", "6f1c0f6e"),
    ],
)
def test_a_written_text_has_the_form_of_its_type(type_: str, right: str, wrong: str) -> None:
    """What comes from elsewhere is taken as it comes."""
    check(f'input x: {type_} = "{right}" "Which"\nresolve stale\n  note "a"\n')
    check(
        f'input x: {type_} = "{wrong}" "Which"\nresolve stale\n  note "a"\n',
        [f'E423 at `"{wrong}"`'],
    )
