"""Enums that findings compare: which of their values no finding covers, told at `otherwise`.

An enum counts when at least two findings ask for its values: then it is what tells cases apart. One that a single
finding asks about is a condition among others.
"""

from collections.abc import Iterable, Iterator

import msgspec
from rbengine.contract.types import Enum, Record, Type
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.facts import LITERAL, Facts, Path, refine
from rbengine.semantics.inference.fitting import bare
from rbengine.semantics.inference.naming import path_of
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import shape
from rbengine.source import Span
from rbengine.syntax.nodes import Node, walk
from rbengine.syntax.nodes.base import children
from rbengine.syntax.nodes.expressions import (
    Compare,
    Each,
    Expression,
    ListLiteral,
    TextLiteral,
    Unary,
    Where,
)
from rbengine.syntax.nodes.runbook import Finding, Otherwise
from rbengine.syntax.nodes.statements import Match


class Asked(msgspec.Struct):
    """One enum that findings ask about."""

    values: tuple[str, ...]
    """Those it can have where the first finding asks."""
    first: Span
    covered: set[str]
    findings: int = 0


class Coverage:
    """The enums of one diagnosis."""

    def __init__(self) -> None:
        self._asked: dict[Path, Asked] = {}

    def finding(self, node: Finding, env: Environment, holds: Facts) -> None:
        """Take note of what `node`, judged in `env`, asks; `holds` is what it says when it holds."""
        named: dict[Path, set[str]] = {}
        for condition in node.conditions:
            for compare, holding in _comparisons(condition, holds=True):
                path, texts = _asks(compare)
                if path is None:
                    continue
                asked = self._asked.get(path)
                if asked is None:
                    values = _values(path, env)
                    if values is None:
                        continue
                    asked = self._asked[path] = Asked(values, compare.span, set())
                is_among = (compare.operator in ("is", "in")) is holding
                among = {one for one in asked.values if (one in texts) is is_among}
                named.setdefault(path, set()).update(among)
        for path, values_named in named.items():
            asked, fact = self._asked[path], holds.get(path)
            if fact is not None and (fact.values is not None or fact.excluded):
                possible = asked.values if fact.values is None else fact.values
                values_named = set(possible) - fact.excluded
            asked.covered |= values_named
            asked.findings += 1

    def report_left(self, bench: Workbench, otherwise: Otherwise) -> None:
        """Report, at `otherwise`, the values of each enum that nobody asks for."""
        span = Span(otherwise.span.start, otherwise.span.start + len("otherwise"))
        handled = set(_asked_about(otherwise))
        for path, asked in self._asked.items():
            left = tuple(one for one in asked.values if one not in asked.covered)
            if asked.findings < 2 or not left or path in handled:
                continue
            problem = shape.NotCovered(
                file=bench.file, span=span, name=".".join(path), left=left, compared=asked.first
            )
            bench.report(shape.describe(problem))


def _comparisons(node: Node, *, holds: bool) -> Iterator[tuple[Compare, bool]]:
    """Each comparison, and whether it is meant to hold; those about items of lists are left out."""
    match node:
        case Compare():
            yield node, holds
        case Unary(operator="not"):
            yield from _comparisons(node.operand, holds=not holds)
        case Where() | Each():
            return
        case _:
            for one in children(node):
                yield from _comparisons(one, holds=holds)


def _asks(node: Compare) -> tuple[Path | None, frozenset[str]]:
    """The path that is compared with written texts, and these."""
    if node.operator not in ("is", "is not", "in", "not in"):
        return None, frozenset()
    texts = _texts(node.right)
    if texts is not None:
        return path_of(node.left), texts
    texts = _texts(node.left)
    return (None, frozenset()) if texts is None else (path_of(node.right), texts)


def _texts(node: Expression) -> frozenset[str] | None:
    items: Iterable[Expression] = node.items if isinstance(node, ListLiteral) else (node,)
    texts = [one.template.plain for one in items if isinstance(one, TextLiteral)]
    return frozenset(texts) if texts and len(texts) == len(tuple(items)) else None


def _values(path: Path, env: Environment) -> tuple[str, ...] | None:
    """The values that `path` can have in `env`; None where it is no enum."""
    symbol = env.names.get(path[0])
    found: Type | None = None if symbol is None else symbol.type
    for field in path[1:]:
        inner = None if found is None else bare(found)
        found = inner.field(field) if isinstance(inner, Record) else None
    if found is None:
        return None
    fact = env.facts.get(path)
    enum = bare(found if fact is None else refine(found, fact))
    return enum.values if isinstance(enum, Enum) and enum.name != LITERAL else None


def _asked_about(node: Node) -> Iterator[Path]:
    for one in walk(node):
        operands: tuple[Expression, ...] = ()
        if isinstance(one, Match):
            operands = (one.subject,)
        elif isinstance(one, Compare):
            operands = (one.left, one.right)
        for operand in operands:
            path = path_of(operand)
            if path is not None:
                yield path
