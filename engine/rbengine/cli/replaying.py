"""Yesterday's incident on today's text: the recorded run and another one beside each other."""

import msgspec

from rbengine import __version__
from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.recordings import held_by, recording_of
from rbengine.cli.reporting import report_of_lines
from rbengine.cli.usage import UsageError
from rbengine.host.journal import line_of
from rbengine.host.recorded.playing import Replayed, replayed
from rbengine.host.recorded.recording import Recording
from rbengine.host.starting import MissingInputError
from rbengine.plan.program import Plan
from rbengine.report.replay import Comparison, compared, drawn
from rbengine.report.replay.afterwards import afterwards
from rbengine.report.text import visible
from rbengine.runtime.events import Closed


def replay(
    asked: str, text: str | None, *, json: bool, whole: bool, width: int | None, plain: bool
) -> int:
    """Compare the run or recording `asked` with the playbook `text` (its own runbook's, without)."""
    output = Output(width=width, plain=plain)
    with Ground.here(output) as ground:
        recording = recording_of(ground, asked)
        path = ground.playbook(text or recording.header.runbook)
        plan = ground.plan(path)
        if plan is None:
            return exit_codes.PROBLEMS
        if plan.id != recording.header.runbook:
            raise UsageError(
                f"the run is of {recording.header.runbook}, and {path} is {plan.id}",
                way_out=f"--with a text of {recording.header.runbook}",
            )
        try:
            found = replayed(plan, held_by(recording), engine=__version__)
        except MissingInputError as missing:
            raise UsageError(
                f"{path} needs `{missing.name}`, which the run was not given",
                way_out="give the input a default; the run can tell nothing about it",
            ) from missing
        told = _compared(ground, recording, plan, path, found)
    if json:
        output.raw(_as_json(told) + "\n")
    else:
        output.rows(drawn(told, width=output.width, colour=output.colour, whole=whole))
    return exit_codes.OK if told.same else exit_codes.PROBLEMS


def _compared(
    ground: Ground, recording: Recording, plan: Plan, path: str, found: Replayed
) -> Comparison:
    header = recording.header
    lines = [line_of(seq, event) for seq, event in enumerate(recording.events, start=1)]
    end = next((n for n, one in enumerate(recording.events, 1) if isinstance(one, Closed)), None)
    # What was done to it after its end is no part of what it did.
    then = report_of_lines(ground, header.plan, header.run, lines[:end])
    whole = report_of_lines(ground, header.plan, header.run, lines)
    now = report_of_lines(ground, plan, found.started.run, found.lines)
    return compared(
        then,
        now,
        names=(recording.source, f"{path}, today"),
        stopped=found.stopped,
        unheld=found.unheld,
        unlike=found.unlike,
        afterwards=afterwards(recording.events, whole, header.plan.policy.timezone),
    )


def _as_json(found: Comparison) -> str:
    data = msgspec.to_builtins(found, enc_hook=visible)
    return msgspec.json.encode({**data, "same": found.same}, order="sorted").decode("utf-8")
