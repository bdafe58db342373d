"""Stripe's customer object."""

from rbengine.rehearsal.company.exchange import Object


def customer(
    *,
    id_: str,
    created: int,
    email: str | None,
    name: str | None,
    currency: str,
    metadata: Object,
    invoice_prefix: str,
) -> Object:
    """A customer without address, discount or balance."""
    return {
        "id": id_,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": created,
        "currency": currency,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "invoice_prefix": invoice_prefix,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata,
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
