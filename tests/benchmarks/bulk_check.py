"""Figures of checking in bulk, all from one run: `python -m benchmarks.bulk_check [files]` from `tests/`.

Different playbooks of 100 lines, as dense as RB-011, are checked in fresh processes: 100 and 1,000 of them, changed and
unchanged, and one playbook of 1,000 and of 10,000 lines. Between them Lark parses the same text with the same grammar.
Facts are written down by a first check, as a project commits them; each round edits the policy, so that no answer is
taken from the cache.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
        took = {one: [] for one in folders}
        lark = []
        for number in range(ROUNDS):
            lark.append(lark_lines_a_second())
            for one, folder in folders.items():
                edit(folder, number)
                took[one].append(checked(folder))
        unchanged = min(checked(folders["all"]) for _ in range(ROUNDS))
        one_edited = []
        for number in range(ROUNDS):
            path = folders["all"] / "playbooks" / "rb00001.rb"
            path.write_text(playbook(1) + f"# edit {number}\n", encoding="utf-8")
            one_edited.append(checked(folders["all"]))
        median = {one: statistics.median(all_) for one, all_ in took.items()}
    lark_speed = statistics.median(lark)
    speed = files * 100 / median["all"]
    rows = (
        (f"check {fewer:,} files", f"{median['fewer']:.2f} s"),
        (f"check {files:,} files", f"{median['all']:.2f} s, {speed:,.0f} lines a second"),
        ("Lark's own parse of the same text", f"{lark_speed:,.0f} lines a second"),
        ("check against Lark's parse", f"{speed / lark_speed:.2f} of its speed"),
        ("a file, of many against of few", f"{per_file(median, files, fewer):.2f}"),
        ("one file of 1,000 lines", f"{median['long1000']:.2f} s"),
        ("one file of 10,000 lines", f"{median['long10000']:.2f} s"),
        (f"{files:,} unchanged files", f"{unchanged:.2f} s, {files / unchanged:,.0f} a second"),
        (f"{files:,} files, one edited", f"{min(one_edited):.2f} s, {files / min(one_edited):,.0f} a second"),
        ("most memory of a process", f"{memory():.0f} MB"),
    )  # fmt: skip
    for what, figure in rows:
        print(f"{what:36}{figure}")
    return 0


def checked(folder: Path) -> float:
    """Seconds of one `rbengine check` of the whole project in `folder`."""
    started = time.perf_counter()
    done = subprocess.run(
        [*RBENGINE, "check", "--no-colour"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - started
    if done.returncode != 0 or not done.stdout.startswith("no problems"):
        raise RuntimeError(f"{folder}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


def edit(folder: Path, number: int) -> None:
    """Another policy, on which every answer depends."""
    policy = folder / "playbooks" / "policy.rb"
    policy.write_text(f"# round {number}\n{POLICY}", encoding="utf-8")


def lark_lines_a_second() -> float:
    """How fast Lark parses the playbooks to its own trees, with the grammar of `rbengine_grammar`."""
    from rbengine_grammar.build import lark

    parser = lark()
    texts = [playbook(number) for number in range(1, LARK_FILES + 1)]
    started = time.perf_counter()
    for text in texts:
        parser.parse(text, start="start")
    return sum(one.count("\n") for one in texts) / (time.perf_counter() - started)


def per_file(median: dict[str, float], files: int, fewer: int) -> float:
    """Seconds a file of many, over seconds a file of few; 1 is linear."""
    return (median["all"] / files) / (median["fewer"] / fewer)


def memory() -> float:
    """The largest process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
