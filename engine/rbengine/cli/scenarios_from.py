"""A run as a world and a scenario, proven by rehearsing them."""

import re
from functools import cache
from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.recordings import recording_to_hand_on
from rbengine.cli.usage import UsageError
from rbengine.facts.atomic import replace_file
from rbengine.format import format_source
from rbengine.host.errors import CannotGoOnError
from rbengine.host.recorded.recording import Recording
from rbengine.plan.code import MakeChange, Read
from rbengine.rehearsal.app import handler_name
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.from_run import Proven, drafted, proven
from rbengine.rehearsal.result import Rehearsal
from rbengine.report.text import visible
from rbengine.source import SourceFile
from rbengine.syntax.nodes.app import AppHandler
from rbengine.syntax.nodes.scenarios import Scenario, World
from rbengine.workspace.paths import scenarios_path

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def scenario_from(asked: str, to: str | None, name: str | None, *, add: bool) -> int:
    """Write the world and scenario of the run or recording `asked`: to a file, beside its runbook, or to the screen."""
    output = Output()
    if to is not None and Path(to).exists():
        raise UsageError(
            "there is a file already", place=visible(to), way_out="name another one, or `--add`"
        )
    with Ground.here(output) as ground:
        recording = recording_to_hand_on(ground, asked)
        path = ground.playbook(recording.header.runbook)
        if ground.plan(path) is None:
            return exit_codes.PROBLEMS
        beside = scenarios_path(path)
        head = f"scenarios for {recording.header.runbook}\n"
        name = name or _name_of(recording)
        if add:
            _see_that_it_is_new(ground, path, recording.header.run, name)
        above = ground.texts.get(beside, head) if add else head
        try:
            found = rehearsed_from(ground, recording, path, name, above)
        except CannotGoOnError as error:
            raise UsageError(f"it cannot be rehearsed: {error}") from error
        text = f"{above}\n{found.text}"
        target = ground.project.root / beside if add else Path(to or "")
        text = _formatted(text, beside)
    if to is None and not add:
        output.raw(text)
    else:
        try:
            replace_file(target, text.encode("utf-8"))
        except OSError as error:
            raise UsageError(
                f"it cannot be written: {error.strerror}", place=visible(str(target))
            ) from error
        output.row(f'wrote {visible(str(to or beside))}: "As it was in {recording.header.run}"')
        if found.differs:
            output.rows(
                [
                    "a rehearsal of it is another run:",
                    *(f"  {visible(one)}" for one in found.differs),
                ]
            )
        else:
            output.row("it rehearses as the run went")
    return exit_codes.PROBLEMS if found.differs else exit_codes.OK


def rehearsed_from(
    ground: Ground, recording: Recording, path: str, name: str, pasted: str
) -> Proven:
    """The world `name` and its scenario, rehearsed below the text `pasted` of scenarios of the runbook at `path`.

    Raises CannotGoOnError where there is no database to rehearse on.
    """
    session = ground.session()
    beside = scenarios_path(path)
    head = f"scenarios for {recording.header.runbook}\n"
    before = f"{pasted}\n".count("\n")

    @cache
    def play(lines: str) -> Rehearsal | None:
        """Alone, and without what it expects: it is played again and again."""
        its = session.over(ground.workspace.with_text(beside, f"{head}\n{lines}"))
        try:
            return its.execute(path, scenario=its.scenarios(path)[-1])
        except (CannotRehearseError, SyntaxError, IndexError):
            return None

    @cache
    def check(lines: str) -> Rehearsal | None:
        after = ground.workspace.with_text(beside, f"{pasted}\n{lines}")
        if any(one.severity == "error" for one in after.problems(beside)):
            return None
        its = session.over(after)
        return its.rehearse(path, its.scenarios(path)[-1])

    def trouble(lines: str) -> tuple[int, str] | None:
        after = ground.workspace.with_text(beside, f"{pasted}\n{lines}")
        found = [one for one in after.problems(beside) if one.severity == "error"]
        if not found:
            rehearsal = check(lines)
            if rehearsal is not None and rehearsal.finish is None:
                found = list(rehearsal.misses)
        if not found:
            return None
        line, _ = after.source(beside).line_and_column(found[0].primary.span.start)
        return line - before - 1, found[0].message

    operations = answers_of(recording.header.plan, ground.workspace.analysis(path)).operations
    app = ground.workspace.app()
    parts = () if app is None else app[0].parts
    reads = any(isinstance(one, Read | MakeChange) for one in recording.header.plan.code)
    draft = drafted(
        recording,
        operations,
        ground.workspace.builders,
        # Only a run that reads or writes rows pays for a database.
        session.fillable() if reads else {},
        name,
        [*dict.fromkeys(handler_name(one) for one in parts if isinstance(one, AppHandler))],
    )
    return proven(draft, play, check, trouble)


def _see_that_it_is_new(ground: Ground, path: str, run: str, name: str) -> None:
    """Two of one name would end the check of all scenarios. Raises UsageError."""
    scenarios = ground.workspace.scenarios_for(path)
    parts = scenarios[0].parts if scenarios is not None else ()
    title = f"As it was in {run}"
    place = visible(scenarios_path(path))
    if any(isinstance(one, Scenario) and one.title.plain == title for one in parts):
        raise UsageError(
            f'there is a scenario "{visible(title)}" already',
            place=place,
            way_out="take it out first, or leave `--add` out and compare",
        )
    if any(isinstance(one, World) and one.name.text == name for one in parts):
        raise UsageError(
            f"there is a world `{visible(name)}` already",
            place=place,
            way_out="give it another one: --name NAME",
        )


def _name_of(recording: Recording) -> str:
    """`run_2026_11_23_001`."""
    name = re.sub(r"[^a-z0-9]+", "_", recording.header.run.lower()).strip("_")
    return name if _NAME.fullmatch(name) else f"run_{name}"


def _formatted(text: str, name: str) -> str:
    formatted = format_source(SourceFile(name, text))
    return text if formatted.text is None else formatted.text
