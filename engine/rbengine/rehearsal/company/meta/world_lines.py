"""What a world may say about Meta."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INSTANT, TEXT, Enum, ListOf, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.meta.model import CAN_SEND, DELIVERY, WEBHOOK


def _message(company: Company, a: Mapping[str, Any]) -> None:
    company.meta.happened(
        a["id"],
        status=a["status"],
        webhook=a["webhook"],
        error=a["error"],
        at=moment(company, a["at"]),
    )


def _phone(company: Company, a: Mapping[str, Any]) -> None:
    meta = company.meta
    meta.can_send, meta.quality, meta.problem = a["can_send"], a["quality"], a["problem"]


def _subscription(company: Company, a: Mapping[str, Any]) -> None:
    company.meta.subscribe(a["object"], a["callback_url"], list(a["fields"]), active=a["active"])
    company.meta.expect(a["callback_url"], a["verify_token"])


def _webhook(company: Company, a: Mapping[str, Any]) -> None:
    company.meta.expect(a["url"], a["verify_token"])


def _app(company: Company, a: Mapping[str, Any]) -> None:
    data = {
        "id": a["id"],
        "name": a["name"],
        "link": f"https://www.facebook.com/games/?app_id={a['id']}",
    }
    made = {"whatsapp_business_api_data": data}
    if a["override"] is not None:
        made["override_callback_uri"] = a["override"]
    company.meta.waba_apps.append(made)


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
    builder(
        "meta",
        "phone",
        "How the phone number is; one that nobody describes can send.",
        _phone,
        given("can_send", Enum(CAN_SEND, "meta.can_send"), "AVAILABLE", "whether it can send"),
        given("quality", TEXT, "GREEN", "`GREEN`, `YELLOW`, `RED` or `UNKNOWN`"),
        given("problem", TEXT, "", "why it cannot, in Meta's words"),
    ),
    builder(
        "meta",
        "subscription",
        "The app is told something at a webhook, which answers a handshake with its token.",
        _subscription,
        needed("callback_url", TEXT, "the webhook's address"),
        given("object", TEXT, "whatsapp_business_account", "whose changes are told"),
        given("fields", ListOf(TEXT), ("messages",), "what is told"),
        given("active", BOOL, True, "whether it is told now"),
        given("verify_token", TEXT, "verify", "the token that the webhook expects"),
    ),
    builder(
        "meta",
        "webhook",
        "A webhook that nobody is subscribed to yet, or one that expects another token from now on.",
        _webhook,
        needed("url", TEXT, "its address"),
        given("verify_token", TEXT, "verify", "the token it expects in a handshake"),
    ),
    builder(
        "meta",
        "waba_app",
        "An app is subscribed to the WhatsApp business account.",
        _app,
        needed("id", TEXT, "the app's id"),
        given("name", TEXT, "App", "its name"),
        given("override", optional(TEXT), None, "a webhook of its own that overrides the app's"),
    ),
)
