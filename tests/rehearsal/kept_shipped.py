"""The shipped runbooks, kept, in processes that are killed: one folder for each, every boundary of one run."""

import gc
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.workers import cores, spread
from rbengine.facts.adapters import signature_of
from rbengine.facts.postgres.server import Server, start_server
from rbengine.facts.project import find_project
from rbengine.rehearsal.kept import Simulation
from rbengine.rehearsal.session import RehearsalSession
from rehearsal.kept_club import Club, Left
from rehearsal.kept_database import LastingDatabase
from support.golden import ROOT

RUN = "RUN-2026-11-23-001"

_MEMORY = Path("/dev/shm")

_WORLDS = {"rb001": "paid_webhook_lost"}
"""Of a runbook whose usual world changes nothing."""


class Point(NamedTuple):
    """One boundary of one run, and of the process that takes it up then; 0 where that is not killed too."""

    runbook: str
    number: int
    kind: str
    again: int = 0

    def __str__(self) -> str:
        again = f", and again at {self.again}" if self.again else ""
        return f"{self.runbook}, point {self.number}, {self.kind}{again}"


class Matrix(AbstractContextManager["Matrix"]):
    """Runs of some shipped runbooks in their usual worlds, left alone once: what a killed one is compared with."""

    def __init__(self, runbooks: Sequence[str]) -> None:
        # What a killed process has written is not lost, disk or not; and a disk would cost most of the time.
        self._folder = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
        self._ground = Ground(find_project(ROOT), Output())
        self._lasting: tuple[RehearsalSession, LastingDatabase] | None = None
        self.alone: dict[str, Left] = {}
        self.points: list[Point] = []
        with self._new_session(self._ground.server) as session:
            for one in runbooks:
                # in this very process, so that its copies have loaded what they need
                club = self.club(one, "alone")
                boundaries = club.boundaries(session)
                self.alone[one] = club.left_by(RUN, session)
                self.points += [Point(one, at, kind) for at, kind in enumerate(boundaries, start=1)]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ground.__exit__(kind, error, traceback)
        self._folder.cleanup()

    def club(self, runbook: str, name: str) -> Club:
        """A state folder of its own."""
        folder = Path(self._folder.name) / f"{runbook}-{name}"
        folder.mkdir()
        path = f"playbooks/{runbook}.rb"
        self._ground.workspace.plan(path)
        simulation = Simulation(path=path, world=_WORLDS.get(runbook), people="scripted")
        return Club(self._session, folder / "state", simulation)

    def sample(self, seed: int, size: int, runbooks: Sequence[str]) -> list[Point]:
        """Some of the points of `runbooks`, the same for the same seed."""
        among = [one for one in self.points if one.runbook in runbooks]
        return random.Random(seed).sample(among, min(size, len(among)))

    def twice(self, seed: int, size: int, runbooks: Sequence[str]) -> list[Point]:
        """Some of them, where the process that takes the run up is killed as well, somewhere."""
        chosen = random.Random(seed)
        return [
            one._replace(again=chosen.randint(1, 30)) for one in self.sample(seed, size, runbooks)
        ]

    def killed(self, points: Sequence[Point]) -> dict[Point, Left | str]:
        """What is left by the run that was killed at each of them and taken up by a new process, or why nothing is."""

        def begin() -> tuple[Callable[[int], Left | str], Callable[[], None]]:
            session = self._new_session(start_server)
            database = LastingDatabase(session)
            self._lasting = session, database
            gc.freeze()  # copies of this process need not look through what they share with it
            return (lambda piece: self._killed(points[piece])), database.leave

        found = spread(len(points), cores(), begin, lambda _: None)
        return {points[number]: left for number, left in found.items()}

    def _killed(self, point: Point) -> Left | str:
        club = self.club(point.runbook, f"{point.number}-{point.again}")
        try:
            if not club.killed_at(point.number):
                return "it was not reached"
            if point.again:
                club.killed_again_at(point.again, RUN)
            return club.left_by_another(RUN)
        except AssertionError as problem:
            return f"could not be taken up: {problem}"
        finally:
            shutil.rmtree(club.folder.parent)

    def _session(self, server: Callable[[], Server] | None) -> RehearsalSession:
        if server is None or self._lasting is None:
            return self._new_session(server or self._ground.server)
        session, database = self._lasting
        database.enter()
        return session

    def _new_session(self, server: Callable[[], Server]) -> RehearsalSession:
        return RehearsalSession(
            self._ground.workspace,
            signature_of=signature_of,
            schema_sql=self._ground.schema[1],
            server=server,
            engine="test",
        )


def misses(matrix: Matrix, left: Mapping[Point, Left | str], points: Iterable[Point]) -> list[str]:
    """Every difference between a run that was killed and the one that was not."""
    found = []
    for point in points:
        its = left.get(point, "the process that should have looked is gone")
        if isinstance(its, str):
            found.append(f"{point}: {its}")
            continue
        found += [f"{point}: {one}" for one in matrix.alone[point.runbook].differences(its)]
    return found
