"""Klaxon, live: the same code in a rehearsal and in an incident. Only the client that it is given differs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row, Value

from rbengine_klaxon.failures import EndedError, of_status, of_transport, open_end

A = TypeVar("A")

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Page(msgspec.Struct, frozen=True):
    """A page as Klaxon describes it; its other fields may come and go."""

    id: str
    service: str
    title: str
    status: Literal["open", "closed"]
    opened_at: Moment


class Pages(msgspec.Struct, frozen=True):
    """Some of many: `next` leads to more."""

    pages: list[Page]
    next: str | None = None


class Time(msgspec.Struct, frozen=True):
    """What time it is there."""

    now: Moment


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client, whose address and token are set. Raises LookupError for a missing setting."""
    try:
        team = connections.setting("klaxon.team")
    except KeyError:
        raise LookupError("the setting `klaxon.team` is missing: whose pages they are") from None
    return Klaxon(connections.http("klaxon"), team)


class Klaxon:
    """All operations."""

    def __init__(self, client: httpx.Client, team: str) -> None:
        self._client = client
        self._team = team

    def locate(self, timeout: timedelta) -> Whereabouts | Refused | Unsettled:
        """The smallest read: Klaxon tells nobody the time whose token is not of the team that is named beside it."""
        try:
            now = _Call(self._client, self._team, timeout).server_time()
        except EndedError as ended:
            return ended.ending
        return Whereabouts(facts={"klaxon.team": self._team}, version="1", clock=now)

    def perform(self, invocation: Invocation) -> Outcome:
        """Do it. Raises ValueError for an operation that the signature does not have."""
        asked = {name: str(value) for name, value in invocation.arguments.items()}
        call = _Call(self._client, self._team, invocation.timeout)
        try:
            match invocation.operation:
                case "open_pages":
                    return Succeeded(Datum(_open_pages(call, asked["service"])))
                case "page":
                    path = f"/v1/services/{quote(asked['service'], safe='')}/pages"
                    content = {"title": asked["title"]}
                    return Succeeded(Datum(_row(call.changed(path, content, invocation.key))))
                case "close":
                    path = f"/v1/pages/{quote(asked['page'], safe='')}/close"
                    return Succeeded(Datum(_row(call.changed(path, {}, None))))
                case unknown:
                    raise ValueError(f"klaxon has no operation `{unknown}`")
        except EndedError as ended:
            return ended.ending

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - it finds no page by its key
        """None: the host asks again with the same key, for as long as Klaxon keeps it."""
        return None


class _Call:
    """The requests of one call, and the time they have left."""

    def __init__(self, client: httpx.Client, team: str, timeout: timedelta) -> None:
        self._client = client
        self._team = team
        self._left = timeout

    def read(self, path: str, **query: str) -> bytes:
        """The body of an answer to a look."""
        request = self._client.build_request("GET", path, params=query)
        return self._answered(request, changes=False)

    def changed(self, path: str, content: dict[str, str], key: str | None) -> Page:
        """The page, after it was changed."""
        request = self._client.build_request("POST", path, json=content)
        if key is not None:
            request.headers["idempotency-key"] = key
        return _decoded(self._answered(request, changes=True), Page, changes=True)

    def server_time(self) -> datetime:
        """What Klaxon's clock says."""
        return _decoded(self.read("/v1/time"), Time, changes=False).now

    def _answered(self, request: httpx.Request, *, changes: bool) -> bytes:
        if self._left <= timedelta():
            raise EndedError(Refused("timeout", "the time of this call is used up"))
        request.headers["klaxon-team"] = self._team
        limit = httpx.Timeout(self._left.total_seconds())
        request.extensions["timeout"] = limit.as_dict()
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise EndedError(of_transport(error, changes=changes)) from error
        self._left -= response.elapsed  # virtual in a rehearsal
        if response.status_code != httpx.codes.OK:
            keyed = "idempotency-key" in request.headers
            raise EndedError(of_status(response.status_code, changes=changes, keyed=keyed))
        return response.content


def _open_pages(call: _Call, service: str) -> Value:
    """All of them, however many answers that takes."""
    found: list[Row] = []
    after = ""
    while True:
        path = f"/v1/services/{quote(service, safe='')}/pages"
        answer = _decoded(call.read(path, status="open", after=after), Pages, changes=False)
        found += [_row(one) for one in answer.pages]
        if not answer.next:
            return tuple(found)
        after = answer.next


def _decoded(body: bytes, kind: type[A], *, changes: bool) -> A:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = "Klaxon gave an answer that cannot be read"
        raise EndedError(open_end(text, changes=changes)) from error


def _row(page: Page) -> Row:
    """`klaxon.page`."""
    return Row(
        {
            "id": page.id,
            "service": page.service,
            "title": page.title,
            "status": page.status,
            "opened": page.opened_at.astimezone(UTC),
        }
    )
