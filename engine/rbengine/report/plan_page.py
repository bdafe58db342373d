"""A plan that waits to be approved, whole: its effect, then exactly what will be sent."""

from collections.abc import Callable, Sequence

from rbengine.contract.changes import (
    Action,
    OperationAction,
    PlannedOperation,
    SqlAction,
    SqlStatement,
)
from rbengine.contract.values import Row
from rbengine.report.screen.changes import plan_lines
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, line
from rbengine.report.values import literal
from rbengine.runtime.commands import AskPeople

_INDENT = 2


def plan_rows(
    ask: AskPeople,
    actions: Sequence[Action],
    zone: str,
    width: int,
    *,
    colour: bool = False,
    call_of: Callable[[str], str] = lambda _: "",
) -> list[str]:
    """The rows of the page. `actions` are those that were planned; of a message there are none: its plan says all.

    `call_of` says which call of the provider stands behind an operation: `POST /v1/refunds`.
    """
    plan = ask.plan
    if plan is None:
        return []
    lines: list[Line] = [line((ask.text.splitlines()[0], "strong"))]
    lines += plan_lines(plan, width, zone)
    lines += [BLANK, line(("what will be sent", "strong"))]
    messages = [
        OperationAction(operation=one.operation, arguments=one.arguments)
        for one in plan.parts
        if isinstance(one, PlannedOperation)
    ]
    for number, action in enumerate(actions or messages, start=1):
        match action:
            case SqlAction(statements=statements):
                lines.append(line(f"{number}. one transaction at the database"))
                for statement in statements:
                    lines += _statement(statement, zone)
            case OperationAction(operation=operation, arguments=arguments):
                lines.append(
                    line(f"{number}. {operation}", (f"  {call_of(operation)}".rstrip(), "quiet"))
                )
                given = arguments.value
                if isinstance(given, Row):
                    lines += [
                        line(f"{name}: {literal(value, zone)}", indent=_INDENT, hang=2)
                        for name, value in given.items()
                        if value is not None
                    ]
    lines += [BLANK, line(("plan ", "quiet"), plan.digest, hang=2)]
    return draw(lines, width, colour)


def _statement(statement: SqlStatement, zone: str) -> list[Line]:
    bound = [
        line((f"${number} ", "quiet"), f"= {literal(one.value.value, zone)}", (f"  {one.type}", "quiet"),
             indent=_INDENT + 2, hang=2)
        for number, one in enumerate(statement.parameters, start=1)
    ]  # fmt: skip
    text = [line(one, indent=_INDENT, hang=2) for one in statement.sql.strip().splitlines()]
    return [*text, *bound]
