"""What a world may say about Resend."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import TEXT, Enum
from rbengine.rehearsal.company.builders import Builder, builder, given, needed
from rbengine.rehearsal.company.company import Company

STATUSES = (
    "not_started",
    "pending",
    "verified",
    "partially_verified",
    "failed",
    "partially_failed",
    "temporary_failure",
)


def _domain(company: Company, a: Mapping[str, Any]) -> None:
    company.resend.add_domain(a["name"], a["status"], a["region"])


RESEND: tuple[Builder, ...] = (
    builder(
        "email",
        "domain",
        "A domain that mail is sent from through Resend.",
        _domain,
        needed("name", TEXT, "as `example.com`"),
        given("status", Enum(STATUSES, "email.domain_status"), "verified", "where it stands"),
        given("region", TEXT, "eu-west-1", "where it is served from"),
    ),
)
