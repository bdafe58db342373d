"""Paths a second of `rbengine explore` on one core: `python -m benchmarks.explore [paths] [profile]` from `tests/`.

Counts processor time, so that what else the machine does is not counted. Without the time that reading and checking
the playbook takes, which is the same for one path as for twenty thousand.
"""

import cProfile
import gc
import os
import pstats
import statistics
import sys
import time
from pathlib import Path

from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.rehearsal.explore.explore import explore

ROOT = Path(__file__).parents[2]
LIMIT = 2_000
ROUNDS = 3


def main() -> int:
    """Print the figures; 1 where RB-011 misses its limit."""
    paths = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    os.chdir(ROOT)
    figures: dict[str, float] = {}
    with Ground.here(Output()) as ground:
        for name in ("rb011", "rb001"):
            path = ground.playbook(name)
            plan, analysis = ground.workspace.plan(path), ground.workspace.analysis(path)
            if len(sys.argv) > 2:
                with cProfile.Profile() as profile:
                    explore(plan, analysis, paths=paths)
                pstats.Stats(profile).sort_stats("tottime").print_stats(25)
            rounds = []
            for _ in range(ROUNDS):
                gc.collect()
                gc.disable()  # as the command does
                began = time.process_time()
                found = explore(plan, analysis, paths=paths)
                rounds.append(found.paths / (time.process_time() - began))
                gc.enable()
            figures[name] = statistics.median(rounds)
            print(f"{plan.id}  {found.paths:>7,} paths  {figures[name]:>8,.0f} a second and core")
    print(f"limit {LIMIT:,} on RB-011: {'ok' if figures['rb011'] >= LIMIT else 'missed'}")
    return 0 if figures["rb011"] >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
