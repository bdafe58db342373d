"""E306 to E308: secrets on their way to a place that is not secret."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic
from rbengine.semantics.problems.base import Problem, diagnostic

_WHY = "what is not declared secret may be shown, logged and kept"


class SecretLeaves(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E306")
    where: str
    """``argument `body` ``."""


class SecretShown(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E307")
    where: str
    """`a note`."""


class SecretCompared(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E308")


class MadeBesideWhole(Problem, frozen=True, kw_only=True):
    """A text made from a secret, compared with one that was given or read."""

    code: ClassVar[Code] = Code("E308")


SecrecyProblem = SecretLeaves | SecretShown | SecretCompared | MadeBesideWhole


def describe(problem: SecrecyProblem) -> Diagnostic:
    """The words."""
    match problem:
        case SecretLeaves(where=where):
            return diagnostic(
                problem,
                f"a secret may not reach {where}",
                "secret",
                why=_WHY,
                help="give it only to arguments that are declared secret",
            )
        case SecretShown(where=where):
            return diagnostic(
                problem,
                f"a secret may not stand in {where}",
                "a secret is put in here",
                why=_WHY,
                help="name the secret instead of showing it",
            )
        case SecretCompared():
            return diagnostic(
                problem,
                "a secret is compared only with a secret, and only by `is`",
                "not secret",
                why="each answer to another comparison tells a little of the secret",
                help="compare it with another secret or a digest: `is` or `is not`",
            )
        case MadeBesideWhole():
            return diagnostic(
                problem,
                "a text made from a secret is compared only with another such text",
                "one is made from a secret, the other is one",
                why="only their digests are kept, and that of a text is made from those of its parts",
                help="compare the secrets themselves, or make both texts the same way",
            )
        case _:
            assert_never(problem)
