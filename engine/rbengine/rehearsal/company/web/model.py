"""Addresses, and what answers there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An address that answers the same to everybody."""

    status: int
    body: str


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook of Meta's at one address: by which secrets of the functions it checks handshakes and signatures,
    what it answers then, and how long that takes."""

    verify_token: str
    app_secret: str
    answers: int
    takes: timedelta
    believes_anybody: bool


class WebModel:
    """Everything that can be asked by its address."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.webhooks: dict[str, Webhook] = {}

    def knows(self, url: str) -> bool:
        """Whether something answers at `url`, its query left out."""
        return url in self.pages or url in self.webhooks

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Nothing: nobody changes an address by asking it."""
        return iter(())
