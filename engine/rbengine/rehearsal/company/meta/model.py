"""Meta's state: one WhatsApp phone number, its business account and its app. Content of messages it has none."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.ground import Ground

PHONE_NUMBER = "109876543210987"
"""The id of the simulated phone number."""

BUSINESS_ACCOUNT = "209876543210987"
"""The id of the simulated WhatsApp business account."""

APP = "309876543210987"
"""The id of the simulated app."""

CAN_SEND = ("AVAILABLE", "LIMITED", "BLOCKED")

DELIVERY = ("SENT", "DELIVERED", "READ", "FAILED", "DELETED")
WEBHOOK = ("PENDING", "DELIVERED", "FAILED", "RETRYING")


def _nothing_is(url: str, token: str) -> bool | None:  # noqa: ARG001 - the signature of `described`
    return None


class MetaModel:
    """One phone number."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.history: dict[str, Object] = {}
        self.can_send = "AVAILABLE"
        self.quality = "GREEN"
        self.problem = ""
        self.subscriptions: dict[str, Object] = {}
        """By what is told, `whatsapp_business_account`."""
        self.waba_apps: list[Object] = []
        self.described: Callable[[str, str], bool | None] = _nothing_is
        """Whether a webhook that the world describes as a whole takes a token; None where it does not."""
        self._tokens: dict[str, str] = {}
        """Webhook's address to the token it expects in a handshake."""

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

    def expect(self, url: str, token: str) -> None:
        """The webhook at `url` answers a handshake with this token and refuses any other."""
        self._tokens[url] = token

    def shakes_hands(self, url: str, token: str) -> bool:
        """Whether the webhook at `url` would answer the handshake."""
        described = self.described(url, token)
        return self._tokens.get(url) == token if described is None else described

    def subscribe(self, object_: str, url: str, fields: list[str], *, active: bool = True) -> None:
        """Let `object_` be told to `url` from now on, and to nobody else."""
        self.subscriptions[object_] = {
            "object": object_,
            "callback_url": url,
            "active": active,
            "fields": [{"name": one, "version": "v23.0"} for one in fields],
        }

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The entries, and what the app is told."""
        for message_id, one in self.history.items():
            yield f"message/{message_id}", one
        for name, one in self.subscriptions.items():
            yield f"subscription/{name}", one

    def _number(self, name: str) -> str:
        return str(10**15 + self._ground.number(f"meta/{name}"))
