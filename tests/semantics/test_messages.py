"""The text of messages, walked with the types of its parameters."""

from support.check import check

SENT = "recover\n  mail.send(to: row.email, message: hello(row, orders))\n"


def message(body: str, problems: list[str] | None = None, subject: str = "Hi") -> None:
    lines = "\n".join(f"  {line}" for line in body.split("\n"))
    check(
        'recover\n  orders = shop.orders(customer: "c")\n'
        "  mail.send(to: row.email, message: hello(row, orders))\n"
        f'message hello(row: accounts, orders: list of shop.order) "{subject}"\n{lines}\n',
        problems,
    )


def test_plain_values_need_no_jinja() -> None:
    """Names, fields and filters are the same with and without it."""
    message(
        "Hello {{ row.name }},\nyou are {{ row.nmae }} {{ rwo }} {{ row.tier | uper }} {{ row.credits | local }}.",
        ["E210 at `nmae`", "E201 at `rwo`", "E218 at `row.tier`", "E401 at `row.credits`"],
    )


def test_choices_and_loops_are_walked() -> None:
    """An item of a loop has the fields of the list's items."""
    message(
        "{% for order in orders %}{{ order.id }}: {{ order.statsu }}{% endfor %}\n"
        "{% if row.frozen %}{{ row.nmae }}{% endif %}",
        ["E210 at `statsu`", "E210 at `nmae`"],
    )


def test_an_absent_value_is_tested_before_it_is_printed() -> None:
    """With `if`, or with a default."""
    message("{% if row.customer %}{{ row.customer }}{% endif %}")
    message("{% if row.customer is present and row.frozen %}{{ row.customer }}{% endif %}")
    message("{% if not row.customer %}none{% else %}{{ row.customer }}{% endif %}")
    message('{{ row.customer | default("none") }}')
    message(
        "{% if row.customer %}x{% else %}{{ row.customer }}{% endif %}", ["E421 at `row.customer`"]
    )


def test_a_test_that_nobody_knows_is_told_before_a_customer_waits_for_the_mail() -> None:
    """Jinja2 itself finds out only when the mail is made."""
    message(
        "Hello\n{% if row.customer is there %}x{% endif %}",
        ["E420 at `{% if row.customer is there %}x{% endif %}`"],
    )


def test_a_subject_is_checked_too() -> None:
    """Its reader sees it first."""
    message("Hi", ["E210 at `nmae`"], subject="For {{ row.nmae }}")


def test_a_text_that_jinja_cannot_read_says_so() -> None:
    """On the line where reading ended."""
    message("Hello\n{% if row.frozen %}x", ["E420 at `{% if row.frozen %}x`"])


def test_lists_and_rows_are_not_printed_whole() -> None:
    """A customer is no programmer."""
    message("{{ orders }}", ["E422 at `orders`"])
    message('{{ orders | join(", ") }}')
