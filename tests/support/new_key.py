"""A playbook that needs one approval, and none may be the operator's: what several people do with one run."""

PLAYBOOK = """\
runbook RB-903 "A key is set"

severity P3
mttr     2h

symptoms
  - Nobody knows

diagnose
  step "Look"
    functions = ["sync"]

  finding old "The key is old"
    functions is not empty

resolve old
  step "Set the key"
    change "Set API_KEY"
      supabase.set_secret(name: "API_KEY", value: "new")
      irreversible "the former value cannot be read back"

otherwise
  note "All is well"
"""

SCENARIOS = """\
scenarios for RB-903

world old "The key is old" default
  supabase.secret(name: "API_KEY", value: "old")
"""
