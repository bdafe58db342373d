"""Stripe's answers as records of the language, field for field as the signature names them."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.values import Json, Money, Row

from rbengine_adapters.stripe import answers
from rbengine_adapters.wire.plain import instant, maybe_instant


def customer(one: answers.Customer) -> Row:
    """`stripe.customer`."""
    return Row(
        {
            "id": one.id,
            "email": one.email,
            "name": one.name,
            "created": instant(one.created),
            "delinquent": bool(one.delinquent),
            "metadata": Json(dict(one.metadata)),
        }
    )


def subscription(one: answers.Subscription, tiers: Mapping[str, str]) -> Row:
    """`stripe.subscription`. Price and period stand on the first item; `tiers` is the company's own table."""
    item = one.items.data[0]
    return Row(
        {
            "id": one.id,
            "customer": one.customer,
            "status": one.status,
            "price": item.price.id,
            "tier": tiers.get(item.price.id),
            "quantity": item.quantity,
            "current_period_end": instant(item.current_period_end),
            "cancel_at_period_end": one.cancel_at_period_end,
            "canceled_at": maybe_instant(one.canceled_at),
            "created": instant(one.created),
        }
    )


def invoice(one: answers.Invoice) -> Row:
    """`stripe.invoice`."""
    details = None if one.parent is None else one.parent.subscription_details
    return Row(
        {
            "id": one.id,
            "number": one.number,
            "customer": one.customer,
            "subscription": None if details is None else details.subscription,
            "status": one.status,
            "amount_due": Money(one.amount_due, one.currency),
            "amount_paid": Money(one.amount_paid, one.currency),
            "amount_remaining": Money(one.amount_remaining, one.currency),
            "attempts": one.attempt_count,
            "next_attempt": maybe_instant(one.next_payment_attempt),
            "paid_at": maybe_instant(one.status_transitions.paid_at),
            "page": one.hosted_invoice_url,
            "created": instant(one.created),
        }
    )


def payment(one: answers.PaymentIntent) -> Row:
    """`stripe.payment`. What was refunded is known only where the charge came along."""
    charge = one.latest_charge
    refunded = charge.amount_refunded if isinstance(charge, answers.Charge) else 0
    return Row(
        {
            "id": one.id,
            "customer": one.customer,
            "status": one.status,
            "amount": Money(one.amount, one.currency),
            "received": Money(one.amount_received, one.currency),
            "refunded": Money(refunded, one.currency),
            "refundable": Money(one.amount_received - refunded, one.currency),
            "metadata": Json(dict(one.metadata)),
            "created": instant(one.created),
        }
    )


def refund(one: answers.Refund) -> Row:
    """`stripe.refund`."""
    return Row(
        {
            "id": one.id,
            "payment": one.payment_intent,
            "amount": Money(one.amount, one.currency),
            "status": one.status,
            "created": instant(one.created),
        }
    )


def event(one: answers.Event) -> Row:
    """`stripe.event`."""
    subject = one.data.object
    id_, owner = subject.get("id"), subject.get("customer")
    return Row(
        {
            "id": one.id,
            "type": one.type,
            "object": id_ if isinstance(id_, str) else None,
            "customer": owner if isinstance(owner, str) else None,
            "pending": one.pending_webhooks,
            "created": instant(one.created),
        }
    )


def webhook_endpoint(one: answers.WebhookEndpoint) -> Row:
    """`stripe.webhook_endpoint`."""
    return Row(
        {
            "id": one.id,
            "url": one.url,
            "status": one.status,
            "events": tuple(one.enabled_events),
            "api_version": one.api_version,
            "created": instant(one.created),
        }
    )


def portal_session(one: answers.PortalSession) -> Row:
    """`stripe.portal_session`."""
    return Row(
        {"id": one.id, "customer": one.customer, "page": one.url, "created": instant(one.created)}
    )


def event_subject(type_: str, subject: Mapping[str, Any], tiers: Mapping[str, str]) -> Row | None:
    """What an event of `type_` carries, as an app's handler reads it, or None for a type unknown here.

    The record is the one that `signatures.stripe.event_subject` names.
    """
    kind, _, _ = type_.rpartition(".")
    match kind:
        case "customer.subscription":
            return subscription(answers.Subscription.model_validate(subject), tiers)
        case "invoice":
            return invoice(answers.Invoice.model_validate(subject))
        case "payment_intent":
            return payment(answers.PaymentIntent.model_validate(subject))
        case "refund":
            return refund(answers.Refund.model_validate(subject))
        case _:
            return None
