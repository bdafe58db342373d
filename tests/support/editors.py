"""A small project under an editor's cursor. `▮` in a text is the cursor."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import TEXT
from rbengine.contract.values import Datum
from rbengine.facts.adapters import event_subject
from rbengine.workspace import Workspace
from rbengine.workspace.editor import Editor
from rbengine_adapters import names, signature_of
from support.described import OneTable

CURSOR = "▮"
BOOK, BESIDE, RULES, SHELF, APP, ROUNDS = (
    "p/shops.rb", "p/scenarios/shops.rb", "p/policy.rb", "p/shared.rb", "p/app.rb", "p/rounds.rb",
)  # fmt: skip

RUNBOOK = """runbook RB-900 "Shops"

severity P2
mttr 20m
use shared

input shop: uuid "The shop that is shut"

diagnose
  step "Look"
    row = query one
      SELECT id, name, customer, state FROM shops WHERE id = :shop
    check row.customer is present
      else "It never paid"
    paid = stripe.latest_subscription(customer: row.customer)
  # the state is the database's own word
  finding shut "The shop is shut"
    row.state is "closed"
  finding unpaid "Nobody pays"
    paid is absent

resolve shut
  step "Open it"
    change "Open {{ row.name }}"
      sql
        UPDATE shops SET state = 'open' WHERE id = :row.id
      expect 1 row
      approve by boss
    call tell(text: "open")

resolve unpaid
  found = ask "Who pays?": text by on_call
  note "{{ found }} pays for {{ row.name }}"
  escalate "nobody pays" to boss
    impact "It stays shut"
    next   "Call them"

otherwise
  note "fine"

verify
  within 1m checking every 5s
    until no finding holds

recover
  step "Tell the owner"
    email.send(to: operator.email, message: opened(row))

message opened(shop: shops) "{{ shop.name }} is open"
  Hello,

  {{ shop.name }} is open again.
"""
LIBRARY = """library shared "Shared"

procedure tell(text: text)
  note "{{ text }}"
"""
POLICY = """policy "Shop"

timezone "Europe/Rome"
contact boss "Boss" email "boss@shop.test"
role on_call "On call" from settings
severity P2 "Medium"
  escalate after 2h to boss
  changes need approval by boss
"""
SCENARIOS = """scenarios for RB-900

world closed "It is closed" default
  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table shops
    | id    | name | state  |
    | :shop | Acme | closed |
  contact boss email "a@b.c"

scenario "it opens" in closed
  person boss approves after 1m
  at 1m
    sql
      UPDATE shops SET name = 'B' WHERE id = :shop
  expect found shut
  expect changed "Open Acme"
"""
COMPANY = """app "Shop"

function "open-shop"(shop: uuid) changes
  sql
    UPDATE shops SET state = 'open' WHERE id = :shop
  answer 200
"""
CALENDAR = """calendar "Rounds"

daily at 09:00 for on_call
  task "Closed shops"
    shut = query all at most 20 rows
      SELECT id, name, customer FROM shops WHERE state = 'closed'
    note "{{ count(shut) }} are closed since {{ now }}"
"""
FILES = {
    BOOK: RUNBOOK, BESIDE: SCENARIOS, RULES: POLICY, SHELF: LIBRARY, APP: COMPANY, ROUNDS: CALENDAR,
}  # fmt: skip
LINES = {
    "stripe.customer": Operation(
        adapter="stripe",
        name="customer",
        doc="A customer.",
        parameters=(
            Parameter(name="id", type=TEXT, doc="the id"),
            Parameter(name="email", type=TEXT, doc="the address", default=Datum("")),
        ),
        effect="change",
    )
}


def editor(changes: dict[str, str] | None = None) -> Editor:
    """The files above, some of them changed."""
    workspace = Workspace(
        {**FILES, **(changes or {})},
        signature_of=signature_of,
        describer=OneTable(),
        builders=LINES,
        event_subject=event_subject,
    )
    return Editor(workspace, names())


def under(path: str, marked: str) -> tuple[Editor, int]:
    """The project with the text `marked` at `path`, and where its cursor is."""
    offset = marked.index(CURSOR)
    return editor({path: marked.replace(CURSOR, "")}), offset


def after(path: str, text: str, *, at: int = 0) -> tuple[Editor, int]:
    """The cursor before the `▮` in a piece of the file's own text; the piece's place number `at`."""
    whole, piece = FILES[path], text.replace(CURSOR, "")
    start = -1
    for _ in range(at + 1):
        start = whole.index(piece, start + 1)
    return editor(), start + text.index(CURSOR)
