"""What a world may say about Supabase."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INSTANT, INT, TEXT, Enum, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.supabase.model import HEALTH, SERVICES

Arguments = Mapping[str, Any]


def _function(company: Company, a: Arguments) -> None:
    company.supabase.deploy(a["slug"], verify_jwt=a["verify_jwt"], at=a["deployed"])
    if a["signed_with"] is not None:
        company.supabase.signed_with[a["slug"]] = a["signed_with"]


def _project(company: Company, a: Arguments) -> None:
    company.supabase.log_dialect = a["logs"]


def _organization(company: Company, a: Arguments) -> None:
    company.supabase.organization["plan"] = a["plan"]
    company.supabase.restricted = a["restricted"]


def _auth(company: Company, a: Arguments) -> None:
    auth = company.supabase.auth
    auth.health, auth.sign_in = a["health"], a["sign_in"]


def _machine(company: Company, a: Arguments) -> None:
    company.supabase.machine.use(
        company.ground.now(), cpu=a["cpu"], memory=a["memory"], disk=a["disk"]
    )


def _ban(company: Company, a: Arguments) -> None:
    company.supabase.bans.append(a["address"])


def _realtime(company: Company, a: Arguments) -> None:
    company.supabase.realtime["suspend"] = a["suspended"]


def _requests(company: Company, a: Arguments) -> None:
    for _ in range(a["count"]):
        company.supabase.requested(a["function"], a["status"], at=moment(company, a["at"]))


def _log(company: Company, a: Arguments) -> None:
    company.supabase.log(
        a["function"], message=a["text"], level=a["level"], at=moment(company, a["at"])
    )


def _secret(company: Company, a: Arguments) -> None:
    if a["value"] is not None:
        company.supabase.set_secret(a["name"], a["value"])
    if a["expected"] is not None:
        company.supabase.expected[a["name"]] = a["expected"]


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
        given(
            "signed_with",
            optional(TEXT),
            None,
            "the secret that it checks the signatures of webhooks with",
        ),
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
        "requests",
        "A function answered so many requests.",
        _requests,
        needed("function", TEXT, "which"),
        given("status", INT, 200, "with what"),
        given("count", INT, 1, "how many"),
        given("at", optional(INSTANT), None, "when"),
    ),
    builder(
        "supabase",
        "project",
        "How the project is.",
        _project,
        given(
            "logs",
            Enum(("clickhouse", "bigquery"), "supabase.log_dialect"),
            "clickhouse",
            "the language its logs are asked in",
        ),
    ),
    builder(
        "supabase",
        "organization",
        "The plan of the organization that pays for the project.",
        _organization,
        given(
            "plan", Enum(("free", "pro", "team", "enterprise"), "supabase.plan"), "free", "which"
        ),
        given("restricted", BOOL, False, "over its quota: the project's services answer 402"),
    ),
    builder(
        "supabase",
        "auth",
        "With what Auth answers.",
        _auth,
        given("health", INT, 200, "asked how it is"),
        given("sign_in", INT, 200, "when the test user signs in; 400: it does not know them"),
    ),
    builder(
        "supabase",
        "machine",
        "How busy the database's machine is from now on, in percent.",
        _machine,
        given("cpu", INT, 12, "of all cores"),
        given("memory", INT, 55, "of its memory"),
        given("disk", INT, 40, "of its disk"),
    ),
    builder(
        "supabase",
        "ban",
        "An address is shut out after too many wrong passwords.",
        _ban,
        needed("address", TEXT, "IPv4"),
    ),
    builder(
        "supabase",
        "realtime",
        "How realtime is set.",
        _realtime,
        given("suspended", BOOL, False, "whether it takes no connections"),
    ),
    builder(
        "supabase",
        "secret",
        "A secret of the functions; its value is not kept, only its digest.",
        _secret,
        needed("name", TEXT, "its name"),
        given("value", optional(TEXT), None, "its value; it is not there where left out"),
        given("expected", optional(TEXT), None, "what the project's settings say it should be"),
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
