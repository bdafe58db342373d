"""`python -m benchmarks [rounds]` from `tests/`: prints the figures of docs/figures.md as a table."""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import PYTHON, RBENGINE, Timed, medians

ROOT = Path(__file__).parents[2]
FLOOR = "python3 -c pass"


def main() -> None:
    """Run everything and print it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
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
        measured = medians(
            {
                FLOOR: Timed([PYTHON, "-c", "pass"], folder),
                "rbengine --version": Timed([RBENGINE, "--version"], folder),
                "check, unchanged": Timed(check, folder, before=restore),
                "check, changed": Timed(check, folder, before=edit),
                "check, new statement": Timed(check, folder, before=edit_sql),
                "exec, five steps": Timed([RBENGINE, "exec", "five.rb"], five),
                "exec, RB-011": Timed(
                    [RBENGINE, "exec", "playbooks/rb011.rb"], folder, before=restore
                ),
                "simulate, RB-011": Timed(
                    [RBENGINE, "simulate", "playbooks/rb011.rb"], folder, before=restore
                ),
            },
            rounds,
        )
    floor = measured[FLOOR]
    print(f"{'command':28}{'median':>10}{'x floor':>10}   ({rounds} interleaved rounds)")
    for command, seconds in measured.items():
        print(f"{command:28}{seconds * 1000:>7.0f} ms{seconds / floor:>9.1f}")


if __name__ == "__main__":
    main()
