"""WhatsApp, live: each operation of the signature."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.meta import answers
from rbengine_adapters.meta.answers import Entry, History
from rbengine_adapters.meta.calls import asked, changed
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.plain import instant, revealed
from rbengine_adapters.wire.settings import SettingError, maybe_setting, needed_setting

VERSION = "v23.0"
PAGE = 100
MOST_SCANNED = 10_000
"""How many entries a history is read through for; one that goes on is refused with `too_many`."""

_FIELDS = "id,message_id,events{delivery_status,webhook_update_state,timestamp,error_description}"
_NUMBER = re.compile(r"[0-9]+")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's clients `meta` and, for the app's own calls, `meta_app`.

    Raises SettingError where `meta.phone_number` is missing or none.
    """
    number = needed_setting(connections, "meta.phone_number", "the id of the WhatsApp phone number")
    if _NUMBER.fullmatch(number) is None:
        raise SettingError("the setting `meta.phone_number` is the number's id, digits only")
    return MetaAdapter(connections, number)


class MetaAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, connections: Connections, number: str) -> None:
        self._connections = connections
        self._path = f"/{VERSION}/{number}"

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        work: Callable[[Invocation, Deadline], Value]
        match invocation.operation:
            case "message_history":
                work = self._message_history
            case "phone_health":
                work = self._phone_health
            case "app_subscriptions":
                work = self._app_subscriptions
            case "waba_apps":
                work = self._waba_apps
            case "subscribe_app":
                work = self._subscribe_app
            case unknown:
                raise ValueError(f"meta has no operation `{unknown}`")
        try:
            return Succeeded(Datum(work(invocation, Deadline(invocation.timeout))))
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Which phone number the token may see."""
        try:
            found = self._number(Deadline(timeout))
        except CallEndedError as ended:
            return ended.outcome
        return Whereabouts(facts={"meta.phone_number": found.id}, version=VERSION)

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - the change is its own repetition
        """None: the one change here may simply be done again."""
        return None

    def _wire(self, deadline: Deadline, provider: str = "meta") -> Wire:
        return Wire(self._connections.http(provider), deadline, "Meta")

    def _id(self, name: str, purpose: str) -> str:
        """An id that only some calls need. Ends the call where the settings give none."""
        found = maybe_setting(self._connections, name)
        if found is None or _NUMBER.fullmatch(found) is None:
            text = f"the setting `{name}` must be {purpose}, digits only"
            raise CallEndedError.refused("invalid", text)
        return found

    def _number(self, deadline: Deadline) -> answers.PhoneNumber:
        query = {"fields": "health_status,quality_rating"}
        return asked(self._wire(deadline), self._path, answers.PhoneNumber, query)

    def _phone_health(self, _: Invocation, deadline: Deadline) -> Value:
        found = self._number(deadline)
        health = found.health_status
        problems = [
            f"{one.entity_type}: {text}"
            for one in health.entities
            if one.can_send_message != "AVAILABLE"
            for text in (*(it.error_description for it in one.errors), *one.additional_info)
        ]
        return Row(
            {
                "can_send": health.can_send_message,
                "quality": found.quality_rating,
                "problems": tuple(problems),
            }
        )

    def _app_subscriptions(self, _: Invocation, deadline: Deadline) -> Value:
        path = f"/{VERSION}/{self._id('meta.app', 'the id of the app')}/subscriptions"
        found = asked(self._wire(deadline, "meta_app"), path, answers.Subscriptions)
        return tuple(
            Row(
                {
                    "object": one.object,
                    "callback_url": one.callback_url,
                    "active": one.active,
                    "fields": tuple(it.name for it in one.fields),
                }
            )
            for one in found.data
        )

    def _waba_apps(self, _: Invocation, deadline: Deadline) -> Value:
        account = self._id("meta.business_account", "the id of the WhatsApp business account")
        path = f"/{VERSION}/{account}/subscribed_apps"
        found = asked(self._wire(deadline), path, answers.SubscribedApps)
        return tuple(
            Row(
                {
                    "id": one.whatsapp_business_api_data.id,
                    "name": one.whatsapp_business_api_data.name,
                    "override_callback_url": one.override_callback_uri,
                }
            )
            for one in found.data
        )

    def _subscribe_app(self, invocation: Invocation, deadline: Deadline) -> Value:
        a = invocation.arguments
        url, fields, token = a["callback_url"], a["fields"], revealed(a["verify_token"])
        if not isinstance(url, str) or not url.startswith("https://"):
            raise CallEndedError.refused("invalid", "Meta calls webhooks by https only")
        if not isinstance(fields, tuple) or not fields:
            raise CallEndedError.refused("invalid", "a subscription names at least one field")
        if not token:
            raise CallEndedError.refused("invalid", "the verify token is empty")
        path = f"/{VERSION}/{self._id('meta.app', 'the id of the app')}/subscriptions"
        content = {
            "object": str(a["object"]),
            "callback_url": url,
            "fields": ",".join(str(one) for one in fields),
            "verify_token": token,
        }
        changed(self._wire(deadline, "meta_app"), path, content, answers.Done)
        return None

    def _message_history(self, invocation: Invocation, deadline: Deadline) -> Value:
        a = invocation.arguments
        since, until, at_most = a["from"], a["to"], a["at_most"]
        if not isinstance(since, datetime) or not isinstance(until, datetime) or until < since:
            raise CallEndedError.refused("invalid", "the window ends before it begins")
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        found: list[tuple[datetime, Row]] = []
        for entry in self._entries(self._wire(deadline)):
            if not entry.events.data:
                continue
            at, row = _row(entry)
            if since <= at <= until:
                found.append((at, row))
            if len(found) > at_most:
                raise CallEndedError.refused("too_many", f"Meta has more than {at_most}")
        # The order of the history is not promised, so it is made here.
        found.sort(key=lambda one: one[0], reverse=True)
        return tuple(row for _, row in found)

    def _entries(self, wire: Wire) -> list[Entry]:
        """The whole history that Meta keeps, page by page to the end: it cannot be asked for a window."""
        found: list[Entry] = []
        query = {"fields": _FIELDS, "limit": str(PAGE)}
        while True:
            history = asked(wire, f"{self._path}/message_history", History, query)
            found += history.data
            after = history.paging.cursors.after
            if history.paging.next is None or after is None or not history.data:
                return found
            if len(found) >= MOST_SCANNED:
                text = f"Meta has more than {MOST_SCANNED} to look through"
                raise CallEndedError.refused("too_many", text)
            query["after"] = after


def _row(entry: Entry) -> tuple[datetime, Row]:
    """`meta.message`, and when it was first seen."""
    happened = sorted(entry.events.data, key=lambda one: one.timestamp)
    at, last = instant(happened[0].timestamp), happened[-1]
    return at, Row(
        {
            "message_id": entry.message_id,
            "at": at,
            "status": last.delivery_status,
            "webhook": last.webhook_update_state,
            "error": last.error_description,
        }
    )
