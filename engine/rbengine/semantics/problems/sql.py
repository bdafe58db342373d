"""5xx: statements that PostgreSQL or our own rules refuse, and values that cannot be bound."""

from typing import ClassVar, assert_never

from rbengine.contract.types import MONEY, Type, show
from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, replacing
from rbengine.semantics.sql_facts import SqlRefusal
from rbengine.source import Span

RULES: dict[str, Code] = {
    "not_a_query": Code("E501"),
    "not_a_change": Code("E502"),
    "several": Code("E503"),
    "locks": Code("E504"),
    "function": Code("E505"),
    "transaction": Code("E506"),
    "in_list": Code("E507"),
    "unnamed_column": Code("E508"),
    "doubled_column": Code("E509"),
    "postgres": Code("E512"),
    "syntax": Code("E519"),
}
"""The code of each rule that a refusal names."""

_HELP: dict[str, str] = {
    "not_a_query": "put a statement that changes something into `change` and `sql`",
    "not_a_change": "reading is written `name = query one`, `maybe`, `all` or `value`",
    "several": "write one block for each statement",
    "transaction": "leave it out, and put statements that belong together into one `change`",
    "locks": "leave the lock out: a change locks what it touches by itself",
    "in_list": "write `= ANY(:list)`",
    "unnamed_column": "give it a name with `AS`",
    "doubled_column": "give one of them another name with `AS`",
}


class RefusedStatement(Problem, frozen=True, kw_only=True):
    """`code` is told by the rule."""

    refusal: SqlRefusal
    schema: str
    replacement: str | None = None
    cast: str = ""
    """`:account::uuid`: how a text that was bound becomes what is wanted there."""


class UnknownParameter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E510")
    name: str
    visible: tuple[str, ...]


class ParameterInQuotes(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E511")
    name: str
    inside: str
    """`quotes`, `a quoted name`, `a comment`, `$$`."""


class BracesInSql(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E513")
    inner: str


class AbsentParameter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E514")
    name: str


class UnsendableParameter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E515")
    name: str
    found: Type


class NotOneColumn(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E516")
    columns: int


class ExcludesByEmptyList(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E517")
    name: str
    list: str


class ZonelessColumn(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W518")
    column: str


class ZonelessValue(Problem, frozen=True, kw_only=True):
    """The same outside of SQL, where a query has read the column."""

    code: ClassVar[Code] = Code("W518")
    text: str
    """As written."""
    beside: Span | str
    """The instant that it is compared with, or where one is asked for: ``argument `until` ``."""


class SecretParameter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E309")
    name: str


SqlProblem = (
    RefusedStatement | UnknownParameter | ParameterInQuotes | BracesInSql | AbsentParameter | UnsendableParameter
    | NotOneColumn | ExcludesByEmptyList | ZonelessColumn | ZonelessValue | SecretParameter
)  # fmt: skip


def describe(problem: SqlProblem) -> Diagnostic:
    """The words."""
    match problem:
        case RefusedStatement(refusal=refusal):
            return _refused(problem, refusal)
        case UnknownParameter(name=name, visible=visible):
            suggestion = did_you_mean(name, visible)
            near = nearest(name, visible)
            return diagnostic(
                problem,
                f"nothing here is called `{name}`",
                "unknown name",
                help=suggestion
                or f"bind `{name}` above with `=`, or write a name that is bound here",
                fixes=replacing(problem, near and f":{near}"),
            )
        case ParameterInQuotes(name=name, inside="quotes"):
            return diagnostic(
                problem,
                f"`:{name}` inside quotes is only text",
                "not bound here",
                why="a value never becomes part of a statement's text: it is sent beside it",
                help=f"end the quote before it and join: `'…' || :{name} || '…'`",
            )
        case ParameterInQuotes(name=name, inside=inside):
            return diagnostic(
                problem,
                f"`:{name}` inside {inside} is only text",
                "not bound here",
                why="a value never becomes part of a statement's text: it is sent beside it",
                help=f"write `:{name}` outside of {inside}, or leave out the colon",
            )
        case BracesInSql(inner=inner):
            return diagnostic(
                problem,
                "`{{ }}` never puts a value into SQL",
                "not bound here",
                why="a value never becomes part of a statement's text: it is sent beside it",
                help=f"write `:{inner}`" if inner else "bind the value to a name and write `:name`",
                fixes=replacing(problem, f":{inner}" if inner else None),
            )
        case AbsentParameter(name=name):
            return diagnostic(
                problem,
                f"`{name}` may be absent, and nothing is ever equal to an absent value",
                "may be absent",
                why="an absent value may only be assigned, or stand beside `IS NOT DISTINCT FROM`",
                help=f"test it first: `{name} is present`",
            )
        case UnsendableParameter(name=name, found=found) if found == MONEY:
            return diagnostic(
                problem,
                f"`{name}` is money: an amount and its currency, which PostgreSQL keeps apart",
                "two values",
                help=f"send `:{name}.minor`, whole cents, and compare `:{name}.currency`",
            )
        case UnsendableParameter(name=name, found=found):
            return diagnostic(
                problem,
                f"`{name}` is `{show(found)}`, which PostgreSQL cannot take as one value",
                f"this is `{show(found)}`",
                help="name one of its fields: `:row.column`",
            )
        case NotOneColumn(columns=columns):
            return diagnostic(
                problem,
                f"`query value` needs exactly one column, and this gives {columns}",
                "not one value",
                help="select one column, or write `query one`",
            )
        case ExcludesByEmptyList(name=name, list=list_):
            return diagnostic(
                problem,
                f"if `{name}` is empty, this holds for every row",
                "may exclude nothing",
                why="a list that was not filled would let every row through",
                help=f"test it first: `check {list_} is not empty`",
            )
        case ZonelessColumn(column=column):
            return diagnostic(
                problem,
                f"`{column}` is a wall time without a zone, and is compared with an instant",
                "which zone?",
                why="sessions run in UTC: a column that was written in another zone is hours off",
                help=f"say it: `{column} AT TIME ZONE 'Europe/Rome'`, or make it `timestamptz`",
            )
        case ZonelessValue(text=text, beside=beside):
            use = (
                f"{beside} is an instant"
                if isinstance(beside, str)
                else "is compared with an instant"
            )
            other = () if isinstance(beside, str) else (Label(problem.file, beside, "an instant"),)
            return diagnostic(
                problem,
                f"`{text}` is a wall time without a zone, and {use}",
                "which zone?",
                why="it was read as if in UTC: a column that was written in another zone is hours off",
                secondary=other,
                help="say it in its query: `… AT TIME ZONE 'Europe/Rome'`, or make the column `timestamptz`",
            )
        case SecretParameter(name=name):
            return diagnostic(
                problem,
                f"`{name}` is secret and may not reach a statement",
                "secret",
                why="servers keep and show the values of statements",
                help="take it out of the statement, and give it only to arguments that are declared secret",
            )
        case _:
            assert_never(problem)


def _refused(problem: RefusedStatement, refusal: SqlRefusal) -> Diagnostic:
    said_by_postgres = refusal.rule in ("postgres", "syntax")
    message = f"PostgreSQL: {refusal.reason}" if refusal.rule == "postgres" else refusal.reason
    return Diagnostic(
        code=RULES.get(refusal.rule, Code("E512")),
        message=message,
        primary=_label(problem, refusal),
        notes=(f"checked against {problem.schema}",) if said_by_postgres else (),
        help=(
            f"did you mean `{refusal.suggestion}`?"
            if refusal.suggestion
            else _HELP.get(refusal.rule) or _as_another_type(problem) or _way_around(refusal)
        ),
        fixes=replacing(problem, problem.replacement),
    )


def _as_another_type(problem: RefusedStatement) -> str | None:
    return f"it is bound as a text: write `{problem.cast}`" if problem.cast else None


def _way_around(refusal: SqlRefusal) -> str | None:
    """For a function: another way to do the same, or the permission to call it."""
    if refusal.rule != "function":
        return None
    if refusal.label:
        return "write it without this function, or add it to `sql may call` in the policy"
    return "call the operation as a statement, inside a `change` where it changes something"


def _label(problem: RefusedStatement, refusal: SqlRefusal) -> Label:
    """Carets under the word that PostgreSQL named."""
    return Label(problem.file, problem.span, refusal.label)
