"""Problems as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from collections.abc import Iterable, Mapping

from rbengine.diagnostics.model import Diagnostic
from rbengine.diagnostics.places import region
from rbengine.source import SourceFile

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def to_commands(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], prefix: str = ""
) -> list[str]:
    """One line for each problem, in the order given. `prefix` leads from the repository to the paths of labels."""
    return [_command(one, sources, prefix) for one in diagnostics]


def _command(problem: Diagnostic, sources: Mapping[str, SourceFile], prefix: str) -> str:
    properties: dict[str, object] = {"file": prefix + problem.primary.file}
    source = sources.get(problem.primary.file)
    if source is not None:
        place = region(problem.primary, source)
        properties |= {"line": place.line, "endLine": place.end_line}
        if place.line == place.end_line:  # GitHub takes columns within one line only
            properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = f"{problem.code}: {problem.message}"
    shown = ",".join(
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items()
    )
    return f"::{problem.severity} {shown}::{_text(problem).translate(_DATA)}"


def _text(problem: Diagnostic) -> str:
    facts = [("why", problem.why)] if problem.why else []
    facts += [("note", one) for one in problem.notes]
    facts += [("help", problem.help)] if problem.help else []
    return "\n".join(
        [problem.primary.text or problem.message, *(f"{word}: {text}" for word, text in facts)]
    )
