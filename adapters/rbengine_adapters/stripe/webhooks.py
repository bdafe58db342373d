"""Webhook endpoints: made with a secret that is told once, changed, pinged, deleted."""

from typing import Any

from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row, SecretReference, SecretValue, Value

from rbengine_adapters.stripe import answers, records
from rbengine_adapters.stripe.calls import StripeCalls
from rbengine_adapters.stripe.keys import KEY_FIELD, REPEATED_WITHIN, SURELY_DONE_AFTER, key_of
from rbengine_adapters.wire.endings import CallEndedError

MOST = 100


def webhook_endpoints(calls: StripeCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - no arguments
    """`list of stripe.webhook_endpoint`."""
    found = calls.read_list(answers.WebhookEndpoint, calls.api.webhook_endpoints.list, {}, MOST)
    return tuple(records.webhook_endpoint(one) for one in found)


def create(calls: StripeCalls, invocation: Invocation) -> Value:
    """`stripe.new_webhook_endpoint`."""
    a = invocation.arguments
    parameters: Any = {
        "url": _text(invocation, "url"),
        "enabled_events": _events(invocation),
        "metadata": {KEY_FIELD: key_of(invocation)},
    }
    if a["api_version"] is not None:
        parameters["api_version"] = a["api_version"]
    made = calls.change(
        answers.NewWebhookEndpoint,
        lambda: calls.api.webhook_endpoints.create(
            parameters, {"idempotency_key": key_of(invocation)}
        ),
    )
    secret = SecretValue(made.secret, SecretReference(f"signing secret of {made.id}", ""))
    return Row({"id": made.id, "url": made.url, "secret": secret})


def settle_creation(calls: StripeCalls, invocation: Invocation) -> Outcome | None:
    """Look for an endpoint whose making was lost: it carries our key. One that is missing may still be on its way.

    Its secret is told once, but the key gives the first answer again while Stripe keeps it, and makes nothing.
    """
    found = calls.read_list(answers.WebhookEndpoint, calls.api.webhook_endpoints.list, {}, MOST)
    made = next((one for one in found if one.metadata.get(KEY_FIELD) == key_of(invocation)), None)
    now = calls.server_time()
    if now is None:
        return None
    if made is not None and now - invocation.now < REPEATED_WITHIN:
        return Succeeded(Datum(create(calls, invocation)))
    if made is not None:
        return Unsettled(
            f"Stripe has {made.id} from this call, and told its secret once: it is lost"
        )
    if now - invocation.now < SURELY_DONE_AFTER:
        return None
    return Refused("not_found", "Stripe has no endpoint from this call: not done")


def delete(calls: StripeCalls, invocation: Invocation) -> Value:
    """Nothing; one that is not there is as good as deleted."""
    id_ = _text(invocation, "endpoint")
    try:
        calls.change(
            answers.DeletedWebhookEndpoint, lambda: calls.api.webhook_endpoints.delete(id_)
        )
    except CallEndedError as ended:
        outcome = ended.outcome
        if not isinstance(outcome, Refused) or outcome.kind != "not_found":
            raise
    return None


def disable(calls: StripeCalls, invocation: Invocation) -> Value:
    """`stripe.webhook_endpoint`, off."""
    return _updated(calls, invocation, {"disabled": True})


def enable(calls: StripeCalls, invocation: Invocation) -> Value:
    """`stripe.webhook_endpoint`, on."""
    return _updated(calls, invocation, {"disabled": False})


def update(calls: StripeCalls, invocation: Invocation) -> Value:
    """`stripe.webhook_endpoint`, leading where it was told."""
    changes = {"url": _text(invocation, "url"), "enabled_events": _events(invocation)}
    return _updated(calls, invocation, changes)


def ping(calls: StripeCalls, invocation: Invocation) -> Value:
    """The id of the test event."""
    id_ = _text(invocation, "endpoint")
    destinations = calls.second_api.core.event_destinations
    return calls.change(answers.Ping, lambda: destinations.ping(id_)).id


def _updated(calls: StripeCalls, invocation: Invocation, changes: Any) -> Row:
    id_ = _text(invocation, "endpoint")
    return records.webhook_endpoint(
        calls.change(
            answers.WebhookEndpoint, lambda: calls.api.webhook_endpoints.update(id_, changes)
        )
    )


def _events(invocation: Invocation) -> list[str]:
    events = invocation.arguments["events"]
    if not isinstance(events, tuple) or not events:
        raise CallEndedError.refused("invalid", "an endpoint hears at least one type of event")
    return [str(one) for one in events]


def _text(invocation: Invocation, name: str) -> str:
    value = invocation.arguments[name]
    if not isinstance(value, str) or not value:
        raise CallEndedError.refused("invalid", f"`{name}` is empty")
    return value
