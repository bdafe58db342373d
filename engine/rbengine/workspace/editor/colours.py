"""What each word is, for an editor that colours by meaning; SQL inside its blocks too."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, get_args

import msgspec

from rbengine.semantics import sql_binding
from rbengine.semantics.sql_words import SqlWord, sql_words
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Node, walk
from rbengine.syntax.nodes import expressions as ex
from rbengine.syntax.nodes.base import Block, Name
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.runbook import Item, Message
from rbengine.syntax.nodes.scenarios import Cell, ExpectRead, ExpectTable, Table, TableRow
from rbengine.syntax.nodes.statements import Query
from rbengine.syntax.nodes.types import NamedType
from rbengine.syntax.table import table
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.links import meant
from rbengine.workspace.editor.names import Group, Mention, NameKind
from rbengine.workspace.editor.sql_names import KEYWORDS, tables_in

Colour = Literal[
    "keyword", "string", "number", "comment", "variable", "parameter", "property", "function", "method",
    "namespace", "type", "class", "enumMember", "event", "operator",
]  # fmt: skip
"""The protocol's own names; the last but one is a finding."""

COLOURS: tuple[Colour, ...] = get_args(Colour)

_NO_WORDS = Block | Name | Item
"""Where a word of the language would be a part of something else."""

_COLOURLESS = frozenset(
    (Name, Block, ex.Template, ex.Chunk, ex.TextLiteral, ex.IntegerLiteral, ex.DurationLiteral, ex.Compare, ex.Test,
     ex.ListLiteral, Cell, TableRow)
)  # fmt: skip
"""Most nodes: what they hold is coloured by itself, or by its letters."""

_PIECE = re.compile(
    r"""
    (?P<string>"(?:[^"\\\n{]|\\[^\n]|\{(?!\{)|\{\{(?:[^"}\n]|"(?:\\[^\n]|[^"\\\n])*"|\}(?!\}))*\}\})*"?)
  | (?P<comment>\#[^\n]*)
  | (?P<row>^[ ]*\|[^\n]*)
  | (?P<place>\b[A-Z]+-[0-9]+(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)*(?:\.\*)?)
  | (?P<number>\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]+(?:[.:][0-9]+)*(?:%|[a-z]+[0-9a-z]*)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>==|!=|<=|>=|<|>)
    """,
    re.VERBOSE | re.MULTILINE,
)
_HOLE = re.compile(r"\{\{.*?\}\}")
_SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)", re.S)
_OF_KIND: dict[NameKind, Colour] = {
    "input": "parameter", "parameter": "parameter", "given": "parameter", "finding": "event",
}  # fmt: skip
_OF_GROUP: dict[Group, Colour] = {
    "value": "variable", "message": "function", "procedure": "function", "record": "type",
    "library": "namespace", "world": "class", "person": "enumMember", "severity": "enumMember",
    "runbook": "class",
}  # fmt: skip


class Coloured(msgspec.Struct, frozen=True, order=True):
    """A word on one line. `binds`: it is bound there."""

    span: Span
    colour: Colour
    binds: bool = False


def colours(editor: Editor, path: str) -> tuple[Coloured, ...]:
    """Every word that has a colour, in the order of the text; none overlaps another."""
    tree = editor.workspace.tree(path)
    if tree is None:
        return ()
    source = editor.source(path)
    nodes = tuple(walk(tree))
    # Later ones win: a name is told by its node better than by its letters.
    found = {one.span.start: one for one in _of_words(source.text, nodes)}
    for node in nodes:
        if type(node) not in _COLOURLESS:
            for one in _of_node(node):
                found[one.span.start] = one
    for mention in editor.names(path).mentions:
        colour = _of_mention(editor, path, mention)
        if colour is not None:
            found[mention.span.start] = Coloured(mention.span, colour, mention.kind is not None)
    return tuple(_apart(source, sorted(found.values())))


def _of_words(text: str, nodes: tuple[Node, ...]) -> Iterator[Coloured]:
    """Words of the language, strings, numbers and comments, wherever no name and no raw text stands.

    In a tree every name is a node, so that what else looks like a word of the language is one. Lines that could not
    be read have no names: there it is a guess by form.
    """
    keywords = table().terminals.words
    taken = sorted((one.span.start, one.span.end) for one in nodes if isinstance(one, _NO_WORDS))
    starts = [start for start, _ in taken]
    for match in _PIECE.finditer(text):
        start, end = match.span()
        before = bisect_right(starts, start) - 1
        if before >= 0 and start < taken[before][1]:
            continue
        match match.lastgroup:
            case "comment":
                yield Coloured(Span(start, start + len(match[0].rstrip())), "comment")
            case "number":
                yield Coloured(Span(start, end), "number")
            case "sign":
                yield Coloured(Span(start, end), "operator")
            case "word" if match[0] in keywords:
                yield Coloured(Span(start, end), "keyword")
            case "string":
                for hole in _HOLE.finditer(match[0]):
                    yield Coloured(Span(start, match.start() + hole.start() + 2), "string")
                    start = match.start() + hole.end() - 2
                yield Coloured(Span(start, end), "string")
            case _:
                pass  # a place in a document, or a row of a table


def _of_node(node: Node) -> Iterator[Coloured]:
    match node:
        case ex.OperationCall():
            yield Coloured(node.adapter.span, "namespace")
            yield Coloured(node.operation.span, "method")
        case ex.Argument() if node.name is not None:
            yield Coloured(node.name.span, "parameter")
        case ex.Field() | ex.RecordField():
            yield from _name(node.name, "property")
        case ex.Apply():
            yield from _name(node.function, "function")
        case ex.Hole():
            for one in node.filters:
                yield Coloured(one.span, "function")
        case ex.NameRef():
            yield from _name(node.name, "variable")
        case NamedType():
            if node.qualifier is not None:
                yield Coloured(node.qualifier.span, "namespace")
            yield from _name(node.name, "type")
        case ExpectRead():
            for one in node.columns:
                yield Coloured(one.span, "property")
        case Table() | ExpectTable():
            yield Coloured(node.table.span, "class")
            for one in node.columns:
                yield Coloured(one.span, "property")
        case Query():
            yield from _of_sql(node.sql)
        case Sql():
            yield from _of_sql(node.sql)
            for one in node.may_drift:
                yield Coloured(one.span, "property")
        case Message():
            yield from _of_message(node.body)
        case _:
            pass


def _name(name: Name, colour: Colour) -> Iterator[Coloured]:
    if name.text:
        yield Coloured(name.span, colour)


def _of_sql(block: Block) -> Iterator[Coloured]:
    text = block.text
    tables = {one.name.rpartition(".")[2] for one in tables_in(text)}
    words = sql_words(text)
    for index, word in enumerate(words):
        colour = _of_sql_word(words, index, tables)
        if colour is not None:
            yield from _lines(block, word.offset, word.end, colour)
    end = 0
    for start, stop in (*((one.offset, one.end) for one in words), (len(text), len(text))):
        for comment in _SQL_COMMENT.finditer(text, end, start):
            yield from _lines(block, comment.start(), comment.end(), "comment")
        end = stop
    for mention in sql_binding.scan(text, lambda _: False).mentions:
        head = mention.start + 1 + len(mention.path[0])
        yield from _lines(block, mention.start + 1, head, "variable")


def _of_sql_word(words: tuple[SqlWord, ...], index: int, tables: set[str]) -> Colour | None:
    word = words[index]
    match word.kind:
        case "string" | "unfinished":
            return "string"
        case "number":
            return "number"
        case "word" | "quoted":
            is_field = index > 0 and words[index - 1].text == "."
            if word.kind == "word" and word.name in KEYWORDS and not is_field:
                return "keyword"
            if index + 1 < len(words) and words[index + 1].text == "(":
                return "function"
            return "class" if word.name in tables and not is_field else "property"
        case _:
            return None


def _of_message(block: Block) -> Iterator[Coloured]:
    """`{% if x %}`: the words of Jinja2."""
    for tag in re.finditer(r"\{%-?\s*(\w+)", block.text):
        yield from _lines(block, tag.start(1), tag.end(1), "keyword")
    for comment in re.finditer(r"\{#.*?#\}", block.text, re.S):
        yield from _lines(block, comment.start(), comment.end(), "comment")


def _lines(block: Block, start: int, end: int, colour: Colour) -> Iterator[Coloured]:
    """A stretch of a block's text, line by line."""
    for piece in re.finditer(r"[^\n]+", block.text[start:end]):
        first = block.offset_in_file(start + piece.start())
        yield Coloured(Span(first, first + piece.end() - piece.start()), colour)


def _of_mention(editor: Editor, path: str, mention: Mention) -> Colour | None:
    colour = _OF_GROUP.get(mention.group)
    if mention.group != "value":
        return colour
    kind = mention.kind
    if kind is None:
        thing = meant(editor, path, mention)
        kind = None if thing is None else thing.kind
    return colour if kind is None else _OF_KIND.get(kind, colour)


def _apart(source: SourceFile, found: list[Coloured]) -> Iterator[Coloured]:
    """Of two that overlap, the first; nothing that runs over the end of a line."""
    end = 0
    for one in found:
        if one.span.start < end or one.span.end <= one.span.start:
            continue
        if "\n" in source.slice(one.span):
            continue
        yield one
        end = one.span.end
