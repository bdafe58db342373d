"""Adapters at work: found by their signature, built when first called, from the connections they are given."""

import importlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.database import Database
from rbengine.contract.operations import AdapterSignature, Operation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row, Value
from rbengine.host.errors import CannotGoOnError
from rbengine.host.secrets import SecretBox

T = TypeVar("T")


class Adapters:
    """Does operations. Only here and in `calls` does a defect of a backend become an outcome."""

    def __init__(
        self,
        signature: Callable[[str], AdapterSignature | None],
        connections: Connections,
        secrets: SecretBox,
    ) -> None:
        self._signature = signature
        self._connections = connections
        self._built: dict[str, Adapter] = {}
        self._building = Lock()
        self._secrets = secrets

    def perform(
        self, operation: str, arguments: Value, key: str, timeout: timedelta, now: datetime
    ) -> Outcome:
        """Call `adapter.operation` with a Row of arguments."""
        adapter, name = self.adapter(operation)
        try:
            invocation = self._invocation(name, arguments, key, timeout, now)
        except KeyError as lost:
            return Refused("invalid", f"a secret is lost that was in memory only: {lost.args[0]}")
        return self._kept(behind_the_wall(operation, lambda: adapter.perform(invocation)))

    def lost_secret(self, arguments: Value) -> str | None:
        """The name of a secret among the arguments that is no longer known here, or None."""
        try:
            self._secrets.bring_out(arguments)
        except KeyError as lost:
            return str(lost.args[0])
        return None

    def settle(
        self, operation: str, arguments: Value, key: str, timeout: timedelta, now: datetime
    ) -> Outcome:
        """Look whether a lost call took effect; Unsettled where that cannot be told. `now`: when it was made."""
        adapter, name = self.adapter(operation)
        try:
            invocation = self._invocation(name, arguments, key, timeout, now)
        except KeyError as lost:
            return Unsettled(f"nothing can be said without the {lost.args[0]}")
        return self._kept(
            behind_the_wall(operation, lambda: adapter.settle(invocation) or _CANNOT_TELL)
        )

    def promise(self, operation: str) -> Operation:
        """What the signature says of `adapter.operation`. Raises CannotGoOnError for one that does not exist."""
        adapter, _, name = operation.partition(".")
        signature = self._signature(adapter)
        found = signature.operation(name) if signature is not None else None
        if found is None:
            raise CannotGoOnError(f"there is no operation `{operation}` here")
        return found

    def adapter(self, operation: str) -> tuple[Adapter, str]:
        """Who does `adapter.operation`, and the operation's name there. Raises CannotGoOnError where nobody can."""
        name, _, call = operation.partition(".")
        with self._building:
            built = self._built.get(name)
            if built is None:
                built = self._built[name] = self._build(name)
        return built, call

    def _build(self, name: str) -> Adapter:
        signature = self._signature(name)
        if signature is None or not signature.factory:
            raise CannotGoOnError(f"there is no adapter `{name}` here")
        module, _, function = signature.factory.partition(":")
        factory: Callable[[Connections], Adapter] = getattr(
            importlib.import_module(module), function
        )
        try:
            return factory(self._connections)
        except LookupError as missing:  # a setting it needs; the text says which
            raise CannotGoOnError(f"the adapter `{name}` cannot work: {missing}") from missing

    def _invocation(
        self, name: str, arguments: Value, key: str, timeout: timedelta, now: datetime
    ) -> Invocation:
        whole = self._secrets.bring_out(arguments)
        if not isinstance(whole, Row):
            raise TypeError("arguments are a Row")
        given: Mapping[str, Value] = whole
        return Invocation(operation=name, arguments=given, key=key, timeout=timeout, now=now)

    def _kept(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Succeeded):
            return Succeeded(Datum(self._secrets.put_away(outcome.value.value)))
        return outcome


_CANNOT_TELL = Unsettled("nothing can be said yet")


def behind_the_wall(what: str, call: Callable[[], Outcome]) -> Outcome:
    """Make one call to a backend: what it raises is a defect of it, and nobody knows how far it came."""
    try:
        return call()
    except CannotGoOnError:
        raise
    except Exception as defect:  # the one wall: a backend's bug must not take the run down
        return Unsettled(f"{what} broke: {type(defect).__name__}: {defect}")


def at_the_database(
    database: Callable[[], Database], what: str, use: Callable[[Database], T]
) -> T | Unsettled:
    """The same wall around one use of the database."""
    try:
        return use(database())
    except CannotGoOnError:
        raise
    except Exception as defect:  # as above
        return Unsettled(f"{what} broke: {type(defect).__name__}: {defect}")
