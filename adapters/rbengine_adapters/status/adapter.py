"""Status pages, live: each operation of the signature."""

import hashlib
from datetime import UTC, timedelta

import httpx
import pydantic
from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.signatures.status import STAGE
from rbengine_adapters.status import answers, pages
from rbengine_adapters.status.failures import of_ours
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending, garbled
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.plain import encoded
from rbengine_adapters.wire.settings import maybe_setting

KEY = "rbengine"
"""The part of an incident's metadata that is ours."""


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's clients `status_PAGE` of vendors' pages and `statuspage` of our own."""
    return StatusAdapter(connections)


class StatusAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        try:
            return Succeeded(Datum(self._done(invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whether the key may read our own page, where the settings name one; others' pages are open to all."""
        page = maybe_setting(self._connections, "status.page")
        if page is None:
            return Whereabouts(facts={})
        try:
            _Ours(self._connections, timeout).unresolved()
        except CallEndedError as ended:
            return ended.outcome
        return Whereabouts(facts={"status.page": page}, version="v1")

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Whether our page says it; None where it cannot be asked."""
        try:
            ours = _Ours(self._connections, invocation.timeout)
            match invocation.operation:
                case "publish":
                    found = ours.with_key(_key(invocation))
                case "update":
                    found = ours.as_told(invocation)
                case _:
                    return None
        except CallEndedError:
            return None
        if found is None:
            return Refused("conflict", "our status page does not say it")
        return Succeeded(Datum(_row(found)))

    def _done(self, invocation: Invocation) -> Value:
        a = invocation.arguments
        match invocation.operation:
            case "component":
                page = str(a["page"])
                client = self._connections.http(f"status_{page}")
                return pages.component(
                    client, Deadline(invocation.timeout), page, str(a["component"])
                )
            case "published":
                ours = _Ours(self._connections, invocation.timeout)
                return tuple(_row(one) for one in ours.unresolved())
            case "publish":
                return _row(_Ours(self._connections, invocation.timeout).publish(invocation))
            case "update":
                return _row(_Ours(self._connections, invocation.timeout).update(invocation))
            case unknown:
                raise ValueError(f"status has no operation `{unknown}`")


class _Ours:
    """Our own page at Statuspage, in one call."""

    def __init__(self, connections: Connections, timeout: timedelta) -> None:
        page = maybe_setting(connections, "status.page")
        if page is None or not page.isalnum():
            text = (
                "the settings name no status page of our own: `status.page` is its id at Statuspage"
            )
            raise CallEndedError.refused("not_found", text)
        self._wire = Wire(connections.http("statuspage"), Deadline(timeout), "Statuspage")
        self._path = f"/v1/pages/{page}/incidents"

    def unresolved(self) -> list[answers.OwnIncident]:
        """Newest first."""
        return self._asked("GET", "/unresolved", answers.INCIDENTS)

    def with_key(self, key: str) -> answers.OwnIncident | None:
        """The incident that was opened with our `key`, also where it is resolved meanwhile."""
        known = self._asked("GET", "", answers.INCIDENTS)
        return next((one for one in known if _ours(one) == key), None)

    def as_told(self, invocation: Invocation) -> answers.OwnIncident | None:
        """The incident, where it stands as it should and says so."""
        a = invocation.arguments
        found = self._asked("GET", f"/{_id(a['incident'])}", answers.INCIDENT)
        newest = found.incident_updates[0] if found.incident_updates else None
        said = newest is not None and newest.body == a["says"] and newest.status == a["stage"]
        return found if said else None

    def publish(self, invocation: Invocation) -> answers.OwnIncident:
        """Open it, unless it was opened with this key before."""
        a, key = invocation.arguments, _key(invocation)
        title = str(a["title"])
        if not title.strip() or "\n" in title or "\r" in title:
            raise CallEndedError.refused("invalid", "the title of an incident is one line")
        known = self.with_key(key)
        if known is not None:
            return known
        sent = {
            "name": title,
            "status": a["stage"],
            "body": a["says"],
            "metadata": {KEY: {"key": key}},
        }
        return self._asked("POST", "", answers.INCIDENT, {"incident": sent})

    def update(self, invocation: Invocation) -> answers.OwnIncident:
        """Say it, unless it was said before."""
        told = self.as_told(invocation)
        if told is not None:
            return told
        a = invocation.arguments
        sent = {"status": a["stage"], "body": a["says"]}
        return self._asked("PATCH", f"/{_id(a['incident'])}", answers.INCIDENT, {"incident": sent})

    def _asked(
        self,
        method: str,
        path: str,
        form: "pydantic.TypeAdapter[answers.T]",
        sent: object = None,
    ) -> "answers.T":
        changes = sent is not None
        content = encoded(sent) if changes else None
        response = self._wire.send(method, self._path + path, changes=changes, content=content)
        if response.status_code not in (httpx.codes.OK, httpx.codes.CREATED):
            raise CallEndedError(of_ours(response.status_code, _json(response), changes=changes))
        try:
            return form.validate_python(self._wire.content(response, changes=changes))
        except pydantic.ValidationError as error:
            raise CallEndedError(garbled("Statuspage", changes=changes)) from error


def _json(response: httpx.Response) -> object:
    try:
        content: object = response.json()
    except ValueError:
        return None
    return content


def _key(invocation: Invocation) -> str:
    return hashlib.sha256(invocation.key.encode("utf-8")).hexdigest()


def _ours(incident: answers.OwnIncident) -> str:
    part = (incident.metadata or {}).get(KEY)
    return str(part.get("key")) if isinstance(part, dict) else ""


def _id(value: Value) -> str:
    """An incident's id as Statuspage writes it: nothing that could lead to another path."""
    text = str(value)
    if not text.isalnum():
        raise CallEndedError.refused("invalid", f"`{text}` is no id of an incident")
    return text


def _row(one: answers.OwnIncident) -> Row:
    """`status.incident`; a stage that we do not know is one that is not over."""
    return Row(
        {
            "id": one.id,
            "title": one.name,
            "stage": _stage(one.status),
            "at": one.created_at.astimezone(UTC),
            "link": one.shortlink,
        }
    )


def _stage(status: str) -> str:
    """Statuspage's word; `postmortem` comes after `resolved`."""
    if status in STAGE.values:
        return status
    return "resolved" if status == "postmortem" else "investigating"
