"""A profile of the settings whose references have been resolved: what a live run is bound to."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import msgspec

from rbengine.contract.policy import ContactChannel
from rbengine.facts.profiles import Backend as Backend

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NOBODY: Mapping[str, tuple[ContactChannel, ...]] = MappingProxyType({})


class LiveProfile(msgspec.Struct, frozen=True, kw_only=True):
    """It lives in the memory of one process: nothing of `settings` is written, shown or sent anywhere but where it
    belongs."""

    name: str
    production: bool = False
    """Whoever runs in it is asked for its name once."""
    backends: Mapping[str, Backend] = MappingProxyType({})
    """By adapter; `live` for those that are not named."""
    recording: str = ""
    """The file that `recorded` adapters answer from."""
    settings: Mapping[str, str] = _NOTHING
    """By name with the adapter's in front (`stripe.key`, `postgres.dsn`), secrets too."""
    secrets: frozenset[str] = frozenset()
    """The names among `settings` whose values open something."""
    hosts: frozenset[str] = frozenset()
    """Hosts and networks (`10.0.0.0/8`, `db.internal`) that may be reached besides the providers' own; private and
    link-local addresses are reached only where they stand here."""
    channels: Mapping[str, tuple[ContactChannel, ...]] = _NOBODY
    """Ways to contacts that the policy leaves to the settings."""
    call_limit: timedelta | None = None
    """The longest that any one call may take, where the profile says less than the policy."""

    def backend(self, adapter: str) -> Backend:
        """What answers for `adapter`."""
        return self.backends.get(adapter, "live")

    def __repr__(self) -> str:
        """Without anything that a log must not hold."""
        return f"LiveProfile(name={self.name!r})"
