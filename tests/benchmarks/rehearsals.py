"""`python -m benchmarks.rehearsals [rounds]` from `tests/`: all shipped rehearsals against 3 s + 30 ms each.

A first run, which is not counted, initialises the embedded database. Exit code 1 above the bound.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from benchmarks.processes import PYTHON, Timed, medians

ROOT = Path(__file__).parents[2]
BASE_SECONDS = 3.0
EACH_SECONDS = 0.030


def main() -> int:
    """Measure on all processors and on one, and compare the first with its bound."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    simulate = [PYTHON, "-m", "rbengine", "simulate"]
    told = subprocess.run(simulate, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = re.search(r"^(\d+) rehearsals, ", told, re.MULTILINE)
    if found is None:
        print(told)
        return 1
    count = int(found[1])
    measured = medians(
        {
            "all processors": Timed(simulate, ROOT),
            "one": Timed([*simulate, "--jobs", "1"], ROOT),
        },
        rounds,
    )
    bound = BASE_SECONDS + EACH_SECONDS * count
    print(
        f"{count} rehearsals, {len(os.sched_getaffinity(0))} processors, median of {rounds} rounds"
    )
    for name, taken in measured.items():
        print(
            f"{name:16}{taken.clock:>7.2f} s{taken.clock / count * 1000:>7.0f} ms each"
            f"{taken.processors:>9.2f} s of processors"
        )
    print(f"{'bound':16}{bound:>7.2f} s")
    return 0 if measured["all processors"].clock <= bound else 1


if __name__ == "__main__":
    sys.exit(main())
