"""Twilio's state: one account with its messages, calls, alerts and money, and the numbers of the world."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.ground import Ground

ACCOUNT = "AC51a10c0de51a10c0de51a10c0de51a10"
"""The SID of the simulated account: AC and 32 hexadecimal digits, as the vendor's are."""

DIRECTIONS = ("inbound", "outbound-api", "outbound-call", "outbound-reply")
STATUSES = (
    "queued",
    "sending",
    "sent",
    "failed",
    "delivered",
    "undelivered",
    "receiving",
    "received",
    "accepted",
    "scheduled",
    "read",
    "partially_delivered",
    "canceled",
)
CALL_STATUSES = (
    "queued",
    "ringing",
    "in-progress",
    "completed",
    "busy",
    "failed",
    "no-answer",
    "canceled",
)
SENDER = "+15005550006"
"""The simulated account's own number."""

_NOT_SENT_YET = ("queued", "accepted", "scheduled")
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")

_SENT_AFTER = timedelta(seconds=2)
_DELIVERED_AFTER = timedelta(seconds=5)
_RINGS_FOR = timedelta(seconds=6)
_LASTS = timedelta(seconds=20)
_OVER = ("completed", "busy", "failed", "no-answer", "canceled")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text message that left the company."""

    sid: str
    sender: str
    to: str
    text: str
    at: datetime


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A phone number of the world; one that nobody describes is a mobile phone that takes everything."""

    valid: bool = True
    country: str | None = None
    line_type: str = "mobile"
    problems: tuple[str, ...] = ()
    sms_error: int | None = None
    """Why it takes no text message: 2xxxx is refused at once, 3xxxx is found out later."""
    answers: str = "completed"
    """How a call to it ends."""


class TwilioModel:
    """One account."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.messages: dict[str, Object] = {}
        self.calls: dict[str, Object] = {}
        self.alerts: list[Object] = []
        self.numbers: dict[str, Number] = {}
        self.balance = Decimal("25.00")
        self.currency = "USD"
        self.key_is_valid = True
        self.texts: list[Text] = []
        """Every text message that a run or the company's program sent, oldest first."""
        self._sent: dict[str, datetime] = {}
        self._called: dict[str, datetime] = {}
        self._given: set[str] = set()
        """Messages and calls that a world described: they stand still."""

    def add_message(
        self,
        *,
        sid: str | None,
        sender: str,
        to: str,
        body: str,
        direction: str,
        status: str,
        error_code: int | None,
        at: datetime,
    ) -> Object:
        """A message. Raises ValueError for what Twilio would never list."""
        made_sid = (
            f"SM{self._ground.uuid('twilio/message').replace('-', '')}" if sid is None else sid
        )
        if _SID.fullmatch(made_sid) is None:
            raise ValueError(f"`{made_sid}` is no message's SID: SM and 32 hexadecimal digits")
        if made_sid in self.messages:
            raise ValueError(f"there is already a message {made_sid}")
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{made_sid}"
        written = format_datetime(at.astimezone(UTC))
        made: Object = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": written,
            "date_sent": None if status in _NOT_SENT_YET else written,
            "date_updated": written,
            "direction": direction,
            "error_code": error_code,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(max(1, -(-len(body) // 153))),
            "price": None,
            "price_unit": "USD",
            "sid": made_sid,
            "status": status,
            "subresource_uris": {
                "media": f"{path}/Media.json",
                "feedback": f"{path}/Feedback.json",
            },
            "to": to,
            "uri": f"{path}.json",
        }
        self.messages[made_sid] = made
        self._given.add(made_sid)
        self._sent[made_sid] = at.astimezone(UTC)
        return made

    def send(self, *, sender: str, to: str, body: str) -> Object:
        """A message leaves now; `message` shows how far it has come."""
        now = self._ground.now()
        made = self.add_message(
            sid=None,
            sender=sender,
            to=to,
            body=body,
            direction="outbound-api",
            status="queued",
            error_code=None,
            at=now,
        )
        self._given.discard(made["sid"])
        self.texts.append(Text(sid=made["sid"], sender=sender, to=to, text=body, at=now))
        return made

    def message(self, sid: str) -> Object:
        """A message as it stands now."""
        one = self.messages[sid]
        if sid in self._given:
            return one
        age = self._ground.now() - self._sent[sid]
        error = self.number(one["to"]).sms_error
        if age >= _SENT_AFTER:
            one["status"] = "sent"
            one["date_sent"] = format_datetime(self._sent[sid] + _SENT_AFTER)
        if age >= _DELIVERED_AFTER:
            one["status"] = "delivered" if error is None else "undelivered"
            one["error_code"] = error
        return one

    def listed(
        self, since: datetime | None, until: datetime | None, to: str | None, sender: str | None
    ) -> list[Object]:
        """Messages, newest first; the vendor's filter by time holds at both ends and knows only what was sent."""
        found = [
            (self._sent[sid], one)
            for sid, one in ((sid, self.message(sid)) for sid in self.messages)
            if one["date_sent"] is not None or (since is None and until is None)
        ]
        kept = [
            (at, one)
            for at, one in found
            if (since is None or at >= since)
            and (until is None or at <= until)
            and to in (None, one["to"])
            and sender in (None, one["from"])
        ]
        kept.sort(key=lambda one: one[0], reverse=True)
        return [one for _, one in kept]

    # Calls -------------------------------------------------------------------------------------------------

    def add_call(
        self,
        *,
        sid: str | None,
        caller: str,
        to: str,
        direction: str,
        status: str,
        duration: timedelta | None,
        at: datetime,
    ) -> Object:
        """A call. Raises ValueError for what Twilio would never list."""
        made_sid = f"CA{self._ground.uuid('twilio/call').replace('-', '')}" if sid is None else sid
        if _CALL_SID.fullmatch(made_sid) is None:
            raise ValueError(f"`{made_sid}` is no call's SID: CA and 32 hexadecimal digits")
        if made_sid in self.calls:
            raise ValueError(f"there is already a call {made_sid}")
        written = format_datetime(at.astimezone(UTC))
        seconds = None if duration is None else str(int(duration.total_seconds()))
        made: Object = {
            "account_sid": ACCOUNT,
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": written,
            "date_updated": written,
            "direction": direction,
            "duration": seconds,
            "end_time": written if status in _OVER else None,
            "forwarded_from": None,
            "from": caller,
            "from_formatted": caller,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": made_sid,
            "start_time": None if status == "queued" else written,
            "status": status,
            "subresource_uris": {},
            "to": to,
            "to_formatted": to,
            "trunk_sid": None,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{made_sid}.json",
        }
        self.calls[made_sid] = made
        self._called[made_sid] = at.astimezone(UTC)
        self._given.add(made_sid)
        return made

    def place(self, *, caller: str, to: str) -> Object:
        """A call begins now; `call` shows how far it has come."""
        made = self.add_call(
            sid=None, caller=caller, to=to, direction="outbound-api", status="queued",
            duration=None, at=self._ground.now(),
        )  # fmt: skip
        self._given.discard(made["sid"])
        return made

    def call(self, sid: str) -> Object | None:
        """A call as it stands now, or None."""
        one = self.calls.get(sid)
        if one is None or sid in self._given or one["status"] in _OVER:
            return one
        began = self._called[sid]
        age = self._ground.now() - began
        ending = self.number(one["to"]).answers
        one["status"], one["start_time"] = "ringing", format_datetime(began)
        if age >= _RINGS_FOR:
            one["status"] = "in-progress" if ending == "completed" else ending
        if age >= _RINGS_FOR + _LASTS and ending == "completed":
            self._end(one, began + _RINGS_FOR + _LASTS, _LASTS)
        elif one["status"] in _OVER:
            self._end(one, began + _RINGS_FOR, None)
        return one

    def end_call(self, sid: str) -> Object | None:
        """Hang up; None where the call is over."""
        one = self.call(sid)
        if one is None or one["status"] in _OVER:
            return None
        now = self._ground.now()
        spoken = max(now - self._called[sid] - _RINGS_FOR, timedelta())
        one["status"] = "completed"
        self._end(one, now, spoken)
        return one

    def calls_listed(
        self, since: datetime | None, until: datetime | None, wanted: dict[str, str]
    ) -> list[Object]:
        """Calls, newest first. `wanted`: field to the value it must have."""
        found = [
            (at, one)
            for at, one in ((at, self.call(sid)) for sid, at in self._called.items())
            if one is not None
            and (since is None or at >= since)
            and (until is None or at <= until)
            and all(one[name] == value for name, value in wanted.items())
        ]
        found.sort(key=lambda one: one[0], reverse=True)
        return [one for _, one in found]

    def _end(self, one: Object, at: datetime, spoken: timedelta | None) -> None:
        one["status"] = "completed" if spoken is not None else one["status"]
        one["end_time"] = format_datetime(at.astimezone(UTC))
        one["duration"] = str(int((spoken or timedelta()).total_seconds()))

    # The world -----------------------------------------------------------------------------------------------

    def number(self, number: str) -> Number:
        """What is true of a number."""
        return self.numbers.get(number) or Number()

    def alert(self, code: int, text: str, resource: str | None, at: datetime) -> None:
        """Twilio logs an error."""
        written = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        sid = f"NO{self._ground.uuid('twilio/alert').replace('-', '')}"
        self.alerts.append(
            {
                "account_sid": ACCOUNT,
                "alert_text": text,
                "api_version": "2010-04-01",
                "date_created": written,
                "date_generated": written,
                "date_updated": written,
                "error_code": str(code),
                "log_level": "error",
                "more_info": f"https://www.twilio.com/docs/errors/{code}",
                "request_method": "POST",
                "request_url": "",
                "resource_sid": resource,
                "service_sid": None,
                "sid": sid,
                "url": f"https://monitor.twilio.com/v1/Alerts/{sid}",
            }
        )

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The account's messages and calls; those that a run sent are told apart from those that stand there,
        and a call goes on by itself without being another."""
        for sid, one in self.messages.items():
            if sid in self._given:
                yield f"message/{sid}", one
        for sid, one in self.calls.items():
            yield f"call/{sid}", one if sid in self._given else [one["from"], one["to"]]
