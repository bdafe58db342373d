"""What the conformance suites run against: something that answers like the vendors, and can be arranged.

A live peer (a vendor's test mode, a local server) offers the same and says with `can` what it has not.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Protocol

import httpx
from rbengine.contract.adapter import Adapter, Finished, Invocation, Stream
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Value
from rbengine.rehearsal.company.builders import builders
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.doors import open_stream, run_program
from rbengine.rehearsal.company.exchange import Answer
from rbengine.rehearsal.company.faults import FaultKind
from rbengine_adapters import signature_of
from support.shapes import misfit

FAULT = timedelta(minutes=5)
"""How long a fault lasts."""

AT_ONCE = timedelta()
AFTER_ONE_REQUEST = timedelta(milliseconds=1)

START = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)


class Peer(Protocol):
    """One place to run a conformance suite."""

    def can(self, ability: str) -> bool:
        """Whether it can be arranged for that (`faults`, `refunds`)."""
        ...

    def arrange(self, line: str, **arguments: Value) -> None:
        """Bring something about: `stripe.subscription`, with the arguments of a world line."""
        ...

    def fault(self, vendor: str, kind: FaultKind, after: timedelta = AT_ONCE) -> None:
        """Let `kind` hold for five minutes, from now or a little later: a call's first request then
        still gets its answer."""
        ...

    def pass_time(self, duration: timedelta) -> None:
        """Let the clock move."""
        ...

    def call(self, operation: str, key: str = "key-1", **arguments: Value) -> Outcome:
        """Call `stripe.customer` through the adapter's own code, defaults filled in."""
        ...

    def settle(self, operation: str, key: str = "key-1") -> Outcome | None:
        """The look after a lost answer to that call."""
        ...


class SimulatedPeer:
    """The simulated company on a clock that stands still until it is told to move."""

    def __init__(self, seed: int = 1, settings: Mapping[str, str] | None = None) -> None:
        self.now = START
        self.company = Company(lambda: self.now, seed)
        self.company.on_invoke = self._invoked
        self.invoked: list[tuple[str, object]] = []
        self.answer = Answer(body={"done": True})
        self._settings = {**self.company.settings(), **(settings or {})}
        self._adapters: dict[str, Adapter] = {}
        self._made: dict[tuple[str, str], Invocation] = {}

    def can(self, ability: str) -> bool:
        """Everything."""
        return bool(ability)

    def http(self, provider: str) -> httpx.Client:
        """As the host hands it out."""
        return self.company.client(provider)

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002
        """As the host hands it out."""
        return open_stream(self.company, provider, host, timeout)

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

    def setting(self, name: str) -> str:
        """As the host hands it out."""
        found = self._settings.get(name) or self.company.setting(name)
        if found is None:
            raise KeyError(name)
        return found

    def arrange(self, line: str, **arguments: Value) -> None:
        """A line of a world."""
        builders()[line].apply(self.company, arguments)

    def pass_time(self, duration: timedelta) -> None:
        """Let the clock move."""
        self.now += duration

    def fault(self, vendor: str, kind: FaultKind, after: timedelta = AT_ONCE) -> None:
        """In a window of the company's clock."""
        self.company.faults.add(vendor, kind, self.now + after, self.now + after + FAULT)

    def invocation(self, operation: str, key: str, arguments: Mapping[str, Value]) -> Invocation:
        """The call as a host makes it."""
        adapter, _, name = operation.partition(".")
        signature = signature_of(adapter)
        assert signature is not None, adapter
        promise = signature.operation(name)
        assert promise is not None, operation
        filled = {
            one.name: one.default.value for one in promise.parameters if one.default is not None
        }
        return Invocation(
            operation=name,
            arguments={**filled, **arguments},
            key=key,
            timeout=timedelta(seconds=20),
            now=self.now,
        )

    def adapter(self, name: str) -> Adapter:
        """The live code, built once."""
        if name not in self._adapters:
            signature = signature_of(name)
            assert signature is not None, name
            module, _, function = signature.factory.partition(":")
            self._adapters[name] = getattr(import_module(module), function)(self)
        return self._adapters[name]

    def call(self, operation: str, key: str = "key-1", **arguments: Value) -> Outcome:
        """Do it; a result must be of the type that the signature promises."""
        adapter, _, name = operation.partition(".")
        invocation = self.invocation(operation, key, arguments)
        self._made[operation, key] = invocation
        outcome = self.adapter(adapter).perform(invocation)
        self.now += self.company.take_latency()
        if isinstance(outcome, Succeeded):
            signature = signature_of(adapter)
            assert signature is not None
            promise = signature.operation(name)
            assert promise is not None
            assert misfit(outcome.value.value, promise.result) is None
        return outcome

    def settle(self, operation: str, key: str = "key-1") -> Outcome | None:
        """The look, with the invocation as it was made."""
        outcome = self.adapter(operation.partition(".")[0]).settle(self._made[operation, key])
        self.now += self.company.take_latency()
        return outcome

    def _invoked(self, function: str, body: object) -> Answer:
        self.invoked.append((function, body))
        return self.answer
