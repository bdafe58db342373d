"""Stripe, live: each operation of the signature."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe
from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Value

from rbengine_adapters.signatures.stripe import SIGNATURE
from rbengine_adapters.stripe import answers, portal, records, refunds, searching, webhooks
from rbengine_adapters.stripe.calls import MOST_SCANNED, StripeCalls
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.plain import to_json
from rbengine_adapters.wire.promises import as_promised
from rbengine_adapters.wire.settings import SettingError, maybe_setting

TIERS = "stripe.tiers"
"""Setting: a JSON object of texts, price to tier. Without it every tier is absent."""

MOST_TYPES = 20

_MODE = re.compile(r"(?:sk|rk)_(live|test)_")
"""How secret and restricted keys begin: https://docs.stripe.com/keys"""

ENDED = frozenset({"canceled", "incomplete_expired"})

_ABOUT_THE_CALL = frozenset({"conflict", "invalid", "not_found"})

_LOOKS: Mapping[str, Callable[[StripeCalls, Invocation], Outcome | None]] = {
    "create_webhook_endpoint": webhooks.settle_creation,
    "refund": refunds.settle,
}

Arguments = Mapping[str, Value]


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client. Raises SettingError where `stripe.tiers` is no such object."""
    # The SDK would otherwise send timings of our calls to Stripe.
    stripe.enable_telemetry = False
    return StripeAdapter(connections, _tiers(maybe_setting(connections, TIERS)))


class StripeAdapter:
    """All operations; every call has a client and a deadline of its own."""

    def __init__(self, connections: Connections, tiers: Mapping[str, str]) -> None:
        self._connections = connections
        self._client = connections.http("stripe")
        self._tiers = tiers
        self._reads: Mapping[str, Callable[[StripeCalls, Arguments], Value]] = {
            "customer": self._customer,
            "invoice": self._invoice,
            "latest_subscription": self._latest_subscription,
            "list_subscriptions": self._list_subscriptions,
            "list_invoices": self._list_invoices,
            "list_events": self._list_events,
            "payments": self._payments,
            "search_customers": lambda calls, a: searching.customers(calls, a, _count(a)),
            "search_payments": lambda calls, a: searching.payments(calls, a, _count(a)),
        }

        self._with_endpoints: Mapping[str, Callable[[StripeCalls, Invocation], Value]] = {
            "create_webhook_endpoint": webhooks.create,
            "delete_webhook_endpoint": webhooks.delete,
            "disable_webhook_endpoint": webhooks.disable,
            "enable_webhook_endpoint": webhooks.enable,
            "ping_webhook_endpoint": webhooks.ping,
            "update_webhook_endpoint": webhooks.update,
            "webhook_endpoints": webhooks.webhook_endpoints,
        }

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        calls = StripeCalls(self._client, invocation.timeout)
        try:
            if invocation.operation == "refund":
                return refunds.refund(calls, invocation)
            if invocation.operation == "portal_session":
                return portal.portal_session(calls, invocation)
            webhook = self._with_endpoints.get(invocation.operation)
            if webhook is not None:
                return Succeeded(Datum(webhook(calls, invocation)))
            read = self._reads.get(invocation.operation)
            if read is None:
                raise ValueError(f"stripe has no operation `{invocation.operation}`")
            return Succeeded(Datum(read(calls, invocation.arguments)))
        except CallEndedError as ended:
            return as_promised(SIGNATURE, invocation.operation, ended.outcome)

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whose key it is: a read that any key may do. Whether it moves real money stands in the key itself."""
        calls = StripeCalls(self._client, timeout)
        try:
            account = calls.read(answers.Account, calls.api.accounts.retrieve_current)
        except CallEndedError as ended:
            return ended.outcome
        facts = {"stripe.account": account.id}
        mode = _MODE.match(maybe_setting(self._connections, "stripe.key") or "")
        if mode is not None:
            facts["stripe.livemode"] = "true" if mode[1] == "live" else "false"
        return Whereabouts(facts=facts, version=calls.version(), clock=calls.server_time())

    def settle(self, invocation: Invocation) -> Outcome | None:
        """What became of a lost refund or new endpoint; None where Stripe cannot say now."""
        look = _LOOKS.get(invocation.operation)
        if look is None:
            return None
        try:
            return look(StripeCalls(self._client, invocation.timeout), invocation)
        except CallEndedError as ended:
            # What says only that Stripe cannot answer now does not say what became of the call.
            outcome = ended.outcome
            certain = isinstance(outcome, Refused) and outcome.kind in _ABOUT_THE_CALL
            return outcome if certain else None

    def _customer(self, calls: StripeCalls, a: Arguments) -> Value:
        found = calls.read(
            answers.Customer, lambda: calls.api.customers.retrieve(_text(a, "customer"))
        )
        return None if found.deleted else records.customer(found)

    def _latest_subscription(self, calls: StripeCalls, a: Arguments) -> Value:
        found = self._subscriptions(calls, a, "all", MOST_SCANNED)
        if not found:
            return None
        # `max` keeps the first of equals, and Stripe lists the newest first.
        latest = max(found, key=lambda one: (one.status not in ENDED, one.created))
        return records.subscription(latest, self._tiers)

    def _list_subscriptions(self, calls: StripeCalls, a: Arguments) -> Value:
        status = a["status"]
        found = self._subscriptions(
            calls, a, status if isinstance(status, str) else "all", _count(a)
        )
        return tuple(records.subscription(one, self._tiers) for one in found)

    def _subscriptions(
        self, calls: StripeCalls, a: Arguments, status: str, at_most: int
    ) -> list[answers.Subscription]:
        return calls.read_list(
            answers.Subscription,
            calls.api.subscriptions.list,
            {"customer": _text(a, "customer"), "status": status},
            at_most,
        )

    def _invoice(self, calls: StripeCalls, a: Arguments) -> Value:
        found = calls.read(
            answers.Invoice, lambda: calls.api.invoices.retrieve(_text(a, "invoice"))
        )
        return records.invoice(found)

    def _list_invoices(self, calls: StripeCalls, a: Arguments) -> Value:
        filters: dict[str, Any] = {"customer": _text(a, "customer"), **_since(a)}
        if a["status"] is not None:
            filters["status"] = a["status"]
        found = calls.read_list(answers.Invoice, calls.api.invoices.list, filters, _count(a))
        return tuple(records.invoice(one) for one in found)

    def _list_events(self, calls: StripeCalls, a: Arguments) -> Value:
        types = a["types"]
        if not isinstance(types, tuple) or not 1 <= len(types) <= MOST_TYPES:
            raise CallEndedError.refused("invalid", "Stripe takes 1 to 20 types of events")
        filters: dict[str, Any] = {"types": list(types), **_since(a)}
        if a["undelivered"] is True:
            filters["delivery_success"] = False
        found = calls.read_list(answers.Event, calls.api.events.list, filters, _count(a))
        return tuple(records.event(one) for one in found)

    def _payments(self, calls: StripeCalls, a: Arguments) -> Value:
        wanted = to_json(a["metadata"])
        if not isinstance(wanted, dict):
            raise CallEndedError.refused("invalid", "metadata is a record: {name: text}")
        status = a["status"]

        def keep(one: answers.PaymentIntent) -> bool:
            fits = status is None or one.status == status
            return fits and all(one.metadata.get(name) == text for name, text in wanted.items())

        found = calls.read_list(
            answers.PaymentIntent,
            calls.api.payment_intents.list,
            {
                "customer": _text(a, "customer"),
                "expand": ["data.latest_charge"],
                **_since(a),
            },
            _count(a),
            keep,
        )
        return tuple(records.payment(one) for one in found)


def _tiers(text: str | None) -> Mapping[str, str]:
    """The table of the setting. Whose words the tiers are is none of our business."""
    if text is None:
        return {}
    try:
        table = json.loads(text)
    except ValueError as error:
        raise SettingError(f"the setting `{TIERS}` is no JSON: {error}") from error
    if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
        raise SettingError(f"the setting `{TIERS}` is a JSON object, price to tier, both texts")
    return table


def _text(a: Arguments, name: str) -> str:
    """An id. An empty one would ask Stripe for the whole list, so it is refused here."""
    value = a[name]
    if not isinstance(value, str) or not value.strip():
        raise CallEndedError.refused("invalid", f"`{name}` is empty")
    return value


def _count(a: Arguments) -> int:
    value = a["at_most"]
    if not isinstance(value, int) or value < 1:
        raise CallEndedError.refused("invalid", "`at_most` is at least 1")
    return value


def _since(a: Arguments) -> dict[str, Any]:
    since = a["since"]
    return {"created": {"gte": int(since.timestamp())}} if isinstance(since, datetime) else {}
