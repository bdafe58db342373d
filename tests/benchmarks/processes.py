"""Whole processes, interleaved: every round runs each command once, so that a slow minute slows them all."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_ENVIRONMENT = {
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
    ) -> None:
        self.arguments = list(arguments)
        self.folder = folder
        self.before = before
        self.status = status

    def seconds(self, number: int) -> float:
        """Wall time of one run. Raises RuntimeError with the command's output where its exit code is not `status`."""
        self.before(number)
        started = time.perf_counter()
        done = subprocess.run(
            self.arguments, cwd=self.folder, env=_ENVIRONMENT, capture_output=True, text=True
        )
        took = time.perf_counter() - started
        if done.returncode != self.status:
            raise RuntimeError(
                f"{self.arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return took


def medians(commands: Mapping[str, Timed], rounds: int) -> dict[str, float]:
    """Median seconds of each command over `rounds` interleaved rounds, after one that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = command.seconds(number)
            if number:
                taken[name].append(took)
    return {name: statistics.median(times) for name, times in taken.items()}


PYTHON = sys.executable
RBENGINE = str(Path(sys.executable).with_name("rbengine"))
