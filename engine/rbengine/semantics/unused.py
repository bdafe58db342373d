"""Parts of a library that no file of the project mentions."""

import re
from collections.abc import Iterable

from rbengine.diagnostics import Diagnostic
from rbengine.semantics.problems import project as problems
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Library
from rbengine.syntax.nodes.library import Procedure, RecordType
from rbengine.syntax.nodes.runbook import Message


def unused_parts(
    library: Library, source: SourceFile, others: Iterable[str]
) -> tuple[Diagnostic, ...]:
    """What those of the texts `others` that use it never mention, and the library itself only declares.

    A mention is the word, wherever it stands: a file that cannot be read in full still uses what it names. Of a
    library that nobody uses yet nothing is said.
    """
    use = re.compile(rf"^use\b[^\n]*\b{re.escape(library.name.text)}\b", re.MULTILINE)
    texts = tuple(one for one in others if use.search(one))
    if not texts:
        return ()
    found: list[Diagnostic] = []
    for part in library.parts:
        match part:
            case Procedure():
                what = "procedure"
            case RecordType():
                what = "record"
            case Message():
                what = "message"
            case _:
                continue
        word = re.compile(rf"\b{re.escape(part.name.text)}\b")
        own = len(word.findall(source.text))
        if own < 2 and not any(word.search(text) for text in texts):
            problem = problems.UnusedPart(
                file=source.path, span=part.name.span, what=what, name=part.name.text
            )
            found.append(problems.describe(problem))
    return tuple(found)
