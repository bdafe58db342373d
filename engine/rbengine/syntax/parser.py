"""Text to tree. Never raises, whatever the text.

A file is cut at its column-0 lines, and each part is read by itself: a mistake, or a bracket that nobody closed, stays
in its part.
"""

import re
from typing import Any

from rbengine.diagnostics import Code
from rbengine.source import SourceFile, Span
from rbengine.syntax.driver import Driver
from rbengine.syntax.forbidden import forbidden
from rbengine.syntax.kinds import OTHER_BLANKS, Kind, beginning
from rbengine.syntax.lower import BUILDERS, Lowering
from rbengine.syntax.lower.runbook import error_section
from rbengine.syntax.nodes import App, Calendar, Library, Policy, Runbook, Scenarios, Tree
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.parsed import Parsed
from rbengine.syntax.parts import PART_WORDS
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import Table, table
from rbengine.syntax.tokens import Token
from rbengine.syntax.trivia import Trivia

_PART = re.compile(rf"^(?![ \t\n#{OTHER_BLANKS}])", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse(source: SourceFile, tokens: list[Token] | None = None) -> Parsed:
    """The tree of a file and everything that is wrong with its text.

    `tokens`, where given, gets every token in the order of the text, those of structure too, but not what stands in
    the holes of strings and in the cells of tables.
    """
    text = source.text
    first = beginning(text)
    match first.kind:
        case "empty":
            problem = SyntaxProblem(code=Code("E134"), span=first.span)
            return Parsed(kind="empty", tree=None, problems=(problem,), trivia=())
        case "foreign":
            return Parsed(kind="foreign", tree=None, problems=(), trivia=())
        case "refused":
            problem = SyntaxProblem(code=Code("E108"), span=first.span, detail=str(len(text)))
            return Parsed(kind="refused", tree=None, problems=(problem,), trivia=())
        case kind:
            reading = Reading(text, tokens)
            return reading.file(kind, first.span.start, indented=first.indented)


class _Listening(Driver):
    """Keeps every token it takes."""

    tokens: list[Token]

    def _take(self, token: Token, last: int) -> bool | None:
        self.tokens.append(token)
        return super()._take(token, last)


def part_starts(text: str, first: int) -> list[int]:
    """Where the parts of a file begin whose first word stands at `first`: at the lines below it without a blank."""
    starts = (match.start() for match in _PART.finditer(text))
    return [start for start in starts if first < start < len(text)]


class Reading:
    """One file while it is read. `first_id` is the lowest that a node may have."""

    def __init__(self, text: str, tokens: list[Token] | None, first_id: int = 0) -> None:
        self._text = text
        self._tokens = tokens
        self._table: Table = table()
        self._lowering = Lowering(text, self._read_inside, first_id)
        self._trivia: dict[int, Trivia] = {}

    def file(self, kind: Kind, first: int, *, indented: bool) -> Parsed:
        starts = part_starts(self._text, first)
        ends = [*starts[0:], len(self._text)]
        self._lines_above(first)
        if indented:
            span = Span(first, self._line_end(first))
            self._lowering.report("E111", span)
        head_span = Span(first, ends[0])
        refused = forbidden(self._text, Span(0, ends[0]))
        self._lowering.problems.extend(refused)
        head = None if refused else self._read(f"{kind}_head", head_span)
        name, title = head if head is not None else self._no_head(first)
        parts: list[Any] = []
        for start, end in zip(starts, ends[1:], strict=True):
            parts.append(self._section(kind, Span(start, end)))
        if kind != "app":
            for node in self._lowering.app_only:
                word = "sql" if isinstance(node, Sql) else "answer"
                at = Span(node.span.start, node.span.start + len(word))
                self._lowering.report("E133", at, found=word)
        tree = self._tree(kind, Span(0, len(self._text)), name, title, tuple(parts))
        problems = sorted(self._lowering.problems, key=lambda one: (one.span, one.code))
        trivia = tuple(self._trivia[start] for start in sorted(self._trivia))
        return Parsed(kind=kind, tree=tree, problems=tuple(problems), trivia=trivia)

    def _section(self, kind: Kind, span: Span) -> Any:
        refused = forbidden(self._text, span)
        if refused:
            self._lowering.problems.extend(refused)
            return self._broken(span)
        word = _WORD.match(self._text, span.start)
        if word is None or word[0] not in PART_WORDS[kind]:
            end = word.end() if word else span.start + 1
            found = self._text[span.start : end]
            self._lowering.report("E110", Span(span.start, end), found=found, detail=kind)
            return self._broken(span)
        part = self._read(f"{kind}_part", span)
        return self._broken(span) if part is None else part

    def _broken(self, span: Span) -> Any:
        text = self._text[span.start : span.end].rstrip(" \n")
        return error_section(self._lowering, Span(span.start, span.start + len(text)), text)

    def _read(self, start: str, span: Span, *, inside: bool = False) -> Any:
        driver: Driver
        if self._tokens is None or inside:
            driver = Driver(self._table, BUILDERS, self._lowering, self._text, span)
        else:
            driver = _Listening(self._table, BUILDERS, self._lowering, self._text, span)
            driver.tokens = self._tokens
        part = driver.read(start)
        self._lowering.problems.extend(driver.problems)
        self._trivia.update(driver.trivia)
        return part

    def _read_inside(self, start: str, span: Span) -> Any:
        return self._read(start, span, inside=True)

    def _no_head(self, first: int) -> tuple[Name, Template]:
        at = Span(first, first)
        return self._lowering.no_name(at), self._lowering.make(Template, at, parts=())

    def _lines_above(self, first: int) -> None:
        """Comments and blank lines above the first word."""
        position = 0
        for line in self._text[:first].split("\n")[:-1]:
            text = line.strip(" ")
            if text:
                span = Span(position + line.index(text), position + line.index(text) + len(text))
                self._trivia[span.start] = Trivia(span, "comment", text, "own line", first)
            else:
                self._trivia[position] = Trivia(
                    Span(position, position), "blank", "", "own line", first
                )
            position += len(line) + 1

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position)
        return len(self._text) if end < 0 else end

    def _tree(
        self, kind: Kind, span: Span, name: Name, title: Template, parts: tuple[Any, ...]
    ) -> Tree:
        make = self._lowering.make
        match kind:
            case "runbook":
                return make(Runbook, span, code=name, title=title, parts=parts)
            case "policy":
                return make(Policy, span, name=title, parts=parts)
            case "calendar":
                return make(Calendar, span, name=title, parts=parts)
            case "library":
                return make(Library, span, name=name, title=title, parts=parts)
            case "app":
                return make(App, span, name=title, parts=parts)
            case "scenarios":
                return make(Scenarios, span, runbook=name, parts=parts)
            case _:
                raise AssertionError(f"a file of kind `{kind}` has no tree")
