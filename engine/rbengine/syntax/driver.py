"""Drives the automaton over the tokens, and goes on after a mistake.

Nodes are built while reading, so no second tree and no recursion. After a mistake the parser goes back to the nearest
list of statements (or other lines) it was reading, puts BROKEN there for the lines of the one that failed, and reads
on below. What it made is never run: every such place is a problem.
"""

import re
from collections.abc import Callable
from typing import Any

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.lexer import MAX_LEVELS, Lexer, Refused
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import Table
from rbengine.syntax.tokens import Token
from rbengine.syntax.trivia import Trivia
from rbengine.syntax.unexpected import line_at, unexpected

Parts = list[Any]
Builder = Callable[[Any, Parts, Span], Any]
"""A builder gets the lowering, the kept parts of its rule, and the extent of what was read."""

MAX_PROBLEMS = 50
"""In one part of a file; beyond, the rest of the part is not read."""

_HEADS = frozenset({"STEP", "FINDING", "RESOLVE", "CHANGE"})
"""Lines that may be unreadable while what stands below them is read all the same."""
_FREE_LINE = re.compile(r"[ ]*(?:#[^\n]*)?(?:\n|$)")
_STRUCTURE = frozenset({"_NL", "_INDENT", "_DEDENT", "$END"})
_NESTING = frozenset(
    {
        "negation", "minus", "parens", "conditional", "where", "each", "or_else", "and_also", "add", "subtract",
        "multiply", "divide", "compare", "compare_assign", "compare_in", "compare_not_in", "compare_is",
        "compare_is_not", "test", "test_not", "field", "apply", "ago", "from_now", "list", "record", "list_type",
        "optional_type", "secret_type",
    }
)  # fmt: skip
"""Rules that put one expression into another; the others begin to count anew."""


class Driver:
    """Reads one stretch of text from one start symbol. Used once."""

    def __init__(
        self, table: Table, builders: dict[str, Builder], lowering: Any, text: str, span: Span
    ) -> None:
        self._table = table
        self._builders = builders
        self._lowering = lowering
        self._text = text
        self._span = span
        self._lexer = Lexer(table, text, span.start, span.end)
        self._states: list[int] = []
        self._values: Parts = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._depths: list[int] = []
        self._recovered_at = -1
        self._last: Token | None = None

    @property
    def problems(self) -> list[SyntaxProblem]:
        return self._lexer.problems

    @property
    def trivia(self) -> dict[int, Trivia]:
        return self._lexer.trivia

    def read(self, start: str) -> Any:
        """What the text holds as a `start`, or None when it could not be read; `problems` says why."""
        first, last = self._table.starts[start]
        self._states = [first]
        lexer = self._lexer
        while True:
            try:
                token = lexer.next_token(self._states[-1], len(self._values))
                done = self._take(token, last)
            except Refused as refused:
                if not self._recover(
                    refused.problem, max(refused.problem.span.start, lexer.position)
                ):
                    return None
                continue
            if done:
                return self._values[-1]
            if done is False and token.kind not in _STRUCTURE:
                self._last = token
            if done is None and not self._recover(self._unexpected(token), token.start):
                return None

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
                if kind in _STRUCTURE:
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
            depth = max(self._depths[-length:])
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
            if builder in _NESTING:
                depth += 1
                if depth > MAX_LEVELS:
                    self._too_deep(Span(start, end))
                    depth = 0
            at = self._lexer.last_end
            value = self._builders[builder](
                self._lowering, parts, Span(start, end) if start >= 0 else Span(at, at)
            )
        self._values.append(value)
        self._starts.append(start)
        self._ends.append(end)
        self._depths.append(depth)

    def _too_deep(self, span: Span) -> None:
        if not any(one.code == "E109" for one in self._lexer.problems):
            self._lexer.problems.append(SyntaxProblem(code=Code("E109"), span=span))

    # ------------------------------------------------------------ after a mistake

    def _unexpected(self, token: Token) -> SyntaxProblem:
        before = self._before()
        expected = self._expected(len(self._states))
        if expected == ("DOT",) and before is not None:
            # `stpe "…"`: a name may begin a line, but this one begins none that goes on so
            line = line_at(self._text, before.start)
            if line.start == before.start:
                outer = self._expected(len(self._states) - 1)
                return SyntaxProblem(
                    code=Code("E101"),
                    span=before.span,
                    found=before.text,
                    expected=outer,
                    detail=before.kind,
                )
        return unexpected(
            self._text, token, expected, before, self._lexer.last_end, self._lexer.block_column
        )

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

    def _before(self) -> Token | None:
        """The last token that means something."""
        return self._last

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

    def _recover(self, problem: SyntaxProblem, offender: int) -> bool:
        """Report, cut back, and stand at the end of the lines that were given up; False when nothing can go on."""
        problems = self._lexer.problems
        closes_reported = problem.found == "}" and any(
            one.code == "E119" and one.found == "{" for one in problems
        )
        if not closes_reported:
            problems.append(problem)
        if len(problems) >= MAX_PROBLEMS:
            return False
        if self._skip_head(offender):
            return True
        rows = self._table.rows
        column = self._column_of(offender)
        for depth in range(len(self._states), 0, -1):
            row = rows[self._states[depth - 1]]
            if (
                "BROKEN" in row
                and self._list_column(depth) <= column
                and not self._is_head(depth)
                and self._would_take("BROKEN", depth)
            ):
                return self._give_up(depth, offender, is_text=problem.code == "E114")
        return False

    def _column_of(self, offender: int) -> int:
        """Where the line of the offender begins. A list deeper than that has ended before it."""
        if offender >= self._span.end:
            return 0
        return self._column(self._text.rfind("\n", 0, offender) + 1)

    def _list_column(self, depth: int) -> int:
        """The column of the innermost block that holds the first `depth` states."""
        return next(column for column, begun in reversed(self._lexer.indents) if begun < depth - 1)

    def _is_head(self, depth: int) -> bool:
        value = self._values[depth - 2] if depth > 1 else None
        return isinstance(value, Token) and value.kind in _HEADS

    def _skip_head(self, offender: int) -> bool:
        """Give up only the line `step …`, where the lines below it can be read for themselves."""
        line_start = self._text.rfind("\n", 0, offender) + 1
        for depth in range(len(self._states), 1, -1):
            value = self._values[depth - 2]
            if not self._is_head(depth):
                continue
            if (
                value.start < line_start
                or "BROKEN" not in self._table.rows[self._states[depth - 1]]
            ):
                return False
            column = value.start - line_start
            end = self._line_end(offender)
            below = self._next_line(end + 1)
            if below >= self._span.end or self._column(below) <= column:
                return False
            self._cut(depth)
            self._put_broken(value.end, end)
            return True
        return False

    def _give_up(self, depth: int, offender: int, *, is_text: bool) -> bool:
        popped = [start for start in self._starts[depth - 1 :] if start >= 0]
        self._cut(depth)
        lexer = self._lexer
        lexer.rewind(offender, depth - 1)
        column = lexer.indents[-1][0]
        line_start = self._text.rfind("\n", 0, offender) + 1
        is_first = not self._text[line_start:offender].strip(" ")
        start = popped[0] if popped else offender
        goes_on_here = is_first and start < line_start and offender != self._recovered_at
        line = line_start if goes_on_here else self._line_end(offender) + 1
        line = self._next_line(line)
        while line < self._span.end and self._goes_with(line, column, is_text=is_text):
            line = self._next_line(self._line_end(line) + 1)
        end = self._last_line_end(max(start, self._span.start), line)
        self._recovered_at = offender
        self._put_broken(start, end)
        return True

    def _goes_with(self, line: int, column: int, *, is_text: bool) -> bool:
        """Whether a line falls with the one given up: it is deeper, or is the SQL that should have been."""
        own = self._column(line)
        return own > column or (is_text and own == column and not self._text[line + own].islower())

    def _cut(self, depth: int) -> None:
        del self._states[depth:]
        keep = depth - 1
        del self._values[keep:], self._starts[keep:], self._ends[keep:], self._depths[keep:]

    def _put_broken(self, start: int, end: int) -> None:
        self._lexer.rewind(end, len(self._values))
        self._take(Token("BROKEN", self._text[start:end], start, end), -1)

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position, self._span.end)
        return self._span.end if end < 0 else end

    def _column(self, line_start: int) -> int:
        position = line_start
        while self._text.startswith(" ", position):
            position += 1
        return position - line_start

    def _next_line(self, line_start: int) -> int:
        """The first line at or after `line_start` that holds more than a comment; the limit where there is none."""
        while line_start < self._span.end:
            free = _FREE_LINE.match(self._text, line_start, self._span.end)
            if free is None:
                return line_start
            line_start = max(free.end(), line_start + 1)
        return self._span.end

    def _last_line_end(self, start: int, below: int) -> int:
        """Where the last line before `below` that holds something ends."""
        end = below
        while end > start:
            line_start = self._text.rfind("\n", 0, end - 1) + 1
            line = (
                self._text[line_start : end - 1]
                if self._text[end - 1] == "\n"
                else self._text[line_start:end]
            )
            bare = line.strip(" ")
            if bare and not bare.startswith("#"):
                return line_start + len(line.rstrip(" "))
            end = line_start
        return max(start, self._line_end(start))
