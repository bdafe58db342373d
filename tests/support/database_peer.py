"""A database that the adapters of PostgreSQL and pg_cron are tried on; a live one offers the same."""

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module

from rbengine.conformance.fitting import misfit
from rbengine.contract.adapter import Adapter, Invocation, Sessions
from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Row, Value
from rbengine.host.simulated_sessions import DatabaseFault, FaultKind
from rbengine_adapters import signature_of
from support.live_world import LiveRehearsal
from support.postgres import Rehearsal

HOUR = timedelta(hours=1)


class DatabasePeer:
    """A PostgreSQL with a world's rows."""

    def __init__(self, rehearsal: Rehearsal | LiveRehearsal) -> None:
        self.rehearsal = rehearsal
        self._adapters: dict[str, Adapter] = {}

    def database(self) -> Sessions:
        """As the host hands it out."""
        return self.rehearsal.sessions

    def rows(self, table: str, *rows: Mapping[str, Value]) -> None:
        """Rows of a world."""
        self.rehearsal.world.insert_rows(table, rows)

    def read(self, sql: str) -> tuple[Row, ...]:
        """What stands there."""
        return self.rehearsal.world.execute(sql, reading=True).rows

    def change(self, sql: str) -> None:
        """What somebody else does."""
        self.rehearsal.world.execute(sql)

    def fault(self, kind: FaultKind) -> None:
        """For an hour from now, in a rehearsal."""
        assert isinstance(self.rehearsal, Rehearsal)
        now = self.rehearsal.clock()
        self.rehearsal.world.order(
            DatabaseFault(kind=kind, begins=now, ends=now + HOUR, delay=HOUR)
        )

    def call(self, operation: str, **arguments: Value) -> Outcome:
        """Call it through the adapter's own code; what it gives is of the type it promised."""
        adapter, _, name = operation.partition(".")
        promise = promised(operation)
        filled = {
            one.name: one.default.value for one in promise.parameters if one.default is not None
        }
        invocation = Invocation(
            operation=name,
            arguments={**filled, **arguments},
            key="key-1",
            timeout=timedelta(seconds=20),
            now=self.rehearsal.clock(),
        )
        outcome = self.adapter(adapter).perform(invocation)
        if isinstance(outcome, Succeeded):
            assert misfit(outcome.value.value, promise.result, operation) is None
        return outcome

    def adapter(self, name: str) -> Adapter:
        """Built once, by its factory."""
        if name not in self._adapters:
            signature = signature_of(name)
            assert signature is not None
            module, _, factory = signature.factory.partition(":")
            self._adapters[name] = getattr(import_module(module), factory)(self)
        return self._adapters[name]


def promised(operation: str) -> Operation:
    """What the signature says."""
    adapter, _, name = operation.partition(".")
    signature = signature_of(adapter)
    assert signature is not None
    found = signature.operation(name)
    assert found is not None
    return found
