"""`calendar due` and `calendar run`: from what was typed to the last row."""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import did_you_mean
from rbengine.host.calendar import comes_on, is_business_day, next_day, zone_named
from rbengine.host.public_holidays import holiday_on
from rbengine.rehearsal.result import Rehearsal
from rbengine.report.agenda import TaskResult, due_rows, heading, result_rows, sum_row
from rbengine.report.screen.heading import SIMULATED
from rbengine.runtime.commands import Show
from rbengine.runtime.notices import Asked, Noted, StepFailed, WasAnswered
from rbengine.semantics.whole_worlds import whole_worlds
from rbengine.syntax.nodes import Calendar
from rbengine.syntax.nodes.scenarios import Starts
from rbengine.workspace.maintenance import DueRhythm, DueTask, rhythms
from rbengine.workspace.paths import scenarios_path

_OPTIONS = ("--on", "--world", "--width", "--no-colour")
_EVERY = ("daily", "weekly", "monthly")


def keep_calendar(arguments: Sequence[str]) -> int:
    """Do what the line asks for."""
    parser = Parser("calendar", _OPTIONS)
    parser.add_argument("what", choices=("due", "run"), metavar="due|run")
    parser.add_argument("every", nargs="?", choices=_EVERY, metavar="|".join(_EVERY))
    parser.add_argument("--on", type=_day, metavar="DATE")
    parser.add_argument("--world", metavar="RB/NAME")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    asked = parser.read(arguments)
    if (asked.what == "run") != (asked.every is not None):
        raise UsageError(
            "`run` does the tasks of one rhythm, `due` shows those of a day",
            way_out="`rbengine calendar run daily`, or `rbengine calendar due --on 2026-11-23`",
        )
    output = Output(width=asked.width, plain=asked.no_colour)
    with Ground.here(output) as ground:
        path = _calendar(ground)
        errors = [one for one in ground.workspace.problems(path) if one.severity == "error"]
        if errors:
            ground.draw(errors)
            return exit_codes.PROBLEMS
        if asked.what == "due":
            return _show(ground, output, path, asked.on)
        return _Maintenance(ground, output, path, asked.world).run(asked.every, asked.on)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no day: 2026-11-23") from None


def _calendar(ground: Ground) -> str:
    for path in ground.workspace.files:
        if ground.workspace.kind(path) == "calendar":
            return path
    raise UsageError(
        "this project has no calendar",
        notes=[f"looked in {ground.project.folder}"],
        way_out='a file that begins with `calendar "…"` is one: `docs/language/company.md`',
    )


def _rhythms(ground: Ground, path: str) -> tuple[DueRhythm, ...]:
    tree = ground.workspace.tree(path)
    if not isinstance(tree, Calendar):
        raise TypeError(f"{path} is no calendar")
    severities = ground.workspace.policy().severities
    # maintenance is no incident: it has the mildest clocks there are
    mildest = severities[-1].name if severities else ""
    return rhythms(tree, ground.workspace.source(path), mildest)


def _today(ground: Ground) -> date:
    return datetime.now(UTC).astimezone(zone_named(ground.workspace.policy().timezone)).date()


def _heading(ground: Ground, day: date) -> str:
    policy = ground.workspace.policy()
    holiday = holiday_on(policy.holidays, day)
    return heading(day, policy.timezone, holiday, business=is_business_day(policy, day))


def _show(ground: Ground, output: Output, path: str, on: date | None) -> int:
    day = on or _today(ground)
    found = _rhythms(ground, path)
    due = [one for one in found if comes_on(one, day)]
    later = [(one, next_day(one, day)) for one in found if one not in due]
    output.rows([_heading(ground, day), *due_rows(due, later)])
    return exit_codes.OK


class _Maintenance:
    """The tasks of one rhythm, each run as the runbook that it is."""

    def __init__(self, ground: Ground, output: Output, path: str, world: str | None) -> None:
        self._ground = ground
        self._output = output
        self._path = path
        self._world = None if world is None else _world(ground, world)

    def run(self, every: str, on: date | None) -> int:
        """Run them and tell what became of each."""
        found = [one for one in _rhythms(self._ground, self._path) if one.every == every]
        if not found:
            raise UsageError(f"the calendar has nothing {every}", place=self._path)
        day = on or min(next_day(one, _today(self._ground)) for one in found)
        due = [one for one in found if comes_on(one, day)]
        if not due:
            comes = ", ".join(f"{one.title} on {next_day(one, day).isoformat()}" for one in found)
            raise UsageError(
                f"nothing {every} is due on {day:%A} {day.isoformat()}", way_out=f"next: {comes}"
            )
        results: list[TaskResult] = []
        self._output.rows([SIMULATED, "", _heading(self._ground, day), ""])
        for rhythm in due:
            self._output.rows([f"{rhythm.title} for {' or '.join(rhythm.by)}"])
            done = [self._task(task, rhythm, day) for task in rhythm.tasks]
            self._output.rows([*result_rows(done, self._output.width), ""])
            results.extend(done)
        self._output.rows([sum_row(results), SIMULATED])
        failed = any(one.state == "failed" for one in results)
        return exit_codes.FAILED if failed else exit_codes.OK

    def _task(self, task: DueTask, rhythm: DueRhythm, day: date) -> TaskResult:
        if not task.runbook:
            to = " or ".join(rhythm.by)
            return TaskResult(label=task.label, state="open", lines=(f"{to} ticks it off",))
        path = f"{self._path.rpartition('/')[0]}/{task.code.lower()}.rb".lstrip("/")
        texts = {
            **self._ground.texts,
            path: task.runbook,
            scenarios_path(path): self._scenarios(task, rhythm, day),
        }
        workspace = self._ground.workspace.with_text(path, task.runbook)
        name, schema = self._ground.schema
        session = self._ground.session_on({**texts, name: schema}, path, workspace.plan(path))
        return _result(task, session.execute(path))

    def _scenarios(self, task: DueTask, rhythm: DueRhythm, day: date) -> str:
        """A world that begins when the task is due, with what the chosen world holds."""
        held = "" if self._world is None else self._world
        return (
            f"scenarios for {task.code}\n\n"
            f'world due "{rhythm.title}" default\n'
            f"  starts {day.isoformat()} {rhythm.time}\n{held}"
        )


def _world(ground: Ground, asked: str) -> str:
    """The lines of a runbook's world, but for when it starts. Raises UsageError."""
    book, _, name = asked.partition("/")
    path = ground.playbook(book)
    found = ground.workspace.scenarios_for(path)
    worlds = {} if found is None else whole_worlds(found[0])
    names = list(worlds)
    world = worlds.get(name)
    if found is None or world is None:
        raise UsageError(
            f"`{book}` has no world `{name}`",
            notes=[f"worlds: {', '.join(names)}"] if names else [],
            way_out=did_you_mean(name, names) or "",
        )
    _, source = found
    parts = (one for one in world.parts if not isinstance(one, Starts))
    return "".join(f"  {source.slice(one.span).rstrip()}\n" for one in parts)


def _result(task: DueTask, rehearsal: Rehearsal) -> TaskResult:
    shown = [
        command.notice
        for turn in rehearsal.turns
        for command in turn.commands
        if isinstance(command, Show)
    ]
    if rehearsal.finish is None:
        return TaskResult(label=task.label, state="failed", lines=(rehearsal.stopped,))
    notes = [one.text for one in shown if isinstance(one, Noted)][1:]
    answered = {
        one.question
        for one in shown
        if isinstance(one, WasAnswered) and one.verdict not in ("unanswered", "withdrawn")
    }
    waits = [one for one in shown if isinstance(one, Asked) and one.question not in answered]
    if waits:
        people = [f"{' or '.join(one.by)}: {one.text}" for one in waits]
        return TaskResult(label=task.label, state="open", lines=(*notes, *people))
    failures = [one.text for one in shown if isinstance(one, StepFailed) and not one.handled]
    return TaskResult(
        label=task.label, state="failed" if failures else "done", lines=(*notes, *failures)
    )
