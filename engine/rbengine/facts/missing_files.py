"""Files that profiles name and that are not there: said when the settings are read, not in an incident."""

from pathlib import Path

from rbengine.diagnostics import Diagnostic
from rbengine.facts.profiles import Profile
from rbengine.facts.setting_problems import Problems
from rbengine.source import SourceFile


def missing_files(source: SourceFile, root: Path, profiles: list[Profile]) -> list[Diagnostic]:
    """A problem for each. `source` is the settings' text, `root` the folder that they stand in."""
    problems = Problems(source)
    for one in profiles:
        for key, path in (("schema", one.schema), ("policy", one.policy)):
            if path is not None and not (root / path).is_file():
                problems.add(
                    "E563",
                    ("profiles", one.name, key),
                    f"there is no file `{path}`",
                    f"correct the path: it begins at the folder of {source.path}",
                    at_value=True,
                )
    return problems.found
