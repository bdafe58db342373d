"""Stripe's event object: what happened, and the object as it was then."""

from copy import deepcopy

from rbengine.rehearsal.company.exchange import Object

API_VERSION = "2026-10-28.endive"


def event(
    *,
    id_: str,
    type_: str,
    created: int,
    subject: Object,
    previous: Object | None,
    request: str | None,
    key: str | None,
    pending: int,
) -> Object:
    """An event whose delivery to `pending` endpoints is outstanding or has failed."""
    data: Object = {"object": deepcopy(subject)}
    if previous is not None:
        data["previous_attributes"] = deepcopy(previous)
    return {
        "id": id_,
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": data,
        "livemode": False,
        "pending_webhooks": pending,
        "request": {"id": request, "idempotency_key": key},
        "type": type_,
    }
