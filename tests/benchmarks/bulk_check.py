"""Figures of checking in bulk, all from one run: `python -m benchmarks.bulk_check [files]` from `tests/`.

Different playbooks of 100 lines, as dense as RB-011, are checked in fresh processes: 100 and 1,000 of them, changed and
unchanged, and one playbook of 1,000 and of 10,000 lines. Between them Lark parses the same text with the same grammar.
Facts are written down by a first check, as a project commits them; each round edits the policy, so that no answer is
taken from the cache. Beside the time on the clock stands that of the processors, which a busy machine does not change.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.playbooks import POLICY, long_playbook, playbook, write_project

ROOT = Path(__file__).parents[2]
RBENGINE = [sys.executable, "-m", "rbengine"]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(ROOT / one) for one in ("engine", "grammar", "adapters")),
}

ROUNDS = 3
LARK_FILES = 40


def main() -> int:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    fewer = max(1, files // 10)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_project(root / "fewer", fewer)
        write_project(root / "all", files)
        for lines in (1_000, 10_000):
            write_project(root / f"long{lines}", 0)
            text = long_playbook(7, lines)
            (root / f"long{lines}" / "playbooks" / "rb00007.rb").write_text(text, encoding="utf-8")
        folders = {one: root / one for one in ("fewer", "all", "long1000", "long10000")}
        for folder in folders.values():
            checked(folder)  # the facts are written down
        took: dict[str, list[Took]] = {one: [] for one in folders}
        parsed: list[Took] = []
        for number in range(ROUNDS):
            parsed.append(lark_speed())
            for one, folder in folders.items():
                edit(folder, number)
                took[one].append(checked(folder))
        unchanged = median([checked(folders["all"]) for _ in range(ROUNDS)])
        edited: list[Took] = []
        path = folders["all"] / "playbooks" / "rb00001.rb"
        for number in range(ROUNDS):
            path.write_text(playbook(1) + f"# edit {number}\n", encoding="utf-8")
            edited.append(checked(folders["all"]))
    few, many, short, long = (median(took[one]) for one in folders)
    lark, once = median(parsed), median(edited)
    lines = files * 100
    rows = (
        (f"check {fewer:,} files", few, ""),
        (f"check {files:,} files", many, f"{lines / many.clock:,.0f} lines a second"),
        (f"Lark's own parse of {files:,} files", times(lark, lines), f"{1 / lark.clock:,.0f} lines a second"),
        ("check against it", over(times(lark, lines), many), "times its speed"),
        (f"{files:,} files against ten times {fewer:,}", over(times(many, fewer / files), few), "1 is linear"),
        ("one file of 1,000 lines", short, ""),
        ("one file of 10,000 lines", long, ""),
        ("10,000 lines against ten times 1,000", over(times(long, 0.1), short), "1 is linear"),
        (f"{files:,} unchanged files", unchanged, f"{files / unchanged.clock:,.0f} files a second"),
        (f"{files:,} files, one edited", once, f"{files / once.clock:,.0f} files a second"),
    )  # fmt: skip
    print(f"{'':38}{'clock':>9}{'processors':>12}")
    for what, figures, told in rows:
        print(f"{what:38}{figures.clock:>9.2f}{figures.processors:>12.2f}   {told}".rstrip())
    print(f"{'most memory of a process':38}{memory():>9.0f} MB")
    return 0


class Took(NamedTuple):
    """Seconds."""

    clock: float
    processors: float


def checked(folder: Path) -> Took:
    """One `rbengine check` of the whole project in `folder`."""
    started, worked = time.perf_counter(), _worked()
    done = subprocess.run(
        [*RBENGINE, "check", "--no-colour"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    took = Took(time.perf_counter() - started, _worked() - worked)
    if done.returncode != 0 or not done.stdout.startswith("no problems"):
        raise RuntimeError(f"{folder}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


def _worked() -> float:
    """Processor seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def edit(folder: Path, number: int) -> None:
    """Another policy, on which every answer depends."""
    policy = folder / "playbooks" / "policy.rb"
    policy.write_text(f"# round {number}\n{POLICY}", encoding="utf-8")


def lark_speed() -> Took:
    """Seconds a line in which Lark parses the playbooks to its own trees, with the grammar of `rbengine_grammar`."""
    from rbengine_grammar.build import lark

    parser = lark()
    texts = [playbook(number) for number in range(1, LARK_FILES + 1)]
    lines = sum(one.count("\n") for one in texts)
    started, worked = time.perf_counter(), time.process_time()
    for text in texts:
        parser.parse(text, start="start")
    return Took((time.perf_counter() - started) / lines, (time.process_time() - worked) / lines)


def times(took: Took, factor: float) -> Took:
    """So many of it."""
    return Took(took.clock * factor, took.processors * factor)


def over(took: Took, other: Took) -> Took:
    """One for each of the other's seconds."""
    return Took(took.clock / other.clock, took.processors / other.processors)


def median(took: Sequence[Took]) -> Took:
    """Each by itself."""
    return Took(*(statistics.median(one) for one in zip(*took, strict=True)))


def memory() -> float:
    """The largest process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
