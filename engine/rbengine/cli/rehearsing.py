"""Rehearsing playbooks: all scenarios of each, one after the other, and what came of them."""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.commands.simulate import OPTIONS
from rbengine.cli.ground import Ground, asked_of_project
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import Diagnostic, Label
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.session import RehearsalSession
from rbengine.report.rehearsals import Played, Results
from rbengine.syntax.nodes import Scenarios
from rbengine.syntax.nodes.scenarios import Scenario
from rbengine.workspace.paths import runbook_path


def simulate(arguments: Sequence[str]) -> int:
    """Rehearse what `arguments` name and say whether all was as expected."""
    parser = Parser("simulate", OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--filter", metavar="TEXT")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    started = time.perf_counter()
    with Ground.here(output) as ground:
        chosen = [
            one
            for path in runbooks(ground, found.paths)
            if (one := _chosen(ground, path, found.filter))
        ]
        if not chosen:
            raise _nothing(ground, found.filter)
        wrong = _wrong(ground, [path for path, _ in chosen])
        if wrong:
            ground.draw(wrong)
            return exit_codes.PROBLEMS
        played: list[Played] = []
        session = ground.session()
        for path, scenarios in chosen:
            outcome = _play(ground, session, output, path, scenarios)
            if isinstance(outcome, Diagnostic):
                output.status("")
                ground.draw([outcome])
                return exit_codes.PROBLEMS
            played.append(outcome)
        results = Results(
            played,
            width=output.width,
            colour=output.colour,
            line_of=lambda label: line_of(ground, label),
        )
        output.rows(results.rows())
        # How long it took is not the same twice, so only whoever waited for it is told.
        waited = timedelta(seconds=time.perf_counter() - started) if output.moves else None
        output.rows(results.sum(waited, whole=found.filter is None))
        return exit_codes.PROBLEMS if any(one.missed for one in played) else exit_codes.OK


def runbooks(ground: Ground, paths: Sequence[str]) -> list[str]:
    """Shown paths of the runbooks that `paths` name, sorted, each once. Raises UsageError."""
    if not paths:
        return list(ground.workspace.runbooks)
    return sorted({one for path in paths for one in _named(ground, path)})


def line_of(ground: Ground, label: Label) -> int:
    """The line of a place, one-based."""
    source = ground.source(label.file)
    return 1 if source is None else source.line_and_column(label.span.start)[0]


def _named(ground: Ground, path: str) -> Iterator[str]:
    shown = ground.project.shown(Path(path)) if os.path.exists(path) else None
    if shown is not None and os.path.isdir(path):
        inside = "" if shown in {".", ""} else f"{shown}/"
        yield from (one for one in ground.workspace.runbooks if one.startswith(inside))
        return
    if (
        shown is not None
        and shown in ground.texts
        and isinstance(ground.workspace.tree(shown), Scenarios)
    ):
        beside = runbook_path(shown)
        if beside in ground.texts:
            yield beside
            return
    asked = asked_of_project(lambda: ground.project.playbook(path))
    if asked in ground.unreadable or ground.workspace.kind(asked) == "runbook":
        yield asked
        return
    raise UsageError(
        f"`{asked}` is no runbook", way_out="name a runbook, its scenarios or a folder"
    )


def _chosen(ground: Ground, path: str, text: str | None) -> tuple[str, tuple[Scenario, ...]] | None:
    beside = ground.workspace.scenarios_for(path) if path not in ground.unreadable else None
    if beside is None:
        return None
    scenarios = tuple(
        one
        for one in beside[0].parts
        if isinstance(one, Scenario) and (text is None or text.lower() in one.title.plain.lower())
    )
    return (path, scenarios) if scenarios else None


def _nothing(ground: Ground, text: str | None) -> UsageError:
    if text is not None:
        return UsageError(f"no scenario has `{text}` in its title", place=f"--filter {text}")
    return UsageError(
        "there are no scenarios",
        notes=[f"looked beside the runbooks in {ground.project.folder}"],
        way_out="scenarios of `playbooks/rb001.rb` stand in `playbooks/scenarios/rb001.rb`",
    )


def _wrong(ground: Ground, paths: Sequence[str]) -> list[Diagnostic]:
    """Errors that keep any of the runbooks, or its scenarios, from being rehearsed; each once."""
    found: dict[Diagnostic, None] = {}
    for path in paths:
        beside = ground.workspace.scenarios_for(path)
        files = [path] if beside is None else [path, beside[1].path]
        for file in files:
            found.update(
                dict.fromkeys(
                    one for one in ground.workspace.problems(file) if one.severity == "error"
                )
            )
        found.update(dict.fromkeys(ground.errors_of_plan(path)))
    return list(found)


def _play(
    ground: Ground,
    session: RehearsalSession,
    output: Output,
    path: str,
    scenarios: Sequence[Scenario],
) -> Played | Diagnostic:
    plan = ground.workspace.plan(path)
    rehearsals = []
    for number, scenario in enumerate(scenarios, start=1):
        output.status(f'{plan.id}  {number}/{len(scenarios)}  "{scenario.title.plain}"')
        try:
            rehearsals.append(session.rehearse(path, scenario))
        except CannotRehearseError as error:
            return error.problem
    output.status("")
    return Played(id=plan.id, title=plan.title, rehearsals=tuple(rehearsals))
