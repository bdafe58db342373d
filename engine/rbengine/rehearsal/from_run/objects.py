"""Vendors' objects as a run has read them, in the lines by which a world makes them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import ListOf, Optional, Record, Type
from rbengine.contract.values import Json, Money, Row, SecretReference, Value
from rbengine.rehearsal.from_run.sayings import SAYINGS, SILENT, Saying, machine
from rbengine.rehearsal.literals import Literals
from rbengine.runtime.shapes import fits

_CALLED_OTHERWISE: Mapping[str, str] = {
    "supabase.log_entry": "supabase.log",
    "supabase.service_health": "supabase.health",
}
"""Lines of worlds that are not called like the records they make."""
_NEWEST_FIRST = frozenset({"git.commit"})
"""Records that are answered the newest first, and said the oldest first."""
_OF_MONEY = ("amount", "currency")
_IN_TABLES: Mapping[str, str] = {"cron.job": "cron.job", "cron.run": "cron.job_run_details"}
"""Records that are rows of the database's own tables."""


class Objects:
    """Gathers lines. `builders`: those that a world may hold, by full name; `operations`: what was called, by name."""

    def __init__(
        self,
        builders: Mapping[str, Operation],
        operations: Mapping[str, Operation],
        write: Literals,
    ) -> None:
        self._builders = builders
        self._operations = operations
        self._write = write
        self.lines: dict[str, None] = {}
        self.rows: list[tuple[str, Row]] = []
        """Rows of tables among the answers."""
        self.unsaid: list[str] = []
        self._metrics: list[Row] = []

    def read(self, operation: str, arguments: Value, value: Value, at: datetime) -> None:
        """An answer of an operation that observes, asked `at`."""
        known = self._operations.get(operation)
        if known is None or value is None or value == ():
            return
        type_ = _bare(known.result)
        name = type_.name if isinstance(type_, Record) else ""
        items = value if isinstance(value, tuple) else (value,)
        rows = [one for one in items if isinstance(one, Row)]
        if name in _IN_TABLES:
            self.rows.extend((_IN_TABLES[name], one) for one in rows)
            return
        if name in SILENT:
            return
        if name == "supabase.metrics":
            self._metrics.extend(rows)
            return
        builder = self._builders.get(_CALLED_OTHERWISE.get(name, name))
        saying = SAYINGS.get(name)
        if (builder is None and saying is None) or not rows:
            self.unsaid.append(f"{operation} answered: no line of a world says what")
            return
        asked = arguments if isinstance(arguments, Row) else Row({})
        for one in reversed(rows) if name in _NEWEST_FIRST else rows:
            said = [(builder, asked, one)] if saying is None else self._said(saying, asked, one, at)
            for its, beside, value_ in said:
                line = "" if its is None else self._line(its, beside, value_)
                if line:
                    self.lines[line] = None
                else:
                    self.unsaid.append(f"{operation} answered with less than a world must say")

    def _said(
        self, saying: Saying, asked: Row, one: Row, at: datetime
    ) -> list[tuple[Operation | None, Row, Row]]:
        return [
            (self._builders.get(name), Row({}), Row(given))
            for name, given in saying(asked, one, at)
        ]

    def finish(self) -> None:
        """What only several answers together say."""
        line = machine(self._metrics)
        builder = None if line is None else self._builders.get(line[0])
        if line is not None and builder is not None:
            self.lines[self._line(builder, Row({}), Row(line[1]))] = None

    def _line(self, builder: Operation, asked: Row, value: Row) -> str:
        given: dict[str, str] = {}
        money = next((one for one in value.values() if isinstance(one, Money)), None)
        for parameter in builder.parameters:
            found = _fitting(parameter, (value.get(parameter.name), asked.get(parameter.name)))
            if found is None and money is not None and parameter.name in _OF_MONEY:
                # Worlds say an amount and its currency, answers say money.
                found = money.minor if parameter.name == "amount" else money.currency
            if found is not None:
                given[parameter.name] = self._write.literal(found)
            elif parameter.default is None:
                return ""
        inside = ", ".join(f"{name}: {text}" for name, text in given.items())
        return f"{builder.full_name}({inside})"

    def remarks(self) -> Iterator[str]:
        """What could not be said, each once."""
        yield from dict.fromkeys(self.unsaid)


def _fitting(parameter: Parameter, values: tuple[Value, ...]) -> Value:
    """The first value that the parameter takes and that can be written."""
    for one in values:
        unwritten = one is None or isinstance(one, SecretReference | Json)
        if not unwritten and fits(one, parameter.type):
            return one
    return None


def _bare(type_: Type) -> Type:
    while isinstance(type_, Optional | ListOf):
        type_ = type_.item if isinstance(type_, ListOf) else type_.inner
    return type_
