"""Figures of checking in bulk, all from one run: `python -m benchmarks.bulk_check [files]` from `tests/`.

Different playbooks of 100 lines, as dense as RB-011, are checked in fresh processes: 100 and 1,000 of them, changed and
unchanged, and one playbook of 1,000 and of 10,000 lines. Between them Lark parses the same text with the same grammar.
Facts are written down by a first check, as a project commits them; each round edits the policy, so that no answer is
taken from the cache. Beside the time on the clock stands that of the processors, which a busy machine does not change.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
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
LARK_FILES = 100


class Took(NamedTuple):
    """Seconds."""

    clock: float
    processors: float


class Figures(NamedTuple):
    """What was measured: the least of the rounds, because other work on the machine only ever adds."""

    files: int
    few: Took
    """A tenth of the files."""
    many: Took
    lark: Took
    """Lark's own parse of as many."""
    short: Took
    """One file of 1,000 lines."""
    long: Took
    """One file of 10,000 lines."""
    unchanged: Took
    edited: Took
    """One file of all is new."""
    megabytes: float


def measure(files: int, enough: Callable[[Figures], bool] = lambda _: False) -> Figures:
    """Everything, interleaved, for three rounds, or until the figures are `enough`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_project(root / "few", max(1, files // 10))
        write_project(root / "many", files)
        for lines in (1_000, 10_000):
            write_project(root / f"long{lines}", 0)
            text = long_playbook(7, lines)
            (root / f"long{lines}" / "playbooks" / "rb00007.rb").write_text(text, encoding="utf-8")
        folders = {one: root / one for one in ("few", "many", "long1000", "long10000")}
        for folder in folders.values():
            checked(folder)  # the facts are written down
        took: dict[str, list[Took]] = {}

        def keep(name: str, figure: Took) -> None:
            took.setdefault(name, []).append(figure)

        path = folders["many"] / "playbooks" / "rb00001.rb"
        for number in range(ROUNDS):
            keep("lark", lark_parse(files))
            for one, folder in folders.items():
                edit(folder, number)
                keep(one, checked(folder))
            keep("unchanged", checked(folders["many"]))
            path.write_text(playbook(1) + f"# edit {number}\n", encoding="utf-8")
            keep("edited", checked(folders["many"]))
            found = _figures(files, took)
            if enough(found):
                break
    return found


def _figures(files: int, took: Mapping[str, Sequence[Took]]) -> Figures:
    return Figures(
        files,
        least(took["few"]),
        least(took["many"]),
        least(took["lark"]),
        least(took["long1000"]),
        least(took["long10000"]),
        least(took["unchanged"]),
        least(took["edited"]),
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )


def main() -> int:
    """Print them."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
    files, few = found.files, max(1, found.files // 10)
    rows = (
        (f"check {few:,} files", found.few, ""),
        (f"check {files:,} files", found.many, f"{files * 100 / found.many.clock:,.0f} lines a second"),
        (f"Lark's own parse of {files:,} files", found.lark, f"{files * 100 / found.lark.clock:,.0f} lines a second"),
        ("check against it", over(found.lark, found.many), "times its speed"),
        (f"{files:,} files against ten times {few:,}", over(times(found.many, few / files), found.few), "1 is linear"),
        ("one file of 1,000 lines", found.short, ""),
        ("one file of 10,000 lines", found.long, ""),
        ("10,000 lines against ten times 1,000", over(times(found.long, 0.1), found.short), "1 is linear"),
        (f"{files:,} unchanged files", found.unchanged, f"{files / found.unchanged.clock:,.0f} files a second"),
        (f"{files:,} files, one edited", found.edited, f"{files / found.edited.clock:,.0f} files a second"),
    )  # fmt: skip
    print(f"{'':38}{'clock':>9}{'processors':>12}")
    for what, figures, told in rows:
        print(f"{what:38}{figures.clock:>9.2f}{figures.processors:>12.2f}   {told}".rstrip())
    print(f"{'most memory of a process':38}{found.megabytes:>9.0f} MB")
    return 0


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


def lark_parse(files: int) -> Took:
    """Seconds in which Lark parses so many playbooks to its own trees, with the grammar of `rbengine_grammar`."""
    from rbengine_grammar.build import lark

    parser = lark()
    texts = [playbook(number) for number in range(1, min(files, LARK_FILES) + 1)]
    started, worked = time.perf_counter(), time.process_time()
    for text in texts:
        parser.parse(text, start="start")
    took = Took(time.perf_counter() - started, time.process_time() - worked)
    return times(took, files / len(texts))


def times(took: Took, factor: float) -> Took:
    """So many of it."""
    return Took(took.clock * factor, took.processors * factor)


def over(took: Took, other: Took) -> Took:
    """One for each of the other's seconds."""
    return Took(took.clock / other.clock, took.processors / other.processors)


def least(took: Sequence[Took]) -> Took:
    """Each by itself."""
    return Took(*(min(one) for one in zip(*took, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
