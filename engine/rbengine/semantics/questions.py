"""Open questions: comments that begin with `# ?`. Whoever answers one takes it out."""

from collections.abc import Iterable, Iterator

from rbengine.diagnostics import Diagnostic
from rbengine.semantics.problems.project import OpenQuestion, describe
from rbengine.syntax.trivia import Trivia

_MARK = "?"


def open_questions(file: str, trivia: Iterable[Trivia]) -> Iterator[Diagnostic]:
    """A warning for each question among the comments, in the order of the text."""
    for one in trivia:
        text = one.text.removeprefix("#").lstrip(" ")
        if one.kind == "comment" and text.startswith(_MARK):
            asked = text.removeprefix(_MARK).strip()
            yield describe(OpenQuestion(file=file, span=one.span, asked=asked))
