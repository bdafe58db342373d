"""Reads a stretch of text, and goes on after a mistake.

After a mistake the parser goes back to the nearest list of statements (or other lines) it was reading, puts BROKEN
there for the lines of the one that failed, and reads on below. What it made is never run: each such place is a problem.
"""

import re
from typing import Any

from msgspec.structs import replace

from rbengine.source import Span
from rbengine.syntax.automaton import STRUCTURE, Automaton, Builder
from rbengine.syntax.lexer import Refused
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import Table
from rbengine.syntax.tokens import Token
from rbengine.syntax.trivia import Trivia
from rbengine.syntax.unexpected import line_at, unexpected, unknown_line

MAX_PROBLEMS = 50
"""In one part of a file; beyond, the rest of the part is not read."""

_HEADS = frozenset({"STEP", "FINDING", "RESOLVE", "CHANGE"})
"""Lines that may be unreadable while what stands below them is read all the same."""
_IDLE = frozenset({":", ";", "{", "then", "do"})
"""Signs and words of other languages that only say where a line or its condition ends: without them it is ours."""
_ELSE = re.compile(r"else\b")
_FREE_LINE = re.compile(r"[ ]*(?:#[^\n]*)?(?:\n|$)")
_FREE_LINES = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*[ ]*")


class Driver(Automaton):
    """Reads one stretch of text from one start symbol. Used once."""

    def __init__(
        self, table: Table, builders: dict[str, Builder], lowering: Any, text: str, span: Span
    ) -> None:
        super().__init__(table, builders, lowering, text, span)
        self._text = text
        self._span = span
        self._recovered_at = -1
        self._broken_end = -1
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
                problem = refused.problem
                if problem.code == "E101":
                    problem = replace(problem, expected=self._expected(len(self._states)))
                # what is too deep may be found out where it ends, on the line below
                at = lexer.position if problem.code != "E109" else problem.span.start
                if not self._pass_over(problem, max(problem.span.start, at)):
                    return None
                continue
            if done:
                return self._values[-1]
            if done is None:
                if not self._pass_over(self._unexpected(token), token.start):
                    return None
            elif token.kind not in STRUCTURE:
                self._last = token

    def _pass_over(self, problem: SyntaxProblem, offender: int) -> bool:
        """Report and go on: after a sign that means nothing here just behind it, else below the lines given up."""
        if problem.code != "E119" or problem.found not in _IDLE:
            return self._recover(problem, offender)
        self._lexer.problems.append(problem)
        if problem.found == "{":
            self._lexer.brackets.pop()
        return len(self._lexer.problems) < MAX_PROBLEMS

    def _unexpected(self, token: Token) -> SyntaxProblem:
        before = self._before()
        expected = self._expected(len(self._states))
        if (
            expected == ("DOT",)
            and before is not None
            and line_at(self._text, before.start).start == before.start
        ):
            # `stpe "…"`: a name may begin a line, but this one begins none that goes on so
            return unknown_line(before, self._expected(len(self._states) - 1))
        return unexpected(self._text, token, expected, before, self._lexer.last_end)

    def _before(self) -> Token | None:
        """The last token that means something."""
        return self._last

    def _recover(self, problem: SyntaxProblem, offender: int) -> bool:
        """Report, cut back, and stand at the end of the lines that were given up; False when nothing can go on."""
        problems = self._lexer.problems
        closes_reported = problem.found == "}" and any(
            one.code == "E119" and one.found == "{" for one in problems
        )
        if not closes_reported and not self._is_same_slip(problem):
            problems.append(problem)
        if len(problems) >= MAX_PROBLEMS:
            return False
        if self._skip_head(offender):
            return True
        rows = self._table.rows
        column = self._column_of(offender) if problem.code != "E112" else self._lexer.indents[-1][0]
        for depth in range(len(self._states), 0, -1):
            row = rows[self._states[depth - 1]]
            if (
                "BROKEN" in row
                and self._list_column(depth) <= column
                and not self._is_head(depth)
                and self._would_take("BROKEN", depth)
            ):
                return self._give_up(
                    depth,
                    offender,
                    is_text=problem.code == "E114" or not problem.found[:1].islower(),
                )
        return False

    def _is_same_slip(self, problem: SyntaxProblem) -> bool:
        """Whether a word of the language only lacks the line above it, which was just given up, or the very sign
        (`&&`, `==`) has its report already."""
        if any(one.span == problem.span for one in self._lexer.problems):
            return True
        is_word = problem.found in self._table.terminals.words
        between = self._text[self._broken_end : problem.span.start]
        return (
            problem.code == "E101"
            and is_word
            and 0 <= self._broken_end < problem.span.start
            and "\n" in between
            and _FREE_LINES.fullmatch(between) is not None
        )

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
        """Whether a line falls with the one given up: it is deeper, or its `else`, or more of the same SQL or prose."""
        own = self._column(line)
        if own != column:
            return own > column
        return _ELSE.match(self._text, line + own) is not None or (
            is_text and not self._text[line + own].islower()
        )

    def _put_broken(self, start: int, end: int) -> None:
        self._lexer.rewind(end, len(self._values))
        self._broken_end = end
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
