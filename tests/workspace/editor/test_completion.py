"""What is offered while a line is being written; `▮` is the cursor."""

import pytest
from rbengine.workspace.editor.completion import Completion, complete
from support.editors import APP, BESIDE, BOOK, FILES, ROUNDS, RULES, SHELF, under

TABLES = ("audit.visits", "orders", "shops")
CALL = "stripe.latest_subscription(customer: row.customer)"


def offered(path: str, old: str, new: str) -> Completion:
    """What is offered at the cursor of `new`, which stands in place of `old`."""
    assert old in FILES[path]
    asked, offset = under(path, FILES[path].replace(old, new, 1))
    return complete(asked, path, offset, TABLES)


def labels(path: str, old: str, new: str) -> list[str]:
    """The words alone."""
    return [one.label for one in offered(path, old, new).offers]


@pytest.mark.parametrize(
    ("path", "old", "new", "wanted"),
    [
        (BOOK, CALL, "stripe.▮", {"latest_subscription", "refund"}),
        (BOOK, CALL, "stripe.lat▮", {"latest_subscription"}),
        (BOOK, CALL, "▮", {"query one", "stripe", "try", "row"}),
        (BOOK, CALL, "stripe.list_subscriptions(▮)", {"customer:", "status:", "at_most:"}),
        (BOOK, CALL, 'stripe.list_subscriptions(status: "▮', {"active", "canceled"}),
        (BOOK, CALL, "stripe.list_subscriptions(status: ▮", {'"active"'}),
        (BOOK, "SELECT id, name, customer", "SELECT ▮", {"id", "state", "shops"}),
        (BOOK, "SELECT id, name, customer", "SELECT shops.▮", {"id", "state"}),
        (BOOK, "WHERE id = :shop", "s WHERE s.▮", {"id", "state"}),
        (BOOK, "FROM shops", "FROM ▮", {"orders", "shops"}),
        (BOOK, "FROM shops", "FROM audit.▮", {"visits"}),
        (BOOK, "id = :shop", "id = :▮", {"shop", "incident"}),
        (BOOK, "SET state = 'open'", "SET ▮", {"state", "is_frozen"}),
        (BOOK, "id = :row.id", "id = :row.▮", {"id", "customer"}),
        (BOOK, "approve by boss", "approve by ▮", {"boss", "on_call"}),
        (BOOK, "by on_call", "by boss or ▮", {"boss", "on_call"}),
        (BOOK, 'pays" to boss', 'pays" to ▮', {"boss", "on_call"}),
        (BOOK, "resolve unpaid", "resolve ▮", {"unpaid", "shut"}),
        (BOOK, 'row.state is "closed"', "row.state is ▮", {'"open"', '"closed"', "present"}),
        (BOOK, 'row.state is "closed"', 'row.state is "▮', {"open", "closed"}),
        (BOOK, 'row.state is "closed"', 'row.state in ["open", "▮', {"open", "closed"}),
        (BOOK, 'row.state is "closed"', "row.▮", {"id", "state"}),
        (BOOK, "    paid is absent", "    ▮", {"shut", "paid", "either"}),
        (BOOK, 'call tell(text: "open")', "call ▮", {"tell"}),
        (BOOK, "message: opened(row)", "message: ▮", {"opened"}),
        (BOOK, "otherwise\n", "▮\n", {"resolve", "otherwise", "on breach"}),
        (BOOK, "      expect 1 row", "      ▮", {"expect 1 row", "undo", "irreversible"}),
        (BOOK, '    impact "It stays shut"', "    ▮", {"impact", "next"}),
        (BOOK, "{{ found }} pays", "{{ ▮ }} pays", {"found", "row"}),
        (BOOK, "{{ found }} pays", "{{ found | ▮ }} pays", {"upper", "local"}),
        (BOOK, "{{ shop.name }} is open again", "{{ shop.▮ }} is open again", {"name", "state"}),
        (BOOK, "input shop: uuid", "input shop: ▮", {"uuid", "list of"}),
        (BOOK, "(shop: shops)", "(shop: ▮)", {"text", "shops"}),
        (BOOK, "(shop: shops)", "(shop: stripe.▮)", {"subscription", "refund"}),
        (BOOK, "severity P2", "severity ▮", {"P2"}),
        (BOOK, "use shared", "use ▮", {"shared"}),
        (BESIDE, "expect found shut", "expect found ▮", {"shut", "unpaid"}),
        (BESIDE, "expect found shut", "expect ▮", {"found", "nothing changed"}),
        (BESIDE, "in closed", "in ▮", {"closed"}),
        (BESIDE, "person boss", "person ▮", {"boss", "on_call"}),
        (BESIDE, "  person boss approves", "  ▮", {"fault", "expect", "person"}),
        (BESIDE, "  contact boss", "  stripe.▮\n  contact boss", {"customer"}),
        (BESIDE, "  contact boss", "  stripe.customer(▮\n  contact boss", {"id:", "email:"}),
        (BESIDE, "| id    | name", "| id    | ▮", {"name", "state"}),
        (BESIDE, "table shops", "table ▮", {"orders", "shops"}),
        (BESIDE, 'changed "Open Acme"', 'changed "▮', {"Open {{…}}"}),
        (BESIDE, "  person boss", '  fault app "▮" down\n  person boss', {"open-shop"}),
        (RULES, "  escalate after 2h to boss", "  ▮", {"escalate after", "changes need approval by"}),
        (RULES, "2h to boss", "2h to ▮", {"boss", "on_call"}),
        (SHELF, "  note", "  ▮\n  note", {"step", "give", "change"}),
        (APP, "  answer 200", "  ▮", {"sql", "answer"}),
        (ROUNDS, "{{ count(shut) }}", "{{ shut.▮ }}", {"id", "customer"}),
        (BOOK, "{{ found }} pays", "{{ incident.▮ }} pays", {"id", "started", "severity"}),
        (BOOK, "to: operator.email", "to: operator.▮", {"id", "name", "email"}),
    ],
)  # fmt: skip
def test_what_fits_is_offered(path: str, old: str, new: str, wanted: set[str]) -> None:
    """By the place, also while the line makes no sense yet."""
    assert wanted <= set(labels(path, old, new))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (BOOK, "# the state is", "# the st▮"),
        (BOOK, '"It stays shut"', '"It st▮"'),
        (BOOK, "  Hello,", "  Hel▮,"),
    ],
)
def test_nothing_is_offered_in_prose(path: str, old: str, new: str) -> None:
    """Comments, sentences and mails are people's."""
    assert labels(path, old, new) == []


def test_arguments_that_are_given_are_not_offered_again() -> None:
    """And those that must be given come first."""
    new = "stripe.list_subscriptions(customer: row.customer,\n                      ▮)"
    assert labels(BOOK, CALL, new) == ["status:", "at_most:"]
    first = [one.label for one in offered(BOOK, CALL, "stripe.refund(▮").offers if one.first]
    assert first == ["payment:", "amount:", "reason:"]


def test_findings_that_nobody_resolves_come_first() -> None:
    """They are why the line is written."""
    found = offered(BOOK, "resolve unpaid", "resolve ▮").offers
    assert [one.label for one in found if one.first] == ["unpaid"]


def test_the_beginning_of_the_word_is_replaced() -> None:
    """Or `lat` would stand before `latest_subscription`."""
    text = FILES[BOOK].replace(CALL, "stripe.lat▮", 1)
    asked, offset = under(BOOK, text)
    replaced = complete(asked, BOOK, offset).replaced
    assert asked.source(BOOK).slice(replaced) == "lat"


def test_names_of_another_resolve_are_not_offered() -> None:
    """They are not visible there."""
    assert "found" not in labels(BOOK, 'note "fine"', "check ▮")
    assert "found" in labels(BOOK, 'note "{{ found }} pays', 'note "{{ ▮ }} pays')


def test_ruby_gets_nothing() -> None:
    """Files of another language are left alone."""
    asked, offset = under("p/server.rb", "require 'sinatra'\nget ▮\n")
    assert complete(asked, "p/server.rb", offset).offers == ()


def test_an_empty_file_offers_what_a_file_may_hold() -> None:
    """The first word names it."""
    asked, offset = under("p/new.rb", "▮")
    found = {one.label for one in complete(asked, "p/new.rb", offset).offers}
    assert found == {"runbook", "policy", "calendar", "library", "app", "scenarios"}


OPEN, CALLED = 'change "Open {{ row.name }}"', 'call tell(text: "open")'


@pytest.mark.parametrize(
    ("bound", "read", "wanted"),
    [
        (f"done = {OPEN}", 'note "{{ done.▮ }}"', ["rows"]),
        (
            'done = change "Give back"\n      stripe.refund(charge: "ch", amount: 1.00 usd)\n'
            f'      irreversible "it is theirs"\n    {OPEN}',
            "check done.▮",
            ["rows", "result"],
        ),
        (f"a = try {CALL}\n    {OPEN}", 'note "{{ a.failure.▮ }}"', ["kind", "text"]),
    ],
)
def test_what_the_language_itself_gives_has_fields(
    bound: str, read: str, wanted: list[str]
) -> None:
    """A change of SQL alone has no result; an attempt that failed says how."""
    text = FILES[BOOK].replace(OPEN, bound, 1).replace(CALLED, read, 1)
    asked, offset = under(BOOK, text)
    assert [one.label for one in complete(asked, BOOK, offset, TABLES).offers] == wanted


def test_the_halves_of_an_amount_are_offered() -> None:
    """Tables keep them apart."""
    amount = "paid = 12.50 usd\n    cents = paid.▮"
    asked, offset = under(BOOK, FILES[BOOK].replace(f"paid = {CALL}", amount, 1))
    found = complete(asked, BOOK, offset, TABLES)
    assert [one.label for one in found.offers] == ["minor", "currency"]
