"""How soon the embedded PostgreSQL answers, and what one rehearsal takes once it does.

Cold: a new process, in a folder that has no data yet. Warm: a new process, the data there, no server running. Both
count from before the driver is imported to the first answer. Rehearsals are those of RB-011's scenarios, one after the
other in one process, without the first, which makes the database.
`python -m benchmarks.database [rounds]` from `tests/`.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.facts.postgres import watcher
from rbengine.facts.postgres.program import server_account
from rbengine.facts.postgres.server import default_folder
from rbengine.facts.project import find_project

from benchmarks.processes import ENVIRONMENT

ROOT = Path(__file__).parents[2]
RUNBOOK = "playbooks/rb011.rb"
_START = """
import sys, time
began = time.perf_counter()
from pathlib import Path
from rbengine.facts.postgres.server import start_server
server = start_server(Path(sys.argv[1]), linger=0.0)
assert server.maintenance.execute("SELECT 1").fetchone() == (1,)
print(time.perf_counter() - began)
server.close()
"""


def main() -> None:
    """Print the three figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    cold, warm = starts(rounds)
    clock, processor = rehearsals(rounds)
    print(f"{'database up, cold':28}{cold:>8.2f} s")
    print(f"{'database up, warm':28}{warm:>8.2f} s")
    print(
        f"{'one rehearsal of RB-011':28}{clock * 1000:>7.0f} ms   (median of its scenarios; ",
        end="",
    )
    print(f"{processor * 1000:.0f} ms of the processor, without PostgreSQL's)")


def starts(rounds: int) -> tuple[float, float]:
    """Median seconds until a new and until a known data folder answers."""
    cold, warm = [], []
    base = default_folder(server_account()).parent
    for number in range(rounds):
        folder = base / f"benchmark-{os.getpid()}-{number}"
        try:
            cold.append(_start(folder))
            warm.append(_start(folder))
        finally:
            watcher.stop(str(folder / "data"))
            shutil.rmtree(folder, ignore_errors=True)
    return statistics.median(cold), statistics.median(warm)


def rehearsals(rounds: int) -> tuple[float, float]:
    """Median seconds of a rehearsal over all scenarios of the runbook, by the clock and of our processor."""
    taken, used = [], []
    with Ground(find_project(ROOT), Output()) as ground:
        session = ground.session()
        scenarios = session.scenarios(RUNBOOK)
        session.rehearse(RUNBOOK, scenarios[0])
        for _ in range(rounds):
            for scenario in scenarios:
                began, before = time.perf_counter(), time.process_time()
                rehearsal = session.rehearse(RUNBOOK, scenario)
                taken.append(time.perf_counter() - began)
                used.append(time.process_time() - before)
                if not rehearsal.ok:
                    raise RuntimeError(f"{scenario.title.plain} missed")
    return statistics.median(taken), statistics.median(used)


def _start(folder: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _START, str(folder)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    deadline = time.monotonic() + 10
    while (folder / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.01)  # its watcher stops it, because nobody uses it any more
    return float(done.stdout)


if __name__ == "__main__":
    main()
