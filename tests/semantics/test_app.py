"""The company's own program is checked as far as rehearsals need it."""

import pytest
from rbengine.contract.types import TEXT, FieldType, Record
from rbengine.semantics.app import check_app
from rbengine.source import SourceFile
from rbengine.syntax.nodes import App
from rbengine_adapters import signature_of
from support.described import OneTable
from support.lenient import tree_of

SOUND = """app "Shop"

tier of stripe price
  "price_a" is "small"
  "price_b" is "big"

function "look"(shop: uuid) observes
  row = query one
    SELECT * FROM shops WHERE id = :shop
  if row.customer is present
    customer = stripe.customer(customer: row.customer)
    answer {name: row.name}
  answer {name: "nobody"}

function "open"(shop: uuid) changes, repeatable after 1s
  sql
    UPDATE shops SET state = 'open' WHERE id = :shop
  answer 200

on stripe event "order.made", "order.changed" after 2s
  check event.shop is not "x"
    else "no shop {{ event.shop }}"
  sql
    UPDATE shops SET orders = 1 WHERE name = :event.shop
  answer 200
"""

ORDER = Record((FieldType("shop", TEXT),), "order")
REFUND = Record((FieldType("amount", TEXT),), "refund")


def carried(vendor: str, event: str) -> Record | None:
    """What this test's vendor sends."""
    assert vendor in ("stripe", "strip")
    return {"order": ORDER, "refund": REFUND}.get(event.partition(".")[0])


def problems_of(text: str) -> list[tuple[str, str]]:
    """Codes with the first line of what is underlined."""
    tree, source = tree_of(text, "app.rb")
    assert isinstance(tree, App)
    found = check_app(
        tree, source, signature_of=signature_of, describer=OneTable(), event_subject=carried
    )
    return [
        (one.code, _first(source, one.primary.span.start, one.primary.span.end)) for one in found
    ]


def _first(source: SourceFile, start: int, end: int) -> str:
    return source.text[start:end].split("\n")[0]


def test_a_sound_app_has_no_problem() -> None:
    """The text that the slips are made in."""
    assert problems_of(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"price_b" is', '"price_a" is', ("E670", '"price_a"')),
        ('function "open"', 'function "look"', ("E670", '"look"')),
        ('"order.made", "order.changed"', '"order.made", "order.made"', ("E670", '"order.made"')),
        ("on stripe event", "on strip event", ("E671", "strip")),
        ('"order.changed"', '"orders.changed"', ("E672", '"orders.changed"')),
        ('"order.changed"', '"refund.made"', ("E673", '"refund.made"')),
        ("changes, repeatable", "observes", ("E674", "sql")),
        ("  answer 200\n\non", "\non", ("W676", '"open"')),
        ("    customer = stripe", '    note "x"\n    customer = strip', ("E203", "strip")),
        ("SELECT * FROM", "SELECT nonsense FROM", ("E512", "nonsense")),
        (":event.shop\n", ":event.shup\n", ("E210", "shup")),
        ("  answer 200\n\non", '  stop resolved "x"\n  answer 200\n\non', ("E675", 'stop resolved "x"')),
    ],
)  # fmt: skip
def test_one_slip_is_one_problem_at_its_place(
    old: str, new: str, expected: tuple[str, str]
) -> None:
    """A rehearsal is worth what its app is worth."""
    assert old in SOUND
    found = problems_of(SOUND.replace(old, new, 1))
    assert found == [expected]


def test_a_function_that_never_answers_is_accepted_on_the_line_above() -> None:
    """It is called for what it does."""
    silent = SOUND.replace("  answer 200\n\non", "\non", 1)
    above = 'allow W676 "nobody waits for it"\nfunction "open"'
    assert problems_of(silent.replace('function "open"', above)) == []


LOOP = """app "Shop"

function "close"(shops: json) changes
  open = query all
    SELECT id, name FROM shops WHERE state = 'open'
  for each one in open, at most 20
    if one.name is "Acme"
      sql
        UPDATE shops SET state = 'closed' WHERE id = :one.id
  answer count(open)
"""


def test_a_program_goes_through_a_list() -> None:
    """What it does with one item it does with each; a list has an end."""
    assert problems_of(LOOP) == []
    assert problems_of(LOOP.replace("one.name is", "one.nam is")) == [("E210", "nam")]
    assert problems_of(LOOP.replace("for each one", "for each open"))[0] == ("E202", "open")
    assert problems_of(LOOP.replace("at most 20", "4 at a time"))[0][0] == "E675"
