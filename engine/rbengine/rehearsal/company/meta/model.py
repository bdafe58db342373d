"""Meta's state: the history of one WhatsApp phone number. It holds no content, as the vendor's does not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.ground import Ground

PHONE_NUMBER = "109876543210987"
"""The id of the simulated phone number."""

DELIVERY = ("SENT", "DELIVERED", "READ", "FAILED", "DELETED")
WEBHOOK = ("PENDING", "DELIVERED", "FAILED", "RETRYING")


class MetaModel:
    """One phone number."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.history: dict[str, Object] = {}

    def happened(
        self, message_id: str, *, status: str, webhook: str, error: str | None, at: datetime
    ) -> None:
        """Something happened to a message; the first thing makes its entry."""
        entry = self.history.get(message_id)
        if entry is None:
            entry = self.history[message_id] = {
                "id": self._number("entry"),
                "message_id": message_id,
                "events": {"data": []},
            }
        event: Object = {
            "id": self._number("event"),
            "delivery_status": status,
            "timestamp": int(at.timestamp()),
            "webhook_update_state": webhook,
        }
        if error is not None:
            event["error_description"] = error
        entry["events"]["data"].append(event)

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The entries."""
        for message_id, one in self.history.items():
            yield f"message/{message_id}", one

    def _number(self, name: str) -> str:
        return str(10**15 + self._ground.number(f"meta/{name}"))
