"""What a world may say about status pages."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INSTANT, TEXT, Enum, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.status.model import USUAL, WORDS


def _component(company: Company, a: Mapping[str, Any]) -> None:
    if not a["listed"]:
        company.status.pages[a["page"]].pop(a["name"], None)
        return
    company.status.say(
        a["page"], a["name"], a["status"], a["incident"] or "", moment(company, a["at"])
    )


STATUS: tuple[Builder, ...] = (
    builder(
        "status",
        "component",
        "What a vendor's status page says of one part; parts that nobody describes are operational.",
        _component,
        needed("page", Enum(tuple(USUAL), "status.page"), "whose page"),
        needed("name", TEXT, "the part as the page names it"),
        given("status", Enum(WORDS, "status.word"), "operational", "Statuspage's word for it"),
        given("listed", BOOL, True, "whether the page has it at all"),
        given("incident", optional(TEXT), None, "the title of an open incident about it"),
        given("at", optional(INSTANT), None, "since when"),
    ),
)
