"""Taking back what a run that is over left standing."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rbengine.cli.ground import Ground
from rbengine.cli.identity import person_for
from rbengine.cli.journals import in_words, kept_run
from rbengine.cli.kept_running import go_on
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.diagnostics.suggest import did_you_mean
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.report.text import visible
from rbengine.runtime.approvals import fallback
from rbengine.runtime.events import UndoOrdered
from rbengine.runtime.work import Entry

_NOTHING = 0
"""Above this number of the ledger stands everything."""


def take_back(asked: str, to: str | None, *, role: str | None, json: bool) -> int:
    """Take back everything, or what was done since the step `to` began. Raises UsageError."""
    with Ground.here(Output()) as ground, kept_run(ground.project, asked) as (store, record):
        if not record.outcome:
            raise UsageError(
                f"{record.run} is open",
                way_out=f"`rbengine cancel {record.run}` ends it and offers to take back what it did",
            )
        plan = plan_of(store, record.run)
        state = taken_up(plan, store, record.run).state
        standing = [one for one in state.ledger.values() if one.kind == "change"]
        above = _NOTHING if to is None or not standing else _below(standing, to)
        meant = [one for one in standing if one.number > above]
        if not any(one.can_be_undone for one in meant):
            since = "" if to is None else f" since `{visible(to)}`"
            raise UsageError(
                f"{record.run} left nothing standing{since} that can be taken back",
                notes=[f"{one.label}: {one.cannot}" for one in meant],
                way_out=f"`rbengine show {record.run}` says what it did",
            )
        person = person_for(ground.project, fallback(plan.policy), role)
        event = UndoOrdered(at=datetime.now(UTC), person=person, above=above)
        with in_words():
            store.send(record.run, event, f"undo/{record.last}")
        return go_on(ground, store, record, json=json, at_hand=False)


def _below(standing: Iterable[Entry], step: str) -> int:
    """The number below the oldest change of `step`, named by its label or its step's."""
    entries = list(standing)
    found = [one for one in entries if step == one.label or step in one.key.split("/")]
    if found:
        return min(one.number for one in found) - 1
    labels = sorted({one.label for one in entries})
    raise UsageError(
        f"no change of `{visible(step)}` stands",
        place=f"--to {visible(step)}",
        notes=["\n".join(["what stands:", *labels])],
        way_out=did_you_mean(step, labels) or "name one of them, or its step",
    )
