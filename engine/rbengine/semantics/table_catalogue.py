"""Codes that show only against a schema with the table `shops`; otherwise as in `project_catalogue`."""

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry

_SCENARIOS = """scenarios for RB-001

world shut "A closed shop"
  shop = "closed"
  table shops
    | name | orders |
    | Acme | {} |
  person on_call answers "Open the shop" with true

scenario "opened again" in shut
  expect found closed
"""

CATALOGUE = (
    Entry(
        code=Code("E663"),
        title="a cell that is no value of its column",
        why="a row that the database would refuse can be told without asking it",
        wrong=_SCENARIOS.format("many"),
        right=_SCENARIOS.format("3"),
    ),
)
