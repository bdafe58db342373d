"""What the live code of an adapter looks like to the host."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Value

if TYPE_CHECKING:
    import httpx


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """One call of one operation."""

    operation: str
    """Without the adapter's name: `latest_subscription`."""
    arguments: Mapping[str, Value]
    """Every declared parameter, defaults filled in."""
    key: str
    """The idempotency key: the same for every attempt, process and restart."""
    timeout: timedelta
    """How long the call may take; after that a read is `timeout`, a change is unsettled."""
    now: datetime
    """The run's time when the call began (virtual in a rehearsal)."""


class Adapter(Protocol):
    """Does calls. The same code in a rehearsal and in an incident; only what it is given differs."""

    def perform(self, invocation: Invocation) -> Outcome:
        """Do it. Provider failures are outcomes; an exception is a defect (the host records it as unsettled)."""
        ...

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Look whether a lost call took effect: its outcome, or None where that cannot be told."""
        ...


class Connections(Protocol):
    """What the host hands to an adapter's factory: the one door to the world.

    `factory(connections) -> Adapter`. An adapter opens nothing by itself.
    """

    def http(self, provider: str) -> "httpx.Client":
        """A client for `provider` (`stripe`, `supabase`, `resend`); its transport is the network or the
        simulated company. Its base URL and credentials are set."""
        ...

    def setting(self, name: str) -> str:
        """A setting of the profile (`supabase.project`), already resolved.

        Raises KeyError if there is none: the factory turns that into its own words.
        """
        ...
