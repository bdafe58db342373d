"""Somebody sits at a terminal with a kept run, a real one; others say something from elsewhere meanwhile."""

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path
from types import TracebackType

import pytest
from cli.conftest import Command
from rbengine.cli.main import main

RUN = "RUN-2026-11-23-001"

POLICY = """\
policy "Somebody is asked"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
"""

PLAYBOOK = """\
runbook RB-908 "Two questions"

severity P3
mttr     2h

symptoms
  - Nobody knows

diagnose
  step "Look"
    many = count(["a"])

  finding some "There are some"
    many > 0

resolve some
  step "Ask twice"
    approve "The first?" by on_call
    approve "The second?" by on_call
    note "Both were answered"

otherwise
  note "All is well"
"""

SCENARIOS = """\
scenarios for RB-908

world usual "As always" default
"""

PROMPT = "as on_call: y, n [why], Enter says nothing > "


class Terminal:
    """A command at a terminal of its own, in a copy of this process."""

    def __init__(self, *arguments: str) -> None:
        self.seen = ""
        self._child, self._file = pty.fork()
        if self._child == 0:
            try:
                sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 (as in the parent)
                os._exit(main(list(arguments)))
            finally:
                os._exit(99)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._file)

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._file, text.encode())

    def until(self, text: str, times: int = 1) -> None:
        """Wait until it has shown `text` so often."""
        until = time.monotonic() + 30
        while self.seen.count(text) < times:
            ready, _, _ = select.select([self._file], [], [], max(until - time.monotonic(), 0))
            assert ready, f"no {text!r} came in {self.seen}"
            self.seen += os.read(self._file, 4096).decode().replace("\r", "")

    def ended(self) -> int:
        """Its exit code, and all that it has shown."""
        try:
            while more := os.read(self._file, 4096):
                self.seen += more.decode().replace("\r", "")
        except OSError:
            pass  # a terminal that nobody has open any more ends so
        code = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        self._child = 0
        return code


@pytest.fixture
def project_with_questions(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runbook that asks twice."""
    (project / "playbooks" / "policy.rb").write_text(POLICY)
    (project / "playbooks" / "rb908.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb908.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    monkeypatch.setenv("TERM", "dumb")
    return project


def test_what_is_said_elsewhere_is_told_at_the_prompt_and_the_run_goes_on(
    rbengine: Command, project_with_questions: Path
) -> None:
    """Nobody has to press Enter for an answer that has come; and keys pressed for one question answer no other."""
    del project_with_questions
    with Terminal("exec", "rb908", "--durable") as terminal:
        terminal.until(PROMPT)
        terminal.type("y")  # and no Enter
        elsewhere = rbengine("approve", RUN)
        assert (elsewhere.code, "which takes it from there" in elsewhere.out) == (0, True)
        terminal.until(PROMPT, times=2)
        assert "approved by" in terminal.seen
        terminal.type("\n")
        code = terminal.ended()
    assert (code, "PARKED: waits for on_call: approve" in terminal.seen) == (7, True), terminal.seen
    with Terminal("resume", RUN) as again:
        again.until(PROMPT)
        again.type("y\n")
        code = again.ended()
    assert (code, "RESOLVED" in again.seen) == (0, True), again.seen


def test_a_run_that_is_cancelled_elsewhere_ends_at_the_prompt(
    rbengine: Command, project_with_questions: Path
) -> None:
    """Whoever sits there sees by whom, and is asked nothing more."""
    del project_with_questions
    with Terminal("exec", "rb908", "--durable") as terminal:
        terminal.until(PROMPT)
        assert rbengine("cancel", RUN, "wrong customer").code == 0
        code = terminal.ended()
    assert (code, "CANCELLED" in terminal.seen) == (3, True), terminal.seen
    assert terminal.seen.count(PROMPT) == 1
