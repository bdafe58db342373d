"""Whole processes, interleaved: every round runs each command once, so that a slow minute slows them all."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""An installed engine has compiled modules; under that variable a checkout would compile 300 of them at every start."""


class Timed:
    """One command. `before` is done before each run and not timed; `status` is the exit code it must have."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        before: Callable[[int], None] = lambda _round: None,
        status: int = 0,
        environment: Mapping[str, str] = ENVIRONMENT,
    ) -> None:
        self.arguments = list(arguments)
        self.folder = folder
        self.before = before
        self.status = status
        self.environment = environment

    def seconds(self, number: int) -> tuple[float, float]:
        """One run, by the clock and of processors. Raises RuntimeError where its exit code is not `status`."""
        self.before(number)
        before = _of_children()
        started = time.perf_counter()
        done = subprocess.run(
            self.arguments, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        took = time.perf_counter() - started
        if done.returncode != self.status:
            raise RuntimeError(
                f"{self.arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return took, _of_children() - before


class Taken(NamedTuple):
    """Seconds."""

    clock: float
    """The median."""
    processors: float
    """The least: other work on the machine only ever adds."""


def medians(commands: Mapping[str, Timed], rounds: int) -> dict[str, Taken]:
    """What each command took over `rounds` interleaved rounds, after one that is not counted."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = command.seconds(number)
            if number:
                taken[name].append(took)
    return {
        name: Taken(statistics.median(clock for clock, _ in runs), min(one for _, one in runs))
        for name, runs in taken.items()
    }


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


PYTHON = sys.executable
RBENGINE = str(Path(sys.executable).with_name("rbengine"))
