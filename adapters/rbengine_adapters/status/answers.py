"""What status pages answer as far as we read it, checked where it comes in."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

T = TypeVar("T")


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(Answer):
    """A component; its status is a word, and new ones may come."""

    id: str
    name: str
    status: str
    updated_at: datetime | None = None


class OpenIncident(Answer):
    """An incident of a summary, with the parts it is about."""

    name: str
    created_at: datetime
    components: list[Part] = []


class Summary(Answer):
    """https://www.atlassian.com/software/statuspage/public-api, `/api/v2/summary.json`."""

    components: list[Part]
    incidents: list[OpenIncident] = []


class Service(Answer):
    """One service of Meta's page, with a phrase for a status."""

    name: str
    status: str


class Organisation(Answer):
    """One group of Meta's page."""

    id: str
    services: list[Service] = []


class Update(Answer):
    """What was said of an incident, newest first in its list."""

    status: str
    body: str | None = None


class OwnIncident(Answer):
    """https://developer.statuspage.io/#tag/incidents; `metadata` is what whoever made it wrote there."""

    id: str
    name: str
    status: str
    created_at: datetime
    shortlink: str | None = None
    metadata: dict[str, object] | None = None
    incident_updates: list[Update] = []


ORGANISATIONS = TypeAdapter(list[Organisation])
SUMMARY = TypeAdapter(Summary)
INCIDENT = TypeAdapter(OwnIncident)
INCIDENTS = TypeAdapter(list[OwnIncident])
