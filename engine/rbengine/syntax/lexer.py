"""Text to tokens, one at a time, guided by what the parser waits for.

Lines become indentation here: a newline token, then one token for each level that begins or ends. Inside brackets
lines do not count. The grammar's BLOCK takes a whole raw text at once.
"""

import re
from collections.abc import Sequence
from itertools import islice

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.forbidden import other_blanks
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import Table
from rbengine.syntax.tokens import Token
from rbengine.syntax.trivia import Trivia
from rbengine.syntax.unexpected import LONG_UNITS, line_at

MAX_LEVELS = 100
"""Levels of blocks and brackets together, and of expressions within each other."""

_BLANKS = re.compile(r"[ ]*")
_TO_LINE_END = re.compile(r"[ ]*(?:#[^\n]*)?")
_GOES_ON = re.compile(r"(?:and|or)\b")
_LINE_START = re.compile(r"\n([ ]*)(?=[^ \n#])")
_LINES_AHEAD = 40
_OPENS = re.compile(
    r"(?:step|finding|if|else|match|when|for|parallel|within|change|task|all|on|either|undo|at)\b"
)
_BRACKETS = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
_OPENING = frozenset(_BRACKETS.values())
_CURVED = "\u2018\u2019\u201a\u201c\u201d\u201e"
_OTHERWISE_QUOTED = re.compile(rf"'[^'\n]*'|[{_CURVED}][^{_CURVED}\"\n]*[{_CURVED}\"]")
"""As other languages do it, and as a chat or a word processor writes quotes."""
_NUMBER_AND_WORD = re.compile(r"([0-9]+)([0-9A-Za-z_.]*)")


class Refused(Exception):  # noqa: N818  # never leaves the parser
    """A text that is no token; the parser catches it and goes on below."""

    def __init__(self, problem: SyntaxProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Lexer:
    """Reads `text` from `start` up to `limit`. `indents` are the open blocks: column, and the parser's depth there."""

    def __init__(self, table: Table, text: str, start: int, limit: int) -> None:
        self.table = table
        self.text = text
        self.position = start
        self.limit = limit
        self.indents: list[tuple[int, int]] = [(0, -1)]
        self.brackets: list[Token] = []
        self.pending: list[str] = []
        self.last_end = start
        self.trivia: dict[int, Trivia] = {}
        self.problems: list[SyntaxProblem] = []
        self._uneven_at = -1

    def next_token(self, state: int, depth: int) -> Token:
        """The next token, given the parser's state and how many symbols it holds. Raises Refused."""
        row = self.table.rows[state]
        if self.pending:
            kind = self.pending.pop()
            if kind == "_INDENT":
                self._open_level(depth)
            return Token(kind, "", self.position, self.position)
        if self._uneven_at == self.position:
            self._uneven()
        waits = self.table.waits[state]
        free = self.table.free
        while True:
            if waits:
                token = self._contextual(row, waits)
                if token is not None:
                    return token
            match = free.match(self.text, self.position, self.limit)
            if match is None:
                token = self._other()
                if token is None:
                    continue
                return token
            kind = match.lastgroup or ""
            start, end = match.span(kind)
            text = match[kind]
            self.position = end
            if kind == "NAME":
                word = self.table.terminals.words.get(text)
                if word is not None and (word in row or "NAME" not in row):
                    kind = word
            elif kind == "SIGN":
                if text == "|" and self.text.startswith("|", end):
                    return self._foreign(start)
                kind = self.table.terminals.signs[text]
                if kind in _OPENING:
                    self._open_bracket(Token(kind, text, start, end))
                elif kind in _BRACKETS:
                    self._close_bracket(Token(kind, text, start, end))
            elif kind == "COMMENT":
                self._keep(Trivia(Span(start, end), "comment", text, "trailing", self.last_end))
                continue
            self.last_end = end
            return Token(kind, text, start, end)

    def rewind(self, position: int, depth: int) -> None:
        """Go on at `position`, the end of a line, with the blocks that the parser still holds."""
        self.position = position
        self.last_end = position
        self.pending.clear()
        self.brackets.clear()
        while self.indents[-1][1] >= depth:
            self.indents.pop()

    def _contextual(self, row: dict[str, int], waits: Sequence[str]) -> Token | None:
        if waits[0] == "BLOCK":
            return self._block()
        match = _BLANKS.match(self.text, self.position, self.limit)
        start = match.end() if match else self.position
        for kind in waits:
            match = self.table.contextual[kind].match(self.text, start, self.limit)
            if match is None:
                continue
            text = match[0]
            if kind == "CURRENCY" and self.table.terminals.words.get(text) in row:
                continue
            self.position = self.last_end = match.end()
            return Token(kind, text, start, match.end())
        return None

    def _block(self) -> Token | None:
        """The raw text below, or None where the line goes on. It must be deeper than the line it belongs to."""
        match = _TO_LINE_END.match(self.text, self.position, self.limit)
        line_end = match.end() if match else self.position
        if not self.text.startswith("\n", line_end) or self.brackets:
            return None
        comment = self.text.find("#", self.position, line_end)
        if comment >= 0:
            text = self.text[comment:line_end]
            self._keep(Trivia(Span(comment, line_end), "comment", text, "trailing", self.last_end))
        block = self.table.contextual["BLOCK"].match(self.text, line_end, self.limit)
        column = self.indents[-1][0]
        if block is None or len(block["ind"]) <= column:
            line = line_at(self.text, self.last_end)
            raise Refused(
                SyntaxProblem(
                    code=Code("E114"), span=Span(self.last_end - 1, self.last_end), other=line
                )
            )
        end = self._whole_block(block.end(), column)
        self.position = self.last_end = end
        return Token("BLOCK", self.text[line_end:end], line_end, end)

    def _whole_block(self, end: int, column: int) -> int:
        """Where a raw text ends, with lines that are shallower than its first but deeper than its opener."""
        deeper = re.compile(rf"(?:\n[ ]*(?=\n))*\n[ ]{{{column + 1},}}[^ \n][^\n]*")
        match = deeper.match(self.text, end, self.limit)
        if match is None:
            return end
        self.problems.append(SyntaxProblem(code=Code("E115"), span=line_at(self.text, match.end())))
        while match is not None:
            end = match.end()
            match = deeper.match(self.text, end, self.limit)
        return end

    def _other(self) -> Token | None:
        """A newline, the end, or a sign that is none of ours; None when the text was skipped."""
        match = _BLANKS.match(self.text, self.position, self.limit)
        start = match.end() if match else self.position
        if start >= self.limit:
            self.position = start
            return Token("$END", "", self.last_end, self.last_end)
        if self.text[start] == "\n":
            return self._newline(start)
        blanks = other_blanks(self.text, start)
        if blanks is not None:
            self.problems.append(blanks)
            self.position = blanks.span.end
            return None
        return self._foreign(start)

    def _newline(self, start: int) -> Token | None:
        match = self.table.line_end.match(self.text, start, self.limit)
        end = match.end() if match else start + 1
        between = self.text[start:end]
        column = 0 if end >= self.limit else end - self.text.rfind("\n", start, end) - 1
        if self.brackets and end < self.limit:
            if column > self.indents[-1][0] or self.text[end] in ")]}":
                self._keep_lines(start, end)
                self.position = end
                return None
        elif self._goes_on(end, column):
            self._keep_lines(start, end)
            self.position = end
            return None
        if self.brackets:
            opened = self.brackets[-1]
            self.brackets.clear()
            raise Refused(SyntaxProblem(code=Code("E103"), span=opened.span, found=opened.text))
        if between.count("\n") > 1:
            self._keep_lines(start, end)
        self.position = end
        open_columns = [one for one, _ in self.indents]
        if column > open_columns[-1]:
            self.pending = ["_INDENT"]
        else:
            deeper = [one for one in open_columns if one > column]
            if column not in open_columns:
                if open_columns[-len(deeper) - 1] > 0 and self._opens_block(end, column):
                    self.problems.append(
                        SyntaxProblem(code=Code("E112"), span=line_at(self.text, end))
                    )
                else:
                    # taken for a line of the inner block, so that the lines below it keep their place
                    deeper.pop(0)
                    self._uneven_at = end
            self.pending = ["_DEDENT"] * len(deeper)
        return Token("_NL", "\n", start, start)

    def _opens_block(self, position: int, column: int) -> bool:
        """Whether the line that begins here holds the lines below it."""
        if _OPENS.match(self.text, position) is None:
            return False
        below = _LINE_START.search(self.text, position, self.limit)
        return below is not None and len(below[1]) > column

    def _uneven(self) -> None:
        """A line between two levels. Where the next line stands in its column, it was the block's first line that
        was too deep, and all goes on from here; else this line is given up.
        """
        self._uneven_at = -1
        line = line_at(self.text, self.position)
        problem = SyntaxProblem(code=Code("E112"), span=line)
        depth = self.indents[-1][1]
        column = line.start - self.text.rfind("\n", 0, line.start) - 1
        if not self._is_column_of_block(line.end, column):
            raise Refused(problem)
        self.problems.append(problem)
        self.indents[-1] = (column, depth)

    def _is_column_of_block(self, position: int, column: int) -> bool:
        """Whether the next line below `position` that is no deeper than `column` begins there; looks at a few."""
        for match in islice(_LINE_START.finditer(self.text, position, self.limit), _LINES_AHEAD):
            if len(match[1]) <= column:
                return len(match[1]) == column
        return False

    def _goes_on(self, position: int, column: int) -> bool:
        """Whether a line that begins here, with `and` or `or`, goes on with the line above."""
        return (
            not self.brackets
            and position < self.limit
            and column >= self.indents[-1][0]
            and _GOES_ON.match(self.text, position) is not None
        )

    def _open_level(self, depth: int) -> None:
        column = self.position - self.text.rfind("\n", 0, self.position) - 1
        self.indents.append((column, depth))
        self._limit_levels(Span(self.position, self.position + 1))

    def closed_level(self) -> None:
        """The parser took the end of a block."""
        self.indents.pop()

    def _open_bracket(self, token: Token) -> None:
        self.brackets.append(token)
        self._limit_levels(token.span)

    def _limit_levels(self, span: Span) -> None:
        if len(self.indents) + len(self.brackets) > MAX_LEVELS + 1:
            raise Refused(SyntaxProblem(code=Code("E109"), span=span))

    def _close_bracket(self, token: Token) -> None:
        if not self.brackets:
            code = Code("E119") if token.text == "}" else Code("E104")
            raise Refused(SyntaxProblem(code=code, span=token.span, found=token.text))
        opened = self.brackets.pop()
        if opened.kind != _BRACKETS[token.kind]:
            raise Refused(
                SyntaxProblem(
                    code=Code("E104"), span=token.span, found=token.text, other=opened.span
                )
            )

    def _foreign(self, start: int) -> Token:
        """Signs of other languages. What they mean is plain, so some are read on as ours after the report."""
        text = self.text
        two = text[start : start + 2]
        if two in ("&&", "||"):
            word = "and" if two == "&&" else "or"
            self.problems.append(
                SyntaxProblem(
                    code=Code("E116"), span=Span(start, start + 2), found=two, detail=word
                )
            )
            self.position = self.last_end = start + 2
            return Token(word.upper(), word, start, start + 2)
        if text[start] == "!":
            self.problems.append(
                SyntaxProblem(
                    code=Code("E116"), span=Span(start, start + 1), found="!", detail="not"
                )
            )
            self.position = self.last_end = start + 1
            return Token("NOT", "not", start, start + 1)
        quoted = _OTHERWISE_QUOTED.match(text, start, self.limit)
        if quoted:
            self.problems.append(
                SyntaxProblem(code=Code("E117"), span=Span(*quoted.span()), found=text[start])
            )
            self.position = self.last_end = quoted.end()
            return Token("STRING", quoted[0], start, quoted.end())
        line_end = text.find("\n", start, self.limit)
        line_end = self.limit if line_end < 0 else line_end
        if text[start] in "\"'":
            hole = text.rfind("{{", start, line_end)
            is_hole = hole >= 0 and text.find("}}", hole, line_end) < 0
            code = Code("E125") if is_hole and text.find('"', start + 1, hole) < 0 else Code("E102")
            span = Span(hole, hole + 2) if code == "E125" else Span(start, line_end)
            raise Refused(SyntaxProblem(code=code, span=span, found=text[start:line_end]))
        number = _NUMBER_AND_WORD.match(text, start, self.limit)
        if number:
            unit = LONG_UNITS.get(number[2])
            detail = number[1] + unit if unit else ""
            span = Span(*number.span())
            raise Refused(
                SyntaxProblem(code=Code("E120"), span=span, found=number[0], detail=detail)
            )
        code = Code("E119") if text[start] == ";" else Code("E101")
        self.position = start + 1
        raise Refused(
            SyntaxProblem(code=code, span=Span(start, start + 1), found=text[start], detail="SIGN")
            if code == "E101"
            else SyntaxProblem(code=code, span=Span(start, start + 1), found=text[start])
        )

    def _keep_lines(self, start: int, end: int) -> None:
        """Keep the comments and blank lines between the newline at `start` and the next token, at `end`."""
        line_start = self.text.find("\n", start, end) + 1
        while line_start:
            line_end = self.text.find("\n", line_start, end)
            if line_end < 0 and end < self.limit:
                return
            stop = end if line_end < 0 else line_end
            line = self.text[line_start:stop]
            text = line.lstrip(" ")
            if text:
                span = Span(stop - len(text), stop)
                self._keep(Trivia(span, "comment", text, "own line", end))
            elif line_end >= 0:
                self._keep(Trivia(Span(line_start, line_start), "blank", "", "own line", end))
            line_start = line_end + 1

    def _keep(self, trivia: Trivia) -> None:
        self.trivia[trivia.span.start] = trivia
