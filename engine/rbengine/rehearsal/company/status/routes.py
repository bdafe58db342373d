"""Status pages behind HTTP."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.status.model import META_PHRASES, OWN_PAGE, Part, StatusModel

OWN_HOST = "api.statuspage.io"

HOSTS = {
    "metastatus.com": "meta",
    "resend-status.com": "resend",
    "www.stripestatus.com": "stripe",
    "status.supabase.com": "supabase",
    "status.twilio.com": "twilio",
}

_SAID_NO: Mapping[SaidNo, tuple[int, str]] = {
    "unauthorized": (401, "Could not authenticate"),
    "not_found": (404, "Not found"),
    "invalid": (422, "Body is too long"),
}


class Status:
    """The vendor `status`: every status page, vendors' and the company's own."""

    name = "status"
    latency_ms = (60, 220)

    def __init__(self, model: StatusModel) -> None:
        self.model = model

    def serves(self, host: str) -> bool:
        """One host for each page, and Statuspage's own."""
        return host in HOSTS or host == OWN_HOST

    def unavailable(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """A page is down like any other."""
        return Answer(status=503, body={"error": "Service Unavailable"})

    def rate_limited(self, request: Request) -> Answer:  # noqa: ARG002 - the same for every request
        """Statuspage's own status for too many requests."""
        return Answer(status=420, body={"error": "Rate limit exceeded"})

    def refused(self, request: Request, kind: SaidNo) -> Answer:  # noqa: ARG002 - as above
        """Statuspage's statuses, with its words. Raises CannotBeSimulatedError for `conflict`: it knows none."""
        if kind not in _SAID_NO:
            raise CannotBeSimulatedError(f"status: a page that refuses with {kind}")
        status, text = _SAID_NO[kind]
        return Answer(status=status, body={"error": text})

    def objects(self) -> Iterator[tuple[str, Any]]:
        """What a runbook could change."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the pages do."""
        if request.host == OWN_HOST:
            return self._ours(request)
        page = HOSTS[request.host]
        parts = list(self.model.pages[page].values())
        match request.method, request.path:
            case "GET", "/api/v2/summary.json" if page != "meta":
                return Answer(body=_summary(page, parts))
            case "GET", "/data/orgs.json" if page == "meta":
                services = [
                    {"id": _id(one), "name": one.name, "status": META_PHRASES[one.status]}
                    for one in parts
                ]
                group = {"id": "whatsapp-business-api", "name": "WhatsApp", "services": services}
                return Answer(body=[group])
            case _:
                pass
        raise CannotBeSimulatedError(f"status: {request.method} {request.host}{request.path}")

    def _ours(self, request: Request) -> Answer:
        if not request.headers.get("authorization"):
            return Answer(status=401, body={"error": "Could not authenticate"})
        model = self.model
        match request.method, request.segments:
            case _, ("v1", "pages", page, *_) if page != OWN_PAGE:
                return Answer(status=404, body={"error": "Not found"})
            case "GET", ("v1", "pages", _, "incidents"):
                return Answer(body=_newest(model.incidents))
            case "GET", ("v1", "pages", _, "incidents", "unresolved"):
                still = {k: v for k, v in model.incidents.items() if v["status"] != "resolved"}
                return Answer(body=_newest(still))
            case "POST", ("v1", "pages", _, "incidents"):
                given = request.json()["incident"]
                made = model.open_incident(
                    given["name"], given["status"], given["body"], given.get("metadata")
                )
                return Answer(status=201, body=deepcopy(made))
            case (("GET" | "PATCH"), ("v1", "pages", _, "incidents", id_)):
                if id_ not in model.incidents:
                    return Answer(status=404, body={"error": "Not found"})
                if request.method == "PATCH":
                    given = request.json()["incident"]
                    model.update(id_, given["status"], given["body"])
                return Answer(body=deepcopy(model.incidents[id_]))
            case _:
                pass
        raise CannotBeSimulatedError(f"status: {request.method} {request.path}")


def _newest(incidents: dict[str, Object]) -> list[Object]:
    return deepcopy(list(reversed(list(incidents.values()))))


def _id(part: Part) -> str:
    return part.name.lower().replace(" ", "-")


def _summary(page: str, parts: list[Part]) -> Object:
    shown = [_part(one) for one in parts]
    incidents = [
        {
            "id": f"{_id(one)}-incident",
            "name": one.incident,
            "status": "investigating",
            "impact": "major",
            "created_at": None if one.at is None else one.at.isoformat(),
            "components": [_part(one)],
        }
        for one in parts
        if one.incident
    ]
    bad = any(one.status != "operational" for one in parts)
    return {
        "page": {"id": page, "name": page.title()},
        "status": {"indicator": "major" if bad else "none", "description": ""},
        "components": shown,
        "incidents": incidents,
        "scheduled_maintenances": [],
    }


def _part(part: Part) -> Object:
    at = None if part.at is None else part.at.isoformat()
    return {"id": _id(part), "name": part.name, "status": part.status, "updated_at": at}
