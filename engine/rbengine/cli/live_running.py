"""Running a playbook in a profile of the settings: for real, as far as its backends are."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.identity import OPERATOR, whoami
from rbengine.cli.journals import home_of, in_words, journal
from rbengine.cli.kept_running import ended, live_presence, texts_of
from rbengine.cli.kept_view import KeptLines, KeptScreen, View
from rbengine.cli.keyboard import Stdin
from rbengine.cli.live_backends import live_backends
from rbengine.cli.live_kind import live_runs, profile_for
from rbengine.cli.order import Order
from rbengine.cli.output import Output
from rbengine.cli.presence import Signals
from rbengine.cli.profiles import find_profile
from rbengine.cli.running import check_inputs, left_unjudged, read_inputs
from rbengine.cli.usage import UsageError
from rbengine.contract.reading import read_instant
from rbengine.contract.values import Value
from rbengine.facts.project import Project
from rbengine.host.driver import Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import JournalStore
from rbengine.host.kept import Kept
from rbengine.host.live.binding import Binding
from rbengine.host.live.profile import LiveProfile
from rbengine.host.memory_store import MemoryStore
from rbengine.host.starting import adapters_of
from rbengine.plan.dependence import dependences
from rbengine.plan.program import Plan
from rbengine.report.durations import zone_of
from rbengine.report.text import visible
from rbengine.runtime.events import Person


def run_live(
    order: Order, project: Project, output: Output, problems: Output, *, diagnose_only: bool
) -> int:
    """Begin it in the order's profile and drive it as far as it goes; the exit code. Raises UsageError."""
    _refuse_what_is_simulated(order)
    name = order.profile or ""
    with Ground(project.bound_to(find_profile(project, name)), problems) as ground:
        path = ground.playbook(order.playbook)
        plan = ground.plan(path)
        if plan is None:
            return exit_codes.PROBLEMS
        inputs = read_inputs(order.inputs, plan)
        check_inputs(plan, inputs, frozenset())
        started = _started(order.started, plan)
        profile = profile_for(ground.project, name, order.backends, plan)
        binding = Binding(
            path=path,
            profile=name,
            backends=dict(profile.backends),
            # Whoever takes the run up may be in another folder.
            recording=profile.recording and str(Path(profile.recording).absolute()),
            world=order.world,
            since=datetime.now(UTC),
        )
        beginning = _Beginning(ground, output, order, plan, profile, binding, inputs, started)
        if diagnose_only:
            # A diagnosis leaves nothing that could be taken up.
            return _begin(beginning, MemoryStore(), diagnose_only=True)
        refuse_unreal(plan, profile, order)
        if profile.production:
            confirm(name, order.confirm, output)
        with journal(ground.project, name) as store:
            return _begin(beginning, store, diagnose_only=False)


class _Beginning(NamedTuple):
    """Everything that was asked for, looked up."""

    ground: Ground
    output: Output
    order: Order
    plan: Plan
    profile: LiveProfile
    binding: Binding
    inputs: Mapping[str, Value]
    started: datetime | None


def _begin(what: _Beginning, store: JournalStore, *, diagnose_only: bool) -> int:
    ground, output, order, plan = what.ground, what.output, what.order, what.plan
    profile, binding = what.profile, what.binding
    view: View = (
        KeptLines(output) if order.json else KeptScreen(output, plan, kept=not diagnose_only)
    )
    home = home_of(ground.project, profile.name)
    signals = Signals()
    presence = live_presence(ground.project, signals, output, plan, view, quiet=order.json)
    user = whoami()
    texts = texts_of(ground, binding.path, plan)
    unjudged = False

    def see(turn: Turn) -> None:
        nonlocal unjudged
        unjudged = unjudged or left_unjudged([turn])
        view.turn(turn)

    with (
        signals.listening(),
        in_words(exit_codes.IN_DOUBT),
        live_backends(
            ground,
            profile,
            plan,
            texts,
            home=home,
            binding=binding,
            run=plan.id,
            remembers=not diagnose_only,
        ) as backends,
    ):
        try:
            kept: Kept = live_runs(ground, store, home).begin(
                backends,
                binding,
                texts,
                inputs=what.inputs,
                began=what.started,
                operator=Person(id=user.id, name=user.name, role=OPERATOR),
                presence=presence,
                observer=see,
                diagnose_only=diagnose_only,
            )
        except CannotGoOnError as problem:  # before it began; a run that began is let go
            raise UsageError(
                str(problem),
                notes=["nothing was asked but where it is, and nothing was changed"],
                way_out=f"`rbengine doctor --profile {profile.name} {plan.id}` looks at every adapter",
            ) from problem
        except BaseException:
            view.stopped()
            raise
    code = ended(view, kept, unjudged=unjudged)
    if order.report is not None:
        from rbengine.cli.reporting import report_of_kept, write_after_run

        write_after_run(ground, report_of_kept(ground, store, kept.run), order.report)
    return code


def refuse_unreal(plan: Plan, profile: LiveProfile, order: Order) -> None:
    """A change by a live adapter must not depend on what is not real. Raises UsageError."""
    names = adapters_of(plan, profile.channels.values())
    unreal = {name for name in names if profile.backend(name) != "live"}
    found = dependences(plan, unreal)
    if not found:
        return
    told = [
        f"{one.origin.file}:{one.origin.line}  depends on {one.cause.adapter} "
        f"({profile.backend(one.cause.adapter)}), by {one.cause.through}"
        for one in found
    ]
    raise UsageError(
        f"a live change would depend on what is not real: {found[0].cause.adapter} is "
        f"{profile.backend(found[0].cause.adapter)} in profile {profile.name}",
        notes=["\n".join(told)],
        way_out=f"`{_diagnosis(plan, profile, order)}` reads without changing anything",
    )


def _diagnosis(plan: Plan, profile: LiveProfile, order: Order) -> str:
    """The command that only reads, with all that was typed."""
    typed = ["rbengine", "diagnose", plan.id, "--profile", profile.name]
    for option, values in (("--backend", order.backends), ("--input", order.inputs)):
        typed += [word for value in values for word in (option, value)]
    return visible(shlex.join(typed))


def confirm(name: str, given: str | None, output: Output) -> None:
    """Production is asked for by name, once. Raises UsageError where that was not said."""
    if given is None:
        keyboard = Stdin()
        if keyboard.person:
            output.raw(f"this acts on {name}; type its name to go on > ")
            given = (keyboard.line(None) or "").strip()
    if given != name:
        raise UsageError(
            f"profile `{name}` acts on the real company, and its name was not "
            + ("given" if not given else "what was typed"),
            notes=["nothing was read or changed"],
            way_out=f"add --confirm {name}",
        )


def _refuse_what_is_simulated(order: Order) -> None:
    for given, name in (
        (order.scripted, "--scripted"),
        (order.interactive, "--interactive"),
    ):
        if given:
            raise UsageError(
                f"{name} is for simulated runs",
                notes=[f"profile `{visible(order.profile or '')}` is real"],
                way_out=f"leave {name} out, or leave --profile out",
            )


def _started(text: str | None, plan: Plan) -> datetime | None:
    """When the incident began; a time without a day is today's. Raises UsageError."""
    if text is None:
        return None
    zone = plan.policy.timezone
    now = datetime.now(UTC)
    try:
        moment = read_instant(text, zone_of(zone), now.astimezone(zone_of(zone)).date())
    except ValueError as problem:
        raise UsageError(
            f"`{visible(text)}` {problem}", place=f"--started {visible(text)}"
        ) from None
    if moment > now:
        raise UsageError(
            f"`{visible(text)}` has not come yet",
            place=f"--started {visible(text)}",
            way_out="give the day too, for example 2026-11-22T23:50Z",
        )
    return moment
