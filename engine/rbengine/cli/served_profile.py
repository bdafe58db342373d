"""A profile of the settings for a world that is served: live runs can be tried on it, on the way to a real place."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from rbengine.contract.adapter import Locates, Whereabouts
from rbengine.contract.operations import AdapterSignature
from rbengine.facts.adapters import signature_of
from rbengine.facts.toml_writing import written_value
from rbengine.host.adapters import Adapters
from rbengine.host.live.to_write import settings_lines
from rbengine.rehearsal.backends import SimulatedConnections
from rbengine.rehearsal.stage import Stage

_HOST = "127.0.0.1"
_LIMIT = timedelta(seconds=10)
_DATABASE = "postgres"
_ANY_KEY = "sk_test_any"
"""Vendors of a served world take every one; by the form of theirs some adapters know that it is no real place."""


class Addresses(NamedTuple):
    """Where a served world listens."""

    vendors: Mapping[str, str]
    """The base of each HTTP service, by its name."""
    smtp: int
    """A port."""
    database: str
    """How the database is reached."""
    system: str
    """What the database says that it is."""


def profile_lines(
    name: str,
    adapters: Collection[str],
    settings: Mapping[str, str],
    contacts: Mapping[str, Mapping[str, str]],
    at: Addresses,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines of `rbengine.toml`, and those of a shell with what they refer to.

    `adapters` are those that are needed, `settings` the simulation's own, with what its adapters say of where they are,
    `contacts` the world's, by kind.
    """
    needed = [found for one in sorted(adapters) if (found := signature_of(one)) is not None]
    values: dict[str, str] = {}
    secrets: set[str] = set()
    aside = [one.name for one in needed if not _is_served(one, at)]
    known = {
        **settings,
        "postgres.dsn": at.database,
        "postgres.system": at.system,
        "postgres.database": urlsplit(at.database).path.removeprefix("/"),
        "smtp.host": _HOST,
        "smtp.port": str(at.smtp),
    }
    for signature in needed:
        if signature.name in aside:
            continue
        for setting in signature.settings:
            if setting.secret and signature.providers and not setting.name.endswith(".*"):
                known.setdefault(setting.name, _ANY_KEY)
            if setting.name in known:
                values[setting.name] = known[setting.name]
                secrets |= {setting.name} if setting.secret else set()
        values |= {f"{one.name}.url": at.vendors[one.name] for one in signature.providers}
    variables = {
        one: f"{name}_{one}".upper().replace(".", "_").replace("-", "_") for one in secrets
    }
    written = [
        (one, None, f"env:{variables[one]}" if one in variables else value)
        for one, value in sorted(values.items())
    ]
    lines = [f"[profiles.{name}]", f'hosts = ["{_HOST}"]', *_backends(name, aside)]
    lines += settings_lines(name, (), written)
    for contact, ways in sorted(contacts.items()):
        lines += [f"[profiles.{name}.contacts.{contact}]"]
        lines += [f"{kind} = {written_value(address)}" for kind, address in ways.items()]
    exports = [f"export {variables[one]}={shlex.quote(values[one])}" for one in sorted(variables)]
    return tuple(lines), tuple(exports)


def places_of(stage: Stage, names: Iterable[str]) -> Mapping[str, str]:
    """What the adapters say of where they are, by setting."""
    connections = _WithKeys(stage.company, {}, stage.database.get)
    adapters = Adapters(signature_of, connections, stage.secrets)
    found: dict[str, str] = {}
    for name in names:
        adapter, _ = adapters.adapter(f"{name}.")
        said = adapter.locate(_LIMIT) if isinstance(adapter, Locates) else None
        if isinstance(said, Whereabouts):
            found |= said.facts
    stage.company.take_latency()  # nobody waited for it
    return found


class _WithKeys(SimulatedConnections):
    """The simulation knows no keys; whoever asks over a socket has some."""

    def setting(self, name: str) -> str:
        try:
            return super().setting(name)
        except KeyError:
            return _ANY_KEY


def _backends(name: str, aside: Sequence[str]) -> Iterator[str]:
    if aside:
        yield f"[profiles.{name}.backends]"
        yield from (f'{one} = "simulated"' for one in aside)


def _is_served(signature: AdapterSignature, at: Addresses) -> bool:
    """Whether its calls can be led here: rows and playbooks may name other servers, and those are not served."""
    if signature.providers:
        return all(one.url and one.name in at.vendors for one in signature.providers)
    tables = {one.name.partition(".")[0] for one in signature.settings if one.required}
    return tables <= {_DATABASE, "smtp"} and bool(tables)
