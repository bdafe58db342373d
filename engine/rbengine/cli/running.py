"""Running one playbook for people: from what was typed to the last row."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.order import Order
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.contract.reading import example, is_secret, read_instant, read_value
from rbengine.contract.types import show
from rbengine.contract.values import Value
from rbengine.diagnostics import did_you_mean
from rbengine.host.driver import Turn
from rbengine.plan.program import InputSpec, Plan
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.interactive import InteractivePeople
from rbengine.rehearsal.result import Rehearsal, WorldSummary
from rbengine.rehearsal.session import NOBODY
from rbengine.rehearsal.world import USUAL_START
from rbengine.report.durations import zone_of
from rbengine.report.screen import Screen
from rbengine.report.text import visible
from rbengine.runtime.commands import Show
from rbengine.runtime.events import Person
from rbengine.runtime.notices import FindingJudged
from rbengine.syntax.nodes.scenarios import Given
from rbengine.workspace import Workspace

if TYPE_CHECKING:
    from rbengine.cli.journal_lines import RehearsalLines


def run_playbook(order: Order, *, diagnose_only: bool) -> int:
    """Run it in its simulated world and draw it; the exit code says how it ended."""
    if order.json and order.interactive:
        raise UsageError(
            "--json and --interactive cannot be together",
            notes=["one is for programs, the other for people"],
        )
    if order.scripted and not order.durable:
        raise UsageError(
            "--scripted is for runs that are kept",
            notes=["without --durable the world's people answer anyway"],
            way_out="leave it out, or add --durable",
        )
    if order.durable and order.interactive:
        raise UsageError(
            "--durable and --interactive cannot be together",
            notes=["whoever sits at the terminal of a run that is kept is asked what it needs"],
            way_out="leave --interactive out",
        )
    if order.report is not None:
        from rbengine.cli.reporting import check_place

        check_place(order.report)
    if order.backends and order.profile in {None, "simulated"}:
        from rbengine.cli.recorded_running import recording_named, run_recorded

        file = recording_named(order.backends)
        if file:
            return run_recorded(order, file, diagnose_only=diagnose_only)
    output = Output(width=order.width, plain=order.no_colour)
    # What is wrong goes beside the lines for programs, never between them.
    problems = (
        Output(sys.stderr, width=order.width, plain=order.no_colour) if order.json else output
    )
    with Ground.here(problems) as ground:
        if order.profile not in {None, "simulated"}:
            from rbengine.cli.live_running import run_live

            return run_live(order, ground.project, output, problems, diagnose_only=diagnose_only)
        path = ground.playbook(order.playbook)
        plan = ground.plan(path)
        if plan is None:
            return exit_codes.PROBLEMS
        session = ground.session()
        world = choose_world(order.world, session.worlds(path), path)
        inputs = read_inputs(order.inputs, plan)
        check_inputs(plan, inputs, supplied(ground.workspace, path, world))
        if order.durable:
            from rbengine.cli.journals import journal
            from rbengine.cli.kept_running import begin_kept

            with journal(ground.project) as store:
                name = world.name if world else None
                started = read_started(order.started, plan)
                return begin_kept(ground, store, order, plan, path, name, inputs, started)
        view = _view(output, plan, json=order.json)
        # Whoever plays along has a name; a rehearsal that runs by itself is the same on every machine.
        operator = _operator() if order.interactive else NOBODY
        try:
            rehearsal = session.execute(
                path,
                world=world.name if world else None,
                inputs=inputs,
                started=read_started(order.started, plan),
                observer=view.turn,
                people=_people(output, plan, operator) if order.interactive else None,
                diagnose_only=diagnose_only,
                operator=operator,
            )
        except CannotRehearseError as error:
            view.stopped()
            ground.draw([error.problem])
            return exit_codes.PROBLEMS
        except BaseException:
            # Interrupted or broken: whoever reads the last row must still learn that nothing was real.
            view.stopped()
            raise
        code = code_of(rehearsal)
        view.end(rehearsal, code)
        if rehearsal.finish is None:
            ground.draw(rehearsal.misses)
        if order.report is not None:
            from rbengine.cli.reporting import report_of_lines, write_after_run

            found = report_of_lines(ground, plan, rehearsal.run, rehearsal.lines)
            write_after_run(ground, found, order.report)
        return code


def supplied(workspace: Workspace, path: str, world: WorldSummary | None) -> frozenset[str]:
    """Names that the world gives a value; an input of one of these names need not be typed."""
    scenarios = workspace.scenarios_for(path)
    if scenarios is None or world is None:
        return frozenset()
    from rbengine.semantics.whole_worlds import whole_worlds

    whole = whole_worlds(scenarios[0])[world.name]
    return frozenset(part.name.text for part in whole.parts if isinstance(part, Given))


def code_of(rehearsal: Rehearsal) -> int:
    """The exit code of a run; one that could not go on is a problem of its playbook or world."""
    finish = rehearsal.finish
    if finish is None:
        return exit_codes.PROBLEMS
    return exit_codes.of_run(
        finish.outcome,
        finish.left_applied,
        finish.in_doubt,
        unjudged=left_unjudged(rehearsal.turns),
    )


def left_unjudged(turns: Iterable[Turn]) -> bool:
    """Whether a finding could not be judged in them."""
    return any(
        isinstance(command, Show)
        and isinstance(command.notice, FindingJudged)
        and command.notice.verdict == "not judged"
        for turn in turns
        for command in turn.commands
    )


def choose_world(
    name: str | None, worlds: Sequence[WorldSummary], playbook: str
) -> WorldSummary | None:
    """The world `name`; without a name the default one, or None where there is no world at all."""
    if name is None:
        return next(iter(worlds), None)
    for one in worlds:
        if one.name == name:
            return one
    told = [f"{one.name}: {one.title}" + (" (default)" if one.is_default else "") for one in worlds]
    raise UsageError(
        f"there is no world `{visible(name)}`",
        place=f"--world {visible(name)}",
        notes=["\n".join([f"the scenarios of {visible(playbook)} have:", *told])]
        if told
        else [f"{visible(playbook)} has no scenarios"],
        way_out=did_you_mean(name, [one.name for one in worlds]) or "",
    )


def read_inputs(typed: Sequence[str], plan: Plan) -> dict[str, Value]:
    """`name=value` for each, with the type that the playbook says. Raises UsageError."""
    specs = {one.name: one for one in plan.inputs}
    inputs: dict[str, Value] = {}
    for one in typed:
        name, equals, text = one.partition("=")
        place = f"--input {visible(one)}"
        if not equals:
            raise UsageError("an input is `name=value`", place=place, notes=[_takes(plan)])
        spec = specs.get(name)
        if spec is None:
            raise UsageError(
                f"{plan.id} has no input `{visible(name)}`",
                place=place,
                notes=[_takes(plan)],
                way_out=did_you_mean(name, specs) or "",
            )
        if name in inputs:
            raise UsageError(f"input `{name}` is given twice", place=place)
        if is_secret(spec.type):
            from rbengine.cli.secrets_again import secret_at

            text = secret_at(text, f"--input {name}")
        try:
            inputs[name] = read_value(text, spec.type, zone=zone_of(plan.policy.timezone))
        except ValueError as problem:
            raise UsageError(
                f"`{visible(text)}` {problem}",
                place=place,
                notes=[f"input {_told(spec)}"],
                way_out=f"for example: --input {name}={_quoted(example(spec.type))}",
            ) from None
    return inputs


def check_inputs(plan: Plan, given: Mapping[str, Value], supplied: frozenset[str]) -> None:
    """Every input that has no default must come from the command line or the world. Raises UsageError."""
    missing = [
        one
        for one in plan.inputs
        if one.default is None and one.name not in given and one.name not in supplied
    ]
    if missing:
        names = " and ".join(f"`{one.name}`" for one in missing)
        raise UsageError(
            f"{plan.id} needs {names}",
            notes=[_takes(plan)],
            way_out="add "
            + " ".join(f"--input {one.name}={_quoted(example(one.type))}" for one in missing),
        )


def read_started(text: str | None, plan: Plan) -> datetime | None:
    """When the incident began; a time without a day is on the day that worlds begin. Raises UsageError."""
    if text is None:
        return None
    zone = plan.policy.timezone
    try:
        return read_instant(text, zone_of(zone), USUAL_START.astimezone(zone_of(zone)).date())
    except ValueError as problem:
        raise UsageError(
            f"`{visible(text)}` {problem}", place=f"--started {visible(text)}"
        ) from None


def _operator() -> Person:
    from rbengine.cli.identity import whoami

    user = whoami()
    return Person(id=user.id, name=user.name, role="operator")


def _people(output: Output, plan: Plan, operator: Person) -> InteractivePeople:
    from rbengine.cli.interactive import AtTheTerminal

    terminal = AtTheTerminal(output, plan.policy.timezone, operator.name)
    return InteractivePeople(terminal.ask, terminal.may_call)


class _Screen:
    """For people."""

    def __init__(self, output: Output, plan: Plan) -> None:
        self._output = output
        self._screen = Screen(plan, width=output.width, colour=output.colour)

    def turn(self, turn: Turn) -> None:
        self._output.rows(self._screen.lines(turn.event, turn.commands))
        if self._output.moves:
            self._output.status(self._screen.status(turn.event.at))

    def end(self, rehearsal: Rehearsal, code: int) -> None:  # noqa: ARG002 (both are for scripts)
        self.stopped()

    def stopped(self) -> None:
        """The last row of a run that did not come to an end."""
        self._output.status("")
        self._output.rows(self._screen.closing())


def _view(output: Output, plan: Plan, *, json: bool) -> "_Screen | RehearsalLines":
    if json:
        from rbengine.cli.journal_lines import RehearsalLines

        return RehearsalLines(output)
    return _Screen(output, plan)


def _takes(plan: Plan) -> str:
    if not plan.inputs:
        return f"{plan.id} takes no inputs"
    return "\n".join([f"{plan.id} takes:", *(_told(one) for one in plan.inputs)])


def _told(spec: InputSpec) -> str:
    default = "" if spec.default is None else ", may be left out"
    return f"{spec.name} ({show(spec.type)}{default}): {visible(spec.help)}"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
