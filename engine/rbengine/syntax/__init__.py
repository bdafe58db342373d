"""Text to tree. The only package that knows the grammar.

Whoever only handles nodes does not load what reads them: `parse` and `describe` load their modules when called.
"""

from typing import TYPE_CHECKING

from rbengine.syntax.decode import decode
from rbengine.syntax.kinds import Kind
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.trivia import Trivia

if TYPE_CHECKING:
    from rbengine.diagnostics import Diagnostic
    from rbengine.source import SourceFile
    from rbengine.syntax.parsed import Parsed
    from rbengine.syntax.tokens import Token

__all__ = ["Kind", "SyntaxProblem", "Trivia", "decode", "describe", "parse", "parse_again"]


def parse(source: "SourceFile", tokens: "list[Token] | None" = None) -> "Parsed":
    """The tree of a file and everything that is wrong with its text; see `parser.parse`."""
    from rbengine.syntax.parser import parse

    return parse(source, tokens)


def parse_again(source: "SourceFile", former: "SourceFile", parsed: "Parsed") -> "Parsed":
    """The same for a text that was read before and has changed a little; see `reparse.parse_again`."""
    from rbengine.syntax.reparse import parse_again

    return parse_again(source, former, parsed)


def describe(problem: SyntaxProblem, source: "SourceFile") -> "Diagnostic":
    """One problem in words, with a way out; see `wordings.describe`."""
    from rbengine.syntax.wordings import describe

    return describe(problem, source)
