"""Letting the commands of a project's settings be run, by whoever has looked at them."""

from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.keyboard import Keyboard, Stdin
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.facts.project import Project
from rbengine.facts.references import told
from rbengine.facts.settings import NAME
from rbengine.host.live.trust import Command, Trust, commands_of, digest_of, files_of
from rbengine.report.text import visible


def trust(digest: str | None, keyboard: Keyboard | None = None) -> int:
    """Show every command and ask; `digest` is the answer of a machine. Raises UsageError."""
    output = Output()
    with Ground.here(output) as ground:
        commands = commands_of(ground.project.settings.profiles)
        if not commands:
            output.row(f"{NAME} names no commands: there is nothing to trust")
            return exit_codes.OK
        theirs = digest_of(commands, ground.project.root)
        kept = Trust(ground.project.root)
        output.rows(_shown(ground.project, commands, theirs))
        if digest is not None and digest != theirs:
            raise UsageError(
                "these are not the commands of that digest",
                place=f"--digest {visible(digest)}",
                notes=[
                    "they were changed since somebody looked at them, or it is of another project"
                ],
                way_out="look at them, and give the digest that is shown",
            )
        if digest is None and kept.trusts(theirs):
            output.row("you trust them already; --revoke takes that back")
            return exit_codes.OK
        if digest is None and not _agreed(output, keyboard or Stdin(), theirs):
            output.row("nothing is trusted")
            return exit_codes.PROBLEMS
        _keep(kept, theirs)
        output.row("trusted, until one of them changes")
        return exit_codes.OK


def revoke() -> int:
    """Trust no command of this project any more. Raises UsageError."""
    output = Output()
    with Ground.here(output) as ground:
        kept = Trust(ground.project.root)
        _keep(kept, "")
        output.row(f"no command of {ground.project.root / NAME} is trusted any more")
        return exit_codes.OK


def _shown(project: Project, commands: tuple[Command, ...], digest: str) -> list[str]:
    rows = [f"{project.root / NAME} would run these commands as you, when a profile is used:", ""]
    lines = {one.name: one.lines for one in project.settings.profiles.values()}
    for one in commands:
        seconds = one.reference.timeout.total_seconds()
        line = lines[one.profile][one.setting]
        rows += [
            f"  {told(one.reference).removeprefix('command: ')}",
            f"      is {one.setting} of profile {one.profile} ({NAME}:{line}), ended after {seconds:g} s",
        ]
    files = files_of(commands, project.root)
    if files:
        rows += ["", f"with these files of the project, as they are now: {', '.join(files)}"]
    return [visible(one) for one in (*rows, "", digest)]


def _agreed(output: Output, keyboard: Keyboard, digest: str) -> bool:
    """Whether somebody says yes. Raises UsageError where nobody can."""
    if not keyboard.person:
        raise UsageError(
            "nobody is here to say whether these commands may be run",
            way_out=f"`rbengine trust --digest {digest}` says it without a question",
        )
    output.raw("let them be run? yes or no > ")
    return (keyboard.line(None) or "").strip().lower() in {"yes", "y"}


def _keep(kept: Trust, digest: str) -> None:
    try:
        kept.trust(digest)
    except OSError as error:
        raise UsageError(
            f"this cannot be kept: {error.strerror}",
            place=str(Path(str(error.filename or ""))),
            way_out="let RBENGINE_STATE name a folder that you may write to",
        ) from error
