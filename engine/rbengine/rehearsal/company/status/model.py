"""What status pages say. A page that nobody described says that all is well."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.ground import Ground

OWN_PAGE = "simulatedpage1"
"""The id of the company's own page."""

WORDS = (
    "operational",
    "degraded_performance",
    "under_maintenance",
    "partial_outage",
    "major_outage",
)

META_PHRASES = {
    "operational": "No known issues",
    "degraded_performance": "Low disruptions",
    "under_maintenance": "Low disruptions",
    "partial_outage": "Medium disruptions",
    "major_outage": "High disruptions",
}

USUAL = {
    "meta": ("Cloud API", "WhatsApp Business Management API"),
    "resend": ("API", "Dashboard", "Email Sending", "SMTP"),
    "stripe": ("API", "Checkout", "Dashboard", "Webhooks"),
    "supabase": ("API Gateway", "Auth", "Database", "Edge Functions", "Realtime", "Storage"),
    "twilio": ("Programmable Messaging", "Programmable Voice", "REST API"),
}
"""Parts that every world's page has."""


class Part(msgspec.Struct, kw_only=True):
    """One line of a page. `incident`: the title of what is open about it, empty for nothing."""

    name: str
    status: str = "operational"
    incident: str = ""
    at: datetime | None = None


class StatusModel:
    """All pages."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.pages = {page: {one: Part(name=one) for one in names} for page, names in USUAL.items()}
        self.incidents: dict[str, Object] = {}
        """Of the company's own page, by id, oldest first."""

    def say(self, page: str, name: str, status: str, incident: str, at: datetime) -> None:
        """A page says something else of one part, or of a part that it had not before."""
        self.pages[page][name] = Part(name=name, status=status, incident=incident, at=at)

    def open_incident(self, title: str, stage: str, says: str, metadata: Any) -> Object:
        """An incident on the company's own page."""
        made: Object = {
            "id": self._ground.token("status/incident", 12).lower(),
            "name": title,
            "status": stage,
            "impact": "minor",
            "created_at": self._now(),
            "resolved_at": None,
            "page_id": OWN_PAGE,
            "metadata": metadata or {},
            "incident_updates": [],
        }
        made["shortlink"] = f"https://stspg.io/{made['id'][:8]}"
        self.incidents[made["id"]] = made
        self.update(made["id"], stage, says)
        return made

    def update(self, incident: str, stage: str, says: str) -> None:
        """Something is said of an incident; the newest stands first."""
        found = self.incidents[incident]
        found["status"] = stage
        found["resolved_at"] = self._now() if stage == "resolved" else None
        said: Object = {"status": stage, "body": says, "created_at": self._now()}
        found["incident_updates"].insert(0, said)

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Nothing that a runbook changes: what is published is told, as mail is."""
        return iter(())

    def _now(self) -> str:
        return self._ground.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
