"""What a world may say about Meta."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import INSTANT, TEXT, Enum, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.meta.model import DELIVERY, WEBHOOK


def _message(company: Company, a: Mapping[str, Any]) -> None:
    company.meta.happened(
        a["id"],
        status=a["status"],
        webhook=a["webhook"],
        error=a["error"],
        at=moment(company, a["at"]),
    )


META: tuple[Builder, ...] = (
    builder(
        "meta",
        "message",
        "Something happened to a WhatsApp message; the first line about an id makes the message.",
        _message,
        needed("id", TEXT, "`wamid.…`"),
        given("status", Enum(DELIVERY, "meta.delivery_status"), "DELIVERED", "where it stands"),
        given(
            "webhook",
            Enum(WEBHOOK, "meta.webhook_state"),
            "DELIVERED",
            "whether the company's webhook took it",
        ),
        given("error", optional(TEXT), None, "what the webhook answered instead"),
        given("at", optional(INSTANT), None, "when"),
    ),
)
