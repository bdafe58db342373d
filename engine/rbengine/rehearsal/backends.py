"""What stands under a rehearsed run and under the company's own program: vendors and database, both simulated."""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rbengine.contract.adapter import Finished, Sessions, SessionUse, Stream
from rbengine.contract.changes import SqlParameter
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Row, Value
from rbengine.host.adapters import Adapters
from rbengine.host.errors import WorldError
from rbengine.rehearsal.app_body import AppError, succeeded
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.doors import open_stream, run_program

if TYPE_CHECKING:
    import httpx
    import psycopg

    from rbengine.host.simulated_database import SimulatedDatabase

SignatureOf = Callable[[str], AdapterSignature | None]

TIERS = "stripe.tiers"
"""The setting that tells the adapter which price means which tier."""

_TIMEOUT = timedelta(seconds=20)
"""How long the company's program waits for a vendor."""


class SimulatedConnections:
    """`contract.adapter.Connections` to the simulated company, and to nothing else."""

    def __init__(
        self,
        company: Company,
        tiers: Mapping[str, str],
        database: "Callable[[], SimulatedDatabase]",
    ) -> None:
        self._company = company
        self._database = database
        self._clients: dict[str, httpx.Client] = {}
        self._tiers = tiers

    def http(self, provider: str) -> "httpx.Client":
        """A client for one of the company's vendors. Raises CannotBeSimulatedError for any other."""
        client = self._clients.get(provider)
        if client is None:
            client = self._clients[provider] = self._company.client(provider)
        return client

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002
        """A connection to one of the company's servers. Raises CannotBeSimulatedError for any other."""
        return open_stream(self._company, provider, host, timeout)

    def database(self) -> Sessions:
        """Sessions with the world's database, made when one is first used."""

        def session(
            *, use: SessionUse, within: timedelta
        ) -> "AbstractContextManager[psycopg.Connection[Any]]":
            return self._database().sessions(use=use, within=within)

        return session

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """A program of this machine on what the company has. Raises CannotBeSimulatedError for any but git."""
        return run_program(
            self._company,
            name,
            arguments,
            folder=folder,
            environment=environment,
            timeout=timeout,
        )

    @cached_property
    def _settings(self) -> Mapping[str, str]:
        return {**self._company.settings(), TIERS: json.dumps(dict(self._tiers))}

    def named(self, prefix: str) -> Sequence[str]:
        """Those that every simulation has; what depends on the world is known by its name alone."""
        return sorted(one for one in self._settings if one.startswith(prefix))

    def setting(self, name: str) -> str:
        """A setting of the simulation. Raises KeyError."""
        found = self._settings.get(name) or self._company.setting(name)
        if found is None:
            raise KeyError(name)
        return found


class AppBackends:
    """`app_body.Backends`: the company's program uses the same adapters as a run does."""

    def __init__(
        self,
        adapters: Adapters,
        database: "Callable[[], SimulatedDatabase]",
    ) -> None:
        self._adapters = adapters
        self._database = database
        self._calls = 0

    def sql(self, sql: str, parameters: Sequence[SqlParameter], *, reading: bool) -> Sequence[Row]:
        """Run one statement. Raises AppError."""
        try:
            return self._database().execute(sql, parameters, reading=reading).rows
        except WorldError as error:
            raise AppError(str(error)) from error

    def operation(self, name: str, arguments: Mapping[str, Value], now: datetime) -> Value:
        """Call a vendor. Raises AppError."""
        return succeeded(name, self.perform(name, arguments, now))

    def perform(self, name: str, arguments: Mapping[str, Value], now: datetime) -> Outcome:
        """Call a vendor; what is left out is as its promise says."""
        promise = self._adapters.promise(name)
        defaults = {
            one.name: one.default.value for one in promise.parameters if one.default is not None
        }
        self._calls += 1
        whole = Row({**defaults, **arguments})
        return self._adapters.perform(name, whole, f"app/{self._calls}", _TIMEOUT, now)


class Events:
    """What a vendor's event carries, in the words of its adapter: `records.event_subject` beside its live code."""

    def __init__(self, signature_of: SignatureOf, tiers: Mapping[str, str]) -> None:
        self._signature_of = signature_of
        self._tiers = tiers

    def __call__(self, vendor: str, type_: str, subject: Mapping[str, Any]) -> Row | None:
        """The record, or None for a type that the adapter does not know."""
        signature = self._signature_of(vendor)
        if signature is None or not signature.factory:
            return None
        package = signature.factory.partition(":")[0].rpartition(".")[0]
        read: Callable[[str, Mapping[str, Any], Mapping[str, str]], Row | None]
        read = importlib.import_module(f"{package}.records").event_subject
        return read(type_, subject, self._tiers)
