"""Stripe behind HTTP: which request does what, idempotency keys, and the vendor's manners."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.faults import SaidNo
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.stripe.errors import StripeRefusalError, invalid, no_such
from rbengine.rehearsal.company.stripe.model import StripeModel
from rbengine.rehearsal.company.stripe.objects import invoice as invoices
from rbengine.rehearsal.company.stripe.objects import payment as payments
from rbengine.rehearsal.company.stripe.objects import subscription as subscriptions
from rbengine.rehearsal.company.stripe.objects.event import API_VERSION
from rbengine.rehearsal.company.stripe.parameters import (
    created_within,
    expand,
    flag,
    known,
    nested,
    page,
    page_of_search,
    whole,
)
from rbengine.rehearsal.company.stripe.search import KINDS, searched

KEYS_KEPT_FOR = timedelta(hours=24)
EVENTS_KEPT_FOR = timedelta(days=30)

ACCOUNT = "acct_1SimulatedCompany00"
"""The account of the simulated company."""

_COLLECTIONS = {
    "charges": "charge",
    "customers": "customer",
    "events": "event",
    "invoices": "invoice",
    "payment_intents": "payment_intent",
    "prices": "price",
    "refunds": "refund",
    "subscriptions": "subscription",
    "webhook_endpoints": "webhook_endpoint",
}

_SAID_NO: Mapping[SaidNo, Answer] = {
    "unauthorized": StripeRefusalError(
        403,
        "The provided key does not have the required permissions for this endpoint.",
        code="more_permissions_required",
    ).answer,
    "not_found": no_such("object", "it", status=404).answer,
    "conflict": StripeRefusalError(409, "The request conflicts with another request.").answer,
    "invalid": invalid("Invalid request.", "", "parameter_invalid").answer,
}

_ENDED = ("canceled", "incomplete_expired")


class _Kept(msgspec.Struct, frozen=True):
    """The first answer to an idempotency key, and what it answered."""

    fingerprint: tuple[str, str, tuple[tuple[str, str], ...]]
    answer: Answer
    at: datetime


class Stripe:
    """The vendor `stripe`: api.stripe.com, version 1 of its API."""

    name = "stripe"
    latency_ms = (120, 420)

    def __init__(self, ground: Ground, model: StripeModel) -> None:
        self._ground = ground
        self.model = model
        self._kept: dict[str, _Kept] = {}

    def serves(self, host: str) -> bool:
        """Stripe has one host for all accounts."""
        return host == "api.stripe.com"

    def unavailable(self, request: Request) -> Answer:
        """What its edge says when it cannot answer."""
        body = {"error": {"message": "An unknown error occurred", "type": "api_error"}}
        return Answer(status=503, body=body, headers=self._headers(request))

    def rate_limited(self, request: Request) -> Answer:
        """429, with the reason in a header; Stripe gives no `retry-after`."""
        error = {
            "code": "rate_limit",
            "message": "Request rate limit exceeded.",
            "type": "invalid_request_error",
        }
        headers = {**self._headers(request), "stripe-rate-limited-reason": "global-rate"}
        return Answer(status=429, body={"error": error}, headers=headers)

    def refused(self, request: Request, kind: SaidNo) -> Answer:
        """The vendor's error for each kind."""
        return Answer(
            status=_SAID_NO[kind].status, body=_SAID_NO[kind].body, headers=self._headers(request)
        )

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The account's objects."""
        return self.model.objects()

    def handle(self, request: Request) -> Answer:
        """Answer as the vendor does; refusals are answers too."""
        headers = self._headers(request)
        if not request.headers.get("authorization"):
            error = {
                "message": "You did not provide an API key.",
                "type": "invalid_request_error",
            }
            return Answer(status=401, body={"error": error}, headers=headers)
        key = request.headers.get("idempotency-key")
        if request.method != "POST":
            key = None
        self.model.request = (headers["request-id"], key)
        try:
            return self._once(request, key, headers)
        except StripeRefusalError as refusal:
            return Answer(status=refusal.answer.status, body=refusal.answer.body, headers=headers)
        finally:
            self.model.request = None

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {
            "content-type": "application/json",
            "request-id": f"req_{self._ground.token('stripe/request', 14)}",
            "stripe-version": request.headers.get("stripe-version", API_VERSION),
        }
        key = request.headers.get("idempotency-key")
        if key and request.method == "POST":
            headers["idempotency-key"] = key
        return headers

    def _once(self, request: Request, key: str | None, headers: Mapping[str, str]) -> Answer:
        """Do it, or give the kept answer where the key was seen before."""
        pairs = tuple(parse_qsl(request.body.decode("utf-8"), keep_blank_values=True))
        if key is None:
            return Answer(body=self._route(request, nested(pairs)), headers=headers)
        if len(key) > 255:
            raise invalid("Idempotency-Key is longer than 255 characters", "idempotency_key")
        fingerprint = (request.method, request.path, tuple(sorted(pairs)))
        kept = self._kept.get(key)
        now = self._ground.now()
        if kept is not None and now - kept.at < KEYS_KEPT_FOR:
            if kept.fingerprint != fingerprint:
                raise StripeRefusalError(
                    400,
                    "Keys for idempotent requests can only be used with the same parameters "
                    f"they were first used with. Try using a key other than '{key}' if you "
                    "meant to execute a different request.",
                    type_="idempotency_error",
                )
            again = {
                **headers,
                "idempotent-replayed": "true",
                "original-request": kept.answer.headers["request-id"],
            }
            return Answer(status=kept.answer.status, body=kept.answer.body, headers=again)
        # A refusal raised here is not kept: the vendor keeps no answer to what it did not begin.
        answer = Answer(body=self._route(request, nested(pairs)), headers=headers)
        self._kept[key] = _Kept(fingerprint, answer, now)
        return answer

    def _route(self, request: Request, form: Object) -> Object:
        match request.method, request.segments:
            case "GET", ("v1", "account"):
                return {"id": ACCOUNT, "object": "account"}
            case "GET", ("v1", collection, "search") if _COLLECTIONS.get(collection) in KINDS:
                return self._search(collection, nested(request.query))
            case "GET", ("v1", collection) if collection in _COLLECTIONS:
                answer = self._list(collection, nested(request.query))
                expand(answer, nested(request.query), self.model.tables)
                return answer
            case "GET", ("v1", collection, id_) if collection in _COLLECTIONS and id_ != "search":
                given = nested(request.query)
                known(given, ("expand",), f"GET /v1/{collection}/{{id}}")
                answer = deepcopy(self.model.get(_COLLECTIONS[collection], id_))
                expand(answer, given, self.model.tables)
                return answer
            case "POST", ("v1", "webhook_endpoints"):
                return self._new_endpoint(form)
            case "POST", ("v1", "webhook_endpoints", id_):
                return deepcopy(self._update_endpoint(id_, form))
            case "DELETE", ("v1", "webhook_endpoints", id_):
                return self.model.endpoints.delete(id_)
            case "POST", ("v2", "core", "event_destinations", id_, "ping"):
                return self.model.endpoints.ping(id_)
            case "POST", ("v1", "billing_portal", "sessions"):
                known(form, ("customer", "return_url"), "POST /v1/billing_portal/sessions")
                if form.get("customer") is None:
                    raise invalid("You must specify `customer`.", "customer", "parameter_missing")
                return deepcopy(self.model.portal_session(form["customer"], form.get("return_url")))
            case "POST", ("v1", "refunds"):
                return deepcopy(self._refund(form))
            case "POST", ("v1", "invoices", id_, "pay"):
                known(form, (), "POST /v1/invoices/{id}/pay")
                return deepcopy(self.model.pay_invoice(id_))
            case "POST", ("v1", "subscriptions", id_):
                return deepcopy(self._update_subscription(id_, form))
            case "DELETE", ("v1", "subscriptions", id_):
                return deepcopy(self.model.cancel_subscription(id_))
            case _:
                pass
        raise CannotBeSimulatedError(f"stripe: {request.method} {request.path}")

    def _list(self, collection: str, given: Object) -> Object:
        kind = _COLLECTIONS[collection]
        found = [
            one
            for one in self.model.tables[kind].values()
            if created_within(one, given.get("created"))
        ]
        filters = ["created"]
        match kind:
            case "customer":
                filters.append("email")
            case "subscription":
                filters += ["customer", "price", "status"]
                found = _by_status(found, given.get("status"))
                wanted = given.get("price")
                if wanted is not None:
                    found = [one for one in found if _price(one) == wanted]
            case "invoice":
                filters += ["customer", "status", "subscription"]
                self._one_of(given, "status", invoices.STATUSES)
            case "payment_intent" | "charge":
                filters.append("customer")
            case "refund":
                filters += ["charge", "payment_intent"]
            case "event":
                filters += ["delivery_success", "type", "types"]
                found = self._events(found, given)
            case _:
                pass
        if given.get("customer") is not None:
            self.model.get("customer", given["customer"], param="customer", status=400)
        by_status = kind == "subscription"
        for name in filters:
            if name in ("created", "price", "delivery_success", "type", "types"):
                continue
            if name == "status" and by_status:
                continue
            if given.get(name) is not None:
                found = [one for one in found if one[name] == given[name]]
        return page(kind, f"/v1/{collection}", found, given, filters)

    def _search(self, collection: str, given: Object) -> Object:
        kind = _COLLECTIONS[collection]
        known(given, ("query", "limit", "page", "expand"), f"GET /v1/{collection}/search")
        query = given.get("query")
        if not query:
            raise invalid("Missing required param: query.", "query", "parameter_missing")
        found = searched(
            kind, query, self.model.tables[kind].values(), self.model.versions, self._ground.now()
        )
        answer = page_of_search(f"/v1/{collection}/search", found, given)
        expand(answer, given, self.model.tables)
        return answer

    def _one_of(self, given: Object, name: str, allowed: tuple[str, ...]) -> None:
        value = given.get(name)
        if value is not None and value not in allowed:
            raise invalid(f"Invalid {name}: must be one of {', '.join(allowed)}", name)

    def _events(self, found: list[Object], given: Object) -> list[Object]:
        oldest = int((self._ground.now() - EVENTS_KEPT_FOR).timestamp())
        types = given.get("types")
        wanted = [given["type"]] if given.get("type") is not None else types
        if wanted is not None and len(wanted) > 20:
            raise invalid("You can pass at most 20 types", "types")
        delivered = flag(given, "delivery_success")
        return [
            one
            for one in found
            if one["created"] >= oldest
            and (wanted is None or any(_matches(one["type"], kind) for kind in wanted))
            and (delivered is None or (one["pending_webhooks"] == 0) == delivered)
        ]

    def _refund(self, form: Object) -> Object:
        known(
            form, ("payment_intent", "charge", "amount", "reason", "metadata"), "POST /v1/refunds"
        )
        self._one_of(form, "reason", payments.REFUND_REASONS)
        charge = form.get("charge")
        if form.get("payment_intent") is not None:
            intent = self.model.get(
                "payment_intent", form["payment_intent"], param="payment_intent"
            )
            charge = intent["latest_charge"]
            if charge is None:
                raise invalid(
                    f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                    "payment_intent",
                    "payment_intent_unexpected_state",
                )
        if charge is None:
            raise invalid("One of charge or payment_intent is required.", "payment_intent")
        if charge not in self.model.tables["charge"]:
            raise no_such("charge", charge, param="charge")
        return self.model.refund(
            charge,
            amount=whole(form, "amount"),
            reason=form.get("reason"),
            metadata=form.get("metadata", {}),
        )

    def _new_endpoint(self, form: Object) -> Object:
        known(
            form, ("url", "enabled_events", "api_version", "metadata"), "POST /v1/webhook_endpoints"
        )
        made = self.model.endpoints.add(
            url=form.get("url", ""),
            events=form.get("enabled_events", []),
            api_version=form.get("api_version"),
            metadata=form.get("metadata"),
        )
        # Told here and never again; the answer to the same idempotency key is the same answer.
        return {**deepcopy(made), "secret": self.model.endpoints.secret_of(made["id"])}

    def _update_endpoint(self, id_: str, form: Object) -> Object:
        known(form, ("url", "enabled_events", "disabled"), "POST /v1/webhook_endpoints/{id}")
        return self.model.endpoints.update(
            id_,
            url=form.get("url"),
            events=form.get("enabled_events"),
            disabled=flag(form, "disabled"),
        )

    def _update_subscription(self, id_: str, form: Object) -> Object:
        known(form, ("cancel_at_period_end", "metadata"), "POST /v1/subscriptions/{id}")
        return self.model.update_subscription(
            id_,
            cancel_at_period_end=flag(form, "cancel_at_period_end"),
            metadata=form.get("metadata"),
        )


def _price(subscription: Object) -> str:
    return str(subscription["items"]["data"][0]["price"]["id"])


def _by_status(found: list[Object], status: str | None) -> list[Object]:
    """Without a status the vendor leaves out what is canceled; `all` and `ended` are words of its own."""
    match status:
        case None:
            return [one for one in found if one["status"] != "canceled"]
        case "all":
            return found
        case "ended":
            return [one for one in found if one["status"] in _ENDED]
        case _ if status in subscriptions.STATUSES:
            return [one for one in found if one["status"] == status]
        case _:
            pass
    raise invalid(f"Invalid status: {status}", "status")


def _matches(type_: str, pattern: str) -> bool:
    """Event types may be asked for by their beginning: `customer.subscription.*`."""
    if pattern.endswith("*"):
        return type_.startswith(pattern[:-1])
    return type_ == pattern
