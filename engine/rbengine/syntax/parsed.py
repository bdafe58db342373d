"""What parsing gives."""

import msgspec

from rbengine.syntax.kinds import Kind
from rbengine.syntax.nodes import Tree
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.trivia import Trivia


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """`tree` is None only for the last three kinds. Problems are in the order of the text."""

    kind: Kind
    tree: Tree | None
    problems: tuple[SyntaxProblem, ...]
    trivia: tuple[Trivia, ...]
