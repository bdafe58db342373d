"""A small sound playbook about orders, to put one fault at a time into."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace
from rbengine.plan.build import build_plan
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.explore import explore
from rbengine.rehearsal.explore.remarks import Exploration, Remark
from rbengine.semantics.analysis import Analysis
from support.check import POLICY, analyse

PATIENT = replace(POLICY, approvals_expire=timedelta(minutes=30))
"""An approval may wait longer than the time to resolve."""

SOUND = """\
runbook RB-100 "An order is stuck"

severity P2
mttr     20m

input account: uuid   "Whose order"

symptoms
  - Nothing moves

diagnose
  step "Read the account"
    row = query one
      SELECT id, name, customer, tier, frozen, credits FROM accounts WHERE id = :account
    check row.customer is present
      else "Never a customer"
  step "Read the order", timeout 20s, retry 2 times every 5s
    order = shop.latest_order(customer: row.customer)

  finding stuck "The order is stuck"
    order is present
    order.status is "open"
    not row.frozen

  finding gone "The order was cancelled"
    order is present
    order.status is "cancelled"

resolve stuck
  step "Cancel it"
    change "Cancel the order"
      shop.cancel(order: order.id)
      irreversible "a cancelled order stays cancelled"
    on failure unavailable, rate_limited, timeout, unauthorized, conflict
      escalate "The shop does not take the cancellation"

resolve gone
  step "Tell people"
    escalate "Somebody cancelled {{ order.id }}"
    stop handed over "The order was cancelled"

otherwise
  escalate "Nothing is wrong with the order"
  stop handed over "The fault is elsewhere"

verify
  within 5m checking every 30s
    now_so = query one
      SELECT frozen FROM accounts WHERE id = :account
    until not now_so.frozen
"""


def built(changes: Mapping[str, str] | None = None) -> tuple[Plan, Analysis]:
    """The sound playbook with texts replaced, each exactly once."""
    text = SOUND
    for old, new in (changes or {}).items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    analysis = analyse(text, policy=PATIENT)
    return build_plan(analysis), analysis


def explored(changes: Mapping[str, str] | None = None, *, paths: int = 3000) -> Exploration:
    """What exploring that playbook says."""
    plan, analysis = built(changes)
    return explore(plan, analysis, paths=paths)


def of_kind(found: Exploration, kind: str) -> list[Remark]:
    """Its remarks of one kind."""
    return [one for one in found.remarks if one.kind == kind]


def line_of(changes: Mapping[str, str], words: str) -> int:
    """The line on which `words` stand in the changed playbook."""
    text = SOUND
    for old, new in changes.items():
        text = text.replace(old, new)
    return next(n for n, line in enumerate(text.splitlines(), start=1) if words in line)
