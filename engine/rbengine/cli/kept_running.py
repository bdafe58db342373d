"""Driving runs that are kept: a new one from `exec --durable`, and those that are taken up."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.identity import person_for, whoami
from rbengine.cli.interactive import AtTheTerminal, WhoAnswers
from rbengine.cli.journals import Journal, in_words
from rbengine.cli.kept_kind import kind_of, simulated_runs
from rbengine.cli.kept_view import KeptLines, KeptScreen, View
from rbengine.cli.keyboard import Keyboard, Stdin
from rbengine.cli.live_presence import LivePresence
from rbengine.cli.order import Order
from rbengine.cli.output import Output
from rbengine.cli.presence import Presence, SaidElsewhereError, Signals
from rbengine.cli.secrets_again import NO_SECRETS, NOBODY_NAMED, SecretsAgain
from rbengine.cli.usage import UsageError
from rbengine.contract.values import SecretReference, Value
from rbengine.facts.project import Project
from rbengine.host.journal import DamagedError, RunRecord, events_of
from rbengine.host.kept import Kept, files_of
from rbengine.host.kept import Presence as KeptPresence
from rbengine.host.taking_up import not_followed, plan_of
from rbengine.plan.program import Plan
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.kept import Simulation
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.events import Person
from rbengine.runtime.fold import fold
from rbengine.workspace.paths import scenarios_path

_SLICE = 0.25
"""Seconds between two looks whether somebody elsewhere was faster than whoever is asked here."""

_LONG = 1000
"""Lines of a run that a screen follows from its beginning: taking up a longer one costs no more than that."""


def begin_kept(
    ground: Ground,
    store: Journal,
    order: Order,
    plan: Plan,
    path: str,
    world: str | None,
    inputs: Mapping[str, Value],
    started: datetime | None,
) -> int:
    """Begin a run in the journal and drive it as far as it goes; the exit code."""
    output = Output(width=order.width, plain=order.no_colour)
    user = whoami()
    operator = Person(id=user.id, name=user.name, role="operator")
    view: View = KeptLines(output) if order.json else KeptScreen(output, plan)
    simulation = Simulation(path=path, world=world, people="scripted" if order.scripted else "real")
    signals = Signals()
    presence = _presence(
        ground, store, signals, output, plan, scripted=order.scripted, quiet=order.json
    )
    runs = simulated_runs(ground, store)
    with signals.listening(), in_words(exit_codes.IN_DOUBT):
        try:
            kept = runs.begin(
                ground.session(),
                simulation,
                texts_of(ground, path, plan),
                inputs=inputs,
                started=started,
                operator=operator,
                presence=presence,
                observer=view.turn,
            )
        except CannotRehearseError as error:
            ground.draw([error.problem])
            return exit_codes.PROBLEMS
        except BaseException:
            view.stopped()
            raise
    code = ended(view, kept)
    if order.report is not None:
        from rbengine.cli.reporting import report_of_kept, write_after_run

        write_after_run(ground, report_of_kept(ground, store, kept.run), order.report)
    return code


def go_on(
    ground: Ground,
    store: Journal,
    record: RunRecord,
    *,
    force: bool = False,
    json: bool = False,
    at_hand: bool = True,
    given: Mapping[SecretReference, str] = NO_SECRETS,
    named: Mapping[str, str] = NOBODY_NAMED,
) -> int:
    """Take the run up and drive it as far as it goes; the exit code. Raises UsageError.

    `at_hand`: whoever sits at the terminal is asked what it needs. `given` are secrets that were just typed in,
    `named` those that the command says by their names.
    """
    damaged = store.set_damaged_aside(record.run)
    if damaged and not force:
        raise DamagedError(record.run, damaged)
    texts = store.texts(record.run)
    kind = kind_of(ground, store, record.run, texts)
    plan = plan_of(store, record.run)
    output = Output()
    view: View = KeptLines(output) if json else KeptScreen(output, plan)
    if not json:
        _say_what_was_edited(output, ground, files_of(texts))
    lines = store.read(record.run)
    try:
        seen = events_of(lines if len(lines) <= _LONG else lines[:1])
    except msgspec.MsgspecError as error:
        if not force:
            raise not_followed(store, record.run, error) from error
        seen = events_of(lines[:1])  # the saved state goes on from behind the damaged line
    view.before([(event, commands) for event, commands, _ in fold(plan, seen)], len(lines))
    signals = Signals()
    quiet = json or not at_hand
    presence = (
        live_presence(ground.project, signals, output, plan, view, quiet=quiet, brief=not at_hand)
        if kind.live
        else _presence(ground, store, signals, output, plan, scripted=kind.scripted, quiet=quiet)
    )
    with signals.listening(), in_words(exit_codes.IN_DOUBT):
        try:
            kept = kind.take_up(
                presence, view.turn, force=force,
                ask_again=SecretsAgain(given, named, quiet=json or not sys.stdin.isatty()),
            )  # fmt: skip
        except BaseException:
            view.stopped()
            raise
    return ended(view, kept)


def texts_of(ground: Ground, path: str, plan: Plan) -> dict[str, str]:
    """Everything a run of `plan` stands on: what the plan was made of, its scenarios, the app and the schema."""
    workspace = ground.workspace
    names = {name for name, _ in plan.texts}
    names |= {one for one in workspace.files if workspace.kind(one) in ("app", "library", "policy")}
    scenarios = scenarios_path(path)
    if scenarios in workspace.files:
        names.add(scenarios)
    texts = {name: ground.texts[name] for name in sorted(names)}
    schema, text = ground.schema
    return {**texts, schema: text} if schema else texts


def _presence(
    ground: Ground,
    store: Journal,
    signals: Signals,
    output: Output,
    plan: Plan,
    *,
    scripted: bool,
    quiet: bool,
) -> KeptPresence:
    keyboard = Stdin()
    if scripted or quiet or not keyboard.person:
        return Presence(signals, None, scripted=scripted)
    terminal = AtTheTerminal(
        output,
        plan.policy.timezone,
        whoami().name,
        read=lambda prompt: _typed(
            keyboard, output, prompt, lambda: bool(store.inbox(presence.run))
        ),
        who=_who(ground.project, output),
    )
    presence = Presence(signals, terminal.ask, scripted=False)
    return presence


def _typed(
    keyboard: Keyboard, output: Output, prompt: str, elsewhere: Callable[[], bool]
) -> str | None:
    """What is typed; None at the end of the input. Raises SaidElsewhereError where somebody `elsewhere` is faster."""
    output.raw(prompt)
    while not keyboard.ended:
        typed = keyboard.line(_SLICE)
        if typed is not None:
            return typed
        if elsewhere():
            output.row()
            keyboard.forget()
            raise SaidElsewhereError
    return None


def live_presence(
    project: Project,
    signals: Signals,
    output: Output,
    plan: Plan,
    view: View,
    *,
    quiet: bool,
    brief: bool = False,
) -> KeptPresence:
    """Who is there while a live run is driven; `quiet` where nobody is to be asked, `brief` as `LivePresence`."""
    keyboard = Stdin()
    return LivePresence(
        signals,
        output,
        plan.policy.timezone,
        _who(project, output),
        keyboard=None if quiet or not keyboard.person else keyboard,
        brief=brief,
        tick=view.tick,
    )


def _who(project: Project, output: Output) -> WhoAnswers:
    def who(question: AskPeople) -> Person | None:
        try:
            return person_for(project, question.by, None)
        except UsageError as problem:
            output.rows(problem.lines())
            return None

    return who


def ended(view: View, kept: Kept, *, unjudged: bool = False) -> int:
    """Draw the end; the exit code. `unjudged` as in `exit_codes.of_run`."""
    finish = kept.finish
    if finish is not None:
        code = exit_codes.of_run(
            finish.outcome, finish.left_applied, finish.in_doubt, unjudged=unjudged
        )
    else:
        code = exit_codes.PARKED if kept.in_order else exit_codes.PROBLEMS
    view.end(kept, code)
    return code


def _say_what_was_edited(output: Output, ground: Ground, texts: Mapping[str, str]) -> None:
    edited = sorted(name for name, text in texts.items() if ground.texts.get(name, text) != text)
    if edited:
        output.row(
            f"edited since it began: {', '.join(edited)}; the run keeps what it started with"
        )
