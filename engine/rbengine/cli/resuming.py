"""Taking runs up: one that is named, and all for which something is due."""

from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import find_run, journal
from rbengine.cli.kept_running import go_on
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.host.journal import RunRecord
from rbengine.host.sqlite_store import SqliteStore


def resume(asked: str, *, take_over: bool, json: bool) -> int:
    """Take up the run `asked`; its exit code."""
    with Ground.here(Output()) as ground, journal(ground.project) as store:
        record = find_run(store, asked)
        if record.outcome:
            raise UsageError(
                f"{record.run} is over: {record.outcome}",
                way_out=f"`rbengine show {record.run}`",
            )
        return go_on(ground, store, record, force=take_over, json=json)


def tick() -> int:
    """Take up every parked run with something due; 0 unless one of them could not be taken up."""
    output = Output()
    code = exit_codes.OK
    with Ground.here(output) as ground, journal(ground.project) as store:
        for record in due(store, datetime.now(UTC)):
            output.row(f"{record.run}  {record.runbook}")
            try:
                go_on(ground, store, record, at_hand=False)
            except UsageError as problem:
                # One that cannot go on keeps nobody else waiting.
                output.rows(problem.lines())
                code = exit_codes.PROBLEMS
    return code


def due(store: SqliteStore, now: datetime) -> tuple[RunRecord, ...]:
    """Parked runs whose next timer is due, or to which something was sent."""
    found = []
    for one in store.runs():
        waiting = one.waiting
        if one.outcome or waiting is None or one.damaged:
            continue
        deadline = waiting.deadline
        is_due = deadline is not None and deadline <= now - waiting.behind
        if is_due or store.inbox(one.run):
            found.append(one)
    return tuple(found)
