"""`expect stripe.invoice(…)` over rows: what an operation that only looks reads when the run is over."""

from collections.abc import Sequence

from rbengine.contract.reading import example, read_value
from rbengine.contract.types import ListOf, Optional, Record, Type, Unknown
from rbengine.semantics.inference import calls
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.expressions import type_of
from rbengine.semantics.inference.naming import field_type, lookup
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import scenarios as problems
from rbengine.syntax.nodes import Name
from rbengine.syntax.nodes import scenarios as tree


def check_read(bench: Workbench, node: tree.ExpectRead, env: Environment) -> None:
    """The call, the columns and each cell of one expectation; problems go to the bench's report."""
    given = [type_of(bench, one.value, env) for one in node.call.arguments]
    result = calls.operation(bench, node.call, given, is_binding=False)
    operation = bench.operations.get(node.call.id)
    if operation is None:
        return
    record = record_read(result)
    looks = operation.effect == "observe"
    if not looks or record is None:
        bench.report(
            problems.describe(
                problems.NoRowsToRead(
                    file=bench.file,
                    span=node.call.adapter.span.to(node.call.operation.span),
                    operation=operation.full_name,
                    effect=operation.effect,
                    result=result,
                )
            )
        )
        return
    types = [field_type(bench, record, one, operation.full_name) for one in node.columns]
    for row in node.rows:
        _row(bench, row, node.columns, types, env)


def record_read(result: Type) -> Record | None:
    """The record whose fields are the columns of what is read; None where there are none."""
    match result:
        case Optional(inner=inner) | ListOf(item=inner):
            return record_read(inner)
        case Record():
            return result
        case _:
            return None


def _row(
    bench: Workbench,
    row: tree.TableRow,
    columns: Sequence[Name],
    types: Sequence[Type],
    env: Environment,
) -> None:
    for cell, column, type_ in zip(row.cells, columns, types, strict=False):
        if cell.expression is not None:
            found = type_of(bench, cell.expression, env)
            expect(bench, cell.expression, found, type_, f"the column `{column.text}`")
        elif cell.name is not None:
            lookup(bench, cell.name, env)
        elif not isinstance(type_, Unknown) and not _fits(cell.text, type_):
            bench.report(
                problems.describe(
                    problems.WrongCell(
                        file=bench.file,
                        span=cell.span,
                        text="null" if cell.text is None else cell.text,
                        column=column.text,
                        type=type_,
                        form=f"write it as `{example(type_)}`, or as an expression, `= …`",
                    )
                )
            )


def _fits(text: str | None, type_: Type) -> bool:
    if text is None:
        return isinstance(type_, Optional)
    try:
        read_value(text, type_)
    except ValueError:
        return False
    return True
