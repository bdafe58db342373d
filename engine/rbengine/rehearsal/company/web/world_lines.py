"""What a world may say about addresses."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rbengine.contract.types import BOOL, DURATION, INT, TEXT
from rbengine.rehearsal.company.builders import (
    Builder,
    WorldLineError,
    builder,
    given,
    needed,
)
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.web.model import Page, Webhook


def _page(company: Company, a: Mapping[str, Any]) -> None:
    company.web.pages[_address(a["url"])] = Page(status=a["status"], body=a["body"])


def _webhook(company: Company, a: Mapping[str, Any]) -> None:
    company.web.webhooks[_address(a["url"])] = Webhook(
        verify_token=a["verify_token"],
        app_secret=a["app_secret"],
        answers=a["answers"],
        takes=a["takes"],
        believes_anybody=a["believes_anybody"],
    )


def _address(url: str) -> str:
    if not url.startswith("https://") or "?" in url or "#" in url:
        raise WorldLineError(f"`{url}` is no address without a query, `https://…`")
    return url


_URL = needed("url", TEXT, "its whole address, without a query")

WEB: tuple[Builder, ...] = (
    builder(
        "http",
        "page",
        "What an address answers to whoever gets it.",
        _page,
        _URL,
        given("status", INT, 200, "with which status"),
        given("body", TEXT, "", "with which text"),
    ),
    builder(
        "http",
        "webhook",
        "A webhook that keeps Meta's protocol: the handshake, and notifications by their signature.",
        _webhook,
        _URL,
        needed("verify_token", TEXT, "the functions' secret that it takes in a handshake"),
        needed("app_secret", TEXT, "the functions' secret that it checks signatures with"),
        given("answers", INT, 200, "its status to what is signed"),
        given("takes", DURATION, timedelta(), "how long it works on that"),
        given("believes_anybody", BOOL, False, "it takes what is not signed, too"),
    ),
)
