"""Live runs: begun and taken up on real backends, kept in a journal like every run that outlives its process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from rbengine.contract.codec import to_line
from rbengine.contract.values import Value
from rbengine.host.driver import Observer
from rbengine.host.journal import JournalStore, RunRecord
from rbengine.host.kept import Kept, KeptRuns, Presence
from rbengine.host.live.binding import BINDING, Binding
from rbengine.host.live.clock import RealClock
from rbengine.host.live.scene import LiveBackends, LiveScene
from rbengine.host.starting import adapters_of, channels_as_noted, first_event
from rbengine.runtime.events import Environment, Person, Started


class LiveRuns:
    """Begins runs in `store` and takes them up. `clock` is the real one; `letter` and `engine` as for `KeptRuns`."""

    def __init__(
        self,
        store: JournalStore,
        clock: RealClock,
        *,
        engine: str = "",
        letter: str = "",
        elsewhere: Callable[[], Sequence[RunRecord]] = tuple,
    ) -> None:
        """`elsewhere` gives runs of other stores: none is called like one of them."""
        self._runs = KeptRuns(store, letter=letter)
        self._clock = clock
        self._engine = engine
        self._elsewhere = elsewhere

    def begin(
        self,
        backends: LiveBackends,
        binding: Binding,
        texts: Mapping[str, str],
        *,
        inputs: Mapping[str, Value],
        began: datetime | None,
        operator: Person,
        presence: Presence,
        observer: Observer,
        diagnose_only: bool = False,
        verify_only: bool = False,
    ) -> Kept:
        """Begin a run where every adapter is in the right place, as far as it can say, and drive it as far as it goes.

        Raises ElsewhereError, AlreadyOpenError, MissingInputError, JournalError.
        """
        plan, profile = backends.plan, backends.profile
        names = adapters_of(plan, profile.channels.values())
        backends.prove(names)
        environment = Environment(
            profile=profile.name,
            backends={name: profile.backend(name) for name in names},
            world=binding.world or "",
            channels=channels_as_noted(profile.channels),
            places=dict(sorted(backends.proof.places.items())),
        )
        now = self._clock.now()

        @contextmanager
        def scene(first: Started) -> Iterator[LiveScene]:  # noqa: ARG001 (its connections are open already)
            yield LiveScene(backends, self._clock, presence, observer)

        return self._runs.begin(
            plan,
            {**texts, BINDING: to_line(binding)},
            lambda others: first_event(
                plan,
                now=now,
                began=min(began or now, now),
                operator=operator,
                environment=environment,
                secrets=backends.secrets,
                others=(*others, *self._elsewhere()),
                inputs=inputs,
                engine=self._engine,
                diagnose_only=diagnose_only,
                verify_only=verify_only,
            ),
            scene,
        )

    def take_up(
        self,
        run: str,
        backends: LiveBackends,
        *,
        presence: Presence,
        observer: Observer,
        force: bool = False,
    ) -> Kept:
        """Drive the run on from where it stands. Raises as `KeptRuns.take_up`, and ElsewhereError."""

        @contextmanager
        def scene(first: Started) -> Iterator[LiveScene]:  # noqa: ARG001 (as above)
            yield LiveScene(backends, self._clock, presence, observer)

        return self._runs.take_up(run, scene, force=force)
