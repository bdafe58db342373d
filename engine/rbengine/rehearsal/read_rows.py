"""`expect stripe.invoice(…)` over rows: what an operation that only looks reads when the run is over.

The vendors answer as they answer the playbook, through the same adapter, but for the faults of the scenario: they are
taken away, for it is about what there is and not about how hard it was.
"""

from collections.abc import Callable, Mapping, Sequence

from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.reading import read_value
from rbengine.contract.types import ListOf, Optional, Record, Type
from rbengine.contract.values import Json, Row, Value
from rbengine.rehearsal.app_body import json_of
from rbengine.rehearsal.errors import LineError
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.misses import ROWS, Miss
from rbengine.runtime.comparison import same
from rbengine.runtime.wording import as_text
from rbengine.syntax.nodes import scenarios as tree

_MOST_SHOWN = 3  # rows in a miss

Look = Callable[[str, Mapping[str, Value]], tuple[Type, Outcome]]
"""By operation and arguments: the type of what it reads, and what came of it."""


class ReadRows:
    """Compares what operations read with what a scenario expects of them."""

    def __init__(self, look: Look, scope: Scope) -> None:
        self._look = look
        self._scope = scope

    def compare(self, node: tree.ExpectRead) -> Miss | None:
        """What is wrong with the rows, or None. Raises LineError for a cell that is no value of its field."""
        given = {
            one.name.text: self._scope.value(one.value)
            for one in node.call.arguments
            if one.name is not None
        }
        operation = f"{node.call.adapter.text}.{node.call.operation.text}"
        title = f"{operation}({as_text(Row(given)) if given else ''})"
        result, outcome = self._look(operation, given)
        match outcome:
            case Succeeded(value=value):
                rows = rows_of(value.value)
            case Refused(kind="not_found"):
                rows = ()
            case Refused(kind=kind, text=text):
                return Miss(
                    code=ROWS, span=node.span, expected=title, found=f"refused, {kind}: {text}"
                )
            case Unsettled(text=text):
                return Miss(code=ROWS, span=node.span, expected=title, found=text)
        wanted = [self._wanted(node, row, record_of(result)) for row in node.rows]
        return self._missing(node, title, wanted, rows)

    def _missing(
        self, node: tree.ExpectRead, title: str, wanted: Sequence[Row], rows: Sequence[Row]
    ) -> Miss | None:
        columns = [one.text for one in node.columns]
        if node.manner == "absent":
            return _miss(node, f"{title}: nothing", columns, rows) if rows else None
        left = list(rows)
        for row in wanted:
            fitting = next((one for one in left if not _differing(row, one)), None)
            if fitting is None:
                if len(wanted) == len(rows) == 1:
                    return _cells(node, title, row, rows[0])
                return _miss(node, f"{title}: {as_text(row)}", columns, rows)
            left.remove(fitting)
        if node.manner == "exactly" and left:
            count = "1 row" if len(wanted) == 1 else f"{len(wanted)} rows"
            return _miss(node, f"{title}: {count}", columns, rows)
        return None

    def _wanted(self, node: tree.ExpectRead, row: tree.TableRow, record: Record) -> Row:
        return Row(
            {
                name.text: self._cell(cell, record.field(name.text))
                for name, cell in zip(node.columns, row.cells, strict=True)
            }
        )

    def _cell(self, cell: tree.Cell, type_: Type | None) -> Value:
        if cell.name is not None:
            return self._scope.path((cell.name.text,))
        if cell.expression is not None:
            return self._scope.value(cell.expression)
        if cell.text is None or type_ is None:
            return None
        try:
            return read_value(cell.text, type_)
        except ValueError as error:
            raise LineError(f"`{cell.text}` {error}") from error


def rows_of(value: Value) -> tuple[Row, ...]:
    """The rows of what was read: one, none, or those of a list."""
    match value:
        case Row():
            return (value,)
        case tuple():
            return tuple(one for one in value if isinstance(one, Row))
        case _:
            return ()


def record_of(result: Type) -> Record:
    """The record of each of them. The checker lets nothing else pass."""
    match result:
        case Optional(inner=inner) | ListOf(item=inner):
            return record_of(inner)
        case Record():
            return result
        case _:
            return Record(())


def _differing(wanted: Row, found: Row) -> list[str]:
    return [name for name, one in wanted.items() if not _alike(one, found.get(name))]


def _alike(left: Value, right: Value) -> bool:
    if isinstance(left, Json | Row) and isinstance(right, Json | Row):
        return bool(json_of(left) == json_of(right))
    return same(left, right)


def _cells(node: tree.ExpectRead, title: str, wanted: Row, found: Row) -> Miss:
    """One row against one: the cells that differ, without those that do not."""
    names = _differing(wanted, found)
    alike = len(wanted) - len(names)
    told = f", and {alike} {'cell' if alike == 1 else 'cells'} as expected" if alike else ""
    return Miss(
        code=ROWS, span=node.span,
        expected=f"{title}: {as_text(Row({one: wanted[one] for one in names}))}",
        found=as_text(Row({one: found.get(one) for one in names})) + told,
    )  # fmt: skip


def _miss(
    node: tree.ExpectRead, expected: str, columns: Sequence[str], rows: Sequence[Row]
) -> Miss:
    shown = [
        as_text(Row({name: one.get(name) for name in columns} if columns else dict(one)))
        for one in rows[:_MOST_SHOWN]
    ]
    found = "; ".join(shown) if shown else "nothing"
    if len(rows) > len(shown):
        found += f"; and {len(rows) - len(shown)} more"
    return Miss(code=ROWS, span=node.span, expected=expected, found=found)
