"""A first runbook needs no policy."""

from rbengine.contract.policy import WITHOUT_A_POLICY
from rbengine.workspace import Workspace
from support.described import OneTable

FIRST = """runbook RB-901 "First"

severity P3
mttr     5m

diagnose
  step "Look"
    high = 2 > 1

  finding high_enough "It is high"
    high

resolve high_enough
  step "Say so"
    note "it is"

otherwise
  step "Say so"
    note "it is not"
"""


def test_a_project_without_a_policy_has_the_usual_severities() -> None:
    """Nobody should have to write a policy to see a first runbook run."""
    workspace = Workspace(
        {"first.rb": FIRST}, signature_of=lambda _name: None, describer=OneTable()
    )
    assert workspace.policy() is WITHOUT_A_POLICY
    assert workspace.problems("first.rb") == ()
    assert workspace.plan("first.rb").policy.severity("P3") is not None
