"""Names of fields whose values a recording does not hold, and of those that hold nothing of anybody.

Sources: the vendors' descriptions of what their answers hold; for rows of tables, what people call such columns.
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SECRET_FIELDS = _names(
    """
    authorization apikey api_key x-api-key cookie set-cookie auth_token authtoken jwt_secret secret client_secret
    signing_secret webhook_secret access_token refresh_token id_token password passwd verify_token hub.verify_token
    private_key service_role_key anon_key
    """
)
"""What opens something, wherever it stands."""

URL_FIELDS = _names(
    "hosted_invoice_url invoice_pdf receipt_url signed_url signedurl action_link confirmation_url"
)
"""Addresses that let in whoever has them."""

PAY_HOSTS = (
    "invoice.stripe.com",
    "billing.stripe.com",
    "pay.stripe.com",
    "checkout.stripe.com",
)
"""Hosts all of whose addresses do."""

LETTING_IN = _names("token sig signature key code x-amz-signature x-goog-signature")
"""Parameters by which an address does."""

PHONE_FIELDS = _names("phone phone_number mobile wa_id msisdn whatsapp_number")

NAME_FIELDS = _names(
    """
    name full_name first_name last_name display_name customer_name business_name owner_name contact_name profile_name
    """
)
"""What people and companies are called: in rows of a table, and beside an address or a number."""

STRUCTURE = _names(
    """
    type kind table operation digest plan run incident engine profile role backends world verdict seq v call question
    timer offsets due_times epoch host sql
    """
)
"""Fields of events and plans that say what happened."""

FREE = _names("inputs values channels")
"""Below these fields of events the names are the playbook's own."""
