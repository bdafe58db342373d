"""Twilio behind HTTP."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.twilio.model import ACCOUNT, SENDER, TwilioModel

_FILTERS = frozenset({"DateSent<", "DateSent>", "To", "From", "PageSize", "Page", "PageToken"})
_CALL_FILTERS = frozenset(
    {"StartTime<", "StartTime>", "To", "From", "Status", "PageSize", "Page", "PageToken"}
)
_LARGEST_PAGE = 1000
_USUAL_PAGE = 50
_LONGEST_TEXT = 1600
_ERRORS = "https://www.twilio.com/docs/errors"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SMS_REFUSED = range(20000, 30000)
"""Codes that are an answer to the request; higher ones are found out later and stand on the message."""

_HOSTS = ("api.twilio.com", "monitor.twilio.com", "lookups.twilio.com")

_SAID_NO: Mapping[SaidNo, tuple[int, int, str]] = {
    "unauthorized": (401, 20003, "Authenticate"),
    "not_found": (404, 20404, "The requested resource was not found"),
    "conflict": (400, 21220, "Call is not in-progress. Cannot redirect."),
    "invalid": (400, 21201, "No 'To' number is specified"),
}


class Twilio:
    """The vendor `twilio`: its API of version 2010-04-01, its monitor and its lookups."""

    name = "twilio"
    latency_ms = (80, 320)

    def __init__(self, ground: Ground, model: TwilioModel) -> None:
        self._ground = ground
        self.model = model

    def serves(self, host: str) -> bool:
        """Twilio's hosts where no region is asked for."""
        return host in _HOSTS

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What it says when it cannot answer."""
        return _error(503, 20503, "Service unavailable")

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """Too many requests at once: nothing was done."""
        return _error(429, 20429, "Too Many Requests")

    def refused(self, request: Request, kind: SaidNo) -> Answer:  # noqa: ARG002 - as above
        """One of its errors for each kind."""
        return _error(*_SAID_NO[kind])

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The account's objects."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does."""
        if not request.headers.get("authorization") or not self.model.key_is_valid:
            return _error(401, 20003, "Authenticate")
        match request.method, request.host, request.segments:
            case "GET", "monitor.twilio.com", ("v1", "Alerts"):
                return self._alerts(request)
            case "GET", "lookups.twilio.com", ("v2", "PhoneNumbers", number):
                return self._lookup(request, number)
            case _, "api.twilio.com", ("2010-04-01", "Accounts", account, *rest):
                if account != ACCOUNT:
                    text = f"The requested resource /2010-04-01/Accounts/{account} was not found"
                    return _error(404, 20404, text)
                return self._account(request, tuple(rest))
            case _:
                pass
        raise CannotBeSimulatedError(f"twilio: {request.method} {request.path}")

    def _account(self, request: Request, rest: tuple[str, ...]) -> Answer:
        match request.method, rest:
            case "GET", ("Messages.json",):
                return self._messages(request)
            case "POST", ("Messages.json",):
                return self._send(dict(parse_qsl(request.body.decode("utf-8"))))
            case "GET", ("Calls.json",):
                return self._calls(request)
            case "POST", ("Calls.json",):
                return self._place(dict(parse_qsl(request.body.decode("utf-8"))))
            case "GET", ("Calls", file):
                found = self.model.call(file.removesuffix(".json"))
                return _unknown(request) if found is None else Answer(body=deepcopy(found))
            case "POST", ("Calls", file):
                return self._end_call(request, file.removesuffix(".json"))
            case "GET", ("Balance.json",):
                model = self.model
                body = {
                    "account_sid": ACCOUNT,
                    "balance": f"{model.balance}",
                    "currency": model.currency,
                }
                return Answer(body=body)
            case _:
                pass
        raise CannotBeSimulatedError(f"twilio: {request.method} {request.path}")

    # Messages ----------------------------------------------------------------------------------------------

    def _send(self, form: dict[str, str]) -> Answer:
        unknown = sorted(form.keys() - {"To", "From", "MessagingServiceSid", "Body"})
        if unknown:
            raise CannotBeSimulatedError(f"twilio: the field `{unknown[0]}` of a message")
        to, body = form.get("To", ""), form.get("Body", "")
        sender = form.get("From") or SENDER
        if not body:
            return _error(400, 21602, "Message body is required.")
        if len(body) > _LONGEST_TEXT:
            text = "The concatenated message body exceeds the 1600 character limit"
            return _error(400, 21617, text)
        if not _E164.fullmatch(to) or not self.model.number(to).valid:
            return self._refused(21211, f"The 'To' number {to} is not a valid phone number.")
        code = self.model.number(to).sms_error
        if code is not None and code in _SMS_REFUSED:
            return self._refused(code, f"The message to {to} cannot be sent")
        return Answer(status=201, body=deepcopy(self.model.send(sender=sender, to=to, body=body)))

    def _refused(self, code: int, message: str) -> Answer:
        """What Twilio refuses at once it logs too."""
        self.model.alert(code, message, None, self._ground.now())
        return _error(400, code, message)

    def _messages(self, request: Request) -> Answer:
        given = _filters(request, _FILTERS)
        try:
            since = _moment(given.get("DateSent>"))
            until = _moment(given.get("DateSent<"))
        except ValueError:
            return _error(400, 20001, "Invalid date")
        found = self.model.listed(since, until, given.get("To"), given.get("From"))
        return _page(request, given, found, "messages")

    # Calls -------------------------------------------------------------------------------------------------

    def _calls(self, request: Request) -> Answer:
        given = _filters(request, _CALL_FILTERS)
        try:
            since = _moment(given.get("StartTime>"))
            until = _moment(given.get("StartTime<"))
        except ValueError:
            return _error(400, 20001, "Invalid date")
        wanted = {
            field: given[name]
            for name, field in (("To", "to"), ("From", "from"), ("Status", "status"))
            if name in given
        }
        return _page(request, given, self.model.calls_listed(since, until, wanted), "calls")

    def _place(self, form: dict[str, str]) -> Answer:
        unknown = sorted(form.keys() - {"To", "From", "Twiml"})
        if unknown:
            raise CannotBeSimulatedError(f"twilio: the field `{unknown[0]}` of a call")
        to = form.get("To", "")
        if not _E164.fullmatch(to) or not self.model.number(to).valid:
            return self._refused(
                21211, f"The phone number you are attempting to call, {to}, is not valid."
            )
        made = self.model.place(caller=form.get("From", SENDER), to=to)
        return Answer(status=201, body=deepcopy(made))

    def _end_call(self, request: Request, sid: str) -> Answer:
        form = dict(parse_qsl(request.body.decode("utf-8")))
        if form != {"Status": "completed"}:
            raise CannotBeSimulatedError("twilio: another change of a call than its end")
        if self.model.call(sid) is None:
            return _unknown(request)
        ended = self.model.end_call(sid)
        if ended is None:
            text = "Call is not in-progress. Cannot redirect."
            return _error(400, 21220, text)
        return Answer(body=deepcopy(ended))

    # Monitor and lookups -----------------------------------------------------------------------------------

    def _alerts(self, request: Request) -> Answer:
        given = _filters(
            request, frozenset({"LogLevel", "StartDate", "PageSize", "Page", "PageToken"})
        )
        since = _moment(given.get("StartDate"))
        newest = sorted(self.model.alerts, key=lambda one: str(one["date_generated"]), reverse=True)
        found = [
            one
            for one in newest
            if since is None or datetime.fromisoformat(one["date_generated"]) >= since
        ]
        size = min(int(given.get("PageSize", _USUAL_PAGE)), _LARGEST_PAGE)
        page = int(given.get("Page", 0))
        kept = {key: value for key, value in given.items() if key in ("LogLevel", "StartDate")}

        def url(number: int) -> str:
            query = urlencode({**kept, "PageSize": size, "Page": number})
            return f"https://monitor.twilio.com/v1/Alerts?{query}"

        more = len(found) > (page + 1) * size
        meta = {
            "first_page_url": url(0),
            "key": "alerts",
            "next_page_url": url(page + 1) if more else None,
            "page": page,
            "page_size": size,
            "previous_page_url": url(page - 1) if page else None,
            "url": url(page),
        }
        shown = deepcopy(found[page * size : (page + 1) * size])
        return Answer(body={"alerts": shown, "meta": meta})

    def _lookup(self, request: Request, asked: str) -> Answer:
        fields = request.parameter("Fields")
        if fields not in (None, "line_type_intelligence"):
            raise CannotBeSimulatedError(f"twilio: the fields {fields} of a lookup")
        number = self.model.number(asked)
        problems = list(number.problems)
        if not _E164.fullmatch(asked):
            digits = len(re.sub(r"\D", "", asked))
            problems = [
                "TOO_SHORT" if digits < 8 else "TOO_LONG" if digits > 15 else "NOT_A_NUMBER"
            ]
        valid = number.valid and not problems
        body: Object = dict.fromkeys(
            ("caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence",
             "identity_match", "reassigned_number", "sms_pumping_risk", "phone_number_quality_score",
             "pre_fill")
        )  # fmt: skip
        body |= {
            "calling_country_code": None,
            "country_code": number.country if valid else None,
            "phone_number": asked,
            "national_format": asked if valid else None,
            "valid": valid,
            "validation_errors": problems or (None if valid else ["INVALID_BUT_POSSIBLE"]),
            "url": f"https://lookups.twilio.com/v2/PhoneNumbers/{asked}",
        }
        if fields is not None and valid:
            body["line_type_intelligence"] = {
                "carrier_name": "Simulated",
                "error_code": None,
                "mobile_country_code": None,
                "mobile_network_code": None,
                "type": number.line_type,
            }
        return Answer(body=body)


def _filters(request: Request, known: frozenset[str]) -> dict[str, str]:
    given = dict(request.query)
    unknown = sorted(given.keys() - known)
    if unknown:
        raise CannotBeSimulatedError(f"twilio: the filter `{unknown[0]}` of {request.segments[-1]}")
    return given


def _page(request: Request, given: dict[str, str], found: list[Object], what: str) -> Answer:
    """One page of a list, as this version of the API writes it."""
    size = min(int(given.get("PageSize", _USUAL_PAGE)), _LARGEST_PAGE)
    page = int(given.get("Page", 0))
    shown = found[page * size : (page + 1) * size]
    kept = {key: value for key, value in given.items() if not key.startswith("Page")}

    def uri(number: int) -> str:
        query: dict[str, Any] = {**kept, "PageSize": size, "Page": number}
        if number:
            # The vendor's next page names the last entry of the one before it.
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
        what: deepcopy(shown),
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


def _unknown(request: Request) -> Answer:
    return _error(404, 20404, f"The requested resource {request.path} was not found")
