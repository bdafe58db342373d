"""What one process has of the real world that a live run acts on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.adapter import Connections
from rbengine.contract.codec import from_line, to_line
from rbengine.contract.database import Database
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Refused
from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Datum
from rbengine.host.calls import Calls
from rbengine.host.driver import Observer, Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import Waiting
from rbengine.host.kept import Presence
from rbengine.host.live.adapters import LiveAdapters
from rbengine.host.live.aside import Aside, adapters_in
from rbengine.host.live.clock import RealClock
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.profile import Backend, LiveProfile
from rbengine.host.live.proof import Proof
from rbengine.host.live.unproven import UnprovenDatabase
from rbengine.host.live.world import LiveWorld
from rbengine.host.pace import Done
from rbengine.host.secrets import DiscreetPace, SecretBox
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event
from rbengine.runtime.state import RunState

_DATABASE = "postgres"


class LiveBackends:
    """The backends of one live run, and the proof that they are the right ones.

    `connections` and `database` are the real ones; `asides` answer for adapters that the profile does not call live.
    `before` are the places that the run began in, from its journal. `repeatable` is `host.calls.Calls`'s.
    """

    def __init__(
        self,
        *,
        plan: Plan,
        profile: LiveProfile,
        signature: Callable[[str], AdapterSignature | None],
        connections: Connections,
        database: Callable[[], Database],
        asides: Mapping[Backend, Aside],
        secrets: SecretBox,
        repeatable: Callable[[str, Datum], bool],
        before: Mapping[str, str],
    ) -> None:
        self.plan = plan
        self.profile = profile
        self.secrets = secrets
        self.proof = Proof(profile.settings, before, profile.name)
        self.adapters = LiveAdapters(signature, connections, secrets, self.proof)
        self._proven_database = database
        self._asides = asides
        self.calls = Calls(
            adapters=self.adapters,
            database=self._database,
            channels=self.channels,
            repeatable=repeatable,
        )
        hidden = (profile.settings.get(name, "") for name in profile.secrets)
        self._hidden = Hidden(hidden)

    def channels(self, contact: str) -> Sequence[ContactChannel]:
        """The policy's ways to a contact, else the profile's."""
        known = self.plan.policy.contact(contact)
        if known is not None and known.channels:
            return known.channels
        return self.profile.channels.get(contact, ())

    def make(self, call: Perform, now: datetime) -> Event:
        """Make a call; what a provider repeats of a key that it was sent is not in its end. Raises CannotGoOnError."""
        call = bounded(call, self.profile.call_limit)
        aside = self._aside(call)
        event = self.calls.perform(call, now) if aside is None else aside.make(call, now)
        line = to_line(event)
        clean = self._hidden.text(line)
        return event if clean == line else from_line(clean, type(event))

    def see(self, turn: Turn) -> None:
        """The newest turn of the run."""
        for one in self._asides.values():
            one.see(turn)

    def resume(self, state: RunState) -> None:
        """Let who answers beside the live adapters be as the run left them. Raises CannotGoOnError."""
        for one in self._asides.values():
            one.resume(state)

    def _aside(self, call: Perform) -> Aside | None:
        """Who answers the call where it is not live."""
        names = adapters_in(call.request)
        kinds = {self.profile.backend(name) for name in names}
        if kinds <= {"live"}:
            return None
        if len(kinds) > 1:
            told = ", ".join(f"{name} is {self.profile.backend(name)}" for name in sorted(names))
            raise CannotGoOnError(f"one change is made by adapters of several backends: {told}")
        (kind,) = kinds
        found = self._asides.get(kind)
        if found is None:
            raise CannotGoOnError(f"nothing {kind} answers for {', '.join(sorted(names))} here")
        return found

    def _database(self) -> Database:
        why = self.adapters.unproven(_DATABASE)
        return self._proven_database() if why is None else UnprovenDatabase(why)

    def prove(self, names: Sequence[str]) -> Mapping[str, Refused]:
        """Let each live one of `names` say where it is; those that could not. Raises ElsewhereError."""
        return self.adapters.prove(one for one in names if self.profile.backend(one) == "live")


class LiveScene:
    """`host.kept.Scene` on real backends."""

    def __init__(
        self, backends: LiveBackends, clock: RealClock, presence: Presence, observer: Observer
    ) -> None:
        self._backends = backends
        self._presence = presence
        self._observer = observer
        pace = DiscreetPace(_Pace(presence), backends.secrets)
        self.world = LiveWorld(clock, backends.make, pace)

    def observe(self, turn: Turn) -> None:
        self._presence.see(turn)
        self._backends.see(turn)
        self._observer(turn)

    def resume(self, state: RunState, waiting: Waiting | None) -> None:  # noqa: ARG002
        """What is real is as it is; each adapter proves that it is the same one before its first call."""
        self._backends.resume(state)

    def letting_go(self) -> bool:
        """As whoever is there says."""
        return self._presence.letting_go()

    def behind(self, moment: datetime) -> timedelta:  # noqa: ARG002
        return timedelta(0)


class _Pace:
    """`Presence` as the world wants it; it is asked only while no call is under way."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence

    def wait(self, now: datetime, until: datetime | None) -> Done | None:
        return self._presence.wait(now, until, quiet=True)


def bounded(call: Perform, limit: timedelta | None) -> Perform:
    """The call, for no longer than its profile allows."""
    if limit is None or call.timeout <= limit:
        return call
    return msgspec.structs.replace(call, timeout=limit)
