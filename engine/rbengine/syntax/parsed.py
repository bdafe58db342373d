"""What parsing gives."""

from typing import Literal

import msgspec

from rbengine.syntax.nodes import Tree
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.trivia import Trivia

Kind = Literal[
    "runbook", "policy", "calendar", "library", "app", "scenarios", "foreign", "empty", "refused"
]
"""The first word; `foreign` is a file that begins with another one (and is left alone), `empty` has no word at all,
`refused` was too large or not to be read as text."""


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """`tree` is None only for the last three kinds. Problems are in the order of the text."""

    kind: Kind
    tree: Tree | None
    problems: tuple[SyntaxProblem, ...]
    trivia: tuple[Trivia, ...]
