"""What a kept run acts on, as commands need it: taking it up, its proof, its secrets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rbengine import __version__
from rbengine.cli.ground import Ground
from rbengine.cli.journals import Journal, runs_elsewhere
from rbengine.cli.usage import UsageError
from rbengine.host.driver import Observer
from rbengine.host.kept import Kept, Presence, files_of
from rbengine.host.live.binding import binding_of
from rbengine.host.secrets import AskAgain
from rbengine.host.taking_up import plan_of
from rbengine.rehearsal.kept import SimulatedRuns, Simulation, simulation_of
from rbengine.rehearsal.stage import secret_key
from rbengine.runtime.commands import Finish

if TYPE_CHECKING:
    from rbengine.rehearsal.session import RehearsalSession


class Proved(NamedTuple):
    """What came of a proof. `finish` is None where it could not be looked at: `stopped` says why."""

    finish: Finish | None
    stopped: str


class Kind(Protocol):
    """Of one run."""

    @property
    def path(self) -> str:
        """Of its playbook."""
        ...

    @property
    def scripted(self) -> bool:
        """Whether its world's people answer, and nobody here."""
        ...

    @property
    def live(self) -> bool:
        """Whether it runs on the real clock."""
        ...

    @property
    def secret_key(self) -> bytes:
        """With what the digests of its secrets are made (`host.secrets.SecretBox`)."""
        ...

    def take_up(
        self, presence: Presence, observer: Observer, *, force: bool, ask_again: AskAgain
    ) -> Kept:
        """As `host.kept.KeptRuns.take_up`."""
        ...

    def verify(self, observer: Observer, ask_again: AskAgain) -> Proved:
        """Its playbook's proof once more; nothing of it is kept. Raises CannotGoOnError."""
        ...


class SimulatedKind:
    """A run on a simulated company."""

    live = False

    def __init__(self, ground: Ground, store: Journal, run: str, simulation: Simulation) -> None:
        self._ground = ground
        self._store = store
        self._run = run
        self._simulation = simulation

    @property
    def path(self) -> str:
        return self._simulation.path

    @property
    def scripted(self) -> bool:
        return self._simulation.people == "scripted"

    @property
    def secret_key(self) -> bytes:
        return secret_key(self._simulation.seed)

    def take_up(
        self, presence: Presence, observer: Observer, *, force: bool, ask_again: AskAgain
    ) -> Kept:
        return simulated_runs(self._ground, self._store).take_up(
            self._run, self._session(), self._simulation,
            presence=presence, observer=observer, force=force, ask_again=ask_again,
        )  # fmt: skip

    def verify(self, observer: Observer, ask_again: AskAgain) -> Proved:
        played = simulated_runs(self._ground, self._store).verify(
            self._run, self._session(), self._simulation, observer, ask_again
        )
        return Proved(played.finish, played.stopped)

    def _session(self) -> "RehearsalSession":
        plan = plan_of(self._store, self._run)
        texts = self._store.texts(self._run)
        return self._ground.session_on(files_of(texts), self._simulation.path, plan)


def kind_of(ground: Ground, store: Journal, run: str, texts: Mapping[str, str]) -> Kind:
    """What `run` acts on, by its texts. Raises UsageError for a run of a kind that is not known here."""
    simulation = simulation_of(texts)
    binding = binding_of(texts)
    if binding is not None:
        from rbengine.cli.live_kind import LiveKind

        return LiveKind(ground, store, run, binding)
    if simulation is None:
        raise UsageError(
            f"{run} acts on something that this version of rbengine does not know",
            way_out="take it up with the version of rbengine that began it",
        )
    return SimulatedKind(ground, store, run, simulation)


def simulated_runs(ground: Ground, store: Journal) -> SimulatedRuns:
    """Runs on simulated companies in one of this project's journals."""
    home = store.home
    return SimulatedRuns(
        store,
        home.folder,
        engine=__version__,
        letter=ground.templates.get("escalation", ""),
        shared=home.shared,
        elsewhere=lambda: runs_elsewhere(ground.project, home),
    )
