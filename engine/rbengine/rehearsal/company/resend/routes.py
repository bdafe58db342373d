"""Resend behind HTTP."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.resend.mailbox import Mail

KEYS_KEPT_FOR = timedelta(hours=24)
MOST_IN_A_BATCH = 100
MOST_RECIPIENTS = 50

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_FIELDS = frozenset({"from", "to", "subject", "text", "html", "reply_to", "headers", "tags"})


class _Kept(msgspec.Struct, frozen=True):
    """The first answer to an idempotency key."""

    request: tuple[str, bytes]
    answer: Answer
    at: datetime


_SAID_NO: Mapping[SaidNo, tuple[int, str, str]] = {
    "unauthorized": (401, "restricted_api_key", "This API key is restricted to only send emails"),
    "not_found": (404, "not_found", "The requested endpoint does not exist"),
    "conflict": (429, "daily_quota_exceeded", "You have reached your daily email sending quota."),
    "invalid": (422, "validation_error", "Invalid `to` field."),
}


class Resend:
    """The vendor `resend`: api.resend.com. Every mail it accepts is in `mailbox`."""

    name = "resend"
    latency_ms = (60, 240)

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.mailbox: list[Mail] = []
        self.domains: list[Object] = []
        self._kept: dict[str, _Kept] = {}

    def serves(self, host: str) -> bool:
        """Resend has one host."""
        return host == "api.resend.com"

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """What it says when it cannot answer."""
        return _error(503, "internal_server_error", "Service temporarily unavailable.")

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """429 with the vendor's counters: two requests a second for a team."""
        text = "Too many requests. You can only make 2 requests per second."
        headers = {
            "ratelimit-limit": "2",
            "ratelimit-remaining": "0",
            "ratelimit-reset": "1",
            "retry-after": "1",
        }
        return _error(429, "rate_limit_exceeded", text, headers)

    def refused(self, request: Request, kind: SaidNo) -> Answer:  # noqa: ARG002 - as above
        """One of its errors for each kind."""
        return _error(*_SAID_NO[kind])

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Nothing that a runbook changes: mail is in the mailbox."""
        return iter(())

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does."""
        if not request.headers.get("authorization"):
            return _error(401, "missing_api_key", "Missing API key in the authorization header.")
        match request.method, request.segments:
            case "GET", ("domains",):
                return self._domains(request)
            case "POST", ("emails",):
                return self._once(request, batch=False)
            case "POST", ("emails", "batch"):
                return self._once(request, batch=True)
            case _:
                pass
        raise CannotBeSimulatedError(f"resend: {request.method} {request.path}")

    def _domains(self, request: Request) -> Answer:
        limit = int(request.parameter("limit") or 20)
        after = request.parameter("after")
        ids = [one["id"] for one in self.domains]
        start = ids.index(after) + 1 if after in ids else 0
        shown = self.domains[start : start + limit]
        more = start + limit < len(ids)
        return Answer(body={"object": "list", "has_more": more, "data": deepcopy(shown)})

    def add_domain(self, name: str, status: str, region: str) -> None:
        """A domain that mail may be sent from."""
        created = self._ground.now().strftime("%Y-%m-%d %H:%M:%S.000000+00")
        self.domains.append(
            {
                "id": self._ground.uuid("resend/domain"),
                "name": name,
                "status": status,
                "created_at": created,
                "region": region,
                "open_tracking": False,
                "click_tracking": False,
                "capabilities": {"sending": "enabled", "receiving": "disabled"},
            }
        )

    def _once(self, request: Request, *, batch: bool) -> Answer:
        key = request.headers.get("idempotency-key")
        if key is None:
            return self._accept(request, batch=batch)
        if not 1 <= len(key) <= 256:
            text = "The key must be between 1-256 chars."
            return _error(400, "invalid_idempotency_key", text)
        now = self._ground.now()
        kept = self._kept.get(key)
        if kept is not None and now - kept.at < KEYS_KEPT_FOR:
            if kept.request != (request.path, request.body):
                text = "Same idempotency key used with a different request payload."
                return _error(409, "invalid_idempotent_request", text)
            return kept.answer
        answer = self._accept(request, batch=batch)
        if answer.status == 200:
            self._kept[key] = _Kept((request.path, request.body), answer, now)
        return answer

    def _accept(self, request: Request, *, batch: bool) -> Answer:
        content = request.json()
        mails: list[Object] = content if batch else [content]
        if batch and not 1 <= len(mails) <= MOST_IN_A_BATCH:
            return _error(422, "validation_error", "A batch holds 1 to 100 emails.")
        for one in mails:
            problem = _problem(one)
            if problem is not None:
                return problem
        ids = [self._deliver(one) for one in mails]
        body: Object = {"data": [{"id": one} for one in ids]} if batch else {"id": ids[0]}
        return Answer(body=body)

    def _deliver(self, given: Object) -> str:
        id_ = self._ground.uuid("resend/email")
        for to in _recipients(given):
            self.mailbox.append(
                Mail(
                    id=id_,
                    sender=given["from"],
                    to=to,
                    subject=given["subject"],
                    text=given.get("text", ""),
                    html=given.get("html"),
                    at=self._ground.now(),
                )
            )
        return id_


def _recipients(given: Object) -> list[str]:
    to = given["to"]
    return [to] if isinstance(to, str) else list(to)


def _problem(given: Object) -> Answer | None:
    """Why the vendor does not take this mail, or None."""
    for name in given:
        if name not in _FIELDS:
            raise CannotBeSimulatedError(f"resend: field `{name}` of a mail")
    for name in ("from", "to", "subject"):
        if not given.get(name):
            return _error(422, "missing_required_field", f"Missing `{name}` field.")
    if "text" not in given and "html" not in given:
        return _error(422, "missing_required_field", "Missing `html` or `text` field.")
    if not _ADDRESS.search(given["from"]):
        return _error(422, "invalid_from_address", "Invalid `from` field.")
    recipients = _recipients(given)
    if len(recipients) > MOST_RECIPIENTS or not all(_ADDRESS.search(one) for one in recipients):
        return _error(422, "validation_error", "Invalid `to` field.")
    if "\n" in given["subject"]:
        return _error(422, "validation_error", "The `\\n` is not allowed in the `subject` field.")
    return None


def _error(status: int, name: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    body = {"statusCode": status, "name": name, "message": message}
    return Answer(status=status, body=body, headers=headers or {})
