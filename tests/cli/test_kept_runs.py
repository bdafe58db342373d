"""Kept runs as their users see them: begun, parked, answered, taken up, looked at, forgotten."""

import json
import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Command
from rbengine.cli import kept_running
from rbengine.cli.ticking import look
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL
from rbengine.report.text import cells
from rbengine.runtime.events import Parked

RUN = "RUN-2026-11-23-001"

PLAYBOOK = """\
runbook RB-902 "People decide"

severity P3
mttr     20m

input limit: int   "How many are too many"

symptoms
  - Nobody knows

diagnose
  step "Count"
    found = count(["a", "b", "c"])

  finding too_many "There are too many"
    found > limit

resolve too_many
  step "Let people decide"
    approve "Shall somebody look?" by on_call
    more = ask "How many more?": int within 10m by on_call
    note "{{ more }} more"

otherwise
  note "All is well"
"""

PROOF = """
verify
  step "Count again"
    now_found = count(["a"])
    check now_found < limit
      else "Too many"
"""

SCENARIOS = """\
scenarios for RB-902

world few "Two are allowed"
  limit = 2
  person on_call approves
  person on_call answers "How many more?" with 7
"""


@pytest.fixture
def kept(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, with a state folder of the test's own and nobody at the terminal."""
    (project / "playbooks" / "rb902.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb902.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    return rbengine


def begun(kept: Command) -> None:
    """A run that waits for an approval."""
    done = kept("exec", "rb902", "--durable")
    assert (done.code, done.err) == (7, "")


def test_a_kept_run_goes_from_hand_to_hand(kept: Command) -> None:
    """Begun by one process, approved by another, answered by a third: each says how to go on."""
    begun(kept)
    approved = kept("approve", RUN)
    assert approved.code == 7
    assert "PARKED: waits for on_call: answer" in approved.out
    assert f"rbengine answer {RUN} VALUE" in approved.out
    answered = kept("answer", RUN, "500")
    assert answered.code == 0
    assert "note: 500 more" in answered.out
    assert "RESOLVED" in answered.out
    assert f"        rbengine report {RUN}\n        journal {RUN}, head " in answered.out


def test_the_screen_of_a_parked_run_says_what_to_type(kept: Command) -> None:
    """At three in the morning nobody looks a command up."""
    done = kept("exec", "rb902", "--durable")
    rows = done.out.splitlines()
    at = rows.index("PARKED: waits for on_call: approve")
    assert [row.strip() for row in rows[at + 1 : at + 4]] == [
        f"rbengine approve {RUN}",
        f"rbengine reject {RUN} WHY",
        f"rbengine resume {RUN}",
    ]
    assert rows[-1] == "SIMULATED: nothing real was read or changed"
    shown = kept("show", RUN).out.splitlines()
    assert shown[-3:] == rows[at + 1 : at + 4]
    assert [row for row in rows if cells(row) > 80] == []


def test_open_runs_are_listed_with_whom_they_wait_for(kept: Command) -> None:
    """And their clocks, which run while nobody looks."""
    assert kept("runs").out == "no run is open\n"
    begun(kept)
    rows = kept("runs").out.splitlines()
    assert rows[0].split() == ["run", "runbook", "state", "clocks"]
    assert rows[1].startswith(f"{RUN}  RB-902   waits for on_call: approve")
    assert "MTTR in 19m" in rows[2]
    assert "lead in 59m" in rows[2]
    assert rows[-1] == f"rbengine show {RUN}"
    (line,) = kept("runs", "--json").out.splitlines()
    told = json.loads(line)
    assert (told["run"], told["outcome"], told["state"]) == (RUN, "", "waits for on_call: approve")
    assert 1100 < told["clocks"]["MTTR"] <= 1200


def test_a_run_is_named_by_any_end_of_its_names(kept: Command) -> None:
    """Who types at night types little; what nobody knows is told with what there is."""
    begun(kept)
    for name in (RUN, RUN.lower(), "INC-2026-11-23-001", "001", "23-001"):
        assert kept("audit", name).code == 0
        assert kept("show", name).code == 0
    done = kept("audit", "RUN-2026-11-23-002")
    assert done.code == 2
    assert f"did you mean `{RUN}`" in done.err


def test_show_is_the_screen_again(kept: Command) -> None:
    """From the journal alone, and what it waits for."""
    screen = kept("exec", "rb902", "--durable").out.splitlines()
    shown = kept("show", RUN).out.splitlines()
    at = screen.index("PARKED: waits for on_call: approve")
    assert shown[: at - 1] == screen[: at - 1]
    assert f"{RUN}  waits for on_call: approve" in shown
    lines = [json.loads(one) for one in kept("show", RUN, "--json").out.splitlines()]
    assert [one["seq"] for one in lines] == list(range(1, len(lines) + 1))


def test_a_rejection_has_its_reason(kept: Command) -> None:
    """It fails the step, as the language says."""
    begun(kept)
    done = kept("reject", RUN, "not", "tonight")
    assert done.code in (3, 6, 7)
    assert "not tonight" in done.out


def test_what_cannot_be_said_is_told_with_what_is_asked(kept: Command) -> None:
    """An answer to a run that wants an approval, a value of another type, a run that is over."""
    begun(kept)
    done = kept("answer", RUN, "5")
    assert done.code == 2
    assert "Shall somebody look?" in done.err
    kept("approve", RUN)
    wrong = kept("answer", RUN, "many")
    assert (wrong.code, "for example: answer=" in wrong.err) == (2, True)
    kept("answer", RUN, "5")
    over = kept("approve", RUN)
    assert (over.code, "is over: resolved" in over.err) == (2, True)


def test_settings_say_who_may_answer(kept: Command, project: Path) -> None:
    """Where they name people, a stranger and a wrong role are told so; where they name none, all may."""
    begun(kept)
    settings = project / "rbengine.toml"
    settings.write_text('[people.somebody_else]\nroles = ["on_call"]\n')
    stranger = kept("approve", RUN)
    assert (stranger.code, "the settings do not say who" in stranger.err) == (2, True)
    me = pwd.getpwuid(os.getuid()).pw_name
    settings.write_text(f'[people.{me}]\nname = "Ada Lovelace"\nroles = ["lead"]\n')
    wrong = kept("approve", RUN)
    assert (wrong.code, f"`{me}` is none of them" in wrong.err) == (2, True)
    settings.write_text(f'[people.{me}]\nname = "Ada Lovelace"\nroles = ["lead", "on_call"]\n')
    right = kept("approve", RUN)
    assert right.code == 7
    assert "approved by Ada Lovelace (on_call)" in right.out


def test_what_is_only_recorded_counts_when_the_run_is_taken_up(kept: Command) -> None:
    """By its operator, or by `tick`, which cron calls."""
    begun(kept)
    assert kept("tick").out == ""
    said = kept("approve", RUN, "--only-record")
    assert said.out.startswith("recorded;")
    done = kept("tick")
    assert done.code == 0
    assert "PARKED: waits for on_call: answer" in done.out


def test_a_parked_run_is_due_when_its_next_clock_is(kept: Command) -> None:
    """It is a row; whoever looks at its deadline wakes it."""
    begun(kept)
    store = SqliteStore(Path(os.environ["RBENGINE_STATE"]) / JOURNAL)
    record = store.record(RUN)
    assert record.waiting is not None
    assert not look(store, record, record.began + record.waiting.behind).is_due
    assert record.waiting.deadline is not None
    later = record.waiting.deadline + record.waiting.behind
    assert look(store, record, later).is_due
    store.close()


def test_cancelling_ends_a_run(kept: Command) -> None:
    """Nothing was changed, so nothing is offered to be taken back."""
    begun(kept)
    done = kept("cancel", RUN, "the", "vendor", "repaired", "it")
    assert done.code == 3
    assert "the vendor repaired it" in done.out
    assert kept("runs").out == "no run is open\n\nrbengine runs --all\n"
    assert "cancelled" in kept("runs", "--all").out
    nothing = kept("undo", RUN)
    assert (nothing.code, "nothing standing" in nothing.err) == (2, True)


def test_an_acknowledgement_is_kept(kept: Command) -> None:
    """Whoever has it says so from anywhere."""
    begun(kept)
    assert "acknowledged by" in kept("acknowledge", RUN).out


def test_a_run_keeps_what_it_started_with(kept: Command, project: Path) -> None:
    """And says what was edited since."""
    begun(kept)
    file = project / "playbooks" / "rb902.rb"
    file.write_text(PLAYBOOK.replace("{{ more }} more", "{{ more }} less"))
    done = kept("approve", RUN)
    assert "edited since it began: playbooks/rb902.rb" in done.out
    assert "note: 5 more" in kept("answer", RUN, "5").out


def test_a_run_goes_on_with_another_text_where_it_can(kept: Command, project: Path) -> None:
    """What was done must follow from it too; what comes after may be another."""
    begun(kept)
    kept("approve", RUN)
    file = project / "playbooks" / "rb902.rb"
    file.write_text(PLAYBOOK.replace("{{ more }} more", "{{ more }} less"))
    done = kept("resume", RUN, "--with", "rb902")
    assert done.code == 7
    assert f"{RUN} goes on with today's text" in done.out
    assert "moved to another text of the playbook by" in kept("show", RUN).out
    assert "edited since" not in done.out
    assert "note: 5 less" in kept("answer", RUN, "5").out
    assert kept("audit", RUN).code == 0


def test_the_first_difference_is_shown(kept: Command, project: Path) -> None:
    """And the run stays as it is, where it is."""
    begun(kept)
    kept("approve", RUN)
    before = kept("export", RUN).out
    file = project / "playbooks" / "rb902.rb"
    file.write_text(PLAYBOOK.replace("Shall somebody look?", "Shall nobody look?"))
    done = kept("resume", RUN, "--with", "rb902")
    assert done.code == 2
    assert "they part at line" in done.err
    assert "Shall somebody look?" in done.err
    assert "Shall nobody look?" in done.err
    assert kept("export", RUN).out == before
    assert "waits for on_call: answer" in kept("runs").out


def test_a_run_is_taken_over_before_it_is_moved(kept: Command) -> None:
    """What the process before may still do is settled by the text that it was done by."""
    begun(kept)
    done = kept("resume", RUN, "--take-over", "--with", "rb902")
    assert (done.code, "cannot be together" in done.err) == (2, True)


def test_the_second_of_two_is_shown_the_first(kept: Command) -> None:
    """Two people, one alert."""
    begun(kept)
    done = kept("exec", "rb902", "--durable")
    assert done.code == 2
    assert f"{RUN} is open, of the same runbook with the same inputs" in done.err


def test_a_head_that_was_noted_is_checked(kept: Command) -> None:
    """By `audit`, against whatever the journal says today."""
    begun(kept)
    out = kept("audit", RUN).out
    head = out.split()[-1]
    assert len(head) == 64
    assert kept("audit", RUN, "--head", head[:16]).code == 0
    noted = len(kept("export", RUN).out.splitlines())
    kept("approve", RUN)
    moved = kept("audit", RUN, "--head", head.upper())
    assert moved.code == 0
    assert f"line {noted} has the head that was noted: nothing up to there was changed" in moved.out
    rewritten = kept("audit", RUN, "--head", f"{head[:-1]}x")
    assert (rewritten.code, "no line has the head that was noted" in rewritten.out) == (1, True)
    assert kept("audit", RUN, "--head", "12").code == 2


def test_an_export_is_private_and_says_so(kept: Command, project: Path) -> None:
    """The same lines, unredacted; never over a file that is there."""
    begun(kept)
    target = project / "run.jsonl"
    done = kept("export", RUN, "--output", str(target))
    assert "unredacted" in done.out
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_text() == kept("show", RUN, "--json").out == kept("export", RUN).out
    assert "unredacted; --output writes a file that you alone may read" in kept("export", RUN).err
    assert kept("export", RUN, "--output", str(target)).code == 2


def test_what_is_forgotten_can_still_be_audited(kept: Command) -> None:
    """Not while it is open."""
    begun(kept)
    assert kept("forget", RUN).code == 2
    kept("cancel", RUN)
    before = kept("audit", RUN).out.split()[-1]
    assert kept("forget", RUN).code == 0
    assert kept("audit", RUN).out.split()[-1] == before
    assert "forgotten" in kept("runs", "--all").out
    gone = kept("show", RUN)
    assert (gone.code, "was forgotten" in gone.err) == (2, True)


def test_pruning_forgets_what_is_over_and_old(kept: Command) -> None:
    """Nothing that is open, nothing that is young."""
    begun(kept)
    kept("cancel", RUN)
    begun(kept)
    assert kept("prune", "--older-than", "400d").out == "forgot 0 runs\n"
    assert kept("prune", "--older-than", "later").code == 2
    assert kept("prune", "--older-than", "0s").out == "forgot 1 run\n"
    assert kept("audit", RUN).code == 0
    assert "waits for on_call" in kept("show", "002").out


def test_scripted_people_answer_where_they_are_asked_to(kept: Command) -> None:
    """A whole run in one go, and in the journal."""
    done = kept("exec", "rb902", "--durable", "--scripted", "--json")
    *_, last = [json.loads(one) for one in done.out.splitlines()]
    assert (done.code, last["outcome"], last["run"]) == (0, "resolved", RUN)
    assert kept("audit", RUN, "--head", last["head"]).code == 0
    assert kept("exec", "rb902", "--scripted").code == 2


def test_a_folder_that_others_may_open_is_refused(kept: Command, tmp_path: Path) -> None:
    """With the way out, before anything runs."""
    (tmp_path / "state").mkdir(mode=0o755)
    (tmp_path / "state").chmod(0o755)
    done = kept("exec", "rb902", "--durable")
    assert done.code == 2
    assert "chmod 700" in done.err
    assert done.out == ""


def test_the_proof_is_looked_at_again(kept: Command, project: Path) -> None:
    """On the company as the run left it; a playbook without a proof says so, and so does a company that is gone."""
    begun(kept)
    done = kept("verify", "001")
    assert (done.code, "RB-902 has no `verify`" in done.err) == (2, True)
    kept("cancel", "001")
    file = project / "playbooks" / "rb902.rb"
    file.write_text(PLAYBOOK + PROOF)
    assert kept("exec", "rb902", "--durable").code == 7
    before = kept("export", "002").out
    done = kept("verify", "002")
    assert (done.code, "RESOLVED" in done.out) == (0, True)
    assert kept("export", "002").out == before


def test_a_disk_that_fills_up_stops_the_run_and_loses_nothing(
    kept: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call may have been made that nobody could write down: that is told, and taken up it is looked for."""
    whole = SqliteStore.append
    written = []

    def append(store: SqliteStore, *arguments: Any, **named: Any) -> int:
        written.append(1)
        if len(written) == 2:
            # SQLite's own word for it, at its own place
            store._file._connection.execute("PRAGMA max_page_count = 1")
            arguments = (*arguments[:2], [Parked(at=arguments[2][0].at, reason="x" * 100_000)] * 9)
        return whole(store, *arguments, **named)

    monkeypatch.setattr(SqliteStore, "append", append)
    done = kept("exec", "rb902", "--durable")
    assert done.code == 5
    assert "the disk is full" in done.err
    assert done.out.splitlines()[-1] == "SIMULATED: nothing real was read or changed"
    monkeypatch.setattr(SqliteStore, "append", whole)
    assert kept("audit", "001").code == 0
    assert kept("resume", "001").code == 7


def _process(*arguments: str, terminal: int | None = None) -> "subprocess.Popen[str]":
    paths = os.pathsep.join(one for one in sys.path if one)
    return subprocess.Popen(
        [sys.executable, "-m", "rbengine", *arguments],
        stdin=terminal if terminal is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (signal.SIGINT, "stopped by Ctrl-C"),
        (signal.SIGTERM, "stopped by SIGTERM"),
        (signal.SIGHUP, "waits for on_call: approve"),
    ],
)
def test_a_signal_at_the_terminal_parks_the_run(
    kept: Command, sent: signal.Signals, reason: str
) -> None:
    """It says how to take it up, if there still is a screen; whoever does finds it where it was."""
    ours, theirs = os.openpty()
    with _process("exec", "rb902", "--durable", terminal=theirs) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        seen = ""
        deadline = time.monotonic() + 30
        while "as on_call" not in seen and time.monotonic() < deadline:
            seen += process.stdout.read(1)
        process.send_signal(sent)
        rest = process.stdout.read()
        assert process.stderr.read() == ""
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 7
    if sent != signal.SIGHUP:
        assert f"PARKED: {reason}" in rest
        assert f"rbengine resume {RUN}" in rest
    assert reason in kept("export", RUN).out.splitlines()[-1]
    assert "waits for on_call: approve" in kept("runs").out


def test_whoever_may_not_answer_is_not_asked_at_the_terminal(kept: Command, project: Path) -> None:
    """The settings count there as everywhere: the run parks, for whoever may."""
    me = pwd.getpwuid(os.getuid()).pw_name
    (project / "rbengine.toml").write_text(f'[people.{me}]\nroles = ["lead"]\n')
    ours, theirs = os.openpty()
    with _process("exec", "rb902", "--durable", terminal=theirs) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out = process.stdout.read()
        assert process.stderr.read() == ""
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 7
    assert f"`{me}` is none of them" in out
    assert "PARKED: waits for on_call: approve" in out
    assert "waits for on_call: approve" in kept("runs").out


def test_what_is_typed_at_the_terminal_counts(kept: Command) -> None:
    """Whoever sits there is asked, and the run goes on at once."""
    ours, theirs = os.openpty()
    with _process("exec", "rb902", "--durable", terminal=theirs) as process:
        os.write(ours, b"y\n12\n")
        assert process.stdout is not None
        assert process.stderr is not None
        out = process.stdout.read()
        assert process.stderr.read() == ""
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "note: 12 more" in out
    assert "resolved" in kept("runs", "--all").out


def test_a_long_run_is_taken_up_from_its_last_saved_state(
    kept: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before is counted and not gone through; what it asks and its clocks are there all the same."""
    begun(kept)
    short = kept("resume", RUN).out.splitlines()
    monkeypatch.setattr(kept_running, "_LONG", 1)
    lines = len(kept("export", RUN).out.splitlines())
    long = kept("resume", RUN).out.splitlines()
    assert f"  {lines} lines before: rbengine show {RUN}" in long
    assert "PARKED: waits for on_call: approve" in long
    assert f"        rbengine approve {RUN}" in long
    assert len(long) == len(short)
    assert "PARKED: waits for on_call: answer" in kept("approve", RUN).out
