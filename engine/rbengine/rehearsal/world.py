"""A world of a scenarios file: when it is, what is given, who is there, and its tables and vendors' objects."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Value
from rbengine.diagnostics import Diagnostic, Label
from rbengine.host.calendar import zone_named
from rbengine.host.errors import CannotGoOnError, WorldError
from rbengine.plan.program import Plan
from rbengine.rehearsal.app_body import TypesOf, bound_sql
from rbengine.rehearsal.company.builders import WorldLineError, builders
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.errors import CannotRehearseError, LineError
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.misses import WORLD
from rbengine.rehearsal.people import PersonRule, person_rule
from rbengine.rehearsal.sent import cell_value
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.base import Node
from rbengine.syntax.nodes.changes import Sql

if TYPE_CHECKING:
    from rbengine.host.simulated_database import SimulatedDatabase

USUAL_START = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
"""When a world begins that does not say: a Monday, in the night."""

T = TypeVar("T")

_OF_THE_AUTHOR = (CannotGoOnError, LineError, NotKnown, Unevaluable, WorldError, WorldLineError)

_ACTIONS = tree.Table | tree.Provide | Sql


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a world says before anything stands in it."""

    name: str
    title: str
    start: datetime
    """When the run starts."""
    began: datetime
    """When the incident began: its alert may be older than the run."""
    values: Mapping[str, Value]
    rules: tuple[PersonRule, ...]
    channels: Mapping[str, tuple[ContactChannel, ...]]


class Author:
    """Turns mistakes of a scenarios file into problems on its lines."""

    def __init__(self, file: str) -> None:
        self.file = file

    def careful(self, node: Node, work: Callable[[], T]) -> T:
        """Do `work` for `node`. Raises CannotRehearseError with what is wrong in it."""
        try:
            return work()
        except _OF_THE_AUTHOR as error:
            raise CannotRehearseError(self.problem(node, str(error))) from error

    def problem(self, node: Node, text: str) -> Diagnostic:
        """A problem on the line of `node`."""
        return Diagnostic(
            code=WORLD,
            message=f"this cannot be rehearsed: {' '.join(text.split()).rstrip('.')}",
            primary=Label(self.file, node.span, ""),
            help="change this line so that the world it describes can be",
        )


def read_setting(
    world: tree.World | None,
    plan: Plan,
    author: Author,
    started: datetime | None,
    usual_start: datetime = USUAL_START,
) -> Setting:
    """The setting of `world`; of an empty one where there is none.

    `started` is the incident's start; the run starts when the world does, or then, whichever is later.
    `usual_start` is for a world that does not say when it does.
    """
    parts = () if world is None else world.parts
    start, before = usual_start, timedelta(0)
    for part in parts:
        if isinstance(part, tree.Starts):
            start = _start(part, plan.policy.timezone) or start
            before = before if part.alert_before is None else part.alert_before.value
    began = start - before
    if started is not None:
        began = started.astimezone(UTC)
        start = max(start, began)
    scope = Scope({}, start, plan)
    values: dict[str, Value] = {}
    rules: list[PersonRule] = []
    channels: dict[str, tuple[ContactChannel, ...]] = {}
    for part in parts:
        match part:
            case tree.Given(name=name, value=value):
                values[name.text] = author.careful(part, partial(scope.value, value))
                scope.bind(name.text, values[name.text])
            case tree.Person():
                rules.append(rule_of(part, scope, author))
            case tree.WorldContact(name=name, channels=given):
                channels[name.text] = tuple(
                    ContactChannel(one.kind.text, one.address.plain) for one in given
                )
            case _:
                continue
    return Setting(
        name="" if world is None else world.name.text,
        title="" if world is None else world.title.plain,
        start=start, began=began, values=values, rules=tuple(rules), channels=channels,
    )  # fmt: skip


def rule_of(node: tree.Person, scope: Scope, author: Author) -> PersonRule:
    """A line about a person. Raises CannotRehearseError."""
    return author.careful(node, lambda: person_rule(node, scope.value))


def _start(node: tree.Starts, zone: str) -> datetime | None:
    if node.date is None:
        return None
    local = datetime.fromisoformat(f"{node.date}T{node.time or '00:00'}")
    return local.replace(tzinfo=zone_named(zone)).astimezone(UTC)


class Actions:
    """Does the lines that make something: rows, vendors' objects, SQL of somebody else."""

    def __init__(
        self,
        author: Author,
        scope: Callable[[], Scope],
        company: Company,
        database: "Callable[[], SimulatedDatabase]",
        types_of: TypesOf,
    ) -> None:
        """`types_of`: what the checker knows of the statements of the scenarios."""
        self._author = author
        self._scope = scope
        self._company = company
        self._database = database
        self._types_of = types_of

    def do(self, lines: Sequence[Node]) -> None:
        """Those of `lines` that make something, in order. Raises CannotRehearseError."""
        for line in lines:
            if isinstance(line, _ACTIONS):
                self._author.careful(line, partial(self._one, line))

    def _one(self, line: tree.Table | tree.Provide | Sql) -> None:
        scope = self._scope()
        match line:
            case tree.Table():
                columns = [one.text for one in line.columns]
                rows = [
                    {
                        name: cell_value(cell, scope)
                        for name, cell in zip(columns, row.cells, strict=True)
                    }
                    for row in line.rows
                ]
                name = line.table.text
                written = name if line.schema is None else f"{line.schema.text}.{name}"
                self._database().insert_rows(written, rows)
            case tree.Provide(call=call):
                full_name = f"{call.adapter.text}.{call.operation.text}"
                builder = builders().get(full_name)
                if builder is None:
                    raise LineError(f"no simulated vendor knows `{full_name}`")
                arguments = {
                    one.name.text: scope.value(one.value)
                    for one in call.arguments
                    if one.name is not None
                }
                builder.apply(self._company, arguments)
            case Sql():
                sql, parameters = bound_sql(line, scope, self._types_of)
                self._database().execute(sql, parameters)
