"""What a world may say about Realtime."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import INSTANT, Enum, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment
from rbengine.rehearsal.company.company import Company


def _service(company: Company, a: Mapping[str, Any]) -> None:
    company.realtime.refuses_key = a["trouble"] == "wrong key"
    stuck = a["trouble"] == "stuck"
    company.realtime.stick(moment(company, a["since"]) if stuck else None)


REALTIME: tuple[Builder, ...] = (
    builder(
        "realtime",
        "service",
        "What is wrong with Realtime: stuck is joined and silent, until all connections are closed.",
        _service,
        given("trouble", Enum(("none", "stuck", "wrong key"), "realtime.trouble"), "none", "what"),
        given("since", optional(INSTANT), None, "since when it is stuck"),
    ),
)
