"""Running a playbook on a recording: virtual time, and nothing is asked of anybody."""

import sys

from rbengine import __version__
from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journal_lines import JournalLines
from rbengine.cli.order import Order
from rbengine.cli.output import Output
from rbengine.cli.profiles import RECORDED, read_backends
from rbengine.cli.recordings import held_by, recording_in
from rbengine.cli.running import left_unjudged, read_inputs
from rbengine.cli.usage import UsageError
from rbengine.facts.profiles import SIMULATED
from rbengine.host.driver import Turn
from rbengine.host.recorded.playing import Replayed, replayed
from rbengine.host.starting import MissingInputError
from rbengine.plan.program import Plan
from rbengine.report.replay import unheld_rows
from rbengine.report.screen import Screen
from rbengine.report.text import visible

_NOT_WITH = ("world", "started", "interactive", "durable")


def recording_named(backends: tuple[str, ...]) -> str:
    """The FILE of `--backend recorded=FILE`; empty where all is simulated. Raises UsageError where it is neither.

    Without a profile one backend answers for every adapter.
    """
    kinds, file = read_backends(backends)
    all_are = RECORDED if file else SIMULATED
    for adapter, kind in kinds.items():
        if kind == RECORDED and not file:
            raise UsageError(
                f"nothing says which recording answers for {adapter}",
                way_out="add --backend recorded=FILE",
            )
        if kind != all_are:
            raise UsageError(
                f"without a profile everything is {all_are}, and {adapter} would be {kind}",
                place=f"--backend {adapter}={kind}",
                way_out="name a profile of rbengine.toml with --profile",
            )
    return file


def run_recorded(order: Order, file: str, *, diagnose_only: bool) -> int:
    """Run it on the recording in `file` and draw it; the exit code says how it ended."""
    for name in _NOT_WITH:
        if getattr(order, name):
            raise UsageError(
                f"--{name} and --backend recorded=FILE cannot be together",
                notes=["world, time and people are those of the recording"],
                way_out=f"leave --{name} out",
            )
    output = Output(width=order.width, plain=order.no_colour)
    problems = (
        Output(sys.stderr, width=order.width, plain=order.no_colour) if order.json else output
    )
    with Ground.here(problems) as ground:
        path = ground.playbook(order.playbook)
        plan = ground.plan(path)
        if plan is None:
            return exit_codes.PROBLEMS
        recording = recording_in(file)
        if recording.header.runbook != plan.id:
            raise UsageError(
                f"the recording is of {recording.header.runbook}, not of {plan.id}",
                place=visible(file),
                way_out=f"rbengine exec {recording.header.runbook.lower()} --backend recorded={visible(file)}",
            )
        view = _Lines(output) if order.json else _Screen(output, plan)
        try:
            found = replayed(
                plan,
                held_by(recording),
                engine=__version__,
                observer=view.turn,
                inputs=read_inputs(order.inputs, plan),
                diagnose_only=diagnose_only,
            )
        except MissingInputError as missing:
            raise UsageError(
                f"the recording has no `{missing.name}`, which {plan.id} needs today",
                place=visible(file),
                way_out=f"--input {missing.name}=VALUE",
            ) from missing
        code = _code(found)
        view.end(found, code)
        if found.unheld is not None:
            problems.rows(unheld_rows(found.unheld, width=problems.width, colour=problems.colour))
        if order.report is not None:
            from rbengine.cli.reporting import report_of_lines, write_after_run

            write_after_run(
                ground, report_of_lines(ground, plan, found.started.run, found.lines), order.report
            )
        return code


def _code(found: Replayed) -> int:
    finish = found.finish
    if finish is None:
        return exit_codes.PROBLEMS
    return exit_codes.of_run(
        finish.outcome,
        finish.left_applied,
        finish.in_doubt,
        unjudged=left_unjudged(found.turns),
    )


class _Screen:
    """For people."""

    def __init__(self, output: Output, plan: Plan) -> None:
        self._output = output
        self._screen = Screen(plan, width=output.width, colour=output.colour)

    def turn(self, turn: Turn) -> None:
        self._output.rows(self._screen.lines(turn.event, turn.commands))

    def end(self, found: Replayed, code: int) -> None:  # noqa: ARG002 (the code is for scripts)
        if found.finish is None:
            self._output.rows(["", f"STOPPED: {visible(found.stopped)}"])
        if found.unlike:
            names = ", ".join(dict.fromkeys(f'"{one.step}"' for one in found.unlike))
            self._output.row(
                f"        does something else than the recorded change: {visible(names)}"
            )
        self._output.rows(self._screen.closing())


class _Lines(JournalLines):
    """For programs."""

    def end(self, found: Replayed, code: int) -> None:
        self.last(
            found.finish,
            code,
            otherwise=("stopped", found.stopped),
            incident=found.started.incident,
            recorded=True,
            run=found.started.run,
            simulated=False,
        )
