"""Vendors' pages: which form each has, and what its words mean."""

import httpx
import pydantic
from rbengine.contract.values import Row

from rbengine_adapters.status import answers
from rbengine_adapters.status.failures import of_a_page
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import Wire

STATES = {
    "operational": "up",
    "degraded_performance": "degraded",
    "under_maintenance": "degraded",
    "partial_outage": "down",
    "major_outage": "down",
}
"""Statuspage's words: https://www.atlassian.com/software/statuspage/public-api."""

META_STATES = {
    "no known issues": "up",
    "resolved": "up",
    "low disruptions": "degraded",
    "medium disruptions": "degraded",
    "high disruptions": "down",
}
"""Meta's phrases, as https://metastatus.com shows them; its format is not documented."""

META_GROUP = "whatsapp-business-api"


def component(client: httpx.Client, deadline: Deadline, page: str, wanted: str) -> Row | None:
    """`status.component`, or None where the page has no such part."""
    wire = Wire(client, deadline, f"the status page of {page}")
    name = wanted.strip().casefold()
    if page == "meta":
        groups = _read(wire, page, "/data/orgs.json", answers.ORGANISATIONS)
        services = [one for group in groups if group.id == META_GROUP for one in group.services]
        service = next((one for one in services if one.name.strip().casefold() == name), None)
        return None if service is None else _of_meta(service)
    summary = _read(wire, page, "/api/v2/summary.json", answers.SUMMARY)
    part = next((one for one in summary.components if one.name.strip().casefold() == name), None)
    return None if part is None else _of_statuspage(page, part, summary)


def _of_meta(service: answers.Service) -> Row:
    return Row(
        {
            "page": "meta",
            "name": service.name,
            "state": META_STATES.get(service.status.strip().casefold(), "unknown"),
            "says": service.status,
            "incident": None,
            "at": None,
        }
    )


def _of_statuspage(page: str, part: answers.Part, summary: answers.Summary) -> Row:
    about = [one for one in summary.incidents if part.id in {each.id for each in one.components}]
    newest = max(about, key=lambda one: one.created_at, default=None)
    return Row(
        {
            "page": page,
            "name": part.name,
            "state": STATES.get(part.status, "unknown"),
            "says": part.status,
            "incident": None if newest is None else newest.name,
            "at": part.updated_at,
        }
    )


def _read(wire: Wire, page: str, path: str, form: "pydantic.TypeAdapter[answers.T]") -> "answers.T":
    response = wire.send("GET", path, changes=False)
    if response.status_code != httpx.codes.OK:
        raise CallEndedError(of_a_page(page, response.status_code))
    try:
        return form.validate_python(wire.content(response, changes=False))
    except pydantic.ValidationError as error:
        raise CallEndedError(garbled(wire.provider, changes=False)) from error
