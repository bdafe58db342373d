"""SQL blocks: their parameters bound and typed, the statement described, its answer typed."""

import re

import msgspec
from rbengine.contract.types import (
    UNKNOWN,
    Enum,
    FieldType,
    ListOf,
    Optional,
    Record,
    Scalar,
    Tried,
    Type,
    Unknown,
    optional,
)
from rbengine.semantics import sql_binding
from rbengine.semantics.analysis import BoundParameter, BoundStatement
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expressions import type_of
from rbengine.semantics.inference.facts import Fact, refine
from rbengine.semantics.inference.fitting import holds_secret
from rbengine.semantics.inference.naming import field_type
from rbengine.semantics.inference.parameters import (
    as_enums,
    listed,
    lists_that_may_be_empty,
    span_of,
    zoneless,
)
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names, sql
from rbengine.semantics.sql_binding import Mention
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal, StatementFacts
from rbengine.source import Span
from rbengine.syntax.nodes.base import Block, Name, Node
from rbengine.syntax.nodes.statements import Query

POSTGRES_TYPES: dict[str, str] = {
    "text": "text",
    "uuid": "uuid",
    "email": "text",
    "url": "text",
    "phone": "text",
    "bool": "boolean",
    "int": "bigint",
    "decimal": "numeric",
    "percent": "numeric",
    "duration": "interval",
    "instant": "timestamptz",
    "date": "date",
    "json": "jsonb",
    "bytes": "bytea",
}
"""What a value is sent as. Money has two halves, an amount and a currency, and is not sent as one."""


def query(bench: Workbench, node: Query, env: Environment) -> Type:
    """The type of the answer."""
    facts = bind(bench, node, node.sql, env, reading=True)
    if facts is None:
        return UNKNOWN
    if node.kind == "value":
        if len(facts.columns) != 1:
            bench.report(
                sql.describe(
                    sql.NotOneColumn(
                        file=bench.file, span=_first_word(node.sql), columns=len(facts.columns)
                    )
                )
            )
            return UNKNOWN
        return facts.columns[0].type
    row = Record(tuple(FieldType(one.name, one.type) for one in facts.columns))
    match node.kind:
        case "one":
            return row
        case "maybe":
            return optional(row)
        case "all":
            return ListOf(row)


def bind(
    bench: Workbench, node: Node, block: Block, env: Environment, *, reading: bool
) -> StatementFacts | None:
    """Number the parameters, ask what the statement is, and note it; None after a report."""
    scan = sql_binding.scan(block.text, lambda name: name in env.names)
    for quoted in scan.quoted:
        bench.report(
            sql.describe(
                sql.ParameterInQuotes(
                    file=bench.file,
                    span=span_of(block, quoted.start, quoted.end),
                    name=quoted.name,
                    inside=quoted.place,
                )
            )
        )
    for braces in scan.braces:
        bench.report(
            sql.describe(
                sql.BracesInSql(
                    file=bench.file,
                    span=span_of(block, braces.start, braces.end),
                    inner=braces.inner,
                )
            )
        )
    numbered = sql_binding.number(block.text, scan.mentions)
    types: dict[tuple[str, ...], Type] = {}
    for mention in scan.mentions:
        if mention.path not in types:
            types[mention.path] = _mentioned(bench, block, mention, env)
    parameters = tuple(
        BoundParameter(path=path, type=sent_as(types[path])) for path in numbered.paths
    )
    facts = None
    if not scan.braces and not any(isinstance(one, Unknown) for one in types.values()):
        question = SqlQuestion(
            sql=numbered.sql, parameter_types=tuple(one.type for one in parameters)
        )
        answer = bench.describer.describe(question, reading=reading)
        if isinstance(answer, SqlRefusal):
            _refused(bench, block, numbered, answer, parameters)
        else:
            facts = answer
            _absent_parameters(bench, block, scan.mentions, numbered.paths, types, answer)
            parameters = as_enums(bench, block, scan.mentions, parameters, types, answer)
            zoneless(bench, block, numbered, answer)
            listed(bench, block, numbered, scan.mentions, types, answer)
            lists_that_may_be_empty(bench, block, numbered, types, env)
    bench.statements[node.id] = BoundStatement(sql=numbered.sql, parameters=parameters, facts=facts)
    return facts


def claims(bench: Workbench, node: Query, env: Environment) -> None:
    """What a reader claims to be is sent with the statement."""
    for one in () if node.claims is None else node.claims.fields:
        if holds_secret(type_of(bench, one.value, env)):
            secret = sql.SecretParameter(
                file=bench.file, span=one.value.span, name=bench.text(one.value)
            )
            bench.report(sql.describe(secret))
    if node.claims is not None:
        bench.types[node.claims.id] = Record(
            tuple(FieldType(one.name.text, bench.types[one.value.id]) for one in node.claims.fields)
        )


def sent_as(type_: Type) -> str:
    """PostgreSQL's name of the type that a value of `type_` is sent with."""
    match type_:
        case Optional(inner=inner):
            return sent_as(inner)
        case Scalar(name=name):
            return POSTGRES_TYPES.get(name, "unknown")
        case Enum():
            return "text"
        case ListOf(item=item):
            inner_name = sent_as(item)
            return inner_name if inner_name == "unknown" else f"{inner_name}[]"
        case _:
            return "unknown"


def _mentioned(bench: Workbench, block: Block, mention: Mention, env: Environment) -> Type:
    """The type of `:account.id`; UNKNOWN after a report."""
    span = span_of(block, mention.start, mention.end)
    head, *fields = mention.path
    symbol = env.names.get(head)
    if symbol is None:
        _unknown(bench, mention, span, env)
        return UNKNOWN
    if not env.is_known(head):
        bench.report(
            names.describe(
                names.MaybeNotRead(
                    file=bench.file,
                    span=span,
                    name=head,
                    check=env.doubtful[head],
                    section=bench.section,
                )
            )
        )
    found = _refined(symbol.type, env.facts.get((head,)))
    start = mention.start + 1 + len(head)
    for place, field in enumerate(fields, start=1):
        shown = ".".join(mention.path[:place])
        found = _there(bench, found, span, shown)
        name = Name(id=block.id, span=span_of(block, start + 1, start + 1 + len(field)), text=field)
        found = field_type(bench, found, name, shown)
        found = _refined(found, env.facts.get(mention.path[: place + 1]))
        start += 1 + len(field)
    return _sendable(bench, found, span, ".".join(mention.path))


def _refined(found: Type, fact: Fact | None) -> Type:
    return refine(found, fact) if fact else found


def _there(bench: Workbench, found: Type, span: Span, shown: str) -> Type:
    """A row must be there before its column can be sent."""
    if isinstance(found, Optional | Tried):
        bench.report(sql.describe(sql.AbsentParameter(file=bench.file, span=span, name=shown)))
        return UNKNOWN
    return found


def _sendable(bench: Workbench, found: Type, span: Span, shown: str) -> Type:
    inner = found.inner if isinstance(found, Optional) else found
    if isinstance(inner, Tried):
        return _there(bench, inner, span, shown)
    if holds_secret(inner) and not isinstance(inner, Record):
        bench.report(sql.describe(sql.SecretParameter(file=bench.file, span=span, name=shown)))
        return UNKNOWN
    if isinstance(inner, Unknown) or inner == ListOf(UNKNOWN):
        return UNKNOWN
    if sent_as(inner) == "unknown":
        bench.report(
            sql.describe(
                sql.UnsendableParameter(file=bench.file, span=span, name=shown, found=inner)
            )
        )
        return UNKNOWN
    return found


def _unknown(bench: Workbench, mention: Mention, span: Span, env: Environment) -> None:
    head = mention.path[0]
    name_span = Span(span.start, span.start + 1 + len(head))
    bound = env.partial.get(head)
    if bound is not None:
        bench.report(
            names.describe(
                names.NotOnEveryPath(file=bench.file, span=name_span, name=head, bound=bound)
            )
        )
        return
    bench.report(
        sql.describe(
            sql.UnknownParameter(
                file=bench.file, span=name_span, name=head, visible=tuple(sorted(env.names))
            )
        )
    )


def _refused(
    bench: Workbench,
    block: Block,
    numbered: sql_binding.Numbered,
    refusal: SqlRefusal,
    parameters: tuple[BoundParameter, ...],
) -> None:
    # Imported here: most statements are refused by nobody.
    from rbengine.semantics.inference.casts import cast_for

    cast = cast_for(refusal, numbered.sql, parameters)
    written = {f"${index}": f":{'.'.join(path)}" for index, path in enumerate(numbered.paths, 1)}
    refusal = msgspec.structs.replace(
        refusal,
        reason=_as_written(refusal.reason, written),
        label=_as_written(refusal.label, written),
    )
    if refusal.offset < 0:
        span = _first_word(block)
    else:
        start = numbered.original(refusal.offset)
        end = numbered.original(refusal.offset + refusal.length)
        for _, stop, mention in numbered.replaced:
            if refusal.offset + refusal.length == stop:
                end = mention.end
        span = span_of(block, min(start, len(block.text)), min(max(end, start), len(block.text)))
    bench.report(
        sql.describe(
            sql.RefusedStatement(
                file=bench.file,
                span=span,
                refusal=refusal,
                schema=bench.describer.schema_name(),
                replacement=refusal.suggestion,
                cast=cast,
            )
        )
    )


def _as_written(text: str, written: dict[str, str]) -> str:
    """`text` with `:name` where it says `$1`."""
    return re.sub(r"\$[0-9]+", lambda found: written.get(found[0], found[0]), text)


def _absent_parameters(
    bench: Workbench,
    block: Block,
    mentions: tuple[Mention, ...],
    paths: tuple[tuple[str, ...], ...],
    types: dict[tuple[str, ...], Type],
    facts: StatementFacts,
) -> None:
    """An optional may be bound only where it is assigned or beside IS NOT DISTINCT FROM."""
    for number, path in enumerate(paths, start=1):
        if isinstance(types[path], Optional) and number not in facts.optional_parameters:
            mention = next(one for one in mentions if one.path == path)
            bench.report(
                sql.describe(
                    sql.AbsentParameter(
                        file=bench.file,
                        span=span_of(block, mention.start, mention.end),
                        name=".".join(path),
                    )
                )
            )


def _first_word(block: Block) -> Span:
    text = block.text
    start = len(text) - len(text.lstrip())
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return span_of(block, start, end)
