"""What a world may say about the company's mail server."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, EMAIL, INT, TEXT
from rbengine.rehearsal.company.builders import Builder, builder, given, needed
from rbengine.rehearsal.company.company import Company


def _server(company: Company, a: Mapping[str, Any]) -> None:
    company.smtp.locked = a["locked"]


def _address(company: Company, a: Mapping[str, Any]) -> None:
    company.smtp.refused[a["email"]] = f"{a['code']} {a['says']}"


SMTP: tuple[Builder, ...] = (
    builder(
        "smtp",
        "server",
        "The mail server; one that nobody describes takes every mail.",
        _server,
        given("locked", BOOL, False, "its login is refused"),
    ),
    builder(
        "smtp",
        "address",
        "An address that the server does not take mail for.",
        _address,
        needed("email", EMAIL, "the address"),
        given("code", INT, 550, "how it is refused"),
        given("says", TEXT, "5.1.1 No such user here", "the server's words"),
    ),
)
