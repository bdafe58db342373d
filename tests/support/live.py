"""Live connections for a test, as a profile on this machine would have them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import msgspec
from rbengine.conformance.bench import Bench
from rbengine.contract.adapter import Finished, Stream
from rbengine.contract.operations import AdapterSignature, HttpProvider
from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Value
from rbengine.facts.adapters import signatures
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.reach import THIS_MACHINE as LOOPBACK
from rbengine.host.live.reach import Network

if TYPE_CHECKING:
    import httpx

THIS_MACHINE = ("127.0.0.1",)

NOW = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)


def no_database() -> NoReturn:
    """No test of this kind has one."""
    raise AssertionError("nobody asked for a database")


def sleepless(seconds: float) -> None:
    """For tests in which nobody waits."""
    raise AssertionError(f"it wants to wait for {seconds} s")


@contextmanager
def live(
    settings: Mapping[str, str],
    *,
    hosts: Collection[str] = THIS_MACHINE,
    secrets: Collection[str] = (),
    providers: tuple[HttpProvider, ...] = (),
    sleep: Callable[[float], None] = sleepless,
    now: Callable[[], datetime] = lambda: NOW,
    this_machine: tuple[Network, ...] = LOOPBACK,
) -> Iterator[LiveConnections]:
    """Connections of every installed adapter and of `providers`, let go of at the end."""
    others = AdapterSignature(
        name="others", title="Others", version="1", operations=(), providers=providers
    )
    profile = LiveProfile(
        name="test", settings=settings, secrets=frozenset(secrets), hosts=frozenset(hosts)
    )
    made = LiveConnections(
        profile,
        [*signatures(), others],
        no_database,
        sleep=sleep,
        now=now,
        this_machine=this_machine,
    )
    try:
        yield made
    finally:
        made.close()


class LiveBench(Bench):
    """The kit's bench over live connections: adapters meet the network, and the company only lends its settings."""

    def __init__(self, connections: LiveConnections) -> None:
        super().__init__()
        self._live = connections

    def http(self, provider: str) -> "httpx.Client":
        """As a live host hands it out."""
        return self._live.http(provider)

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        """As a live host hands it out."""
        return self._live.stream(provider, host, port, timeout)

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """As a live host hands it out."""
        return self._live.program(
            name, arguments, folder=folder, environment=environment, timeout=timeout
        )

    def named(self, prefix: str) -> Sequence[str]:
        """As a live host hands it out."""
        return self._live.named(prefix)

    def setting(self, name: str) -> str:
        """As a live host hands it out."""
        return self._live.setting(name)

    def within(self, seconds: float, operation: str, **arguments: Value) -> Outcome:
        """A call that may take no longer."""
        invocation = self.invocation(operation, "key-1", arguments)
        short = msgspec.structs.replace(invocation, timeout=timedelta(seconds=seconds))
        return self._live.hidden.outcome(self.adapter(operation.partition(".")[0]).perform(short))
