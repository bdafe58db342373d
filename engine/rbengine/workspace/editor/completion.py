"""What could stand at the cursor."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from rbengine.contract.types import UNKNOWN, Type
from rbengine.semantics.inference.fitting import bare
from rbengine.source import Span
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes.runbook import ErrorSection
from rbengine.syntax.parts import PART_WORDS
from rbengine.workspace.editor import offers
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.hover import operation_of
from rbengine.workspace.editor.kinds import type_of_path
from rbengine.workspace.editor.links import files_in_reach, values_at
from rbengine.workspace.editor.offers import Offer
from rbengine.workspace.editor.sql_names import KEYWORDS, columns_of, table_columns, tables_in
from rbengine.workspace.editor.statement_words import words_below
from rbengine.workspace.editor.writing import OpenCall, Writing, writing_at

_DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.$")
_COMPARED = re.compile(r"([A-Za-z_][\w.]*) (?:is(?: not)?|(?:not )?in \[[^\]]*) ?\"?$")
_BY = re.compile(
    r"(?:\w+ = )?(?:ask|choose|manual|approve|changes|messages|after|approval)\b.* by (?:.* or |.*, )?$"
)
_TO = re.compile(r"(?:escalate\b.* to|owner|expect escalated to|person|contact|role) (?:.*, ?)?$")
_OF_TYPE = re.compile(
    r"(?:input \w+|give \w+|(?:.*= *)?ask \"[^\"]*\"|\w+): (?:list of |optional |secret )*$"
)
_HEADED = re.compile(
    r"(?:message|procedure|function)\b.*[(,] *\w+: (?:list of |optional |secret )*$"
)
_SQL_TABLE = re.compile(r"\b(?:from|join|update|into)\s+(?:only\s+)?$", re.I)
_SQL_DOTTED = re.compile(r"(:?)([A-Za-z_][\w.]*)\.$")


class Completion(msgspec.Struct, frozen=True):
    """Each offer once; `replaced` is the beginning of a word that an offer takes the place of."""

    replaced: Span
    offers: tuple[Offer, ...]


def complete(editor: Editor, path: str, offset: int, tables: Iterable[str] = ()) -> Completion:
    """What could stand at `offset`. `tables`: the names of the schema's tables, as far as its asker knows them."""
    at = writing_at(editor.source(path), offset)
    if editor.workspace.kind(path) == "foreign":
        return Completion(at.replaced, ())
    editor = _readable(editor, path, at)
    found: dict[str, Offer] = {}
    for one in _offers(editor, path, at, tuple(tables)):
        found.setdefault(one.label, one)
    return Completion(at.replaced, tuple(found.values()))


def _readable(editor: Editor, path: str, at: Writing) -> Editor:
    """The same with a word at the cursor, where its absence keeps the whole part from being read.

    A `finding` with nothing below it yet would take all names of its part away.
    """
    tree = editor.workspace.tree(path)
    parts: tuple[Node, ...] = () if tree is None else tree.parts
    here = next((one for one in reversed(parts) if one.span.start <= at.offset), None)
    if not isinstance(here, ErrorSection) or at.inside != "code":
        return editor
    text = editor.source(path).text
    patched = f"{text[: at.replaced.start]}{_STANDS_IN}{text[at.offset :]}"
    return editor.with_workspace(editor.workspace.with_text(path, patched))


def _offers(editor: Editor, path: str, at: Writing, tables: tuple[str, ...]) -> Iterator[Offer]:
    match at.inside:
        case "comment" | "prose" | "message":
            return iter(())
        case "sql":
            return _in_sql(editor, path, at, tables)
        case "hole":
            return _in_hole(editor, path, at)
        case "string":
            return _in_string(editor, path, at)
        case "code":
            return _in_code(editor, path, at, tables)


def _in_sql(editor: Editor, path: str, at: Writing, tables: tuple[str, ...]) -> Iterator[Offer]:
    source = editor.source(path)
    sql = "" if at.block is None else source.slice(at.block)
    describer = editor.workspace.describer
    dotted = _SQL_DOTTED.search(at.before)
    if dotted is not None and dotted[1]:
        words = tuple(dotted[2].split("."))
        yield from offers.fields(type_of_path(editor, path, at.offset, words))
    elif at.before.endswith(":") and not at.before.endswith("::"):
        yield from offers.values(editor, path, at.offset)
    elif dotted is not None:
        known = {one.name for one in tables_in(sql) if dotted[2] in (one.alias, one.name)}
        for name in sorted(known):
            yield from offers.columns(table_columns(name, describer))
        schema = f"{dotted[2]}."
        yield from offers.tables(
            one.removeprefix(schema) for one in tables if one.startswith(schema)
        )
    elif at.block is not None and _SQL_TABLE.search(
        source.text[at.block.start : at.replaced.start]
    ):
        yield from offers.tables(tables)
    else:
        yield from offers.columns(columns_of(sql, describer))
        yield from offers.tables(one.alias for one in tables_in(sql))
        yield from offers.words((one.upper() for one in sorted(KEYWORDS)), "SQL")


def _in_hole(editor: Editor, path: str, at: Writing) -> Iterator[Offer]:
    dotted = _DOTTED.search(at.before)
    if dotted is not None:
        words = tuple(dotted[1].split("."))
        yield from offers.fields(type_of_path(editor, path, at.offset, words))
    elif at.before.rstrip().endswith("|"):
        yield from offers.filters()
    else:
        yield from offers.values(editor, path, at.offset)


def _in_string(editor: Editor, path: str, at: Writing) -> Iterator[Offer]:
    line = at.before.lstrip(" ")
    compared = _COMPARED.search(at.before)
    if compared is not None:
        type_ = type_of_path(editor, path, at.offset, tuple(compared[1].split(".")))
        yield from offers.enum_values(type_, quoted=False)
    elif line.startswith("when ") and at.above and at.above[0].startswith("match "):
        words = tuple(at.above[0].removeprefix("match ").split("."))
        yield from offers.enum_values(type_of_path(editor, path, at.offset, words), quoted=False)
    elif re.match(r"expect (?:not )?changed |expect undone ", line):
        yield from offers.change_labels(editor, path)
    elif re.match(r"crash during |fault .* during ", line):
        yield from offers.call_labels(editor, path)
    elif line.startswith("expect the same as "):
        yield from offers.named(editor, (path,), "scenario", "text")
    elif line.startswith("fault app "):
        apps = editor.of_kind("app")
        yield from offers.named(editor, apps, "function", "text")
    elif at.call is not None and at.call.argument:
        yield from offers.enum_values(_argument_type(editor, path, at.call), quoted=False)


def _in_code(editor: Editor, path: str, at: Writing, tables: tuple[str, ...]) -> Iterator[Offer]:
    line = at.before.lstrip(" ")
    dotted = _DOTTED.search(at.before)
    if dotted is not None:
        yield from _behind_dot(editor, path, at, dotted[1])
    elif at.call is not None and (its := operation_of(editor, path, *_halves(at.call.callee))):
        if not at.call.argument:
            yield from offers.arguments(its, at.call.given)
            return
        yield from _value_of_argument(editor, path, at, at.call)
    elif not at.column and not line:
        yield from _sections(editor, path)
    elif not line and at.above:
        yield from words_below(editor.workspace.kind(path), at.above)
        if at.above[0].startswith(("finding ", "either")):
            yield from _expression(editor, path, at)
        else:
            yield from offers.adapters(editor)
    else:
        known = tuple(_by_line(editor, path, at, line, tables))
        yield from known or _expression(editor, path, at)


def _by_line(
    editor: Editor, path: str, at: Writing, line: str, tables: tuple[str, ...]
) -> Iterator[Offer]:
    """What the words at the beginning of the line ask for; nothing where they do not say."""
    reach = files_in_reach(editor, path)
    if at.before.startswith("resolve ") or re.match(r"expect (?:not )?(?:found|judged) $", line):
        yield from offers.findings(editor, path)
    elif at.before.startswith("severity "):
        yield from offers.severities(editor)
    elif at.before.startswith("use "):
        libraries = editor.of_kind("library")
        yield from offers.named(editor, libraries, "library", "library")
    elif _BY.match(line):
        yield from offers.people(editor, roles_first=True)
    elif _TO.match(line):
        yield from offers.people(editor, roles_first=line.startswith("person "))
    elif re.match(r"(?:.*= *)?(?:try )?call $", line):
        yield from offers.named(editor, reach, "procedure", "procedure")
    elif line.startswith("on failure "):
        yield from offers.refusals()
    elif re.match(r'scenario "[^"]*" in $', line):
        yield from offers.named(editor, (path,), "world", "world")
    elif re.match(r"(?:expect )?table $", line):
        yield from offers.tables(tables)
    elif (
        line.startswith("|")
        and at.above
        and (table := re.match(r"(?:expect )?table ([\w.]+)", at.above[0]))
    ):
        yield from offers.columns(table_columns(table[1], editor.workspace.describer))
    elif line == "fault ":
        yield from offers.words(("app", "postgres"))
        yield from offers.adapters(editor)
    elif re.match(r"expect (?:not )?called $", line):
        yield from offers.adapters(editor)
    elif line == "expect ":
        yield from offers.words(_EXPECTED)
        yield from offers.adapters(editor)
    elif _OF_TYPE.fullmatch(line) or _HEADED.fullmatch(line):
        yield from offers.types(editor, reach)
        yield from offers.tables(tables)


_STANDS_IN = "true"
"""A word that may stand alone on a line, and where a value is asked for."""

_EXPECTED = (
    "found", "not found", "not judged", "changed", "not changed", "undone", "called", "table", "sent email to",
    "asked", "escalated to", "no escalation", "resolved", "handed over", "nothing changed", "the same as",
)  # fmt: skip


def _behind_dot(editor: Editor, path: str, at: Writing, written: str) -> Iterator[Offer]:
    words = tuple(written.split("."))
    is_value = any(one.name == words[0] for one in values_at(editor, path, at.offset))
    line = at.before.lstrip(" ")[: -len(written) - 1]
    if len(words) == 1 and not is_value and words[0] in _callable(editor, path):
        if _OF_TYPE.fullmatch(line) or _HEADED.fullmatch(line):
            yield from offers.records(editor, words[0])
        else:
            yield from offers.operations(editor, path, words[0])
        return
    yield from offers.fields(type_of_path(editor, path, at.offset, words))


def _callable(editor: Editor, path: str) -> set[str]:
    vendors = {one.adapter for one in editor.workspace.builders.values()}
    return {*editor.adapters, *(vendors if editor.workspace.kind(path) == "scenarios" else ())}


def _value_of_argument(editor: Editor, path: str, at: Writing, call: OpenCall) -> Iterator[Offer]:
    operation = operation_of(editor, path, *_halves(call.callee))
    parameter = None if operation is None else operation.parameter(call.argument)
    if parameter is not None and parameter.message:
        yield from offers.named(editor, files_in_reach(editor, path), "message", "message")
        return
    yield from offers.enum_values(_argument_type(editor, path, call), quoted=True)
    yield from _expression(editor, path, at)


def _argument_type(editor: Editor, path: str, call: OpenCall) -> Type:
    operation = operation_of(editor, path, *_halves(call.callee))
    parameter = None if operation is None else operation.parameter(call.argument)
    return UNKNOWN if parameter is None else bare(parameter.type)


def _halves(callee: str) -> tuple[str, str]:
    adapter, _, name = callee.partition(".")
    return adapter, name


def _sections(editor: Editor, path: str) -> Iterator[Offer]:
    kind = editor.workspace.kind(path)
    if kind == "empty":
        yield from offers.words(PART_WORDS)
        return
    whole = {("runbook", "on"): "on breach", ("scenarios", "not"): "not covered"}
    for one in PART_WORDS.get(kind, ()):
        yield from offers.words((whole.get((kind, one), one),))


def _expression(editor: Editor, path: str, at: Writing) -> Iterator[Offer]:
    compared = _COMPARED.search(at.before)
    if compared is not None:
        words = tuple(compared[1].split("."))
        yield from offers.enum_values(type_of_path(editor, path, at.offset, words), quoted=True)
        if re.search(r" is (?:not )?$", at.before):
            yield from offers.words(("present", "absent", "empty", "failed", "not"))
    yield from offers.values(editor, path, at.offset)
    if re.search(r"= *(?:try +)?$", at.before):
        yield from offers.words(
            ("query one", "query maybe", "query all", "query value", "try", "call", "ask", "choose", "manual",
             "change", "for each", "text"),
        )  # fmt: skip
        yield from offers.adapters(editor)
    yield from offers.functions()
    yield from offers.words(("true", "false", "not"))
