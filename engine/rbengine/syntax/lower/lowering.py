"""What the builders of nodes share while one file is read."""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.nodes.base import Name, Node, NodeId
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.tokens import Token

Parts = list[Any]
N = TypeVar("N", bound=Node)

RESERVED = frozenset(
    """absent ago and each else empty failed false if in is it not or present true where""".split()  # noqa: SIM905
)
"""Words that begin or go on an expression: nothing can be bound to them, because it could not be read again."""


class Lowering:
    """Gives nodes their ids, and takes the problems that only show when a node is built."""

    def __init__(
        self, text: str, read_inside: Callable[[str, Span], Any], first_id: int = 0
    ) -> None:
        self.text = text
        self.read_inside = read_inside
        """Reads a stretch of the file from a start symbol: what stands in a hole, or in a cell of a table."""
        self.problems: list[SyntaxProblem] = []
        self.app_only: list[Node] = []
        """Statements that only an app may hold."""
        self.parenthesised: set[NodeId] = set()
        self._next_id = count(first_id).__next__

    def make(self, node: type[N], span: Span, /, **fields: Any) -> N:
        return node(id=NodeId(self._next_id()), span=span, **fields)

    def name(self, token: Token) -> Name:
        return Name(id=NodeId(self._next_id()), span=Span(token.start, token.end), text=token.text)

    def names(self, tokens: list[Token]) -> tuple[Name, ...]:
        return tuple(self.name(token) for token in tokens)

    def bound_name(self, token: Token) -> Name:
        """A name that is no word of the language: one that a line binds, or a value."""
        if token.text in RESERVED:
            self.report("E122", token.span, found=token.text)
        return self.name(token)

    def no_name(self, at: Span) -> Name:
        """Stands where a name could not be read; its text is empty."""
        return Name(id=NodeId(self._next_id()), span=Span(at.start, at.start), text="")

    def sign_between(self, start: int, end: int, sign: str) -> Span:
        """Where `sign` stands between two parts that were read."""
        found = self.text.find(sign, start, end)
        return Span(found, found + len(sign)) if found >= 0 else Span(start, end)

    def report(self, code: str, span: Span, **facts: Any) -> None:
        self.problems.append(SyntaxProblem(code=Code(code), span=span, **facts))
