"""`python -m benchmarks [rounds]` from `tests/`: the figures of docs/figures.md, in one run."""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import database, machine
from benchmarks.processes import PYTHON, RBENGINE, Timed, medians

ROOT = Path(__file__).parents[2]
FLOOR = "python3 -c pass"
LIMITS = {
    "rbengine --version": 3,
    "check, unchanged": 5,
    "check, changed": 12,
    "check, new statement": 30,
    "exec, five steps": 12,
}
"""Times the floor."""


def main() -> None:
    """Run everything and print it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    processes(rounds)
    print()
    database.main()
    print()
    machine.main()


def processes(rounds: int) -> None:
    """Whole commands, as multiples of Python's own start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        shutil.copytree(ROOT / "playbooks", folder / "playbooks")
        shutil.copy(ROOT / "rbengine.toml", folder)
        five = Path(name) / "five"
        shutil.copytree(ROOT / "tests" / "benchmarks" / "five_steps", five)
        playbook = folder / "playbooks" / "rb011.rb"
        text = playbook.read_text(encoding="utf-8")

        def edit(number: int) -> None:
            playbook.write_text(text.replace("symptoms\n", f"# edit {number}\nsymptoms\n", 1))

        def edit_sql(number: int) -> None:
            playbook.write_text(text.replace("SELECT id,", f"SELECT {number} AS n, id,", 1))

        def restore(_number: int) -> None:
            playbook.write_text(text)

        check = [RBENGINE, "check", "playbooks/rb011.rb"]
        run = [RBENGINE, "exec", "playbooks/rb011.rb"]
        simulate = [RBENGINE, "simulate", "playbooks/rb011.rb"]
        measured = medians(
            {
                FLOOR: Timed([PYTHON, "-c", "pass"], folder),
                "rbengine --version": Timed([RBENGINE, "--version"], folder),
                "check, unchanged": Timed(check, folder, before=restore),
                "check, changed": Timed(check, folder, before=edit),
                "check, new statement": Timed(check, folder, before=edit_sql),
                "exec, five steps": Timed([RBENGINE, "exec", "five.rb"], five),
                "exec, RB-011": Timed(run, folder, before=restore),
                "simulate, RB-011": Timed(simulate, folder, before=restore),
            },
            rounds,
        )
    clock, processors = measured[FLOOR]
    print(
        f"{'':28}{'clock':>10}{'x floor':>9}{'processor':>11}{'x floor':>9}{'limit':>7}", end="   "
    )
    print(f"(median and least of {rounds} interleaved rounds)")
    for command, taken in measured.items():
        print(
            f"{command:28}{taken.clock * 1000:>7.0f} ms{taken.clock / clock:>9.1f}"
            f"{taken.processors * 1000:>8.0f} ms{taken.processors / processors:>9.1f}"
            f"{LIMITS.get(command, ''):>7}"
        )


if __name__ == "__main__":
    main()
