"""Profiles with journals of their own: runs are kept there, and found by their names whatever keeps them."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from cli.conftest import Command

ASKS = """\
runbook RB-906 "Somebody is asked"

severity P3
mttr     5m

symptoms
  - Nobody knows

diagnose
  step "Look"
    nobody = count(["a"])

  finding somebody "Somebody is there"
    nobody is 0

resolve somebody
  step "Say so"
    note "Somebody is there"

otherwise
  step "Ask"
    found = ask "How many?": int within 4m by on_call
    note "{{ found }} it is"
"""
SETTINGS = """\
[profiles.team]
journal = { folder = "../team", shared = true }
[profiles.team.backends]
email = "simulated"
[profiles.alone]
journal = "../alone"
[profiles.alone.backends]
email = "simulated"
[profiles.plain.backends]
email = "simulated"
"""
RUN = "RUN-"


@pytest.fixture
def kept(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, in a project with three profiles; nobody sits at a terminal."""
    (project / "rbengine.toml").write_text(SETTINGS)
    (project / "playbooks" / "rb906.rb").write_text(ASKS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "own"))
    return rbengine


def begun(kept: Command, *options: str) -> str:
    """The id of a run that waits for an answer."""
    done = kept("exec", "rb906", *options)
    assert done.code == 7, done.out + done.err
    return next(one for one in done.out.split() if one.startswith(RUN)).rstrip(",")


def test_a_run_is_kept_where_its_profile_says_and_found_by_its_name(
    kept: Command, project: Path
) -> None:
    """Every command that names it finds it, without being told which journal."""
    run = begun(kept, "--profile", "team")
    assert (project.parent / "team" / "journal.sqlite3").exists()
    assert [json.loads(one)["journal"] for one in kept("runs", "--json").out.splitlines()] == [
        "team"
    ]
    assert "waits for" in kept("show", run).out
    done = kept("answer", run, "3")
    assert done.code == 0, done.out + done.err
    assert "3 it is" in done.out
    for command in ("report", "audit", "export"):
        assert kept(command, run[-3:]).code == 0
    assert kept("forget", run).code == 0
    assert "forgotten" in kept("runs", "--all").out


def test_a_journal_for_several_users_is_their_groups(kept: Command, project: Path) -> None:
    """And one of a profile that says nothing of it is its user's alone."""
    begun(kept, "--profile", "team")
    begun(kept, "--profile", "alone")
    modes = {
        name: stat.S_IMODE((project.parent / name).stat().st_mode) for name in ("team", "alone")
    }
    assert modes == {"team": 0o2770, "alone": 0o700}


def test_the_list_says_which_profile_a_run_acts_in(kept: Command) -> None:
    """And for programs, which journal keeps it."""
    runs = {name: begun(kept, "--profile", name) for name in ("team", "plain")}
    runs[""] = begun(kept, "--durable")
    assert len(set(runs.values())) == 3  # no name is given twice
    rows = {one.split()[0]: one.split()[2] for one in kept("runs").out.splitlines() if RUN in one}
    assert {
        runs["team"]: "team",
        runs["plain"]: "plain",
        runs[""]: "simulated",
    }.items() <= rows.items()
    told = [json.loads(one) for one in kept("runs", "--json").out.splitlines()]
    assert {(one["profile"], one["journal"]) for one in told} == {
        ("team", "team"), ("plain", "own"), ("", "own"),
    }  # fmt: skip


def test_one_name_in_two_journals_is_asked_for_whole(kept: Command, project: Path) -> None:
    """Two people may have begun one each: neither is taken for the other."""
    run = begun(kept, "--profile", "team")
    (project.parent / "own").mkdir(mode=0o700, exist_ok=True)
    shutil.copy(project.parent / "team" / "journal.sqlite3", project.parent / "own")
    done = kept("cancel", run)
    assert done.code == 2
    assert f"own:{run}" in done.err
    assert f"team:{run}" in kept("runs").out
    assert kept("cancel", f"team:{run}").code == 3
    states = {
        one["journal"]: one["outcome"]
        for one in map(json.loads, kept("runs", "--all", "--json").out.splitlines())
    }
    assert states == {"own": "", "team": "cancelled"}
    assert kept("show", f"own:{run}").code == 0


def test_a_journal_that_cannot_be_used_hides_no_other(kept: Command, project: Path) -> None:
    """What can be read is shown, and then what is wrong; a run that may be there is not said to be missing."""
    own = begun(kept, "--durable")
    begun(kept, "--profile", "alone")
    (project.parent / "alone").chmod(0o755)
    listed = kept("runs")
    assert listed.code == 2
    assert own in listed.out
    assert "others on this machine may open this folder" in listed.err
    assert kept("show", own).code == 0
    assert "may open this folder" in kept("report", "999").err
    refused = kept("exec", "rb906", "--profile", "alone")
    assert refused.code == 2
    seen = kept("doctor", "rb906", "--profile", "alone", "--width", "200")
    assert seen.code == 1
    assert "runs cannot be kept" in seen.out
    assert "runs cannot be kept" not in kept("doctor", "rb906", "--profile", "team").out
    assert not (project.parent / "team").exists()


def test_old_runs_of_a_team_are_forgotten_by_its_name_alone(kept: Command) -> None:
    """Whoever tidies up at home takes nothing from others."""
    run = begun(kept, "--profile", "team")
    assert kept("cancel", run).code == 3
    assert kept("prune", "--older-than", "0s").out == "forgot 0 runs\n"
    assert kept("prune", "--older-than", "0s", "--profile", "plain").code == 2
    assert kept("prune", "--older-than", "0s", "--profile", "team").out == "forgot 1 run\n"


def test_whoever_only_looks_makes_no_folder(kept: Command, project: Path) -> None:
    """A profile that nobody has run in has no journal yet."""
    assert kept("runs").code == 0
    assert not (project.parent / "team").exists()


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("journal = 3", "2:1", "`journal` is a folder in quotes"),
        ("journal = {}", "2:1", "a journal is kept in a `folder`"),
        ('journal = { folder = "x", shared = "yes" }', "2:27", "`shared` is `true` or `false`"),
        ('journal = { folder = "x", group = "ops" }', "2:27", "there is no setting `group`"),
        ('journals = "x"', "2:1", "did you mean `journal`?"),
        ('schema = "playbooks/none.sql"', "2:10", "there is no file `playbooks/none.sql`"),
        ('policy = "none.rb"', "2:10", "there is no file `none.rb`"),
    ],
)
def test_what_is_wrong_with_it_is_said_in_its_place(
    rbengine: Command, project: Path, line: str, place: str, told: str
) -> None:
    """By `check`, before an incident."""
    (project / "rbengine.toml").write_text(f"[profiles.team]\n{line}\n")
    done = rbengine("check")
    assert done.code == 2
    assert f"--> rbengine.toml:{place}" in done.out
    assert told in done.out
