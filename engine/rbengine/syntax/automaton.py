"""The pushdown automaton: shifts tokens, reduces rules, and builds nodes while it reads.

There is no second tree and no recursion: values stand on a stack beside the states.
"""

from collections.abc import Callable
from typing import Any

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.lexer import MAX_LEVELS, Lexer, Refused
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import Table
from rbengine.syntax.tokens import Token

Parts = list[Any]
Builder = Callable[[Any, Parts, Span], Any]
"""A builder gets the lowering, the kept parts of its rule, and the extent of what was read."""

STRUCTURE = frozenset({"_NL", "_INDENT", "_DEDENT", "$END"})
"""Tokens without text of their own."""
_NESTING = frozenset(
    {
        "negation", "minus", "parens", "conditional", "where", "each", "or_else", "and_also", "add", "subtract",
        "multiply", "divide", "compare", "compare_assign", "compare_in", "compare_not_in", "compare_is",
        "compare_is_not", "test", "test_not", "field", "apply", "ago", "from_now", "list", "record", "list_type",
        "optional_type", "secret_type",
    }
)  # fmt: skip
"""Rules that put one expression into another."""


class Automaton:
    """The stacks of one reading. `states` has one more than the others: the one to begin with."""

    def __init__(
        self, table: Table, builders: dict[str, Builder], lowering: Any, text: str, span: Span
    ) -> None:
        self._table = table
        self._builders = builders
        self._lowering = lowering
        self._lexer = Lexer(table, text, span.start, span.end)
        self._states: list[int] = []
        self._values: Parts = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._depths: list[int] = []

    def _take(self, token: Token, last: int) -> bool | None:
        """Reduce what `token` ends and shift it: True at the end, False to go on, None where it does not fit."""
        rows = self._table.rows
        states, values, starts, ends, depths = (
            self._states, self._values, self._starts, self._ends, self._depths,
        )  # fmt: skip
        short_steps = self._table.short_steps
        rules = self._table.rules
        kind = token.kind
        while True:
            state = states[-1]
            action = rows[state].get(kind)
            if action is None:
                return None
            if action >= 0:
                if kind == "$END":
                    return True
                states.append(action)
                values.append(token)
                depths.append(0)
                if kind in STRUCTURE:
                    starts.append(-1)
                    ends.append(-1)
                    if kind == "_DEDENT":
                        self._lexer.closed_level()
                else:
                    starts.append(token.start)
                    ends.append(token.end)
                return False
            rule = rules[-action - 1]
            length = rule.length
            if length == 1 and rule.identity == 0:
                below = states[-2]
                key = (below, state, kind)
                target = short_steps.get(key)
                if target is None:
                    target = self._short_step(below, state, kind)
                    short_steps[key] = target
                states[-1] = target
            else:
                self._reduce(rule.builder, rule.kept, length, rule.identity)
                states.append(rows[states[-1]][rule.origin])
            if states[-1] == last and kind == "$END":
                return True

    def _short_step(self, below: int, state: int, kind: str) -> int:
        """The state after every rule in a row that only hands its one value on."""
        rows = self._table.rows
        while True:
            action = rows[state].get(kind)
            if action is None or action >= 0:
                return state
            rule = self._table.rules[-action - 1]
            if rule.length != 1 or rule.identity != 0:
                return state
            state = rows[below][rule.origin]

    def _reduce(
        self, builder: str, kept: tuple[int | tuple[int] | None, ...], length: int, identity: int
    ) -> None:
        start = end = -1
        depth = 0
        if length:
            values = self._values[-length:]
            for start in self._starts[-length:]:
                if start >= 0:
                    break
            for end in self._ends[: -length - 1 : -1]:
                if end >= 0:
                    break
            depth = max(self._depths[-length:]) + (builder in _NESTING)
            if depth > MAX_LEVELS:
                # While everything still stands on the stacks: what is too deep is given up like what cannot be read.
                raise Refused(SyntaxProblem(code=Code("E109"), span=Span(start, end)))
            del self._values[-length:], self._starts[-length:], self._ends[-length:]
            del self._depths[-length:], self._states[-length:]
        else:
            values = []
        parts: Parts = []
        for one in kept:
            if one is None:
                parts.append(None)
            elif isinstance(one, int):
                parts.append(values[one])
            elif parts:
                parts.extend(values[one[0]])
            else:
                # the list grows in place, so that a long one takes linear time
                parts = values[one[0]]
        value: Any = parts
        if identity >= 0:
            value = parts[0]
        elif not builder.startswith("_"):
            at = self._lexer.last_end
            value = self._builders[builder](
                self._lowering, parts, Span(start, end) if start >= 0 else Span(at, at)
            )
        self._values.append(value)
        self._starts.append(start)
        self._ends.append(end)
        self._depths.append(depth)

    def _expected(self, depth: int) -> tuple[str, ...]:
        """The grammar's names of what can stand after the first `depth` states, sorted."""
        row = self._table.rows[self._states[depth - 1]]
        return tuple(
            sorted(
                kind
                for kind in row
                if not kind.islower() and kind != "BROKEN" and self._would_take(kind, depth)
            )
        )

    def _would_take(self, kind: str, depth: int | None = None) -> bool:
        """Whether the parser, cut back to `depth` states, could shift `kind` now or after reducing."""
        states = self._states if depth is None else self._states[:depth]
        rows = self._table.rows
        added: list[int] = []
        base = len(states)
        state = states[-1]
        while True:
            action = rows[state].get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = self._table.rules[-action - 1]
            for _ in range(rule.length):
                if added:
                    added.pop()
                else:
                    base -= 1
            state = rows[added[-1] if added else states[base - 1]].get(rule.origin, -1)
            if state < 0:
                return False
            added.append(state)

    def _cut(self, depth: int) -> None:
        del self._states[depth:]
        keep = depth - 1
        del self._values[keep:], self._starts[keep:], self._ends[keep:], self._depths[keep:]
