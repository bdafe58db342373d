"""A kept run read from its journal: all of it, or the plan that it waits to have approved."""

from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import kept_run
from rbengine.cli.listing_runs import clocks_of, state_of
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.cli.ways_on import when_over, while_open
from rbengine.contract.changes import Action, Planned
from rbengine.facts.adapters import signature_of
from rbengine.host.journal import RunRecord, events_of
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.plan.program import Plan
from rbengine.report.screen import Screen
from rbengine.runtime.commands import Finish, Perform, PlanRequest
from rbengine.runtime.events import ChangePlanned
from rbengine.runtime.fold import fold
from rbengine.runtime.ways_to_answer import ways_to_answer


def show(asked: str, output: Output, *, json: bool) -> int:
    """Draw the run `asked` as its screen did."""
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        lines = store.read(record.run)
        if json:
            output.raw("".join(f"{line}\n" for line in lines))
            return exit_codes.OK
        plan = plan_of(store, record.run)
        screen = Screen(plan, width=output.width, colour=output.colour)
        ended: Finish | None = None
        for event, commands, _ in fold(plan, events_of(lines)):
            output.rows(screen.lines(event, commands))
            ended = next((one for one in commands if isinstance(one, Finish)), ended)
        output.rows(screen.closing())
        output.rows(_last_rows(store, record))
        ways = (
            when_over(record.run, ended)
            if ended is not None and record.outcome
            else while_open(record.run, screen.open_questions, state_of(record))
        )
        output.rows([f"        {one}" for one in ways])
    return exit_codes.OK


def show_plan(asked: str) -> int:
    """Draw what waits to be approved, whole."""
    from rbengine.report.plan_page import plan_rows

    output = Output()
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        plan = plan_of(store, record.run)
        state = taken_up(plan, store, record.run).state
        waiting = [
            one.ask for _, one in sorted(state.questions.items()) if one.ask.plan is not None
        ]
        if not waiting:
            raise UsageError(
                f"{record.run} waits for no plan to be approved",
                notes=[state_of(record)],
                way_out=f"`rbengine show {record.run}` says what it did so far",
            )
        actions = _planned(store, record.run, plan)
        for ask in waiting:
            assert ask.plan is not None
            given = actions.get(ask.plan.digest, ())
            rows = plan_rows(
                ask,
                given,
                plan.policy.timezone,
                output.width,
                colour=output.colour,
                call_of=_call_of,
            )
            output.rows(rows)
            output.rows([f"        {one}" for one in ways_to_answer(ask, record.run)[1:]])
    return exit_codes.OK


def _call_of(operation: str) -> str:
    adapter, _, name = operation.partition(".")
    signature = signature_of(adapter)
    found = None if signature is None else signature.operation(name)
    return "" if found is None else found.api


def _planned(store: SqliteStore, run: str, plan: Plan) -> dict[str, tuple[Action, ...]]:
    """What was planned, by the plan's digest."""
    asked: dict[int, PlanRequest] = {}
    found: dict[str, tuple[Action, ...]] = {}
    for event, commands, _ in fold(plan, events_of(store.read(run))):
        if isinstance(event, ChangePlanned) and isinstance(event.outcome, Planned):
            found[event.outcome.plan.digest] = asked[event.call].actions
        for command in commands:
            if isinstance(command, Perform) and isinstance(command.request, PlanRequest):
                asked[command.call] = command.request
    return found


def _last_rows(store: SqliteStore, record: RunRecord) -> list[str]:
    rows = ["", f"{record.run}  {state_of(record)}"]
    clocks = clocks_of(store, record, datetime.now(UTC))
    rows += [f"        {clocks}"] if clocks else []
    return [*rows, f"        {record.last} lines, head {record.head[:16]}"]
