"""Kept runs of several users of one machine, by the commands that they give: really several users."""

import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from pwd import getpwuid

import pytest
from cli.conftest import Done
from rbengine.cli.main import main
from support.new_key import PLAYBOOK, SCENARIOS
from support.users import GROUP, ONE, OTHER, STRANGER, as_user, needs_root

pytestmark = needs_root

RUN = "RUN-2026-11-23-001"

POLICY = """\
policy "Two pairs of eyes"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
  changes need approval by lead, not the operator
"""

_SETTINGS = """\
[state]
folder = "{state}"
shared = true

[people.{one}]
roles = ["on_call"]

[people.{other}]
name = "Grace Hopper"
roles = ["lead"]
"""


class Machine:
    """A project that all users can read, and a state folder of the group's."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.project = folder / "project"
        self._folder = folder
        (self.project / "playbooks" / "scenarios").mkdir(parents=True)
        (self.project / "playbooks" / "policy.rb").write_text(POLICY)
        (self.project / "playbooks" / "rb903.rb").write_text(PLAYBOOK)
        (self.project / "playbooks" / "scenarios" / "rb903.rb").write_text(SCENARIOS)
        names = {"one": getpwuid(ONE).pw_name, "other": getpwuid(OTHER).pw_name}
        settings = _SETTINGS.format(state=self.state, **names)
        (self.project / "rbengine.toml").write_text(settings)
        for one in (ONE, OTHER, STRANGER):
            (folder / str(one)).mkdir()
            os.chown(folder / str(one), one, one)

    def rbengine(self, user: int, *arguments: str, groups: tuple[int, ...] = (GROUP,)) -> Done:
        """What the command comes to when this user gives it."""

        def given() -> Done:
            os.environ["HOME"] = os.environ["XDG_CACHE_HOME"] = str(self._folder / str(user))
            return self.here(*arguments)

        return as_user(user, groups, given)

    def here(self, *arguments: str) -> Done:
        """The same in this process."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(list(arguments))
        return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Whose Python is loaded as far as these commands need it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    machine = Machine(folder)
    monkeypatch.chdir(machine.project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    settings = (machine.project / "rbengine.toml").read_text()
    (machine.project / "rbengine.toml").write_text("")
    monkeypatch.setenv("RBENGINE_STATE", str(folder / "warm"))
    for arguments in (("exec", "rb903", "--durable"), ("resume", RUN), ("plan", RUN), ("runs",)):
        machine.here(*arguments)
    for arguments in (
        ("approve", RUN),
        ("reject", RUN),
        ("resume", RUN),
        ("cancel", RUN),
        ("audit", RUN),
    ):
        machine.here(*arguments)
    monkeypatch.delenv("RBENGINE_STATE")
    (machine.project / "rbengine.toml").write_text(settings)
    machine.state.mkdir()
    os.chown(machine.state, ONE, GROUP)
    machine.state.chmod(0o2770)
    yield machine
    shutil.rmtree(folder)


def test_one_user_begins_a_run_and_another_approves_it(machine: Machine) -> None:
    """Each by the name that the operating system gives; what a run does is done by whoever began it."""
    begun = machine.rbengine(ONE, "exec", "rb903", "--durable")
    assert (begun.code, begun.err) == (7, ""), begun
    own = machine.rbengine(ONE, "approve", RUN)
    assert (own.code, f"`{getpwuid(ONE).pw_name}` is none of them" in own.err) == (2, True), own
    listed = machine.rbengine(OTHER, "runs")
    assert (listed.code, "waits for lead: approve" in listed.out) == (0, True), listed
    assert "Set API_KEY" in machine.rbengine(OTHER, "plan", RUN).out
    approved = machine.rbengine(OTHER, "approve", RUN)
    assert approved.out.startswith("recorded; it counts when"), approved
    done = machine.rbengine(ONE, "resume", RUN)
    assert (done.code, "approved by Grace Hopper (lead)" in done.out) == (0, True), done
    assert machine.rbengine(OTHER, "audit", RUN).code == 0
    modes = {stat.S_IMODE(one.stat().st_mode) for one in machine.state.iterdir() if one.is_file()}
    assert modes == {0o660}


def test_whoever_is_named_lets_the_clocks_of_all_go_off_and_nobody_else_does(
    machine: Machine,
) -> None:
    """An operator's laptop may be shut: the tick of any of them will do. A stranger takes up nobody's run."""
    assert machine.rbengine(ONE, "exec", "rb903", "--durable").code == 7
    assert machine.rbengine(OTHER, "approve", RUN).code == 0
    name = getpwuid(STRANGER).pw_name
    for command in (("tick",), ("resume", RUN)):
        refused = machine.rbengine(STRANGER, *command)
        told = " ".join((refused.out + refused.err).split())
        assert refused.code == (1 if command == ("tick",) else 2), refused
        assert f"began it, and the settings do not say who `{name}` is" in told
        assert f"write `[people.{name}]` into rbengine.toml" in told
    assert "waits for lead: approve" in machine.rbengine(ONE, "runs").out
    ticked = machine.rbengine(OTHER, "tick")
    assert (ticked.code, "RESOLVED" in ticked.out) == (0, True), ticked
    assert machine.rbengine(ONE, "tick") == Done(0, "", "")
    assert machine.rbengine(ONE, "audit", RUN).code == 0
    modes = {stat.S_IMODE(one.stat().st_mode) for one in machine.state.rglob("*") if one.is_file()}
    assert modes == {0o660}


def test_a_stranger_learns_nothing_of_it(machine: Machine) -> None:
    """Who is not of the group is told so, with the way out."""
    assert machine.rbengine(ONE, "exec", "rb903", "--durable").code == 7
    for arguments in (("runs",), ("show", RUN), ("approve", RUN)):
        done = machine.rbengine(STRANGER, *arguments, groups=())
        assert (done.code, done.out) == (2, ""), done
        assert "runs cannot be kept here: Permission denied" in done.err


def test_a_folder_that_may_only_be_read_begins_nothing(machine: Machine) -> None:
    """What cannot be written down is not begun; the way out is in the message."""
    machine.state.chmod(0o2550)
    done = machine.rbengine(ONE, "exec", "rb903", "--durable")
    assert (done.code, done.out) == (2, ""), done
    assert "runs cannot be kept here: Permission denied" in done.err
    assert "RBENGINE_STATE" in done.err
