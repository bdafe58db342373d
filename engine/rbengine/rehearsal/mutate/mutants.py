"""The faults: a condition the other way round, a guard gone, two branches swapped, a step left out.

Each is an edit of the text, so it is read, checked and planned as if somebody had written it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import changes as c
from rbengine.syntax.nodes import expressions as ex
from rbengine.syntax.nodes import runbook as r
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.base import Block, Node, walk
from rbengine.syntax.nodes.library import Library

_GUARD = re.compile(r"^[ ]*AND\b", re.IGNORECASE)
_VALUES = re.compile(r"\A\s*INSERT\s+INTO\s+[^()]+\([^()]*\)\s*VALUES\b", re.IGNORECASE)
_SKIPS_ROWS = re.compile(r"\bON\s+CONFLICT\b", re.IGNORECASE)
_OTHER = {"and": "or", "or": "and"}


class Mutant(msgspec.Struct, frozen=True, order=True):
    """One fault in the file `path`: the text from `start` to `end` is `text` instead."""

    path: str
    start: int
    end: int
    text: str
    line: int
    """Where it is, from 1."""
    what: str
    """In words: ``dropped `subscription.tier is present` ``."""

    def applied(self, text: str) -> str:
        """The file with the fault in it."""
        return text[: self.start] + self.text + text[self.end :]


def mutants_of(source: SourceFile, tree: r.Runbook | Library) -> tuple[Mutant, ...]:
    """Every fault of a runbook or library, in the order of the text. Most can be planned; some cannot."""
    return tuple(dict.fromkeys(sorted(_Maker(source).make(tree))))


class _Maker:
    def __init__(self, source: SourceFile) -> None:
        self._source = source

    def make(self, tree: r.Runbook | Library) -> Iterator[Mutant]:
        for part in tree.parts:
            if isinstance(part, r.Message | r.Symptoms | r.Prevent | r.Input):
                continue
            for node in walk(part):
                yield from self._of(node)

    def _of(self, node: Node) -> Iterator[Mutant]:
        match node:
            case r.Finding(conditions=conditions):
                for one in conditions:
                    if len(conditions) > 1:
                        yield self._dropped(one, bare=True)
                    if not isinstance(one, r.Either):
                        yield from self._flipped(one)
            case r.Either(conditions=conditions):
                for one in conditions:
                    yield self._dropped(one, bare=True)
                    yield from self._flipped(one)
            case s.If(branches=branches):
                for branch in branches:
                    yield from self._flipped(branch.condition)
            case s.Check(condition=condition):
                yield self._dropped(node)
                yield from self._flipped(condition)
            case s.Within(until=until) if not isinstance(until, s.NoFindingHolds):
                yield from self._flipped(until)
            case c.ChangeIf(condition=condition):
                yield from self._flipped(condition)
            case ex.Conditional(condition=condition):
                yield from self._flipped(condition)
            case ex.Where(condition=condition):
                yield from self._flipped(condition)
            case s.Match(cases=cases):
                yield from self._swapped(cases)
            case s.Query(sql=sql) | c.Sql(sql=sql):
                yield from self._guards(sql)
                if (
                    isinstance(node, c.Sql)
                    and node.expect is not None
                    and node.expect.bound != "any"
                    and not _count_is_certain(sql)
                ):
                    text = "expect any number of rows"
                    yield self._mutant(
                        node.expect.span, text, f"`{self._text(node.expect.span)}` counts nothing"
                    )
            case (
                s.Step()
                | c.Change()
                | s.Perform()
                | s.Escalate()
                | s.Approve()
                | s.Stop()
                | s.OnFailure()
                | s.Wait()
            ):
                yield self._dropped(node)
            case _:  # what holds others, and what says nothing by itself
                return

    def _flipped(self, condition: Node) -> Iterator[Mutant]:
        """The whole the other way round, and each `and` and `or` in it the other one."""
        told = self._text(condition.span)
        yield self._mutant(condition.span, f"not ({told})", f"`{_short(told)}` the other way round")
        for one in walk(condition):
            if isinstance(one, ex.Binary) and one.operator in _OTHER:
                between = Span(one.left.span.end, one.right.span.start)
                word = re.search(rf"\b{one.operator}\b", self._text(between))
                if word:
                    span = Span(between.start + word.start(), between.start + word.end())
                    other = _OTHER[one.operator]
                    yield self._mutant(span, other, f"`{other}` for `{one.operator}`")

    def _swapped(self, cases: Sequence[s.When]) -> Iterator[Mutant]:
        """The patterns of neighbours change places, so each body answers the other's case."""
        for a, b in pairwise(cases):
            first = Span(a.patterns[0].span.start, a.patterns[-1].span.end)
            second = Span(b.patterns[0].span.start, b.patterns[-1].span.end)
            middle = self._text(Span(first.end, second.start))
            text = self._text(second) + middle + self._text(first)
            what = f"`when {self._text(first)}` and `when {self._text(second)}` swapped"
            yield self._mutant(Span(first.start, second.end), text, what)

    def _guards(self, sql: Block) -> Iterator[Mutant]:
        """Lines of a statement that begin with AND: what is asked besides."""
        start = sql.span.start
        for line in self._source.text[sql.span.start : sql.span.end].split("\n"):
            if _GUARD.match(line):
                yield self._mutant(Span(start, start + len(line)), "", f"dropped `{_short(line)}`")
            start += len(line) + 1

    def _dropped(self, node: Node, *, bare: bool = False) -> Mutant:
        """The statement with all of its lines; they stay empty, so that what is below stays where it is."""
        start = self._source.text.rfind("\n", 0, node.span.start) + 1
        end = self._source.text.find("\n", node.span.end)
        span = Span(start, len(self._source.text) if end < 0 else end + 1)
        first = self._text(node.span).splitlines()[0]
        left = "\n" * self._text(span).count("\n")
        if not bare:  # a block must hold something, and a note does nothing
            left = f'{self._text(Span(start, node.span.start))}note "-"{left}'
        return self._mutant(span, left, f"dropped `{_short(first)}`", at=node.span.start)

    def _text(self, span: Span) -> str:
        return self._source.text[span.start : span.end]

    def _mutant(self, span: Span, text: str, what: str, at: int | None = None) -> Mutant:
        line = self._source.line_and_column(span.start if at is None else at)[0]
        return Mutant(self._source.path, span.start, span.end, text, line, what)


def _count_is_certain(sql: Block) -> bool:
    """Whether the statement inserts the rows that it writes out, or fails: then its count cannot be otherwise."""
    return bool(_VALUES.search(sql.text)) and not _SKIPS_ROWS.search(sql.text)


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= 60 else told[:59].rstrip() + "…"
