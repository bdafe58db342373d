"""Recordings as their users see them: written, run on, compared, refused where they must be."""

import json
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from cli.conftest import Command
from rbengine.contract.codec import to_line
from rbengine.contract.values import Row, Value
from rbengine.host.journal import Owner
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder
from rbengine.runtime.events import Event, Started
from support.recorded import RB011, planted, recording

ROOT = Path(__file__).parent.parent.parent
RUN = "RUN-2026-11-23-001"
BUSINESS = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
KEY = "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped project, to be edited."""
    folder = tmp_path_factory.mktemp("company")
    shutil.copytree(ROOT / "playbooks", folder / "playbooks")
    shutil.copy(ROOT / "rbengine.toml", folder)
    return folder


@pytest.fixture
def here(
    company: Path,
    rbengine: Command,  # noqa: ARG001 (its own project is left again)
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    """In the project, with a journal of the test's own."""
    monkeypatch.chdir(company)
    monkeypatch.setenv("RBENGINE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(company / "cache"))
    return tmp_path


def kept(here: Path, events: Sequence[Event] = ()) -> None:
    """A run of RB-011 in the journal."""
    of = recording()
    first, *rest = events or of.events
    assert isinstance(first, Started)
    store = SqliteStore(ready_folder(here / "state"))
    owner = Owner(host="elsewhere", pid=1, began="")
    epoch = store.create("RB-011", first, to_line(of.header.plan), owner, of.header.texts)
    store.append(first.run, epoch, rest)
    store.finish(first.run, epoch, "resolved")
    store.close()


def log_entry(text: str) -> Value:
    """One line of a function's log."""
    return (Row({"at": recording().started.at, "level": "info", "text": text}),)


def test_a_recording_is_written_for_its_owner_alone_and_once(here: Path, rbengine: Command) -> None:
    """It holds what a run saw; whoever overwrote one would have lost it."""
    kept(here)
    file = here / "incident.jsonl"
    done = rbengine("record", RUN, "-o", str(file))
    assert (done.code, done.err) == (0, "")
    assert "28 lines of RUN-2026-11-23-001" in done.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in here.iterdir() if "incident" in one.name] == ["incident.jsonl"]
    again = rbengine("record", RUN, "-o", str(file))
    assert again.code == 2
    assert "there is a file already" in again.err


def test_a_secret_in_a_text_is_refused_and_hidden_by_its_field(
    here: Path, rbengine: Command
) -> None:
    """Nothing is written, and nothing of the secret is shown."""
    kept(here, planted(recording(), 3, lambda _: log_entry(f"used {KEY}")))
    file = here / "incident.jsonl"
    done = rbengine("record", RUN, "-o", str(file))
    assert done.code == 1
    assert not file.exists()
    assert KEY[:12] not in done.out + done.err
    assert "line 7" in done.err
    assert "`--hide text`" in done.err
    assert rbengine("record", RUN, "-o", str(file), "--hide", "text").code == 0
    assert KEY not in file.read_text()


def test_a_run_on_a_recording_says_so_first_and_last(here: Path, rbengine: Command) -> None:  # noqa: ARG001
    """Whoever reads either line knows that nothing was real."""
    done = rbengine("exec", "rb011", "--backend", f"recorded={RB011}")
    rows = done.out.splitlines()
    assert done.code == 0
    assert rows[0] == rows[-1]
    assert rows[0] == "RECORDED: answers of a run that is over; nothing real was read or changed"
    assert "SIMULATED" not in done.out
    assert any("RESOLVED in 3m 2s" in one for one in rows)


def test_the_report_of_a_run_on_a_recording_says_so_too(here: Path, rbengine: Command) -> None:
    """It may be read by somebody who has not seen the screen."""
    file = here / "report.md"
    done = rbengine("exec", "rb011", "--backend", f"recorded={RB011}", "--report", str(file))
    assert done.code == 0
    assert "RECORDED: answers of a run that is over" in file.read_text()


def test_a_program_reads_the_journal_and_that_it_was_recorded(
    here: Path,  # noqa: ARG001
    rbengine: Command,
) -> None:
    """As of every run, with one more word in the last line."""
    done = rbengine("exec", "rb011", "--backend", f"recorded={RB011}", "--json")
    *lines, last = map(json.loads, done.out.splitlines())
    assert (last["exit"], last["outcome"], last["recorded"], last["simulated"]) == (
        0, "resolved", True, False,
    )  # fmt: skip
    assert [one["seq"] for one in lines] == list(range(1, 29))
    backends = lines[0]["event"]["environment"]["backends"]
    assert set(backends.values()) == {"recorded"}


@pytest.mark.parametrize(
    "option", [["--world", "cancelled"], ["--started", "14:02"], ["--durable"]]
)
def test_what_the_recording_says_cannot_be_said_again(
    here: Path,  # noqa: ARG001
    rbengine: Command,
    option: list[str],
) -> None:
    """World, time and people are those of the recording."""
    done = rbengine("exec", "rb011", "--backend", f"recorded={RB011}", *option)
    assert done.code == 2
    assert "are those of the recording" in done.err


def test_a_recording_of_another_runbook_is_refused(here: Path, rbengine: Command) -> None:  # noqa: ARG001
    """Its answers would be to other questions."""
    done = rbengine("exec", "rb001", "--backend", f"recorded={RB011}")
    assert done.code == 2
    assert "the recording is of RB-011, not of RB-001" in done.err


@pytest.mark.parametrize("command", ["resume", "undo", "verify", "cancel", "approve"])
def test_nothing_goes_on_from_a_recording(here: Path, rbengine: Command, command: str) -> None:
    """It is the story of a run, and nothing real stands behind it."""
    kept(here)
    more = ["--because", "x"] if command == "cancel" else []
    done = rbengine(command, str(RB011), *more)
    assert done.code == 2
    if not more:
        assert "is a recording: nothing real stands behind it" in done.err
        assert "rbengine replay" in done.err


def test_an_import_takes_no_recording(here: Path, rbengine: Command) -> None:
    """Drafts are made of prose."""
    done = rbengine("import", str(RB011), "--into", str(here / "drafts"))
    assert done.code == 2
    assert not (here / "drafts").exists()


def test_an_exported_journal_is_no_recording(here: Path, rbengine: Command) -> None:
    """It has customers in it: nobody should hand it on by mistake, so nothing takes it."""
    kept(here)
    file = here / "export.jsonl"
    assert rbengine("export", RUN, "--output", str(file)).code == 0
    done = rbengine("replay", str(file))
    assert done.code == 2
    assert "it is no recording" in done.err


def test_todays_text_is_compared_with_the_run_and_with_its_recording(
    here: Path, rbengine: Command
) -> None:
    """Both are the same incident."""
    kept(here)
    for asked in (RUN, str(RB011)):
        done = rbengine("replay", asked, "--with", "rb011")
        assert done.code == 0
        assert "no difference" in done.out
        assert "ok  found  webhook_missed" in done.out


def test_an_edited_text_is_followed_to_its_first_difference(
    here: Path,  # noqa: ARG001
    company: Path,
    rbengine: Command,
) -> None:
    """The sentence, the answers for programs, and the exit code."""
    file = company / "playbooks" / "rb011.rb"
    text = file.read_text()
    file.write_text(text.replace("since: 24h ago", "since: 48h ago"))
    try:
        done = rbengine("replay", str(RB011), "--json")
        told = json.loads(done.out)
        run = rbengine("exec", "rb011", "--backend", f"recorded={RB011}")
    finally:
        file.write_text(text)
    assert done.code == 1
    assert told["same"] is False
    assert [one["same"] for one in told["verdicts"]] == [None, None, None, None]
    differing = [one["name"] for one in told["unheld"]["pairs"] if one["then"] != one["now"]]
    assert differing == ["since"]
    assert run.code == 1
    assert "STOPPED: the recording does not hold this call: supabase.function_logs" in run.out
    assert any(one.startswith("!! since") for one in run.out.splitlines())
    assert run.out.splitlines()[-1].startswith(("RECORDED", "   = help"))


def test_a_run_becomes_a_scenario_that_passes(here: Path, company: Path, rbengine: Command) -> None:
    """Rows, objects, people and what came of it; customers have stand-ins."""
    rich = planted(recording(), 1, lambda one: Row({**dict(one), "name": "Anna Kraus"}))  # type: ignore[call-overload]
    kept(here, rich)
    beside = company / "playbooks" / "scenarios" / "rb011.rb"
    text = beside.read_text()
    done = rbengine("scenario", "from", RUN, "--add", "--name", "as_it_was")
    try:
        assert (done.code, done.err) == (0, "")
        assert "it rehearses as the run went" in done.out
        written = beside.read_text()
        assert written.startswith(text)
        assert 'scenario "As it was in RUN-2026-11-23-001" in as_it_was' in written
        assert "Anna Kraus" not in written
        assert 'person on_call approves "Copy tier' in written
        assert rbengine("check", "playbooks/scenarios/rb011.rb").code == 0
        again = rbengine("scenario", "from", RUN, "--add", "--name", "as_it_was_again")
        assert again.code == 2
        assert f'there is a scenario "As it was in {RUN}" already' in again.err
        assert beside.read_text() == written
    finally:
        beside.write_text(text)


def test_a_planted_key_comes_out_of_no_command(
    here: Path, company: Path, rbengine: Command
) -> None:
    """Neither of what compares a run of one's own, nor of what is made of it to be handed on."""
    file = company / "playbooks" / "rb011.rb"
    text = file.read_text()
    kept(here, planted(recording(), 3, lambda _: log_entry(f"used {KEY}")))
    file.write_text(text.replace("since: 24h ago", "since: 48h ago"))
    try:
        said = [
            rbengine("replay", RUN, "--whole"),
            rbengine("replay", RUN, "--json"),
            rbengine("scenario", "from", RUN),
            rbengine("record", RUN, "-o", str(here / "incident.jsonl")),
        ]
    finally:
        file.write_text(text)
    assert [one.code for one in said] == [1, 1, 1, 1]
    assert not any(KEY[8:] in one.out + one.err for one in said)
    assert not (here / "incident.jsonl").exists()


def test_a_scenario_goes_to_a_file_of_its_own(here: Path, rbengine: Command) -> None:
    """And never over another one."""
    file = here / "rb011.scenarios.rb"
    done = rbengine("scenario", "from", str(RB011), "-o", str(file))
    assert done.code == 0
    assert file.read_text().startswith("scenarios for RB-011\n")
    again = rbengine("scenario", "from", str(RB011), "-o", str(file))
    assert (again.code, again.err.splitlines()[0]) == (2, "error: there is a file already")


def test_a_check_needs_a_profile(rbengine: Command) -> None:
    """Nobody looks anywhere real without having said where."""
    done = rbengine("record", "--check", str(RB011))
    assert done.code == 2
    assert "add `--profile NAME`" in done.err


PROFILE = """
[profiles.rehearsed]

[profiles.rehearsed.backends]
email    = "simulated"
postgres = "simulated"
stripe   = "simulated"
supabase = "simulated"

[profiles.rehearsed.contacts.tech_lead]
email = "tech.lead@shop.test"

[profiles.rehearsed.contacts.on_call]
email = "on.call@shop.test"
"""


@pytest.fixture
def profiled(here: Path, company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder is a project with a profile, in which the simulated company answers for every adapter."""
    folder = here / "project_with_a_profile"
    folder.mkdir()
    (folder / "playbooks").symlink_to(company / "playbooks")
    settings = (company / "rbengine.toml").read_text()
    (folder / "rbengine.toml").write_text(settings.partition("[contacts")[0] + PROFILE)
    monkeypatch.chdir(folder)


@pytest.mark.usefixtures("profiled")
def test_reads_are_repeated_in_a_profile(rbengine: Command) -> None:
    """Each once; in the company that answers here the webhook never arrived."""
    done = rbengine("record", "--check", str(RB011), "--profile", "rehearsed")
    assert (done.code, done.err) == (0, "")
    *told, last = done.out.splitlines()
    assert last == "3 reads repeated: nothing drifted that a playbook would stumble over"
    assert told[0] == f"profile rehearsed: reads alone, of {RUN}"
    assert "  ~   query businesses: other values" in told
    assert "        subscription_tier: starter → another text" in told
    assert max(map(len, told)) <= 80


@pytest.mark.usefixtures("profiled")
def test_one_adapter_of_a_profile_is_answered_from_a_recording(
    rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal says which are not live."""
    with open(os.devnull, encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        done = rbengine(
            "diagnose", "rb011", "--profile", "rehearsed", "--input", f"business={BUSINESS}",
            "--json", "--backend", "stripe=recorded", "--backend", f"recorded={RB011}",
        )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    first, *lines, last = map(json.loads, done.out.splitlines())
    assert first["event"]["environment"]["backends"] == {
        "email": "simulated", "postgres": "simulated", "stripe": "recorded", "supabase": "simulated",
    }  # fmt: skip
    assert "sub_1" in str(lines)
    assert last["outcome"] == "diagnosed"


def test_headers_are_canonical() -> None:
    """Equal recordings have equal bytes."""
    first = RB011.read_bytes().split(b"\n")[0]
    data = msgspec.json.decode(first)
    assert msgspec.json.encode(data, order="sorted") == first
