"""The statements of an app's function or handler, one after the other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from rbengine.contract.changes import SqlParameter
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Failure, Json, Money, Row, Value
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.sent import typed
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.syntax.nodes import app as tree
from rbengine.syntax.nodes import statements
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import OperationCall
from rbengine.syntax.nodes.statements import Query


class AppError(Exception):
    """The company's program failed, as such programs do: its caller sees an error, the rehearsal goes on."""


TypesOf = Callable[[Query | Sql], Sequence[str]]
"""What the checker found `$1`, `$2`, … of a statement to be sent as; nothing where it does not know the statement."""


class Backends(Protocol):
    """What an app works on."""

    def sql(self, sql: str, parameters: Sequence[SqlParameter], *, reading: bool) -> Sequence[Row]:
        """Run one statement with `$n`. Raises AppError with PostgreSQL's sentence."""
        ...

    def operation(self, name: str, arguments: Mapping[str, Value], now: datetime) -> Value:
        """Call a vendor. Raises AppError where it is refused."""
        ...


class _AnsweredError(Exception):
    """Not a failure: `answer` ends a body wherever it stands."""

    def __init__(self, value: Value) -> None:
        super().__init__("answered")
        self.value = value


class AppBody:
    """Runs statements in one scope."""

    def __init__(
        self, backends: Backends, scope: Scope, now: Callable[[], datetime], types_of: TypesOf
    ) -> None:
        self._backends = backends
        self._scope = scope
        self._now = now
        self._types_of = types_of

    def run(self, body: Sequence[tree.AppStatement]) -> Value:
        """What it answers; absent where it does not. Raises AppError."""
        try:
            self._all(body)
        except _AnsweredError as answered:
            return answered.value
        except (NotKnown, Unevaluable) as error:
            raise AppError(str(error)) from error
        return None

    def _all(self, body: Sequence[tree.AppStatement]) -> None:
        for statement in body:
            self._one(statement)

    def _one(self, statement: tree.AppStatement) -> None:
        scope = self._scope
        match statement:
            case Sql():
                self._sql(statement, reading=False)
            case tree.Answer(value=value):
                raise _AnsweredError(scope.value(value))
            case statements.Bind(name=name, value=value):
                scope.bind(name.text, self._value(value))
            case statements.Perform(value=value):
                self._value(value)
            case statements.Check(condition=condition, otherwise=otherwise):
                if scope.value(condition) is not True:
                    raise AppError("a check failed" if otherwise is None else scope.text(otherwise))
            case statements.If(branches=branches, otherwise=otherwise):
                for branch in branches:
                    if scope.value(branch.condition) is True:
                        self._all(branch.body)
                        return
                self._all(otherwise or ())
            case statements.ForEach(name=name, items=items, at_most=most, body=inner):
                found = scope.value(items)
                given = found if isinstance(found, tuple) else ()
                if most is not None and len(given) > most:
                    raise AppError(f"{len(given)} items where {most} are allowed at most")
                for item in given:
                    scope.bind(name.text, item)
                    self._all(inner)
            case statements.Note():
                return
            case _:
                raise CannotBeSimulatedError(f"`{type(statement).__name__}` in an app")

    def _value(self, value: statements.BindValue) -> Value:
        match value:
            case Query():
                return self._query(value)
            case OperationCall():
                return self._operation(value)
            case statements.TextBlock(block=block):
                return block.text
            case statements.Try(value=Query() | OperationCall() as inner):
                try:
                    return self._value(inner)
                except AppError as error:
                    return Failure("unavailable", str(error))
            case (
                statements.Try()
                | statements.ProcedureCall()
                | statements.Ask()
                | statements.Choose()
                | statements.Manual()
                | statements.ForEach()
                | statements.Change()
            ):
                raise CannotBeSimulatedError(f"`{type(value).__name__}` in an app")
            case _:
                return self._scope.value(value)

    def _query(self, query: Query) -> Value:
        rows = self._sql(query, reading=True)
        match query.kind:
            case "all":
                return tuple(rows)
            case "maybe":
                return rows[0] if rows else None
            case "one" | "value":
                if len(rows) != 1:
                    raise AppError(f"{len(rows)} rows where one was expected")
                return rows[0] if query.kind == "one" else next(iter(rows[0].values()))

    def _operation(self, call: OperationCall) -> Value:
        arguments = {
            one.name.text: self._scope.value(one.value)
            for one in call.arguments
            if one.name is not None
        }
        name = f"{call.adapter.text}.{call.operation.text}"
        return self._backends.operation(name, arguments, self._now())

    def _sql(self, statement: Query | Sql, *, reading: bool) -> Sequence[Row]:
        sql, parameters = bound_sql(statement, self._scope, self._types_of)
        return self._backends.sql(sql, parameters, reading=reading)


def bound_sql(
    statement: Query | Sql, scope: Scope, types_of: TypesOf
) -> tuple[str, tuple[SqlParameter, ...]]:
    """SQL with `$n` for each `:name.field`, and what is sent for them. Raises NotKnown, Unevaluable."""
    from rbengine.semantics.sql_binding import number, scan

    text = statement.sql.text.strip().removesuffix(";")
    numbered = number(text, scan(text, lambda _: False).mentions)
    values = tuple(scope.path(path) for path in numbered.paths)
    return numbered.sql, typed(values, lambda: types_of(statement))


def json_of(value: Value) -> Any:
    """What goes over the wire for `value`. Raises CannotBeSimulatedError for what has no JSON form here."""
    match value:
        case None | bool() | str() | int() | Decimal():
            return value
        case Row():
            return {name: json_of(one) for name, one in value.items()}
        case tuple():
            return [json_of(one) for one in value]
        case Json(content=content):
            return content
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Money(minor=minor, currency=currency):
            return {"amount": minor, "currency": currency}
        case _:
            raise CannotBeSimulatedError(f"{type(value).__name__} in the answer of an app")


def succeeded(name: str, outcome: object) -> Value:
    """The value of a call that succeeded. Raises AppError for one that did not."""
    if isinstance(outcome, Succeeded):
        return outcome.value.value
    raise AppError(f"{name}: {getattr(outcome, 'text', outcome)}")
