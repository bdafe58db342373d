"""A run in a profile of the settings: taken up, and its proof."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rbengine import __version__
from rbengine.cli.ground import Ground
from rbengine.cli.identity import OPERATOR, whoami
from rbengine.cli.journals import Home, Journal, runs_elsewhere
from rbengine.cli.kept_kind import Proved
from rbengine.cli.live_backends import key_of, live_backends
from rbengine.cli.live_presence import LivePresence
from rbengine.cli.output import Output
from rbengine.cli.presence import Signals
from rbengine.cli.profiles import find_profile, resolved_profile
from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Value
from rbengine.facts.project import Project
from rbengine.host.driver import Observer
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import JournalStore
from rbengine.host.kept import Kept, Presence, files_of
from rbengine.host.live.binding import Binding
from rbengine.host.live.clock import RealClock
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.runs import LiveRuns
from rbengine.host.live.scene import LiveBackends
from rbengine.host.memory_store import MemoryStore
from rbengine.host.secrets import AskAgain
from rbengine.host.starting import adapters_of
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.plan.program import Plan
from rbengine.runtime.events import Person, Started
from rbengine.runtime.state import RunState


class LiveKind:
    """`kept_kind.Kind` for a run that is bound to a profile."""

    scripted = False
    live = True

    def __init__(self, ground: Ground, store: Journal, run: str, binding: Binding) -> None:
        self._ground = ground
        self._store = store
        self._run = run
        self._binding = binding

    @property
    def path(self) -> str:
        return self._binding.path

    @property
    def secret_key(self) -> bytes:
        return key_of(self._store.home)

    def take_up(
        self, presence: Presence, observer: Observer, *, force: bool, ask_again: AskAgain
    ) -> Kept:
        with self._backends(ask_again, remembers=True) as backends:
            return live_runs(self._ground, self._store, self._store.home).take_up(
                self._run, backends, presence=presence, observer=observer, force=force
            )

    def verify(self, observer: Observer, ask_again: AskAgain) -> Proved:
        state = taken_up(plan_of(self._store, self._run), self._store, self._run).state
        first = _first(state)
        inputs: dict[str, Value] = {name: one.value for name, one in first.inputs.items()}
        user = whoami()
        with self._backends(ask_again, remembers=False) as backends:
            backends.resume(state)
            kept = live_runs(self._ground, MemoryStore(), self._store.home).begin(
                backends,
                self._binding,
                {},
                inputs=inputs,
                began=None,
                operator=Person(id=user.id, name=user.name, role=OPERATOR),
                presence=nobody_here(Output(), backends.plan.policy.timezone),
                observer=observer,
                verify_only=True,
            )
        return Proved(kept.finish, kept.parked)

    @contextmanager
    def _backends(self, ask_again: AskAgain, *, remembers: bool) -> Iterator[LiveBackends]:
        plan = plan_of(self._store, self._run)
        binding = self._binding
        profile = profile_for(self._ground.project, binding.profile, binding.typed(), plan)
        with live_backends(
            self._ground,
            profile,
            plan,
            files_of(self._store.texts(self._run)),
            home=self._store.home,
            binding=binding,
            run=self._run,
            before=_first(taken_up(plan, self._store, self._run).state).environment.places,
            ask_again=ask_again,
            remembers=remembers,
        ) as backends:
            yield backends


def live_runs(ground: Ground, store: JournalStore, home: Home) -> LiveRuns:
    """Runs on real backends in `store`, which is that of `home`, or takes its place."""
    return LiveRuns(
        store,
        RealClock(),
        engine=__version__,
        letter=ground.templates.get("escalation", ""),
        elsewhere=lambda: runs_elsewhere(ground.project, home),
    )


def profile_for(project: Project, name: str, backends: Sequence[str], plan: Plan) -> LiveProfile:
    """The profile `name` for a run of `plan`, `backends` as typed. Raises UsageError."""
    written = find_profile(project, name)
    ways = {**project.settings.contacts, **written.contacts}.values()
    needed = adapters_of(plan, ([ContactChannel(kind, "") for kind in way] for way in ways))
    return resolved_profile(project, name, backends, needed)


def _first(state: RunState) -> Started:
    if state.begun is None:
        raise CannotGoOnError("its journal has no first line")
    return state.begun


def nobody_here(output: Output, zone: str, signals: Signals | None = None) -> LivePresence:
    """Nobody is asked anything."""
    return LivePresence(signals or Signals(), output, zone, lambda _: None, keyboard=None)
