"""The project's own templates: read when they are first needed, and tried before anything depends on them."""

from rbengine.cli.usage import UsageError
from rbengine.facts.project import Project
from rbengine.host.letters import SAMPLE, tried
from rbengine.host.templates import BadTemplateError


def read_templates(project: Project) -> dict[str, str]:
    """Name to text. Raises UsageError for one that is not there or cannot be filled."""
    found = {}
    for name, path in project.settings.templates.items():
        try:
            found[name] = (project.root / path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            raise UsageError(
                f"the template cannot be read: {reason}",
                place=path,
                way_out=f"correct `{name}` under `[templates]` in the settings, or leave it out",
            ) from error
    if "escalation" in found:
        try:
            tried(SAMPLE, found["escalation"])
        except BadTemplateError as error:
            raise bad_template(project, "escalation", error) from error
    return found


def bad_template(project: Project, name: str, error: BadTemplateError) -> UsageError:
    """What is wrong with the project's template `name`, where, and the way out."""
    path = project.settings.templates[name]
    return UsageError(
        f"the template cannot be filled: {error}",
        place=f"{path}:{error.line}" if error.line else path,
        way_out="docs/reports.md names what a template may use; without the setting the product's own is taken",
    )
