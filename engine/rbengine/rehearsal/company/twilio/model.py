"""Twilio's state: the messages of one account."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

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
_NOT_SENT_YET = ("queued", "accepted", "scheduled")
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


class TwilioModel:
    """One account."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.messages: dict[str, Object] = {}
        self._sent: dict[str, datetime] = {}

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
        self._sent[made_sid] = at.astimezone(UTC)
        return made

    def sent_between(self, since: datetime | None, until: datetime | None) -> list[Object]:
        """Messages that were sent then, newest first; the vendor's filter holds at both ends."""
        found = [
            (self._sent[sid], one)
            for sid, one in self.messages.items()
            if one["date_sent"] is not None or (since is None and until is None)
        ]
        kept = [
            (at, one)
            for at, one in found
            if (since is None or at >= since) and (until is None or at <= until)
        ]
        kept.sort(key=lambda one: one[0], reverse=True)
        return [one for _, one in kept]

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The account's messages."""
        for sid, one in self.messages.items():
            yield f"message/{sid}", one
