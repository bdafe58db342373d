"""Whether the rehearsals notice a fault: scenario after scenario, until the first that does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from rbengine.plan.program import Plan
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.mutate.mutants import Mutant
from rbengine.rehearsal.session import RehearsalSession
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace import CannotBePlannedError, Workspace

Verdict = Literal["killed", "survived", "stillborn", "same"]
"""`stillborn`: the checker refuses it, so nobody could run it. `same`: it is planned as before."""


class MissesAlreadyError(Exception):
    """A scenario misses without any fault, so it would notice every one."""

    def __init__(self, path: str, scenario: str) -> None:
        super().__init__(f"{path}: {scenario}")
        self.path = path
        self.scenario = scenario


def _bare(plan: Plan) -> str:
    """The digest of what is done, whatever texts it was made of."""
    return msgspec.structs.replace(plan, texts=()).digest


class Trial:
    """Tries faults one after the other, on one database. `playbooks` are the runbooks that stand on each file."""

    def __init__(
        self,
        workspace: Workspace,
        session: RehearsalSession,
        playbooks: Mapping[str, Sequence[tuple[str, tuple[Scenario, ...]]]],
    ) -> None:
        self._workspace = workspace
        self._session = session
        self._playbooks = playbooks
        self._killers: Counter[tuple[str, str]] = Counter()
        """Scenarios that noticed something before come first: they are likely to again."""
        self._sound: set[tuple[str, str]] = set()
        """Scenarios that are known to miss nothing without a fault."""

    def of(self, mutant: Mutant) -> Verdict:
        """What becomes of it. Raises MissesAlreadyError."""
        text = mutant.applied(self._workspace.source(mutant.path).text)
        workspace = self._workspace.with_text(mutant.path, text)
        session = self._session.over(workspace)
        changed = []
        for path, scenarios in self._playbooks[mutant.path]:
            try:
                plan = workspace.plan(path)
            except CannotBePlannedError:
                return "stillborn"
            if _bare(plan) != _bare(self._workspace.plan(path)):
                changed += [(path, one) for one in scenarios]
        if not changed:
            return "same"
        changed.sort(key=lambda one: -self._killers[one[0], one[1].title.plain])
        for path, scenario in changed:
            if self._notices(session, path, scenario):
                self._killers[path, scenario.title.plain] += 1
                return "killed"
        return "survived"

    def _notices(self, session: RehearsalSession, path: str, scenario: Scenario) -> bool:
        if _plays(session, path, scenario):
            return False
        title = scenario.title.plain
        if (path, title) not in self._sound:
            if not _plays(self._session, path, scenario):
                raise MissesAlreadyError(path, title)
            self._sound.add((path, title))
        return True


def _plays(session: RehearsalSession, path: str, scenario: Scenario) -> bool:
    """Whether the scenario misses nothing."""
    try:
        return session.rehearse(path, scenario).ok
    except CannotRehearseError:
        return False
