"""Stripe's price object, and the legacy plan object that goes along with it in a subscription item."""

from rbengine.rehearsal.company.exchange import Object


def price(
    *, id_: str, product: str, created: int, amount: int, currency: str, interval: str
) -> Object:
    """A licensed price of `amount` minor units for each `interval` (`day`, `week`, `month`, `year`)."""
    return {
        "id": id_,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": {
            "interval": interval,
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def plan_of(source: Object) -> Object:
    """The plan object that Stripe still sends beside a recurring price."""
    recurring = source["recurring"]
    return {
        "id": source["id"],
        "object": "plan",
        "active": source["active"],
        "amount": source["unit_amount"],
        "amount_decimal": source["unit_amount_decimal"],
        "billing_scheme": source["billing_scheme"],
        "created": source["created"],
        "currency": source["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": source["livemode"],
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": source["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
