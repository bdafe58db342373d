"""The shipped playbooks as a new user meets them: real processes, a real database, any folder."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rbengine.report.text import cells

BANNER = "SIMULATED: nothing real was read or changed"


def run(
    folder: Path, *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rbengine", *arguments],
        cwd=folder, input=typed, capture_output=True, text=True, check=False,
        env={**_surroundings(), "COLUMNS": "80", **environment},
    )  # fmt: skip


def _surroundings() -> dict[str, str]:
    """Today's environment without what would decide about colour."""
    return {
        name: one for name, one in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")
    }


def test_the_first_command_of_a_new_user(tmp_path: Path) -> None:
    """From any folder, without a project: the playbooks that came with rbengine."""
    done = run(tmp_path, "exec", "rb011")
    rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert rows[0] == rows[-1] == BANNER
    assert "\x1b" not in done.stdout
    assert [row for row in rows if cells(row) > 80] == []
    for words in (
        "found  webhook_missed",
        "subscription_tier        free      starter",
        "undo: put these 5 values back",
        "waiting for on_call to approve",
        "approved by",
        "RESOLVED in",
    ):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("world", "code"), [("cancelled", 0), ("never_a_customer", 6), ("first_payment_failed", 6)]
)
def test_the_exit_code_says_how_it_ended(tmp_path: Path, world: str, code: int) -> None:
    """0 resolved, 6 handed over."""
    assert run(tmp_path, "exec", "rb011", "--world", world).returncode == code


def test_a_refusal_after_a_change_leaves_it_applied_and_says_so(tmp_path: Path) -> None:
    """All calls, approve the first change, refuse the second, say nothing about the undo."""
    done = run(tmp_path, "exec", "rb011", "--interactive", typed="a\ny\nn not tonight\n\n")
    assert done.returncode == 4
    assert "not tonight" in done.stdout
    assert "1 change left applied" in done.stdout
    assert done.stdout.splitlines()[-1] == BANNER


def test_quitting_before_the_first_call_changes_nothing(tmp_path: Path) -> None:
    """`q` is a clean end, not an interruption."""
    done = run(tmp_path, "exec", "rb011", "--interactive", typed="q\n")
    assert done.returncode == 3
    assert "nothing changed" in done.stdout
    assert done.stdout.splitlines()[-1] == BANNER


def test_diagnose_of_a_shipped_playbook(tmp_path: Path) -> None:
    """It reads, finds, and leaves everything as it is."""
    done = run(tmp_path, "diagnose", "rb011", "--json")
    last = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, last["outcome"]) == (0, "diagnosed")


def test_colour_can_be_forced_into_a_pipe(tmp_path: Path) -> None:
    """CI logs that understand it; the text stays the same."""
    plain = run(tmp_path, "exec", "rb011").stdout
    coloured = run(tmp_path, "exec", "rb011", FORCE_COLOR="1").stdout
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert run(tmp_path, "exec", "rb011", FORCE_COLOR="1", NO_COLOR="1").stdout == plain


def test_a_reader_who_goes_away_does_not_stop_the_run(tmp_path: Path) -> None:
    """`rbengine exec rb011 | head -n 1`: no traceback, and the exit code is the run's own."""
    command = f"{sys.executable} -m rbengine exec rb011 --world never_a_customer"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (f"{BANNER}\n", "")
    assert done.returncode == 6


def test_an_interrupted_run_still_says_that_nothing_was_real(tmp_path: Path) -> None:
    """The last line of a log is what people see first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rbengine", "exec", "rb011", "--interactive"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if "next, observe" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out.splitlines()[-1] == BANNER
    assert "interrupted" in err
    assert "Traceback" not in err
