"""What happens in a simulated company while others count the time: webhooks, vendors' own work, jobs of pg_cron."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from rbengine.host.schedule import Schedule
from rbengine.rehearsal.company.webhooks import Delivery
from rbengine.rehearsal.cron import CronJobs
from rbengine.rehearsal.stage import Stage


class ByItself:
    """Of one company that is set up. Not for several threads at once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._coming: Schedule[Callable[[], str]] = Schedule()
        self._cron = CronJobs(stage.database, stage.company, stage.clock.now)
        self.look()

    def look(self) -> None:
        """Take note of what has become due by what was just done."""
        company = self._stage.company
        for moment, happen in (*company.due_work(), *self._cron.due_work()):
            self._coming.add(moment, partial(_silently, happen))
        for one in company.due_events():
            moment = one.at + self._stage.handling_time(one.event)
            self._coming.add(moment, partial(self._deliver, one))
        for vendor, webhook in company.told.due():
            moment = webhook.at + self._stage.program.handling_time(vendor.name, webhook.type)
            self._coming.add(
                moment, partial(_silently, partial(company.told.tell, vendor, webhook))
            )

    def until(self, moment: datetime) -> list[str]:
        """Let time come to `moment`, and everything happen that is due by then; webhooks that arrived, in words."""
        told = []
        self.look()
        while (due := self._coming.next_at()) is not None and due <= moment:
            taken = self._coming.take()
            if taken is None:
                break
            at, happen = taken
            self._stage.clock.move_to(at)
            told.append(happen())
            self._stage.company.take_latency()
            self.look()
        self._stage.clock.move_to(moment)
        return [one for one in told if one]

    def next_at(self) -> datetime | None:
        """When the next thing happens; None where nothing is known of any."""
        return self._coming.next_at()

    def _deliver(self, delivery: Delivery) -> str:
        company = self._stage.company
        kind = company.stripe.event(delivery.event)["type"]
        status = company.deliver(delivery)
        return "" if status is None else f"webhook {kind} {delivery.event}: {status}"


def _silently(happen: Callable[[], None]) -> str:
    happen()
    return ""
