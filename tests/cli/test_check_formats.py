"""`rbengine check --format` for programs, and `--watch` for people."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from cli.conftest import HEALTHY, Command
from support.sarif import SHAPE

WRONG = HEALTHY.replace("found > limit", "fund > limit")
UNUSUAL = WRONG.replace("RB-901", "RB-902")


def sarif_of(text: str) -> dict[str, object]:
    log = json.loads(text)
    jsonschema.validate(log, SHAPE)
    return dict(log["runs"][0])


def test_sarif_is_what_its_standard_says(project: Path, rbengine: Command) -> None:
    """Code hosts refuse a file that is not; this one has a label, a fix and a path to be escaped."""
    (project / "playbooks" / "rb 9%é.rb").write_text(UNUSUAL)
    (project / "playbooks" / "rb901.rb").write_text(WRONG)
    done = rbengine("check", "--format", "sarif")
    run = sarif_of(done.out)
    assert (done.code, done.err) == (1, "")
    first, second = run["results"]  # type: ignore[misc]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "playbooks/rb%209%25%C3%A9.rb", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 17, "startColumn": 5, "endLine": 17, "endColumn": 9},
    }
    assert second["ruleId"] == "E201"
    assert second["level"] == "error"
    assert "did you mean `found`?" in second["message"]["text"]
    (rule,) = run["tool"]["driver"]["rules"]  # type: ignore[index]
    assert rule["id"] == "E201"
    assert rule["shortDescription"] == {"text": "an unknown name"}
    (fix,) = second["fixes"]
    replacement = fix["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "found"}


def test_sarif_without_problems_has_no_results(rbengine: Command) -> None:
    """An empty list says that all is well; no list would say nothing."""
    done = rbengine("check", "--format", "sarif")
    assert done.code == 0
    assert sarif_of(done.out)["results"] == []


def test_github_shows_problems_beside_lines(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line each: what would end or split a command is escaped. Paths count from the checkout."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    (project / "playbooks" / "rb 9%,é.rb").write_text(UNUSUAL)
    done = rbengine("check", "--format", "github")
    command, summary = done.out.splitlines()
    assert done.code == 1
    assert command == (
        "::error file=project/playbooks/rb 9%25%2Cé.rb,line=17,endLine=17,col=5,endColumn=9,"
        "title=E201%3A nothing here is called `fund`::unknown name%0Ahelp: did you mean `found`?"
    )
    assert summary == "1 error in 1 of 4 files"


def watching(project: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "rbengine", "check", "--watch", *arguments],
        cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until_watching(process: subprocess.Popen[str]) -> str:
    """What is shown up to the next pause."""
    assert process.stdout is not None
    rows = []
    for row in process.stdout:
        rows.append(row)
        if row.startswith("watching"):
            return "".join(rows)
    raise AssertionError("".join(rows))


def test_watch_checks_again_after_every_change_until_it_is_interrupted(project: Path) -> None:
    """Saved, broken, removed, put back; then Ctrl-C."""
    playbook = project / "playbooks" / "rb901.rb"
    process = watching(project, "playbooks/rb901.rb")
    try:
        assert "no problems in 1 file\n" in until_watching(process)
        playbook.write_text(WRONG)
        assert "error[E201]" in until_watching(process)
        playbook.unlink()
        shown = until_watching(process)
        assert "error: there is no file `playbooks/rb901.rb`" in shown
        playbook.write_text(HEALTHY)
        assert "no problems in 1 file\n" in until_watching(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


def test_watch_waits_without_working(project: Path) -> None:
    """A look every 0.3 s, and nothing else."""
    process = watching(project)
    try:
        until_watching(process)
        before = _cpu_seconds(process.pid)
        time.sleep(1)
        assert _cpu_seconds(process.pid) - before < 0.2
    finally:
        process.kill()
        process.communicate()


def _cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / 100


def test_watch_is_for_people(rbengine: Command) -> None:
    """A program wants one answer."""
    done = rbengine("check", "--watch", "--format", "sarif")
    assert done.code == 2
    assert "`--watch` draws problems for a person" in done.err
