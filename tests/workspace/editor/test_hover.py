"""What the word under the cursor is."""

import pytest
from rbengine.workspace.editor.hover import hover
from support.editors import APP, BESIDE, BOOK, ROUNDS, RULES, after, editor


def told(path: str, text: str, at: int = 0) -> str:
    """What is said of the word under the cursor; empty for nothing."""
    asked, offset = after(path, text, at=at)
    found = hover(asked, path, offset)
    if found is not None:
        assert found.span.start <= offset <= found.span.end
    return "" if found is None else found.text


def test_a_value_shows_its_type_and_where_it_is_from() -> None:
    """The two things that are forgotten after ten lines."""
    text = told(BOOK, "check r▮ow.customer")
    assert "row: row" in text
    assert "customer: optional text" in text
    assert f"{BOOK}:11" in text


def test_a_value_that_may_be_absent_says_so() -> None:
    """Or it is read without a test."""
    assert "may be absent" in told(BOOK, "p▮aid is absent")


def test_a_field_of_a_row_shows_its_column_and_whether_it_may_be_null() -> None:
    """Where a condition's meaning ends."""
    text = told(BOOK, "check row.custo▮mer")
    assert "row.customer: optional text" in text
    assert "column `shops.customer`, may be NULL" in text
    assert "column `shops.state`, NOT NULL" in told(BOOK, "row.st▮ate is")


def test_a_closed_list_shows_its_values() -> None:
    """So that nobody has to look them up."""
    assert "open or closed" in told(BOOK, "row.st▮ate is")


def test_a_column_in_sql_shows_its_type() -> None:
    """In queries and in changes."""
    assert "shops.customer: text" in told(BOOK, "name, cus▮tomer, state FROM")
    assert "may be NULL" in told(BOOK, "name, cus▮tomer, state FROM")
    assert "NOT NULL" in told(BOOK, "SET sta▮te =")


def test_a_parameter_in_sql_is_the_value_it_names() -> None:
    """`:shop` is the input; of `:row.id` the column of the row."""
    assert "input shop: uuid" in told(BOOK, "id = :sh▮op")
    assert "row.id: sent as uuid" in told(BOOK, "id = :row.i▮d")


def test_an_operation_shows_its_promise_and_the_call_behind_it() -> None:
    """Effect, refusals, the vendor's own words."""
    text = told(BOOK, "stripe.latest_sub▮scription(")
    assert "-> optional stripe.subscription" in text
    assert "effect: **observe**" in text
    assert "GET /v1/subscriptions" in text
    assert "effect: **tell**" in told(BOOK, "email.se▮nd(")


def test_an_argument_shows_its_type() -> None:
    """And whether it may be left out."""
    text = told(BOOK, "latest_subscription(cus▮tomer:")
    assert "customer: text" in text
    assert "must be given" in text


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (BOOK, "resolve sh▮ut", "The shop is shut"),
        (BESIDE, "expect found sh▮ut", "The shop is shut"),
        (BOOK, "message: ope▮ned(row)", "“{{…}} is open”"),
        (BOOK, "call te▮ll(", "procedure tell(text: text)"),
        (BOOK, "approve by bo▮ss", "Boss: email boss@shop.test"),
        (BOOK, "severity P▮2", "escalate after 2h to boss"),
        (BESIDE, "in clo▮sed", "It is closed"),
        (BESIDE, "| :sh▮op |", "input shop: uuid"),
        (BESIDE, "  sh▮op =", "input shop: uuid"),
        (BESIDE, "| sta▮te  |", "shops.state"),
        (BOOK, "use sha▮red", "library shared"),
        (BOOK, "to: oper▮ator.email", "name: text\nemail: email"),
        (BOOK, "(shop: sho▮ps)", "opened_at: optional instant"),
        (BOOK, "Hello,\n\n  {{ sh▮op.name", "shop: shops"),
        (RULES, "after 2h to bo▮ss", "Boss"),
        (APP, "id = :sh▮op", "shop"),
    ],
)  # fmt: skip
def test_every_name_is_known(path: str, text: str, said: str) -> None:
    """In every kind of file."""
    assert said in told(path, text)


def test_between_words_nothing_is_said() -> None:
    """A box that says nothing is in the way."""
    assert told(BOOK, "diagnose▮\n") == ""
    assert told(BOOK, "# the state is the database's ▮own word") == ""


def test_a_type_that_a_test_has_narrowed_is_shown_as_it_is_here() -> None:
    """Below `check … is present` the value is there."""
    text = editor({BOOK: _NARROWED})
    offset = _NARROWED.index("paid.status")
    found = hover(text, BOOK, offset)
    assert found is not None
    assert "here: `stripe.subscription" in found.text


_NARROWED = """runbook RB-900 "Shops"

severity P2
mttr 20m

diagnose
  step "Look"
    paid = stripe.latest_subscription(customer: "cus_1")
    check paid is present
      else "never"
    note "{{ paid.status }}"
  finding shut "Shut"
    "a" is "a"
resolve shut
  note "well"
otherwise
  note "fine"
"""


def test_a_value_of_a_calendar_shows_its_type() -> None:
    """Maintenance is written in the same language."""
    text = told(ROUNDS, "count(sh▮ut)")
    assert "shut: list of row" in text
    assert "customer: optional text" in text
    assert "now: instant" in told(ROUNDS, "{{ n▮ow }}")


_COMPANY = """app "Shop"

tier of stripe price
  "price_a" is "small"

function "open-shop"(shop: uuid, why: optional text) changes, repeatable after 2s
  row = query one
    SELECT id, customer FROM shops WHERE id = :shop
  found = stripe.latest_subscription(customer: "cus_1")
  sql
    UPDATE shops SET state = 'open' WHERE id = :row.id
  for each one in [row.customer]
    note "{{ one }}"
  answer {shop: row.customer}

on stripe event "invoice.paid" after 2s
  sql
    UPDATE shops SET name = :event.number WHERE customer = :event.customer
  note "{{ event.paid_at }}"
  answer 200
"""
_SCENES = """scenarios for RB-900

world closed "It is closed" default
  shop  = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  other = 5
  table shops
    | id    | name | state  |
    | :shop | Acme | closed |
  stripe.customer(id: "c", email: "a@b.c")

scenario "it opens" in closed
  fault stripe lost answer from 0s to 1m
  fault app "stripe-webhook" down
  fault postgres lock timeout during "row"
  person boss approves "Open Ac" after 1m
  at 1m
    sql
      UPDATE shops SET name = 'B' WHERE id = :shop AND orders = :other
  expect changed "Open Acme"
  expect called stripe.customer(customer: "x")
  expect stripe.latest_subscription(customer: "c")
    | quantity |
    | 1        |
  expect table shops where state = open containing
    | opened_at |
    | null      |
"""


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (APP, '"price_▮a"', "price `price_a` is the tier `small`"),
        (APP, '"open-▮shop"(', 'function "open-shop"(shop: uuid, why: optional text) changes'),
        (APP, "(sh▮op: uuid", "shop: uuid"),
        (APP, "r▮ow = query", "customer: optional text"),
        (APP, "id, cus▮tomer FROM", "shops.customer: text"),
        (APP, "stripe.latest_sub▮scription(", "GET /v1/subscriptions"),
        (APP, "(cus▮tomer: ", "must be given"),
        (APP, ":row.i▮d\n", "row.id: sent as uuid"),
        (APP, "for each o▮ne in", "one: optional text"),
        (APP, "{shop: row.cus▮tomer}", "column `shops.customer`, may be NULL"),
        (APP, '"invoice.p▮aid"', "event: stripe.invoice"),
        (APP, ":event.num▮ber", "event.number: sent as text"),
        (APP, "{{ eve▮nt.paid_at", "number: optional text"),
        (APP, "{{ event.paid_▮at", "event.paid_at: optional instant"),
        (BESIDE, "oth▮er = 5", "other: int"),
        (BESIDE, "table sh▮ops\n", "state: shops.state (open or closed), NOT NULL"),
        (BESIDE, "stripe.cus▮tomer(id", "A customer."),
        (BESIDE, '(i▮d: "c"', "the id (must be given)"),
        (BESIDE, "fault stripe lost ans▮wer", "its answer never comes"),
        (BESIDE, 'app "stripe-web▮hook"', 'on stripe event "invoice.paid" after 2s'),
        (BESIDE, "lock time▮out during", "refused with 55P03"),
        (BESIDE, 'approves "Open▮ Ac"', "change “Open {{…}}”"),
        (BESIDE, "SET na▮me = 'B'", "shops.name: text"),
        (BESIDE, "orders = :oth▮er", "other: int"),
        (BESIDE, 'changed "Open▮ Acme"', "change “Open {{…}}”"),
        (BESIDE, "called stripe.cus▮tomer(", "GET /v1/customers/{id}"),
        (BESIDE, "expect stripe.latest_sub▮scription(", "GET /v1/subscriptions"),
        (BESIDE, "| quan▮tity |", "quantity: optional int"),
        (BESIDE, "expect table sh▮ops", "table shops"),
        (BESIDE, "where sta▮te = open", "open or closed"),
        (BESIDE, "| opened_▮at |", "shops.opened_at: instant"),
    ],
)  # fmt: skip
def test_apps_and_scenarios_are_told_as_playbooks_are(path: str, text: str, said: str) -> None:
    """Names, columns, operations, events, faults: what is written beside a playbook is looked up as often."""
    files = {APP: _COMPANY, BESIDE: _SCENES}
    asked = editor(files)
    offset = files[path].index(text.replace("▮", "")) + text.index("▮")
    found = hover(asked, path, offset)
    assert found is not None
    assert found.span.start <= offset <= found.span.end
    assert said in found.text


def test_what_is_always_there_shows_its_fields() -> None:
    """Nobody bound it, so there is no other place to look."""
    text = told(BOOK, "oper▮ator.email")
    assert text.startswith("```rbengine\noperator\n```")
    assert "name: text\nemail: email" in text
