"""Stripe's session of the customer portal: a link for one customer."""

from rbengine.rehearsal.company.exchange import Object


def portal_session(
    *,
    id_: str,
    created: int,
    customer: str,
    configuration: str,
    return_url: str | None,
    secret: str,
) -> Object:
    """A session that begins at the portal's first page."""
    return {
        "id": id_,
        "object": "billing_portal.session",
        "configuration": configuration,
        "created": created,
        "customer": customer,
        "customer_account": None,
        "flow": None,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": return_url,
        "url": f"https://billing.stripe.com/p/session/test_{secret}",
    }
