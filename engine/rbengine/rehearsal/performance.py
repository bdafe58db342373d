"""One run played on a stage: its calls, the time they take, who is asked, and what happens meanwhile."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rbengine.contract.outcomes import Refused
from rbengine.host.driver import Observer, Turn
from rbengine.host.pace import Pace
from rbengine.host.people import People
from rbengine.host.secrets import DiscreetPace, DiscreetPeople
from rbengine.host.simulated import SimulatedWorld
from rbengine.host.unmade import ended_without
from rbengine.rehearsal.company.webhooks import Delivery
from rbengine.rehearsal.footprints import AROUND, Footprint, Footprints
from rbengine.rehearsal.interactive import InteractivePeople
from rbengine.rehearsal.letters import Letter, Letterbox
from rbengine.rehearsal.mishaps import CrashedError, Mishaps
from rbengine.rehearsal.stage import Stage
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    SettleRequest,
    UndoRequest,
)
from rbengine.runtime.events import (
    Event,
)
from rbengine.runtime.state import RunState

if TYPE_CHECKING:
    from rbengine.rehearsal.cron import CronJobs

T = TypeVar("T")

_SQL_MS = (2, 6)
"""The shortest and longest usual time of a call to the database."""


class Performance:
    """Keeps the turns of one run, and what came of them on the stage."""

    def __init__(
        self,
        stage: Stage,
        people: People,
        observer: Observer | None,
        mishaps: Mishaps,
        pace: Pace | None = None,
    ) -> None:
        self._stage = stage
        self._people = people
        self._observer = observer
        self._mishaps = mishaps
        self._footprints = Footprints(stage.company, stage.database.in_use)
        self._labels: dict[int, str] = {}
        self.turns: list[Turn] = []
        self.letters: list[Letter] = []
        """Messages that the playbook sent, not those that told somebody of a question or an escalation."""
        discreet = DiscreetPeople(people, stage.secrets)
        lived = None if pace is None else DiscreetPace(pace, stage.secrets)
        self.world = SimulatedWorld(stage.clock, self._make, discreet, lived)
        self._cron: CronJobs | None = None
        self._take_deliveries()

    def observe(self, turn: Turn) -> None:
        """Keep the turn. Raises CrashedError where the scenario lets the process die behind it."""
        self.turns.append(turn)
        self._mishaps.see(turn)
        if isinstance(turn.state, RunState):
            for command in turn.commands:
                if isinstance(command, Perform):
                    pending = turn.state.calls.get(command.call)
                    self._labels[command.call] = "" if pending is None else pending.text
        if self._observer is not None:
            self._observer(turn)
        if self._mishaps.dies_after(turn):
            raise CrashedError

    def around(self, moment: datetime, happen: Callable[[], None]) -> None:
        """Let something happen around the run at `moment`."""
        self.world.around(moment, lambda: self._around(happen))

    def footprints(self) -> tuple[Footprint, ...]:
        """Everything the run changed, and everything nobody is known to have changed."""
        return self._footprints.found()

    # Calls -------------------------------------------------------------------------------------------------

    def _make(self, call: Perform, now: datetime) -> tuple[Event, timedelta]:
        people = self._people
        if isinstance(people, InteractivePeople) and not people.may_call(call, now):
            self.world.cancel(self._stage.operator, "stopped before a call")
            return _declined(call, now), timedelta(0)
        label = self._labels.get(call.call, "")
        letterbox = Letterbox(self._stage.company)
        with self._mishaps.around(call, now):
            if _may_change(call):
                with self._watching(label):
                    event = self._stage.calls.perform(call, now)
            else:
                event = self._stage.calls.perform(call, now)
            # A library may have taken the refusal of a socket for an outage; the run must not.
            self._stage.attempts.stop_if_any()
            self._stage.database.stop_if_gone()
            if not isinstance(call.request, NotifyRequest):
                self.letters.extend(letterbox.take())
            took = self._took()
        self._take_deliveries()
        if self._mishaps.answer_is_lost(call):
            raise CrashedError
        return event, took

    def _took(self) -> timedelta:
        company = self._stage.company
        took = company.take_latency()
        database = self._stage.database.in_use()
        if took or database is None:
            return took
        return company.ground.latency("postgres", *_SQL_MS) + database.delay()

    def _watching(self, label: str) -> AbstractContextManager[None]:
        """While whatever `label` names may change something."""
        return self._footprints.of(label)

    # What happens meanwhile --------------------------------------------------------------------------------

    def _around(self, happen: Callable[[], None]) -> None:
        with self._watching(AROUND):
            happen()
        self._stage.attempts.stop_if_any()
        self._stage.company.take_latency()  # nobody in the run waited for it
        self._take_deliveries()

    def _take_deliveries(self) -> None:
        """Webhooks that a vendor wants to deliver: the company's program has dealt with them a while later."""
        company = self._stage.company
        for moment, happen in company.due_work():
            self.around(moment, happen)
        for moment, happen in self._due_jobs():
            self.around(moment, happen)
        for delivery in company.due_events():
            moment = delivery.at + self._stage.handling_time(delivery.event)
            self.around(moment, lambda one=delivery: self._deliver(one))  # type: ignore[misc]

        for vendor, webhook in company.told.due():
            moment = webhook.at + self._stage.program.handling_time(vendor.name, webhook.type)
            self.around(moment, partial(company.told.tell, vendor, webhook))

    def _due_jobs(self) -> Sequence[tuple[datetime, Callable[[], None]]]:
        """Jobs of the world's database: there are none before it is used."""
        stage = self._stage
        if stage.database.in_use() is None:
            return ()
        if self._cron is None:
            from rbengine.rehearsal.cron import CronJobs

            self._cron = CronJobs(stage.database, stage.company, stage.clock.now)
        return self._cron.due_work()

    def _deliver(self, delivery: Delivery) -> None:
        self._stage.company.deliver(delivery)


def _may_change(call: Perform) -> bool:
    """Whether rows or vendors' objects may be others afterwards; a mail is neither."""
    match call.request:
        case QueryRequest() | PlanRequest() | NotifyRequest():
            return False
        case OperationRequest(effect=effect):
            return effect == "change"
        case ApplyRequest() | UndoRequest() | SettleRequest():
            return True


def _declined(call: Perform, now: datetime) -> Event:
    """The end of a call that somebody did not let be made."""
    refused = Refused("refused", "not made")
    return ended_without(call, now, refused, refused)
