"""WhatsApp, live: each operation of the signature."""

import re
from datetime import datetime

import httpx
import pydantic
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.meta.answers import Entry, History
from rbengine_adapters.meta.failures import ending_of
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.plain import decoded, instant
from rbengine_adapters.wire.settings import SettingError, needed_setting

PAGE = 100
MOST_SCANNED = 10_000
"""How many entries a history is read through for; one that goes on is refused with `too_many`."""

_FIELDS = "id,message_id,events{delivery_status,webhook_update_state,timestamp,error_description}"
_NUMBER = re.compile(r"[0-9]+")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client `meta`. Raises SettingError where `meta.phone_number` is missing or none."""
    number = needed_setting(connections, "meta.phone_number", "the id of the WhatsApp phone number")
    if _NUMBER.fullmatch(number) is None:
        raise SettingError("the setting `meta.phone_number` is the number's id, digits only")
    return MetaAdapter(connections.http("meta"), number)


class MetaAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, client: httpx.Client, number: str) -> None:
        self._client = client
        self._path = f"/v23.0/{number}"

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        if invocation.operation != "message_history":
            raise ValueError(f"meta has no operation `{invocation.operation}`")
        wire = Wire(self._client, Deadline(invocation.timeout), "Meta")
        try:
            return Succeeded(Datum(self._message_history(wire, invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing here changes
        """None: there is nothing to look after."""
        return None

    def _message_history(self, wire: Wire, invocation: Invocation) -> Value:
        a = invocation.arguments
        since, until, at_most = a["from"], a["to"], a["at_most"]
        if not isinstance(since, datetime) or not isinstance(until, datetime) or until < since:
            raise CallEndedError.refused("invalid", "the window ends before it begins")
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        found: list[tuple[datetime, Row]] = []
        for entry in self._entries(wire):
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
            history = self._page(wire, query)
            found += history.data
            after = history.paging.cursors.after
            if history.paging.next is None or after is None or not history.data:
                return found
            if len(found) >= MOST_SCANNED:
                text = f"Meta has more than {MOST_SCANNED} to look through"
                raise CallEndedError.refused("too_many", text)
            query["after"] = after

    def _page(self, wire: Wire, query: dict[str, str]) -> History:
        path = f"{self._path}/message_history"
        response = wire.send("GET", path, changes=False, query=query)
        if response.status_code != httpx.codes.OK:
            raise CallEndedError(ending_of(response.status_code, _content(response)))
        try:
            return History.model_validate(wire.content(response, changes=False))
        except pydantic.ValidationError as error:
            raise CallEndedError(garbled("Meta", changes=False)) from error


def _content(response: httpx.Response) -> object:
    try:
        content: object = decoded(response.content)
    except ValueError:
        return None
    return content


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
