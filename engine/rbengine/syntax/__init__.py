"""Text to tree. The only package that knows the grammar."""

from rbengine.syntax.decode import decode
from rbengine.syntax.describe import describe
from rbengine.syntax.parse import parse
from rbengine.syntax.parsed import Kind, Parsed
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.trivia import Trivia

__all__ = ["Kind", "Parsed", "SyntaxProblem", "Trivia", "decode", "describe", "parse"]
