"""A run on a recording: virtual time, the recording's incident, and no answer but those that were once given."""

from collections.abc import Mapping

import msgspec

from rbengine.contract.codec import to_line
from rbengine.contract.values import Datum, Value
from rbengine.host.calendar import due_times, offsets
from rbengine.host.clock import VirtualClock
from rbengine.host.driver import Driver, Observer, Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import Owner
from rbengine.host.memory_store import MemoryStore
from rbengine.host.recorded.answering import Answers, Unlike
from rbengine.host.recorded.held import Held
from rbengine.host.recorded.unheld import Unheld
from rbengine.host.simulated import SimulatedWorld
from rbengine.host.starting import MissingInputError, adapters_of
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import Environment, Started
from rbengine.runtime.machine import advance, begin

_OWNER = Owner(host="recorded", pid=0, began="")
_NOTHING: Mapping[str, Value] = {}


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `finish` is None where the recording does not hold what the run asks for: `unheld` says what."""

    started: Started
    finish: Finish | None
    stopped: str
    """Why it could not go on, where `finish` is None."""
    unheld: Unheld | None
    unlike: tuple[Unlike, ...]
    lines: tuple[str, ...]
    turns: tuple[Turn, ...]


def replayed(
    plan: Plan,
    held: Held,
    *,
    engine: str,
    observer: Observer | None = None,
    inputs: Mapping[str, Value] = _NOTHING,
    diagnose_only: bool = False,
) -> Replayed:
    """Run `plan` on what the recording holds. `inputs` win over the recorded ones. Raises MissingInputError."""
    started = _first(plan, held, engine, inputs, diagnose_only=diagnose_only)
    clock = VirtualClock(started.at)
    answers = Answers(held)
    world = SimulatedWorld(clock, answers.make, answers)
    if held.cancelled is not None:
        moment, person, reason = held.cancelled
        world.around(moment, lambda: world.cancel(person, reason))
    turns: list[Turn] = []

    def observed(turn: Turn) -> None:
        turns.append(turn)
        answers.see(turn)
        if observer is not None:
            observer(turn)

    store = MemoryStore()
    epoch = store.create(plan.id, started, to_line(plan), _OWNER)
    driver = Driver(
        run=started.run, epoch=epoch, store=store, world=world, advance=advance, observer=observed
    )
    finish: Finish | None = None
    stopped = ""
    try:
        finish = driver.begin(begin(plan), started)
    except CannotGoOnError as problem:
        stopped = str(problem)
    return Replayed(
        started=started,
        finish=finish,
        stopped=stopped,
        unheld=answers.stopped,
        unlike=tuple(answers.unlike),
        lines=tuple(store.read(started.run)),
        turns=tuple(turns),
    )


def _first(
    plan: Plan, held: Held, engine: str, inputs: Mapping[str, Value], *, diagnose_only: bool
) -> Started:
    """The recording's own beginning, on this plan: the same incident, the same moment, the same keys."""
    then = held.recording.started
    given: dict[str, Datum] = {}
    for one in plan.inputs:
        if one.name in inputs:
            given[one.name] = Datum(inputs[one.name])
        elif one.name in then.inputs:
            given[one.name] = then.inputs[one.name]
        elif one.default is None:
            raise MissingInputError(one.name)
    backends = dict.fromkeys(adapters_of(plan), "recorded")
    environment = Environment(
        profile=then.environment.profile,
        backends=backends,
        world=f"{held.recording.source}: {then.run}",
        channels=then.environment.channels,
    )
    return msgspec.structs.replace(
        then,
        plan=plan.digest,
        inputs=given,
        environment=environment,
        engine=engine,
        diagnose_only=diagnose_only or then.diagnose_only,
        rehearsal=True,
        due_times=due_times(plan.policy, plan.severity, then.began),
        offsets=offsets(plan.policy, then.began),
    )
