"""Taking up a run that is named."""

from collections.abc import Sequence

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.identity import person_for, refuse_stranger
from rbengine.cli.journals import Journal, begun_by, in_words, kept_run
from rbengine.cli.kept_kind import kind_of
from rbengine.cli.kept_running import go_on
from rbengine.cli.output import Output
from rbengine.cli.secrets_again import read_secrets
from rbengine.cli.usage import UsageError
from rbengine.host.journal import RunRecord
from rbengine.host.kept import KeptRuns
from rbengine.report.text import cut, visible

_WIDEST = 400
"""Cells of what a text makes of a line: a whole request may be long."""


def resume(
    asked: str, *, take_over: bool, text: str | None, secrets: Sequence[str], json: bool
) -> int:
    """Take up the run `asked`, with another `text` where one is named; its exit code. `secrets` as they were typed."""
    if take_over and text is not None:
        raise UsageError(
            "--take-over and --with cannot be together",
            notes=[
                "what the process before may still do is looked for by the text that it was done by"
            ],
            way_out="take the run over first, then move it to another text",
        )
    named = read_secrets(secrets)
    output = Output()
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        if record.outcome:
            raise UsageError(
                f"{record.run} is over: {record.outcome}",
                way_out=f"`rbengine show {record.run}`",
            )
        if text is not None:
            if not _move(ground, store, record, text):
                return exit_codes.PROBLEMS
            if not json:
                output.row(
                    f"{record.run} goes on with today's text, from which all it did follows too"
                )
        refuse_stranger(ground.project, begun_by(store, record.run))
        return go_on(ground, store, record, force=take_over, json=json, named=named)


def _move(ground: Ground, store: Journal, record: RunRecord, asked: str) -> bool:
    """Move the run to the text `asked`; False where that has errors. Raises UsageError where they part."""
    path = ground.playbook(asked)
    plan = ground.plan(path)
    if plan is None:
        return False
    began_with = kind_of(ground, store, record.run, store.texts(record.run)).path
    if plan.id != record.runbook or path != began_with:
        raise UsageError(
            f"{record.run} is a run of {record.runbook}, `{began_with}`",
            place=f"--with {visible(asked)}",
            way_out=f"--with {began_with}",
        )
    texts = {name: ground.texts[name] for name, _ in plan.texts}
    person = person_for(ground.project, (), None)
    with in_words():
        difference = KeptRuns(store).move(record.run, plan, texts, person)
    if difference is None:
        return True
    raise UsageError(
        f"{record.run} cannot go on with this text: they part at line {difference.seq} of its journal",
        place=path,
        notes=[f"then: {cut(difference.then, _WIDEST)}", f"now:  {cut(difference.now, _WIDEST)}"],
        way_out=f"`rbengine resume {record.run}` goes on with the text it began with",
    )
