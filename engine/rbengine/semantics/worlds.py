"""What a world says: values, rows of tables, objects of vendors. Scenarios say some of it too."""

from collections.abc import Mapping, Sequence

from rbengine.contract.operations import AdapterSignature, Operation
from rbengine.contract.types import Optional, Record, Type
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.cells import cell_form, fits_cell
from rbengine.semantics.inference import calls
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.expressions import type_of
from rbengine.semantics.inference.fitting import widen
from rbengine.semantics.inference.naming import lookup
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import scenarios as problems
from rbengine.source import Span
from rbengine.syntax.nodes import Name
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.expressions import OperationCall


class WorldLines:
    """Checks single lines. Problems go to the benches' report."""

    def __init__(
        self, bench: Workbench, builders: Mapping[str, Operation] | None, inputs: Mapping[str, Type]
    ) -> None:
        """`builders`: what may be said about vendors, by full name; None leaves those lines to the rehearsal.
        `inputs`: the types of the runbook's inputs."""
        self._bench = bench
        self._inputs = inputs
        self.vendors = None if builders is None else _vendors(builders)
        offered = self.vendors or {}
        self._vendor_bench = Workbench(
            bench.source, offered.get, bench.describer, bench.declared, bench.report
        )

    def given(self, node: tree.Given, env: Environment) -> Environment:
        """`name = value`: from here on tables speak of it as `:name`; it is the input of that name."""
        name = node.name.text
        found = type_of(self._bench, node.value, env)
        if name in env.names:
            first = env.names[name].span or node.name.span
            self._report(
                problems.SceneTwice(
                    file=self._bench.file,
                    span=node.name.span,
                    what=f"the value `{name}`",
                    first=first,
                )
            )
            return env
        wanted = self._inputs.get(name)
        if wanted is not None:
            expect(self._bench, node.value, found, wanted, f"the input `{name}`")
            found = wanted
        self._bench.types[node.id] = widen(found)
        symbol = Symbol(
            name=name,
            kind="binding",
            type=widen(found),
            span=node.name.span,
            file=self._bench.file,
        )
        return env.with_symbol(symbol)

    def table(self, node: tree.Table, env: Environment) -> None:
        """Rows of a table, by their columns."""
        columns = self.columns(node.table, node.schema, node.columns)
        for row in node.rows:
            for cell, column, type_ in zip(row.cells, node.columns, columns, strict=False):
                self.cell(cell, column, type_, env)
                if type_ is not None and _is_null(cell) and not isinstance(type_, Optional):
                    self._wrong_cell(cell, "null", column, type_, cell_form(type_))

    def columns(
        self, table: Name, schema: Name | None, columns: Sequence[Name]
    ) -> tuple[Type | None, ...]:
        """The type of each column; None where it is unknown, which is reported."""
        name = table.text if schema is None else f"{schema.text}.{table.text}"
        record = self._bench.describer.table(name)
        if not isinstance(record, Record):
            span = table.span if schema is None else schema.span.to(table.span)
            self._unknown_column(name, "", span, ())
            return tuple(None for _ in columns)
        offered = tuple(one.name for one in record.fields)
        for one in columns:
            if one.text not in offered:
                self._unknown_column(name, one.text, one.span, offered)
        return tuple(record.field(one.text) for one in columns)

    def cell(self, cell: tree.Cell, column: Name, type_: Type | None, env: Environment) -> None:
        """One cell; `type_` is None where the column is unknown."""
        if cell.expression is not None:
            found = type_of(self._bench, cell.expression, env)
            if type_ is not None:
                where = f"the column `{column.text}`"
                expect(self._bench, cell.expression, found, type_, where)
        elif cell.name is not None:
            lookup(self._bench, cell.name, env)
        elif cell.text is not None and type_ is not None and not fits_cell(cell.text, type_):
            self._wrong_cell(cell, cell.text, column, type_, cell_form(type_))

    def provide(self, call: OperationCall, env: Environment) -> None:
        """`stripe.subscription(…)`, typed like a call."""
        given = [type_of(self._bench, one.value, env) for one in call.arguments]
        if self.vendors is not None:
            bench = self._vendor_bench
            for one, found in zip(call.arguments, given, strict=True):
                bench.types[one.value.id] = found
            calls.operation(bench, call, given, is_binding=False)

    def _unknown_column(
        self, table: str, column: str, span: Span, offered: tuple[str, ...]
    ) -> None:
        self._report(
            problems.UnknownColumn(
                file=self._bench.file,
                span=span,
                table=table,
                column=column,
                schema=self._bench.describer.schema_name(),
                offered=offered,
            )
        )

    def _wrong_cell(self, cell: tree.Cell, text: str, column: Name, type_: Type, form: str) -> None:
        self._report(
            problems.WrongCell(
                file=self._bench.file,
                span=cell.span,
                text=text,
                column=column.text,
                type=type_,
                form=form,
            )
        )

    def _report(self, problem: problems.ScenarioProblem) -> None:
        self._bench.report(problems.describe(problem))


def _vendors(builders: Mapping[str, Operation]) -> dict[str, AdapterSignature]:
    """World lines look like calls of adapters, and are checked as such."""
    names = sorted({one.adapter for one in builders.values()})
    return {
        name: AdapterSignature(
            name=name,
            title=name,
            version="world",
            operations=tuple(one for one in builders.values() if one.adapter == name),
        )
        for name in names
    }


def _is_null(cell: tree.Cell) -> bool:
    return cell.text is None and cell.name is None and cell.expression is None
