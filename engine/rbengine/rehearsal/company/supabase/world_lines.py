"""What a world may say about Supabase."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INSTANT, TEXT, Enum, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.supabase.model import HEALTH, SERVICES

Arguments = Mapping[str, Any]


def _function(company: Company, a: Arguments) -> None:
    company.supabase.deploy(a["slug"], verify_jwt=a["verify_jwt"], at=a["deployed"])


def _log(company: Company, a: Arguments) -> None:
    company.supabase.log(
        a["function"], message=a["text"], level=a["level"], at=moment(company, a["at"])
    )


def _secret(company: Company, a: Arguments) -> None:
    company.supabase.set_secret(a["name"], a["value"])


def _health(company: Company, a: Arguments) -> None:
    company.supabase.health[a["service"]] = a["status"]


SUPABASE: tuple[Builder, ...] = (
    builder(
        "supabase",
        "function",
        "An edge function is deployed; one that exists gets its next version.",
        _function,
        needed("slug", TEXT, "its name"),
        given("verify_jwt", BOOL, True, "whether the gateway asks for a token"),
        given("deployed", optional(INSTANT), None, "when (30 days before the run)"),
    ),
    builder(
        "supabase",
        "log",
        "A function wrote a line to its logs.",
        _log,
        needed("function", TEXT, "which"),
        given(
            "level",
            Enum(("debug", "info", "warning", "error", "log"), "supabase.log_level"),
            "info",
            "how serious",
        ),
        needed("text", TEXT, "the line"),
        given("at", optional(INSTANT), None, "when"),
    ),
    builder(
        "supabase",
        "secret",
        "A secret of the functions; its value is not kept, only its digest.",
        _secret,
        needed("name", TEXT, "its name"),
        needed("value", TEXT, "its value"),
    ),
    builder(
        "supabase",
        "health",
        "How a service of the project does.",
        _health,
        needed("service", Enum(SERVICES, "supabase.service"), "which"),
        needed("status", Enum(HEALTH, "supabase.service_status"), "how"),
    ),
)
