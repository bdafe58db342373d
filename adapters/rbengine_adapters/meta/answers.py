"""Meta's answers as far as we read them, checked where they come in."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bound

from rbengine_adapters.wire.plain import LAST_SECOND


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Occurrence(Answer):
    """Something that happened to a message; `timestamp` in seconds since 1970."""

    delivery_status: Literal["SENT", "DELIVERED", "READ", "FAILED", "DELETED"]
    timestamp: Annotated[int, Bound(strict=True, ge=0, le=LAST_SECOND)]
    webhook_update_state: Literal["PENDING", "DELIVERED", "FAILED", "RETRYING"] | None = None
    error_description: str | None = None


class Occurrences(Answer):
    """What happened, in no stated order."""

    data: list[Occurrence] = []


class Entry(Answer):
    """One message of the history."""

    message_id: str
    events: Occurrences = Occurrences()


class Cursors(Answer):
    """Where the next page begins."""

    after: str | None = None


class Paging(Answer):
    """`next` is there where there is more."""

    cursors: Cursors = Cursors()
    next: str | None = None


class History(Answer):
    """https://developers.facebook.com/docs/whatsapp/cloud-api/reference, `message_history`."""

    data: list[Entry]
    paging: Paging = Paging()


class HealthError(Answer):
    """Why something cannot send."""

    error_description: str


class HealthEntity(Answer):
    """One of those that must be well: the number, the account, the business, the app."""

    entity_type: str
    can_send_message: Literal["AVAILABLE", "LIMITED", "BLOCKED"]
    errors: list[HealthError] = []
    additional_info: list[str] = []


class Health(Answer):
    """The whole, which is as its worst part."""

    can_send_message: Literal["AVAILABLE", "LIMITED", "BLOCKED"]
    entities: list[HealthEntity] = []


class PhoneNumber(Answer):
    """https://developers.facebook.com/docs/whatsapp/cloud-api/health-status"""

    id: str
    health_status: Health
    quality_rating: str = "UNKNOWN"


class Field(Answer):
    """One thing that is told."""

    name: str


class Subscription(Answer):
    """What an app is told, and where."""

    object: str
    callback_url: str
    active: bool
    fields: list[Field]


class Subscriptions(Answer):
    """https://developers.facebook.com/docs/graph-api/reference/app/subscriptions"""

    data: list[Subscription]


class AppData(Answer):
    """One app."""

    id: str
    name: str


class SubscribedApp(Answer):
    """An app of a business account."""

    whatsapp_business_api_data: AppData
    override_callback_uri: str | None = None


class SubscribedApps(Answer):
    """https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/subscribed_apps"""

    data: list[SubscribedApp]


class Done(Answer):
    """What a change answers."""

    success: Literal[True]
