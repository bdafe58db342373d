"""Stripe's state and what changes it. No HTTP here: routes and world lines both call these methods."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cached_property
from typing import Any

from rbengine.rehearsal.company.exchange import Object
from rbengine.rehearsal.company.faults import Faults
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.stripe.endpoints import KIND as WEBHOOK_ENDPOINT
from rbengine.rehearsal.company.stripe.endpoints import Endpoints
from rbengine.rehearsal.company.stripe.errors import invalid, no_such
from rbengine.rehearsal.company.stripe.objects import customer as customers
from rbengine.rehearsal.company.stripe.objects import event as events
from rbengine.rehearsal.company.stripe.objects import invoice as invoices
from rbengine.rehearsal.company.stripe.objects import payment as payments
from rbengine.rehearsal.company.stripe.objects import portal
from rbengine.rehearsal.company.stripe.objects import price as prices
from rbengine.rehearsal.company.stripe.objects import subscription as subscriptions
from rbengine.rehearsal.company.stripe.search import Versions
from rbengine.rehearsal.company.webhooks import Outbox

PORTAL_SESSION = "billing_portal.session"

KINDS = (
    "customer", "price", "subscription", "invoice", "payment_intent", "charge", "refund", PORTAL_SESSION,
)  # fmt: skip

_INVOICE_EVENTS = {
    "draft": "invoice.created",
    "open": "invoice.finalized",
    "paid": "invoice.paid",
    "uncollectible": "invoice.marked_uncollectible",
    "void": "invoice.voided",
}


class StripeModel:
    """One account in test mode."""

    def __init__(self, ground: Ground, faults: Faults, outbox: Outbox) -> None:
        self._ground = ground
        self.endpoints = Endpoints(ground, faults, outbox, self.id_for)
        self.tables: dict[str, dict[str, Object]] = {
            **{kind: {} for kind in (*KINDS, "event")},
            WEBHOOK_ENDPOINT: self.endpoints.table,
        }
        self.versions = Versions()
        self.request: tuple[str, str | None] | None = None
        """Id and idempotency key of the request being worked on; it stands in the events it makes."""

    def id_for(self, prefix: str) -> str:
        """A new id, `sub_1Qx…`."""
        return f"{prefix}_{self._ground.token(f'stripe/{prefix}', 24)}"

    def get(self, kind: str, id_: str, *, param: str = "id", status: int = 404) -> Object:
        """The object itself. Refused with `resource_missing` where there is none."""
        found = self.tables[kind].get(id_)
        if found is None:
            raise no_such(kind, id_, param=param, status=status)
        return found

    def add_customer(
        self,
        id_: str,
        *,
        email: str | None = None,
        name: str | None = None,
        currency: str = "usd",
        metadata: Object | None = None,
        created: int | None = None,
        seen: bool = False,
    ) -> Object:
        """A new customer."""
        made = customers.customer(
            id_=id_,
            created=self._ground.timestamp() if created is None else created,
            email=email,
            name=name,
            currency=currency,
            metadata=metadata or {},
            invoice_prefix=self._ground.token("stripe/invoice_prefix", 8).upper(),
        )
        self._add("customer", made)
        self._emit("customer.created", made, seen=seen)
        return made

    def customer_for(self, id_: str) -> Object:
        """The customer `id_`, made when a world names one it did not describe (the program knows it)."""
        found = self.tables["customer"].get(id_)
        return found if found is not None else self.add_customer(id_, seen=True)

    def price_for(
        self, id_: str, *, amount: int = 2000, currency: str = "usd", interval: str = "month"
    ) -> Object:
        """The price `id_`, made when a world names one it did not describe."""
        found = self.tables["price"].get(id_)
        if found is not None:
            return found
        made = prices.price(
            id_=id_,
            product=self.id_for("prod"),
            created=self._ground.timestamp(),
            amount=amount,
            currency=currency,
            interval=interval,
        )
        self._add("price", made)
        return made

    def add_subscription(
        self,
        id_: str,
        *,
        customer: str,
        price: str,
        status: str,
        created: int,
        period_end: int,
        quantity: int = 1,
        cancel_at_period_end: bool = False,
        metadata: Object | None = None,
        seen: bool = False,
    ) -> Object:
        """A new subscription. One that is `canceled` from the first was made long ago: its end is the news."""
        if status not in subscriptions.STATUSES:
            raise invalid(f"Invalid status: {status}", "status")
        owner = self.customer_for(customer)
        billed = self.price_for(price)
        made = subscriptions.subscription(
            id_=id_,
            customer=owner["id"],
            status=status,
            created=created,
            currency=billed["currency"],
            item=subscriptions.subscription_item(
                id_=self.id_for("si"),
                subscription=id_,
                price=billed,
                quantity=quantity,
                start=created,
                end=period_end,
            ),
            cancel_at_period_end=cancel_at_period_end,
            metadata=metadata or {},
        )
        self._add("subscription", made)
        what = "deleted" if status == "canceled" else "created"
        self._emit(f"customer.subscription.{what}", made, seen=seen)
        return made

    def cancel_subscription(self, id_: str) -> Object:
        """End it now."""
        found = self.get("subscription", id_)
        if found["status"] == "canceled":
            raise no_such("subscription", id_)
        self._changes(found)
        now = self._ground.timestamp()
        found["cancellation_details"]["reason"] = "cancellation_requested"
        found.update(status="canceled", canceled_at=now, ended_at=now)
        self._emit("customer.subscription.deleted", found)
        return found

    def update_subscription(
        self,
        id_: str,
        *,
        status: str | None = None,
        price: str | None = None,
        period_end: int | None = None,
        cancel_at_period_end: bool | None = None,
        metadata: Object | None = None,
    ) -> Object:
        """Change what is given; the event tells what it was before."""
        found = self.get("subscription", id_)
        self._changes(found)
        before = deepcopy(found)
        item = found["items"]["data"][0]
        if status is not None:
            if status not in subscriptions.STATUSES:
                raise invalid(f"Invalid status: {status}", "status")
            found["status"] = status
        if price is not None:
            billed = self.price_for(price)
            item["price"], item["plan"] = deepcopy(billed), prices.plan_of(billed)
        if period_end is not None:
            item["current_period_end"] = period_end
        if cancel_at_period_end is not None:
            now = self._ground.timestamp()
            found["cancel_at_period_end"] = cancel_at_period_end
            found["cancel_at"] = item["current_period_end"] if cancel_at_period_end else None
            found["canceled_at"] = now if cancel_at_period_end else None
        if metadata is not None:
            found["metadata"].update(metadata)
        previous = {name: before[name] for name in before if before[name] != found[name]}
        if previous:
            self._emit("customer.subscription.updated", found, previous=previous)
        return found

    def add_invoice(
        self,
        id_: str,
        *,
        customer: str,
        amount: int,
        currency: str,
        status: str,
        subscription: str | None,
        attempts: int,
        created: int,
        seen: bool = False,
    ) -> Object:
        """A new invoice."""
        if status not in invoices.STATUSES:
            raise invalid(f"Invalid status: {status}", "status")
        owner = self.customer_for(customer)
        number = owner["next_invoice_sequence"]
        owner["next_invoice_sequence"] += 1
        made = invoices.invoice(
            id_=id_,
            line_id=self.id_for("il"),
            number=f"{owner['invoice_prefix']}-{number:04}",
            customer=owner,
            amount=amount,
            currency=currency,
            status=status,
            subscription=subscription,
            attempts=attempts,
            created=created,
        )
        self._add("invoice", made)
        failed = status == "open" and attempts > 0
        self._emit("invoice.payment_failed" if failed else _INVOICE_EVENTS[status], made, seen=seen)
        return made

    def pay_invoice(self, id_: str) -> Object:
        """The customer pays it in full."""
        found = self.get("invoice", id_)
        if found["status"] not in ("open", "uncollectible"):
            word = "already paid" if found["status"] == "paid" else "not open"
            raise invalid(f"Invoice is {word}", "invoice", "invoice_not_editable")
        self._changes(found)
        now = self._ground.timestamp()
        found["status_transitions"]["paid_at"] = now
        found.update(
            status="paid",
            amount_paid=found["amount_due"],
            amount_remaining=0,
            attempted=True,
            attempt_count=found["attempt_count"] + 1,
            auto_advance=False,
            next_payment_attempt=None,
        )
        self._emit("invoice.paid", found)
        self._emit("invoice.payment_succeeded", found)
        return found

    def add_payment(
        self,
        id_: str,
        *,
        customer: str | None,
        amount: int,
        currency: str,
        status: str,
        created: int,
        metadata: Object | None = None,
        seen: bool = False,
    ) -> Object:
        """A new payment intent, with its charge where it succeeded."""
        if status not in payments.STATUSES:
            raise invalid(f"Invalid status: {status}", "status")
        owner = None if customer is None else self.customer_for(customer)["id"]
        method = self.id_for("pm") if status == "succeeded" else None
        charge = None
        if method is not None:
            charge = payments.charge(
                id_=self.id_for("ch"),
                payment_intent=id_,
                customer=owner,
                amount=amount,
                currency=currency,
                created=created,
                metadata=deepcopy(metadata or {}),
                method=method,
                transaction=self.id_for("txn"),
            )
            self._add("charge", charge)
        made = payments.payment_intent(
            id_=id_,
            secret=self._ground.token("stripe/secret", 25),
            customer=owner,
            amount=amount,
            currency=currency,
            status=status,
            created=created,
            metadata=metadata or {},
            charge=None if charge is None else charge["id"],
            method=method,
        )
        self._add("payment_intent", made)
        what = status if status in ("succeeded", "canceled", "processing") else "created"
        self._emit(f"payment_intent.{what}", made, seen=seen)
        return made

    def refund(
        self, charge_id: str, *, amount: int | None, reason: str | None, metadata: Object
    ) -> Object:
        """Give money of a charge back; all that is left where no amount is given."""
        charge = self.tables["charge"][charge_id]
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            raise invalid(
                f"Charge {charge_id} has already been refunded.",
                "charge",
                "charge_already_refunded",
            )
        amount = left if amount is None else amount
        if amount < 1:
            raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
        if amount > left:
            raise invalid(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                "amount",
            )
        made = payments.refund(
            id_=self.id_for("re"),
            source=charge,
            amount=amount,
            reason=reason,
            created=self._ground.timestamp(),
            metadata=metadata,
        )
        self._add("refund", made)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._emit("refund.created", made)
        self._emit("charge.refunded", charge)
        return made

    def portal_session(self, customer: str, return_url: str | None) -> Object:
        """A new session of the customer portal."""
        if return_url is not None and not return_url.startswith(("https://", "http://")):
            raise invalid(
                "Invalid URL: An explicit scheme (such as https) must be provided.",
                "return_url",
                "url_invalid",
            )
        owner = self.get("customer", customer, param="customer", status=400)
        made = portal.portal_session(
            id_=self.id_for("bps"),
            created=self._ground.timestamp(),
            customer=owner["id"],
            configuration=self._portal,
            return_url=return_url,
            secret=self._ground.token("stripe/portal", 24),
        )
        self._add(PORTAL_SESSION, made)
        self._emit("billing_portal.session.created", made)
        return made

    @cached_property
    def _portal(self) -> str:
        """The id of the portal's configuration: an account has one."""
        return self.id_for("bpc")

    def event(self, id_: str) -> Object:
        """The event `id_`, a test event too."""
        return self.endpoints.pinged(id_) or self.tables["event"][id_]

    def redeliver_pending(self) -> int:
        """Send every event again that its endpoint has not taken; how many there are."""
        return self.endpoints.send_again(list(self.tables["event"].values()))

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Everything but events, which only tell of it."""
        for kind in (*KINDS, WEBHOOK_ENDPOINT):
            for id_, one in self.tables[kind].items():
                yield f"{kind}/{id_}", one

    def _add(self, kind: str, made: Object) -> None:
        if made["id"] in self.tables[kind]:
            raise invalid(f"{kind} already exists.", "id", "resource_already_exists")
        self.tables[kind][made["id"]] = made
        if self._ground.running:
            self.versions.until(self._ground.now(), made["id"], None)

    def _changes(self, one: Object) -> None:
        """The object is about to change."""
        if self._ground.running:
            self.versions.until(self._ground.now(), one["id"], one)

    def _emit(
        self, type_: str, subject: Object, *, previous: Object | None = None, seen: bool = False
    ) -> None:
        request, key = self.request if self.request is not None else (None, None)
        heard = () if seen else self.endpoints.hearing(type_)
        made = events.event(
            id_=self.id_for("evt"),
            type_=type_,
            created=self._ground.timestamp(),
            subject=subject,
            previous=previous,
            request=request,
            key=key,
            pending=len(heard),
        )
        self.tables["event"][made["id"]] = made
        if heard:
            self.endpoints.announce(made, heard)
