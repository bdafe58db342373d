"""What the e-mail adapter promises. Mail leaves through Resend."""

from datetime import timedelta

from rbengine.contract.operations import (
    AdapterSignature,
    HttpProvider,
    Operation,
    Parameter,
    Setting,
)
from rbengine.contract.types import EMAIL, TEXT, Enum, FieldType, ListOf, Record

MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")

SENT = Record((FieldType("id", TEXT),), "email.sent")

DOMAIN_STATUS = Enum(
    (
        "not_started",
        "pending",
        "verified",
        "partially_verified",
        "failed",
        "partially_failed",
        "temporary_failure",
    ),
    "email.domain_status",
)

DOMAIN = Record(
    (FieldType("name", TEXT), FieldType("status", DOMAIN_STATUS), FieldType("region", TEXT)),
    "email.domain",
)

_MESSAGE = Parameter(
    name="message", type=MESSAGE, doc="a message of the playbook, with its arguments", message=True
)

KEY_WINDOW = timedelta(hours=24)
"""Resend keeps a key for so long."""

_OPERATIONS = (
    Operation(
        adapter="email",
        name="send",
        doc="Send a mail. Sent mail stays sent; the same call again sends nothing new for 24 hours.",
        parameters=(Parameter(name="to", type=EMAIL, doc="who gets it"), _MESSAGE),
        effect="tell",
        result=SENT,
        idempotency="by key",
        key_window=KEY_WINDOW,
        refusals=("invalid", "conflict"),
        per_minute=120,
        api="POST /emails",
        source="https://resend.com/docs/api-reference/emails/send-email",
    ),
    Operation(
        adapter="email",
        name="send_each",
        doc=(
            "Send the mail to each of many people, one mail each, a hundred at a time. An address that "
            "stands twice gets it once."
        ),
        parameters=(Parameter(name="to", type=ListOf(EMAIL), doc="who gets it"), _MESSAGE),
        effect="tell",
        result=ListOf(SENT),
        idempotency="by key",
        key_window=KEY_WINDOW,
        refusals=("invalid", "conflict"),
        per_minute=120,
        api="POST /emails/batch",
        source="https://resend.com/docs/api-reference/emails/send-batch-emails",
    ),
    Operation(
        adapter="email",
        name="domains",
        doc=(
            "Domains that mail may be sent from. Mail from one that is not `verified` is refused; a key that may "
            "only send is `unauthorized` here, and says nothing of them."
        ),
        parameters=(),
        effect="observe",
        result=ListOf(DOMAIN),
        refusals=("not_found", "invalid", "conflict"),
        per_minute=120,
        api="GET /domains",
        source="https://resend.com/docs/api-reference/domains/list-domains",
    ),
)

_SETTINGS = (
    Setting(
        name="email.key",
        doc="the key of the account at Resend",
        example="env:RESEND_API_KEY",
        secret=True,
        required=True,
    ),
    Setting(
        name="email.from",
        doc="the address that mail is sent from",
        example="On-call <on-call@example.com>",
        required=True,
    ),
)

_PROVIDERS = (
    HttpProvider(
        name="resend",
        url="https://api.resend.com",
        headers=(("Authorization", "Bearer {email.key}"),),
    ),
)

SIGNATURE = AdapterSignature(
    name="email",
    title="E-mail",
    version="resend",
    operations=_OPERATIONS,
    records=(MESSAGE, SENT, DOMAIN),
    factory="rbengine_adapters.email.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
)
