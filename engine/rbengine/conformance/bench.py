"""A place to try an adapter: the simulated company on a clock that stands still until it is told to move."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rbengine.conformance.fitting import misfit
from rbengine.conformance.requiring import NonconformanceError, require
from rbengine.contract.adapter import Adapter, Finished, Invocation, Sessions, SessionUse, Stream
from rbengine.contract.operations import AdapterSignature, Operation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Value
from rbengine.facts.adapters import signature_of
from rbengine.rehearsal.company.builders import builders
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.doors import open_stream, run_program
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import FaultKind

if TYPE_CHECKING:
    import httpx
    import psycopg

START = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)

FAULT = timedelta(minutes=5)
"""How long a fault lasts."""

TIMEOUT = timedelta(seconds=20)
"""How long a call may take."""

AT_ONCE = timedelta()


class Bench:
    """`contract.adapter.Connections` to a company of its own, and calls as a host makes them."""

    def __init__(
        self,
        seed: int = 1,
        settings: Mapping[str, str] | None = None,
        client: "Callable[[str], httpx.Client] | None" = None,
    ) -> None:
        """`settings` go before the simulation's own; `client` stands in for the company's vendors."""
        self.now = START
        self.company = Company(lambda: self.now, seed)
        self._settings = {**self.company.settings(), **(settings or {})}
        self._client = client
        self._adapters: dict[str, Adapter] = {}
        self._made: dict[tuple[str, str], Invocation] = {}

    def http(self, provider: str) -> "httpx.Client":
        """As the host hands it out."""
        return self.company.client(provider) if self._client is None else self._client(provider)

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002
        """As the host hands it out."""
        return open_stream(self.company, provider, host, timeout)

    def database(self) -> Sessions:
        """No company of a bench has a database."""

        def none(
            *,
            use: SessionUse,
            within: timedelta,  # noqa: ARG001 (as all sessions)
        ) -> "AbstractContextManager[psycopg.Connection[Any]]":
            raise CannotBeSimulatedError(f"a database (to {use})")

        return none

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        folder: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Finished:
        """As the host hands it out."""
        return run_program(
            self.company,
            name,
            arguments,
            folder=folder,
            environment=environment,
            timeout=timeout,
        )

    def named(self, prefix: str) -> Sequence[str]:
        """As the host hands it out."""
        return sorted(one for one in self._settings if one.startswith(prefix))

    def setting(self, name: str) -> str:
        """As the host hands it out."""
        found = self._settings.get(name) or self.company.setting(name)
        if found is None:
            raise KeyError(name)
        return found

    def arrange(self, line: str, **arguments: Value) -> None:
        """A line of a world: `klaxon.page` with its arguments."""
        offered = builders()
        require(line in offered, f"no world line `{line}`; a simulator offers them")
        offered[line].apply(self.company, arguments)

    def pass_time(self, duration: timedelta) -> None:
        """Let the clock move."""
        self.now += duration

    def fault(self, vendor: str, kind: FaultKind, after: timedelta = AT_ONCE) -> None:
        """Let `kind` hold for five minutes, from now or a little later."""
        self.company.faults.add(vendor, kind, self.now + after, self.now + after + FAULT)

    def invocation(self, operation: str, key: str, arguments: Mapping[str, Value]) -> Invocation:
        """The call of `klaxon.page` as a host makes it, defaults filled in."""
        promise = promised(operation)
        filled = {
            one.name: one.default.value for one in promise.parameters if one.default is not None
        }
        return Invocation(
            operation=promise.name,
            arguments={**filled, **arguments},
            key=key,
            timeout=TIMEOUT,
            now=self.now,
        )

    def adapter(self, name: str) -> Adapter:
        """The live code, built once."""
        if name not in self._adapters:
            module, _, function = signed(name).factory.partition(":")
            self._adapters[name] = getattr(import_module(module), function)(self)
        return self._adapters[name]

    def call(self, operation: str, key: str = "key-1", **arguments: Value) -> Outcome:
        """Do it; a result must be of the type that the signature promises."""
        return self.make(operation, arguments, key)

    def make(self, operation: str, arguments: Mapping[str, Value], key: str = "key-1") -> Outcome:
        """The same, for arguments of any name."""
        invocation = self.invocation(operation, key, arguments)
        self._made[operation, key] = invocation
        outcome = self.adapter(operation.partition(".")[0]).perform(invocation)
        self.now += self.company.take_latency()
        if isinstance(outcome, Succeeded):
            wrong = misfit(outcome.value.value, promised(operation).result)
            require(wrong is None, f"{operation} promises another result: {wrong}")
        return outcome

    def settle(self, operation: str, key: str = "key-1") -> Outcome | None:
        """The look after a lost answer, with the invocation as it was made."""
        outcome = self.adapter(operation.partition(".")[0]).settle(self._made[operation, key])
        self.now += self.company.take_latency()
        return outcome

    def state(self) -> Mapping[str, str]:
        """What a call can change in this company: objects of vendors by digest, and what was sent to people."""
        sent = {f"mail/{place}": one.id for place, one in enumerate(self.company.mailbox)}
        texts = {f"text/{place}": one.sid for place, one in enumerate(self.company.texts)}
        said = {f"said/{id_}": str(one) for id_, one in self.company.status.incidents.items()}
        return {**self.company.snapshot().objects, **sent, **texts, **said}


def signed(adapter: str) -> AdapterSignature:
    """The signature of an installed adapter. Raises NonconformanceError where there is none."""
    found = signature_of(adapter)
    if found is None:
        raise NonconformanceError(f"no installed package offers an adapter `{adapter}`")
    return found


def promised(operation: str) -> Operation:
    """What the signature says of `klaxon.page`. Raises NonconformanceError for one that it does not have."""
    adapter, _, name = operation.partition(".")
    found = signed(adapter).operation(name)
    if found is None:
        raise NonconformanceError(f"the signature has no operation `{operation}`")
    return found
