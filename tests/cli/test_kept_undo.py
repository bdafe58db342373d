"""Taking back what a run left standing, by the commands that people give."""

from pathlib import Path

import pytest
from cli.conftest import Command

RUN = "RUN-2026-11-23-001"

SCHEMA = "CREATE TABLE shops (id int PRIMARY KEY, door text NOT NULL, light text NOT NULL);\n"

POLICY = """\
policy "Small"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
"""

PLAYBOOK = """\
runbook RB-908 "A shop is closed"

severity P3
mttr     2h

symptoms
  - Nobody knows

diagnose
  step "Look"
    shop = query one
      SELECT id, door, light FROM shops WHERE id = 1

  finding closed "It is closed"
    shop.door is "shut"

resolve closed
  step "Let people in"
    change "Open the door"
      sql
        UPDATE shops SET door = 'open' WHERE id = 1 AND door = 'shut'
      expect 1 row
  step "Let people see"
    change "Switch the light on"
      sql
        UPDATE shops SET light = 'on' WHERE id = 1 AND light = 'off'
      expect 1 row
  step "Tell people"
    email.send(to: "ada@example.com", message: opened())

otherwise
  note "All is well"

verify
  step "Look again"
    after = query one
      SELECT id, door, light FROM shops WHERE id = 1
    check after.door is "open"
      else "The door is {{ after.door }}, the light {{ after.light }}"

message opened() "We are open"
  Come in
"""

SCENARIOS = """\
scenarios for RB-908

world usual "As always" default
  table shops
    | id | door | light |
    | 1  | shut | off   |
"""


@pytest.fixture
def over(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A run that has done both of its changes, and is over."""
    (project / "rbengine.toml").write_text('schema = "schema.sql"\n')
    (project / "schema.sql").write_text(SCHEMA)
    (project / "playbooks" / "policy.rb").write_text(POLICY)
    (project / "playbooks" / "rb908.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb908.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    done = rbengine("exec", "rb908", "--durable")
    while done.code == 7:
        done = rbengine("approve", RUN)
    assert done.code == 0, done.out + done.err
    return rbengine


def test_what_a_run_left_is_taken_back_to_a_step_and_then_whole(over: Command) -> None:
    """Newest first, as far as it is asked for; what is gone is not there twice, and nobody finds it standing."""
    assert over("verify", RUN).code == 0
    slip = over("undo", RUN, "--to", "Let people sea")
    assert (slip.code, "no change of `Let people sea` stands" in slip.err) == (2, True)
    assert "Switch the light on" in slip.err
    light = over("undo", RUN, "--to", "Let people see")
    assert f"rbengine undo {RUN}" in light.out
    assert "undone  Switch the light on" in light.out, light.out + light.err
    assert "undone  Open the door" not in light.out
    assert over("verify", RUN).code == 0
    door = over("undo", RUN)
    assert "undone  Open the door" in door.out, door.out + door.err
    assert "undone  Switch the light on" not in door.out
    proof = over("verify", RUN)
    assert proof.code != 0
    assert "The door is shut, the light off" in proof.out
    nothing = over("undo", RUN)
    assert (nothing.code, "left nothing standing that can be taken back" in nothing.err) == (
        2,
        True,
    )
    assert over("audit", RUN).code == 0
    assert "cancelled" in over("runs", "--all").out


def test_cancelling_a_run_offers_to_take_back_what_it_did(over: Command, project: Path) -> None:
    """The other half of a run that a person stops in its middle."""
    asking = PLAYBOOK.replace(
        '  step "Let people see"\n',
        '  step "Let people see"\n    approve "On with it?" by on_call\n',
    )
    (project / "playbooks" / "rb908.rb").write_text(asking)
    assert over("exec", "rb908", "--durable").code == 7
    assert "On with it?" in over("approve", "002").out
    offered = over("cancel", "002", "the", "owner", "is", "here")
    assert offered.code == 7, offered.out + offered.err
    assert "Take back what was done?" in offered.out
    done = over("approve", "002")
    assert "undone  Open the door" in done.out, done.out + done.err
    assert "CANCELLED" in done.out


def test_what_could_take_nothing_back_is_not_begun(over: Command, project: Path) -> None:
    """The run stays what it is, resolved; what stands in the way is named."""
    over("undo", RUN)
    light = (
        "        UPDATE shops SET light = 'on' WHERE id = 1 AND light = 'off'\n      expect 1 row\n"
    )
    final = PLAYBOOK.replace(light, f'{light}      irreversible "everybody has seen it"\n')
    (project / "playbooks" / "rb908.rb").write_text(final)
    done = over("exec", "rb908", "--durable")
    while done.code == 7:
        done = over("approve", "002")
    refused = over("undo", "002", "--to", "Let people see")
    assert refused.code == 2, refused.out
    assert "left nothing standing since `Let people see` that can be taken back" in refused.err
    assert "Switch the light on: everybody has seen it" in refused.err
    assert "resolved" in over("runs", "--all").out
    whole = over("undo", "002")
    assert "Switch the light on, cannot be undone: everybody has seen it" in whole.out
    assert "undone  Open the door" in whole.out
    assert "1 change left applied" in whole.out
    assert "rbengine undo" not in whole.out
    assert "rbengine undo" not in over("show", "002").out
