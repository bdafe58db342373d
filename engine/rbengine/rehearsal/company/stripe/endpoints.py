"""Webhook endpoints of one account: who hears of an event, which events wait for whom, and test events."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.faults import SLOWDOWN, Faults
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.stripe.errors import StripeRefusalError, invalid, no_such
from rbengine.rehearsal.company.webhooks import Delivery, Outbox

KIND = "webhook_endpoint"

IMPLICIT = ""
"""The endpoint of a company whose world names none: it is always there, and nothing is checked on its way."""

MOST = 16
"""How many endpoints the vendor allows in one account."""

PING = "v2.core.event_destination.ping"

_ALL = "*"


class Endpoints:
    """The endpoints, their signing secrets, and what they have not taken yet."""

    def __init__(
        self, ground: Ground, faults: Faults, outbox: Outbox, new_id: Callable[[str], str]
    ) -> None:
        self._ground = ground
        self._faults = faults
        self._outbox = outbox
        self._new_id = new_id
        self.table: dict[str, Object] = {}
        self.listens_to: frozenset[str] | None = None
        """Event types that the company's program knows, for an endpoint that no world names; None: all."""
        self._secrets: dict[str, str] = {}
        self._waiting: dict[str, list[str]] = {}
        self._pings: dict[str, Object] = {}

    def add(
        self,
        *,
        url: str,
        events: Sequence[str],
        api_version: str | None = None,
        metadata: Object | None = None,
        id_: str | None = None,
        secret: str | None = None,
        enabled: bool = True,
    ) -> Object:
        """A new endpoint. Its secret is told once, by whoever asks `secret_of` now."""
        if len(self.table) >= MOST:
            text = f"You have reached the maximum of {MOST} test webhook endpoints."
            raise invalid(text, "url")
        if not url.startswith(("https://", "http://")):
            raise invalid(
                "Invalid URL: An explicit scheme (such as https) must be provided.",
                "url",
                "url_invalid",
            )
        if not events:
            raise invalid("You must specify at least one event.", "enabled_events")
        made: Object = {
            "id": id_ or self._new_id("we"),
            "object": KIND,
            "api_version": api_version,
            "application": None,
            "created": self._ground.timestamp(),
            "description": None,
            "enabled_events": list(events),
            "livemode": False,
            "metadata": metadata or {},
            "status": "enabled" if enabled else "disabled",
            "url": url,
        }
        if made["id"] in self.table:
            raise invalid(f"{KIND} already exists.", "id", "resource_already_exists")
        self.table[made["id"]] = made
        self._secrets[made["id"]] = secret or f"whsec_{self._ground.token('stripe/whsec', 32)}"
        return made

    def update(
        self, id_: str, *, url: str | None, events: Sequence[str] | None, disabled: bool | None
    ) -> Object:
        """Change what is given."""
        found = self.get(id_)
        if url is not None:
            found["url"] = url
        if events is not None:
            found["enabled_events"] = list(events)
        if disabled is not None:
            found["status"] = "disabled" if disabled else "enabled"
        return found

    def delete(self, id_: str) -> Object:
        """It is gone, and its secret with it."""
        self.get(id_)
        del self.table[id_], self._secrets[id_]
        return {"id": id_, "object": KIND, "deleted": True}

    def get(self, id_: str) -> Object:
        """The endpoint. Refused where there is none."""
        found = self.table.get(id_)
        if found is None:
            raise no_such(KIND, id_, param="webhook_endpoint")
        return found

    def secret_of(self, id_: str) -> str:
        """What its deliveries are signed with."""
        return self._secrets[id_]

    # Events ------------------------------------------------------------------------------------------------

    def hearing(self, type_: str) -> tuple[str, ...]:
        """Who is told of events of `type_`."""
        if not self.table:
            heard = self.listens_to is None or type_ in self.listens_to
            return (IMPLICIT,) if heard else ()
        return tuple(
            one["id"]
            for one in self.table.values()
            if one["status"] == "enabled"
            and (_ALL in one["enabled_events"] or type_ in one["enabled_events"])
        )

    def announce(self, event: Object, endpoints: Sequence[str]) -> None:
        """`event` is on its way to `endpoints`; while a world is set up it only waits for them."""
        self._waiting[event["id"]] = list(endpoints)
        if not self._ground.running:
            return
        for one in endpoints:
            now = self._ground.now()
            late = SLOWDOWN if self._faults.of_requests("stripe", now) == "slow" else 1
            at = now + self._ground.latency("stripe/webhook", 300, 1500) * late
            self._outbox.add(Delivery(event=event["id"], endpoint=one, at=at, first=at))
            if self._faults.duplicates("stripe", now):
                later = at + timedelta(seconds=1)
                again = Delivery(
                    event=event["id"], endpoint=one, at=later, first=at, duplicate=True
                )
                self._outbox.add(again)

    def awaits(self, delivery: Delivery) -> bool:
        """Whether the attempt is still to be made: its endpoint is on, and has not taken the event."""
        if delivery.endpoint != IMPLICIT:
            found = self.table.get(delivery.endpoint)
            if found is None or found["status"] != "enabled":
                return False
        return delivery.duplicate or bool(self._waiting.get(delivery.event))

    def taken(self, event: Object, endpoint: str) -> None:
        """The endpoint has it. What was owed to one that is off or gone is nobody's any more."""
        left = [
            one
            for one in self._waiting.get(event["id"], [])
            if one != endpoint and one in self.table and self.table[one]["status"] == "enabled"
        ]
        self._waiting[event["id"]] = left
        event["pending_webhooks"] = len(left)

    def send_again(self, events: Sequence[Object]) -> int:
        """Each event that somebody has not taken goes to every endpoint that hears it now; how many there are."""
        now = self._ground.now()
        waiting = [one for one in events if one["pending_webhooks"]]
        for event in waiting:
            for endpoint in self.hearing(event["type"]):
                self._outbox.add(Delivery(event=event["id"], endpoint=endpoint, at=now, first=now))
        return len(waiting)

    def ping(self, id_: str) -> Object:
        """A test event to one endpoint. The list of events does not have it."""
        found = self.table.get(id_)
        if found is None:
            raise StripeRefusalError(404, f"No such event destination: '{id_}'", code="not_found")
        made: Object = {
            "id": self._new_id("evt"),
            "object": "v2.core.event",
            "type": PING,
            "created": self._ground.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "livemode": False,
            "context": None,
            "reason": None,
            "related_object": {
                "id": id_,
                "type": "v2.core.event_destination",
                "url": f"/v2/core/event_destinations/{id_}",
            },
        }
        self._pings[made["id"]] = {**made, "pending_webhooks": 1, "data": {"object": {}}}
        self.announce(made, [id_] if found["status"] == "enabled" else [])
        return made

    def pinged(self, id_: str) -> dict[str, Any] | None:
        """The test event `id_`."""
        return self._pings.get(id_)
