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
        verify
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
        verify
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
        ('"{{ incident.started | lower }}"', "E401 at `incident.started`"),
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
    """A list of texts may be shown."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          note "{{ orders.id }}"
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
    check(f'input x: {type_} = "{right}" "Which"\nresolve stale\n  note "{{{{ x }}}}"\n')
    check(
        f'input x: {type_} = "{wrong}" "Which"\nresolve stale\n  note "{{{{ x }}}}"\n',
        [f'E423 at `"{wrong}"`'],
    )


HOLE = "{{ row.customer }}"


@pytest.mark.parametrize(
    "text",
    [
        f'  note "{HOLE}"\n',
        f'  step "Look at {HOLE}"\n    note "x"\n',
        f'  stop resolved "{HOLE}"\n',
        f'  check row.frozen else "{HOLE}"\n',
        f'  escalate "{HOLE}"\n',
        f'  escalate "x"\n    impact "{HOLE}"\n',
        f'  escalate "x"\n    next "{HOLE}"\n',
        f'  approve "{HOLE}" by on_call\n',
        f'  manual "{HOLE}" by on_call\n',
        f'  manual "x" by on_call\n    give n: int "{HOLE}"\n',
        f'  n = ask "{HOLE}": int by on_call\n',
        f'  n = choose "{HOLE}" by on_call\n    one "1"\n    two "2"\n',
        f'  n = choose "x" by on_call\n    one "1"\n    two "{HOLE}"\n',
        f'  for each x in [1, 2]\n    if x > 1\n      skip "{HOLE}"\n    note "x"\n',
        f'  change "Freeze {HOLE}"\n    shop.cancel(order: "o")\n    irreversible "x"\n',
        f'  change "x"\n    shop.cancel(order: "o")\n    irreversible "{HOLE}"\n',
        f'  order = shop.latest_order(customer: "{HOLE}")\n',
    ],
)
def test_no_reader_sees_a_hole_where_a_value_should_stand(text: str) -> None:
    """Whatever the text is for: at 3 a.m. a missing word is a wrong word."""
    check(f"resolve stale\n{text}", ["E421 at `row.customer`"])
    tested = 'row.customer if row.customer is present else "nobody"'
    check(f"resolve stale\n{text}".replace("row.customer", tested))
    checked = '  check row.customer is present\n    else "x"\n'
    check(f"resolve stale\n{checked}{text}")


def test_a_title_and_a_subject_have_no_hole_either() -> None:
    """A finding is read on the screen, a subject in a mailbox."""
    check(
        """
        diagnose
          step "Look"
            row = query one
              SELECT id, name, email, customer, seen_at FROM accounts WHERE id = :account
          finding stale "{{ row.customer }} is stale"
            row.seen_at is absent
        resolve stale
          mail.send(to: row.email, message: hello(row))
        message hello(row: accounts) "To {{ row.customer }}"
          Hello.
        """,
        ["E421 at `row.customer`", "E421 at `row.customer`"],
    )


def test_every_choice_shows_something() -> None:
    """Nobody chooses an empty line."""
    check(
        """
        resolve stale
          orders = shop.orders(customer: "c")
          one = choose "Which" from orders showing it.plan by on_call
          two = choose "Which" from (orders where it.plan is present) showing it.plan by on_call
        """,
        ["E421 at `it.plan`"],
    )


def test_what_stands_for_an_absent_value_is_a_text() -> None:
    """Whatever the value is: each of the two is shown for itself."""
    check(
        """
        resolve stale
          note "{{ row.seen_at if row.seen_at is present else "never" }}"
          note "{{ row.seen_at if row.frozen else row.customer }}"
          x = row.credits if row.frozen else "none"
        """,
        ["E421 at `row.seen_at`", "E421 at `row.customer`", 'E404 at `"none"`'],
    )
