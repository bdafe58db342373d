"""What PostgreSQL and our own rules say of the values that a statement is sent, beside their being there."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from rbengine.contract.types import Enum, ListOf, Type
from rbengine.semantics.analysis import BoundParameter
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expecting import not_in_enum
from rbengine.semantics.inference.facts import LITERAL
from rbengine.semantics.inference.fitting import bare
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import sql, types
from rbengine.semantics.sql_binding import Mention, Numbered
from rbengine.semantics.sql_facts import StatementFacts
from rbengine.semantics.sql_words import SqlWord, sql_words
from rbengine.source import Span
from rbengine.syntax.nodes.base import Block

Types = Mapping[tuple[str, ...], Type]


def as_enums(
    bench: Workbench,
    block: Block,
    mentions: Sequence[Mention],
    parameters: tuple[BoundParameter, ...],
    found: Types,
    facts: StatementFacts,
) -> tuple[BoundParameter, ...]:
    """Parameters that stand for an enum of PostgreSQL are sent as one; reports values that it does not have."""
    changed = list(parameters)
    for enum in facts.enum_parameters:
        one = parameters[enum.number - 1]
        changed[enum.number - 1] = msgspec.structs.replace(one, type=enum.type)
        mention = next(each for each in mentions if each.path == one.path)
        span = span_of(block, mention.start, mention.end)
        type_, name = bare(found[one.path]), enum.type.removesuffix("[]")
        value = bare(type_.item) if isinstance(type_, ListOf) else type_
        wanted = Enum(enum.values, name)
        if isinstance(value, Enum) and value.name != LITERAL:
            not_in_enum(bench, span, value, wanted, written=False)
        else:
            where = f"PostgreSQL's enum `{name}`"
            wrong = types.WrongType(
                file=bench.file, span=span, found=value, expected=Enum(enum.values), where=where
            )
            bench.report(types.describe(wrong))
    return tuple(changed)


def zoneless(bench: Workbench, block: Block, numbered: Numbered, facts: StatementFacts) -> None:
    """Report `timestamp` columns that are compared with an instant."""
    for one in facts.zoneless:
        start = numbered.original(max(one.offset, 0))
        found = sql.ZonelessColumn(
            file=bench.file, span=span_of(block, start, start + len(one.column)), column=one.column
        )
        bench.report(sql.describe(found))


def listed(
    bench: Workbench,
    block: Block,
    numbered: Numbered,
    mentions: Sequence[Mention],
    found: Types,
    facts: StatementFacts,
) -> None:
    """Report values that a column whose values are listed never holds."""
    for text in facts.unlisted:
        start = numbered.original(text.offset)
        span = span_of(block, start, numbered.original(text.offset + text.length))
        wrong = types.NotAValueOfEnum(
            file=bench.file,
            span=span,
            value=text.text,
            enum=text.column,
            offered=text.values,
            quote="'",
        )
        bench.report(types.describe(wrong))
    for one in facts.listed_parameters:
        path = numbered.paths[one.number - 1]
        type_ = bare(found[path])
        value = bare(type_.item) if isinstance(type_, ListOf) else type_
        if not isinstance(value, Enum) or (
            not one.assigned and set(value.values) & set(one.values)
        ):
            continue
        mention = next(each for each in mentions if each.path == path)
        span = span_of(block, mention.start, mention.end)
        not_in_enum(bench, span, value, Enum(one.values, one.column), written=False)


def lists_that_may_be_empty(
    bench: Workbench, block: Block, numbered: Numbered, found: Types, env: Environment
) -> None:
    """Report `<> ALL(:xs)` where nothing says that the list has an item: of none, it holds for every row."""
    if not any(isinstance(bare(one), ListOf) for one in found.values()):
        return
    for word, number in _excluding(sql_words(numbered.sql)):
        path = numbered.paths[number - 1]
        if not isinstance(bare(found[path]), ListOf):
            continue
        known = (env.facts.get(path[:place]) for place in range(1, len(path) + 1))
        if any(fact is not None and fact.not_empty for fact in known):
            continue
        start = numbered.original(word.offset)
        end = next(
            one.end for _, _, one in numbered.replaced if one.path == path and one.end > start
        )
        text = ".".join(path)
        bench.report(
            sql.describe(
                sql.ExcludesByEmptyList(
                    file=bench.file, span=span_of(block, start, end), name=text, list=path[0]
                )
            )
        )


def _excluding(words: Sequence[SqlWord]) -> Iterator[tuple[SqlWord, int]]:
    """Where each `<> ALL($n)` and `NOT … = ANY($n)` begins, with its n."""
    for index in range(len(words) - 4):
        sign, all_, opening, inside, closing = words[index : index + 5]
        if opening.text != "(" or closing.text not in (")", ":") or inside.kind != "parameter":
            continue
        if (sign.text in ("<>", "!=") and all_.is_word("all")) or (
            sign.text == "=" and all_.is_word("any", "some") and _is_negated(words, index)
        ):
            yield sign, int(inside.text[1:])


def _is_negated(words: Sequence[SqlWord], index: int) -> bool:
    """Whether NOT stands before `column = ANY(…)`, with or without a bracket between them."""
    before = index - 1
    while before >= 0 and (
        words[before].kind in ("word", "quoted") or words[before].text in (".", "(", "::")
    ):
        if words[before].is_word("not"):
            return True
        if words[before].is_word("and", "or", "where", "on", "when", "having"):
            return False
        before -= 1
    return False


def span_of(block: Block, start: int, end: int) -> Span:
    """From `start` to `end` of the block's text, in the file."""
    first = block.offset_in_file(start)
    return Span(first, first if end <= start else block.offset_in_file(end - 1) + 1)
