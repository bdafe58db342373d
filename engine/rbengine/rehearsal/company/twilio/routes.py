"""Twilio behind HTTP."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.twilio.model import ACCOUNT, TwilioModel

_FILTERS = frozenset({"DateSent<", "DateSent>", "PageSize", "Page", "PageToken"})
_LARGEST_PAGE = 1000
_USUAL_PAGE = 50
_ERRORS = "https://www.twilio.com/docs/errors"


class Twilio:
    """The vendor `twilio`: api.twilio.com, version 2010-04-01 of its API."""

    name = "twilio"
    latency_ms = (80, 320)

    def __init__(self, model: TwilioModel) -> None:
        self.model = model

    def serves(self, host: str) -> bool:
        """Twilio has one host where no region is asked for."""
        return host == "api.twilio.com"

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What it says when it cannot answer."""
        return _error(503, 20503, "Service unavailable")

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """Too many requests at once: nothing was done."""
        return _error(429, 20429, "Too Many Requests")

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The account's objects."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does."""
        if not request.headers.get("authorization"):
            return _error(401, 20003, "Authenticate")
        match request.method, request.segments:
            case "GET", ("2010-04-01", "Accounts", account, "Messages.json"):
                if account != ACCOUNT:
                    text = f"The requested resource /2010-04-01/Accounts/{account} was not found"
                    return _error(404, 20404, text)
                return self._messages(request)
            case _:
                pass
        raise CannotBeSimulatedError(f"twilio: {request.method} {request.path}")

    def _messages(self, request: Request) -> Answer:
        given = dict(request.query)
        unknown = sorted(given.keys() - _FILTERS)
        if unknown:
            raise CannotBeSimulatedError(f"twilio: the filter `{unknown[0]}` of messages")
        try:
            since = _moment(given.get("DateSent>"))
            until = _moment(given.get("DateSent<"))
        except ValueError:
            return _error(400, 20001, "Invalid date")
        size = min(int(given.get("PageSize", _USUAL_PAGE)), _LARGEST_PAGE)
        page = int(given.get("Page", 0))
        found = self.model.sent_between(since, until)
        shown = found[page * size : (page + 1) * size]
        kept = {key: value for key, value in given.items() if key.startswith("DateSent")}

        def uri(number: int) -> str:
            query: dict[str, Any] = {**kept, "PageSize": size, "Page": number}
            if number:
                # The vendor's next page names the last message of the one before it.
                query["PageToken"] = f"PA{found[number * size - 1]['sid']}"
            return f"{request.path}?{urlencode(query)}"

        more = len(found) > (page + 1) * size
        body: Object = {
            "end": page * size + max(len(shown) - 1, 0),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if more else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "messages": deepcopy(shown),
            "start": page * size,
            "uri": uri(page),
        }
        return Answer(body=body)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    if len(text) == len("2008-01-02"):
        found = datetime.combine(found.date(), time())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _error(status: int, code: int, message: str) -> Answer:
    body = {"code": code, "message": message, "more_info": f"{_ERRORS}/{code}", "status": status}
    return Answer(status=status, body=body)
