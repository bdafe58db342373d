"""The proof of a kept run's playbook, once more."""

import sys
from collections.abc import Sequence

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import kept_run
from rbengine.cli.kept_kind import kind_of
from rbengine.cli.output import Output
from rbengine.cli.secrets_again import NO_SECRETS, SecretsAgain, read_secrets
from rbengine.cli.usage import UsageError
from rbengine.contract.codec import to_line
from rbengine.host.driver import Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.taking_up import plan_of
from rbengine.report.screen import Screen
from rbengine.runtime.events import JournalLine


def verify(asked: str, output: Output, *, secrets: Sequence[str], json: bool) -> int:
    """Run it and draw it; whether it holds. `secrets` as they were typed. Raises UsageError."""
    named = read_secrets(secrets)
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        plan = plan_of(store, record.run)
        if not any(one.kind == "verify" for one in plan.sections):
            raise UsageError(
                f"{plan.id} has no `verify`",
                way_out=f"`rbengine diagnose {plan.id}` looks what is found now",
            )
        kind = kind_of(ground, store, record.run, store.texts(record.run))
        screen = Screen(plan, width=output.width, colour=output.colour)
        seen = 0

        def observe(turn: Turn) -> None:
            nonlocal seen
            seen += 1
            if json:
                output.raw(to_line(JournalLine(seq=seen, event=turn.event)) + "\n")
            else:
                output.rows(screen.lines(turn.event, turn.commands))

        again = SecretsAgain(NO_SECRETS, named, quiet=json or not sys.stdin.isatty())
        try:
            proved = kind.verify(observe, again)
        except CannotGoOnError as problem:
            raise _cannot_look(record.run, str(problem)) from problem
        if proved.stopped:
            raise _cannot_look(record.run, proved.stopped)
    holds = proved.finish is not None and proved.finish.outcome == "resolved"
    return exit_codes.OK if holds else exit_codes.HANDED_OVER


def _cannot_look(run: str, why: str) -> UsageError:
    return UsageError(
        f"the proof of {run} cannot be looked at: {why}",
        way_out=f"`rbengine show {run}` says what it found while it ran",
    )
