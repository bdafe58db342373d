"""Many files are judged on all cores and from the cache, and nobody can tell."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from benchmarks.playbooks import playbook, write_project
from rbengine.cli.ground import Ground
from rbengine.cli.judging import problems_of
from rbengine.cli.output import Output
from rbengine.diagnostics import Diagnostic
from rbengine.facts import file_answers
from rbengine.facts.project import find_project
from rbengine.workspace import Workspace

COUNT = 9


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a mistake in every fourth playbook, whose answers are kept beside it."""
    (tmp_path / "cache").mkdir()
    monkeypatch.setattr("rbengine.cli.judging.ENOUGH", 4)
    monkeypatch.setattr("rbengine.cli.judging._PIECE", 2)
    monkeypatch.setattr(file_answers, "_path", lambda _root: tmp_path / "cache" / "answers.files")
    for number, path in enumerate(write_project(tmp_path / "project", COUNT)):
        if number % 4 == 0:
            text = path.read_text(encoding="utf-8").replace("tier, status", "teir, status")
            path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def judged(folder: Path, workers: int) -> dict[str, tuple[Diagnostic, ...]]:
    with Ground(find_project(folder), Output(plain=True)) as ground:
        found = problems_of(ground, ground.workspace.files, workers=workers)
        ground.facts.save(whole=True)
        return found


def forget(folder: Path) -> None:
    for one in (folder.parent / "cache").rglob("*.files"):
        one.unlink()


def test_workers_find_what_one_process_finds(folder: Path) -> None:
    """Whoever has more cores may not be told anything else, nor in another order."""
    together = judged(folder, workers=2)
    facts = (folder / "playbooks" / "schema.facts.json").read_bytes()
    forget(folder)
    (folder / "playbooks" / "schema.facts.json").unlink()
    alone = judged(folder, workers=1)
    assert list(together) == list(alone)
    assert together == alone
    assert sum(bool(one) for one in alone.values()) == 3
    assert (folder / "playbooks" / "schema.facts.json").read_bytes() == facts


def test_what_workers_were_told_is_kept(folder: Path) -> None:
    """Statements that only a worker asked about must stand beside the playbooks, or the next run starts a server."""
    judged(folder, workers=2)
    forget(folder)
    with Ground(find_project(folder), Output(plain=True)) as ground:
        problems_of(ground, ground.workspace.files, workers=1)
        assert not ground.facts.missed


def test_a_second_look_judges_only_what_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One edit in a thousand files is answered at once; what was asked for the others stays in use."""
    first = judged(folder, workers=1)
    facts = (folder / "playbooks" / "schema.facts.json").read_bytes()
    asked = counting(monkeypatch)
    edited = folder / "playbooks" / "rb00002.rb"
    edited.write_text(playbook(2) + "# edited\n", encoding="utf-8")
    assert judged(folder, workers=1) == first
    assert asked == ["playbooks/rb00002.rb"]
    assert (folder / "playbooks" / "schema.facts.json").read_bytes() == facts


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("policy.rb", lambda text: text.replace("severity P2", "severity P3")),
        ("schema.sql", lambda text: text.replace("  email text NOT NULL,\n", "")),
        ("rb00003.rb", lambda text: text.replace("RB-00003", "RB-00004", 1)),
    ],
)
def test_what_a_file_depends_on_counts(
    folder: Path, name: str, change: Callable[[str], str]
) -> None:
    """An answer that outlives what it was true of is worse than none."""
    judged(folder, workers=1)
    path = folder / "playbooks" / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    from_cache = judged(folder, workers=1)
    forget(folder)
    assert from_cache == judged(folder, workers=1)
    assert from_cache["playbooks/rb00004.rb"] != ()


def test_a_cache_that_is_torn_is_no_answer(folder: Path) -> None:
    """A machine that lost power while the file was written must not stop anybody."""
    first = judged(folder, workers=1)
    (cache,) = (folder.parent / "cache").rglob("*.files")
    cache.write_bytes(cache.read_bytes()[:100])
    assert judged(folder, workers=1) == first


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checking in a container without a home is checking all the same."""
    monkeypatch.setattr(file_answers, "_path", lambda _root: Path("/proc/nowhere/answers.files"))
    assert len(judged(folder, workers=1)) == COUNT + 1


def test_nothing_is_dropped_that_a_file_still_asks(folder: Path) -> None:
    """An answer of the cache may say too little of what its file asks; the committed facts must not pay for it."""
    for path in (folder / "playbooks").glob("*.rb"):
        path.write_text(path.read_text(encoding="utf-8").replace("teir", "tier"), encoding="utf-8")
    check = [sys.executable, "-m", "rbengine", "check", "playbooks"]
    home = {**os.environ, "XDG_CACHE_HOME": str(folder.parent / "home")}
    assert subprocess.run(check, cwd=folder, env=home, capture_output=True).returncode == 0
    facts = folder / "playbooks" / "schema.facts.json"
    first = facts.read_bytes()
    (cache,) = (folder.parent / "home").rglob("*.files")
    kept = msgspec.msgpack.decode(cache.read_bytes(), type=dict[str, file_answers._Kept])
    silent = {
        path: msgspec.structs.replace(one, answer=msgspec.structs.replace(one.answer, facts=()))
        for path, one in kept.items()
    }
    cache.write_bytes(msgspec.msgpack.encode(silent))
    edited = folder / "playbooks" / "rb00002.rb"
    edited.write_text(edited.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert subprocess.run(check, cwd=folder, env=home, capture_output=True).returncode == 0
    assert facts.read_bytes() == first


def test_a_share_whose_worker_died_is_judged_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed worker may cost time, never an answer."""
    first = judged(folder, workers=1)
    forget(folder)
    monkeypatch.setattr("rbengine.cli.workers.spread", lambda *_: {})
    assert judged(folder, workers=2) == first


def test_there_is_a_worker_for_each_processor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that idles while a person waits is a waste."""
    asked: list[int] = []

    def spread(_pieces: int, workers: int, *_: object) -> dict[int, object]:
        asked.append(workers)
        return {}

    monkeypatch.setattr("rbengine.cli.workers.cores", lambda: 5)
    monkeypatch.setattr("rbengine.cli.workers.spread", spread)
    with Ground(find_project(folder), Output(plain=True)) as ground:
        problems_of(ground, ground.workspace.files)
        problems_of(ground, ground.workspace.files)
    assert asked == [5]  # the second time everything is known


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose problems are worked out, but for those that every project has."""
    asked: list[str] = []
    problems = Workspace.problems

    def noted(self: Workspace, path: str) -> tuple[Diagnostic, ...]:
        asked.append(path)
        return problems(self, path)

    monkeypatch.setattr(Workspace, "problems", noted)
    return asked
