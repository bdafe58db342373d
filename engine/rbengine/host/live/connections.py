"""The one door of a live run to the world: `contract.adapter.Connections` as a profile allows it."""

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import rbengine
from rbengine.contract.adapter import Finished, Sessions, Stream
from rbengine.contract.operations import AdapterSignature, HttpProvider
from rbengine.host.live import programs
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.reach import THIS_MACHINE, Network, Reach

if TYPE_CHECKING:
    import ssl

    import httpx

    from rbengine.host.live.pool import Pool

AUTHORITIES = "http.authorities"
"""Setting: a file of certificates that are trusted besides the usual ones."""

PROXY = "http.proxy"
"""Setting: the address of the proxy that HTTP goes through. What the environment says of one counts for nothing."""

WHO_WE_ARE = f"rbengine/{rbengine.__version__}"

_SETTING = re.compile(r"\{([a-z0-9_.]+)\}")
_IN_ADDRESS = re.compile(r"[A-Za-z0-9._-]+")
_IN_HEADER = re.compile(r"[\x20-\x7e]+")


class LiveConnections:
    """What adapters of a live run are given; calls may be made side by side.

    Every text that leaves it is without the profile's secrets.
    """

    def __init__(
        self,
        profile: LiveProfile,
        signatures: Iterable[AdapterSignature],
        database: Callable[[], Sessions],
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        this_machine: tuple[Network, ...] = THIS_MACHINE,
    ) -> None:
        """`this_machine`: networks whose traffic nobody else can read; what goes elsewhere is encrypted."""
        self._profile = profile
        self._providers = {one.name: one for each in signatures for one in each.providers}
        self._database = database
        self._sleep = sleep
        self._now = now
        self._this_machine = this_machine
        self._clients: dict[str, httpx.Client] = {}
        self._making = threading.Lock()
        self.hidden = Hidden(
            value for name, value in profile.settings.items() if name in profile.secrets
        )
        """Takes the profile's secrets out of texts: for what adapters say of what they were told."""

    def http(self, provider: str) -> "httpx.Client":
        """A client for `provider`, made when first asked for. Raises LookupError where a setting is missing for it."""
        with self._making:
            client = self._clients.get(provider)
            if client is None:
                client = self._clients[provider] = self._client(provider)
            return client

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002 - one rule for all
        """A connection to `host`. Raises OSError."""
        from rbengine.host.live.stream import open_stream

        self._reach.check_name(host, own=True)
        return open_stream(self._reach, self._secure, host, port, timeout)

    def database(self) -> Sessions:
        """Sessions with the project's PostgreSQL."""
        return self._database()

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """Run `git`. Raises OSError, TimeoutError."""
        return programs.run(
            name, arguments, folder=folder, environment=environment, timeout=timeout
        )

    def named(self, prefix: str) -> Sequence[str]:
        """The names of settings that begin with `prefix`, sorted."""
        return sorted(one for one in self._profile.settings if one.startswith(prefix))

    def setting(self, name: str) -> str:
        """A setting of the profile. Raises KeyError."""
        return self._profile.settings[name]

    def close(self) -> None:
        """Let go of every connection."""
        if "_pool" in self.__dict__:
            self._pool.close()

    @cached_property
    def _reach(self) -> Reach:
        named = [
            value
            for name, value in self._profile.settings.items()
            if name.endswith((".host", "_host"))
        ]
        return Reach([*named, *self._hosts_of_providers()], self._profile.hosts, self._this_machine)

    @cached_property
    def _secure(self) -> "ssl.SSLContext":
        from rbengine.host.live.secure import context

        return context(self._profile.settings.get(AUTHORITIES))

    @cached_property
    def _pool(self) -> "Pool":
        from rbengine.host.live.pool import Pool

        return Pool(self._reach, self._secure, self._address(PROXY))

    def _address(self, name: str) -> str | None:
        """The setting `name`, an address of HTTP; None where there is none. Raises LookupError."""
        import httpx

        text = self._profile.settings.get(name)
        if text is None:
            return None
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL:
            url = httpx.URL()
        if url.scheme not in ("https", "http") or not url.host:
            raise LookupError(f"the setting `{name}` is no address: `https://…`")
        return text

    def _client(self, name: str) -> "httpx.Client":
        import httpx

        from rbengine.host.live.provider import Provider
        from rbengine.host.live.rates import Rate

        promised = self._promised(name)
        base = self._base(name, promised)
        without_credentials = not promised.headers and promised.basic is None
        transport = Provider(
            self._pool,
            self._reach,
            Rate(self._sleep, self._now),
            httpx.URL(base) if base else None,
            leads_on=bool(base) and without_credentials,
            hidden=self.hidden.text,
        )
        return httpx.Client(
            transport=transport,
            base_url=base,
            headers=self._headers(promised),
            auth=self._basic(promised),
            trust_env=False,
        )

    def _promised(self, name: str) -> HttpProvider:
        """What a signature says of `name`. Raises LookupError where none does."""
        found = self._providers.get(name)
        if found is not None:
            return found
        for one in self._providers.values():
            if one.name.endswith("*") and name.startswith(one.name[:-1]):
                return one
        raise LookupError(f"no adapter says where `{name}` is")

    def _base(self, name: str, promised: HttpProvider) -> str:
        """Its address; empty where whole addresses are asked. Raises LookupError."""
        given = self._address(f"{name}.url")
        if given is not None:
            return given

        def value(found: "re.Match[str]") -> str:
            text = self._profile.settings.get(found[1])
            if text is None:
                raise LookupError(f"the setting `{found[1]}` is missing: where {name} is")
            if _IN_ADDRESS.fullmatch(text) is None:
                raise LookupError(f"the setting `{found[1]}` cannot stand in an address")
            return text

        return _SETTING.sub(value, promised.url)

    def _headers(self, promised: HttpProvider) -> dict[str, str]:
        """Sent with every request; those whose setting is absent are left out. Raises LookupError."""
        made = {"user-agent": WHO_WE_ARE, "accept-encoding": "gzip"}
        for name, form in promised.headers:
            wanted = _SETTING.findall(form)
            if all(one in self._profile.settings for one in wanted):
                made[name] = _SETTING.sub(lambda found: self._shown(found[1]), form)
        return made

    def _basic(self, promised: HttpProvider) -> tuple[str, str] | None:
        if promised.basic is None:
            return None
        user, password = promised.basic
        if user not in self._profile.settings or password not in self._profile.settings:
            return None
        return self._shown(user), self._shown(password)

    def _shown(self, name: str) -> str:
        """The setting `name` where it can be sent. The library would repeat one that cannot."""
        value = self._profile.settings[name]
        if _IN_HEADER.fullmatch(value) is None:
            raise LookupError(
                f"the setting `{name}` cannot be sent: it is empty or holds line breaks or odd letters"
            )
        return value

    def _hosts_of_providers(self) -> Iterable[str]:
        """Where those are whose addresses are known in this profile."""
        from urllib.parse import urlsplit

        for name, promised in self._providers.items():
            try:
                host = urlsplit(self._base(name, promised)).hostname
            except LookupError:
                continue
            if host:
                yield host
