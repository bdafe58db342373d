"""Meta behind HTTP."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.meta.model import (
    APP,
    BUSINESS_ACCOUNT,
    PHONE_NUMBER,
    MetaModel,
)

_VERSION = "v23.0"
_USUAL_PAGE = 25
_LARGEST_PAGE = 100
_EVENT_FIELDS = frozenset(
    {"delivery_status", "webhook_update_state", "timestamp", "error_description"}
)

_SAID_NO: Mapping[SaidNo, tuple[int, int, str]] = {
    "unauthorized": (403, 10, "(#10) Application does not have permission for this action"),
    "not_found": (404, 803, "(#803) Some of the aliases you requested do not exist"),
    "conflict": (400, 368, "(#368) The action is deemed abusive or is otherwise disallowed"),
    "invalid": (400, 100, "(#100) Invalid parameter"),
}


class Meta:
    """The vendor `meta`: graph.facebook.com."""

    name = "meta"
    latency_ms = (120, 480)

    def __init__(self, ground: Ground, model: MetaModel) -> None:
        self._ground = ground
        self.model = model

    def serves(self, host: str) -> bool:
        """One host for everything."""
        return host == "graph.facebook.com"

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What it says when it cannot answer."""
        text = "An unexpected error occurred. Please retry your request"
        return self._error(500, 2, "GraphMethodException", text, transient=True)

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """Too many calls of the application."""
        text = "Application request limit reached"
        return self._error(429, 4, "OAuthException", text, transient=True)

    def refused(self, request: Request, kind: SaidNo) -> Answer:  # noqa: ARG002 - as above
        """One of its errors for each kind."""
        status, code, text = _SAID_NO[kind]
        return self._error(status, code, "OAuthException", text)

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The phone number's objects."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does."""
        if not (request.headers.get("authorization") or request.parameter("access_token")):
            return self._error(401, 190, "OAuthException", "Invalid OAuth access token")
        if request.segments[:1] != (_VERSION,):
            raise CannotBeSimulatedError(f"meta: {request.method} {request.path}")
        match request.method, request.segments[1:]:
            case "GET", (number, "message_history"):
                return self._not_found() if number != PHONE_NUMBER else self._history(request)
            case "GET", (number,):
                return self._not_found() if number != PHONE_NUMBER else self._health(request)
            case "GET", (app, "subscriptions"):
                shown = list(self.model.subscriptions.values())
                return self._not_found() if app != APP else Answer(body={"data": deepcopy(shown)})
            case "POST", (app, "subscriptions"):
                return self._not_found() if app != APP else self._subscribed(_given(request))
            case "GET", (account, "subscribed_apps"):
                if account != BUSINESS_ACCOUNT:
                    return self._not_found()
                return Answer(body={"data": deepcopy(self.model.waba_apps)})
            case _:
                pass
        raise CannotBeSimulatedError(f"meta: {request.method} {request.path}")

    def _not_found(self) -> Answer:
        text = "(#803) Some of the aliases you requested do not exist"
        return self._error(404, 803, "GraphMethodException", text)

    def _health(self, request: Request) -> Answer:
        fields = request.parameter("fields")
        if fields != "health_status,quality_rating":
            raise CannotBeSimulatedError(f"meta: the fields {fields or '(none)'} of a phone number")
        model = self.model
        number: Object = {
            "entity_type": "PHONE_NUMBER",
            "id": PHONE_NUMBER,
            "can_send_message": model.can_send,
        }
        if model.problem:
            number["errors"] = [
                {
                    "error_code": 141010,
                    "error_description": model.problem,
                    "possible_solution": "Look at the WhatsApp Manager.",
                }
            ]
        others: list[Object] = [
            {"entity_type": kind, "id": id_, "can_send_message": "AVAILABLE"}
            for kind, id_ in (("WABA", BUSINESS_ACCOUNT), ("APP", APP))
        ]
        health = {"can_send_message": model.can_send, "entities": [number, *others]}
        body = {
            "id": PHONE_NUMBER,
            "quality_rating": model.quality,
            "health_status": health,
        }
        return Answer(body=body)

    def _subscribed(self, given: Object) -> Answer:
        """The vendor makes the handshake before it answers; one that fails changes nothing."""
        url = str(given["callback_url"])
        if not self.model.shakes_hands(url, str(given["verify_token"])):
            text = "(#2200) Callback verification failed: the challenge was not answered"
            return self._error(400, 2200, "OAuthException", text)
        self.model.subscribe(str(given["object"]), url, _names(given["fields"]))
        return Answer(body={"success": True})

    def _history(self, request: Request) -> Answer:
        given = dict(request.query)
        fields = _event_fields(given.get("fields", ""))
        limit = min(int(given.get("limit", _USUAL_PAGE)), _LARGEST_PAGE)
        # Newest first: the vendor promises no order, and a client must not rely on one.
        entries = list(reversed(list(self.model.history.values())))
        after = given.get("after")
        places = [number for number, one in enumerate(entries) if one["id"] == after]
        if after is not None and not places:
            return self._error(400, 100, "OAuthException", "Invalid parameter: after")
        start = places[0] + 1 if places else 0
        shown = [_cut(one, fields) for one in entries[start : start + limit]]
        body: Object = {"data": shown}
        if shown:
            last = shown[-1]["id"]
            body["paging"] = {"cursors": {"before": shown[0]["id"], "after": last}}
            if start + limit < len(entries):
                query = urlencode({**given, "after": last})
                body["paging"]["next"] = f"https://graph.facebook.com{request.path}?{query}"
        return Answer(body=body)

    def _error(
        self, status: int, code: int, type_: str, message: str, *, transient: bool = False
    ) -> Answer:
        error: Object = {
            "message": message,
            "type": type_,
            "code": code,
            "fbtrace_id": self._ground.token("meta/trace", 22),
        }
        if transient:
            error["is_transient"] = True
        return Answer(status=status, body={"error": error})


def _given(request: Request) -> Object:
    """What a change says: as JSON, or as the form that the vendor's own library sends."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode()))
    given: Object = request.json()
    return given


def _names(fields: Any) -> list[str]:
    """Fields as the vendor takes them: one text with commas, or a list, which in a form is JSON."""
    if isinstance(fields, str) and fields.startswith("["):
        fields = json.loads(fields)
    return [str(one) for one in (fields.split(",") if isinstance(fields, str) else fields)]


def _event_fields(text: str) -> frozenset[str]:
    """The fields of events that are asked for. Raises CannotBeSimulatedError for what the model has not."""
    head, brace, inner = text.partition("{")
    names = frozenset(inner.removesuffix("}").split(",")) if brace else frozenset()
    if head != "id,message_id,events" or not names <= _EVENT_FIELDS:
        raise CannotBeSimulatedError(f"meta: the fields {text or '(none)'} of a message history")
    return names


def _cut(entry: Object, fields: frozenset[str]) -> Object:
    found = deepcopy(entry)
    found["events"]["data"] = [
        {key: value for key, value in one.items() if key in fields or key == "id"}
        for one in found["events"]["data"]
    ]
    return found
