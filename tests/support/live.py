"""Live connections for a test, as a profile on this machine would have them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

from rbengine.contract.operations import AdapterSignature, HttpProvider
from rbengine.facts.adapters import signatures
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.profile import LiveProfile

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
) -> Iterator[LiveConnections]:
    """Connections of every installed adapter and of `providers`, let go of at the end."""
    others = AdapterSignature(
        name="others", title="Others", version="1", operations=(), providers=providers
    )
    profile = LiveProfile(
        name="test", settings=settings, secrets=frozenset(secrets), hosts=frozenset(hosts)
    )
    made = LiveConnections(profile, [*signatures(), others], no_database, sleep=sleep, now=now)
    try:
        yield made
    finally:
        made.close()
