"""The code of a repair that repairs nothing. Its samples are runbooks, each rehearsed by the scenario below."""

from rbengine.diagnostics.catalogue import Entry
from rbengine.rehearsal import misses

SCENARIOS = """\
scenarios for RB-900

world waiting "A member waits at the door" default
  member = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table members
    | id      | email            |
    | :member | member@club.test |
  contact lead email "lead@club.test"
  contact on_call email "on.call@club.test"
  person on_call approves after 90s

scenario "she is let in" in waiting
  expect found outside
  expect changed "Give the level"
  expect resolved
  expect no escalation
"""
_RUNBOOK = """\
runbook RB-900 "A member is not let in"

severity P2
mttr     20m

input member: uuid   "Who waits"

symptoms
  - A member is not let in

diagnose
  step "Read the member"
    account = query one
      SELECT id, level FROM members WHERE id = :member

  finding outside "Not let in"
    account.level is "none"

resolve outside
  step "Let in"
    change "Give the level"
      sql
        UPDATE members SET {} WHERE id = :member
      expect 1 row

otherwise
  escalate "The member is in already"
"""

CATALOGUE = (
    Entry(
        code=misses.AGAIN,
        title="a run that finds the same again",
        why="what has been resolved needs no second run: it would find nothing and change nothing",
        wrong=_RUNBOOK.format("seen_at = now()"),
        right=_RUNBOOK.format("level = 'gold'"),
    ),
)
