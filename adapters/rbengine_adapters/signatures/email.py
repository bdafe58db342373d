"""What the e-mail adapter promises. Mail leaves through Resend."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import EMAIL, TEXT, FieldType, ListOf, Record

MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")

SENT = Record((FieldType("id", TEXT),), "email.sent")

_MESSAGE = Parameter(
    name="message", type=MESSAGE, doc="a message of the playbook, with its arguments", message=True
)

_OPERATIONS = (
    Operation(
        adapter="email",
        name="send",
        doc="Send a mail. Sent mail stays sent; the same call again sends nothing new for 24 hours.",
        parameters=(Parameter(name="to", type=EMAIL, doc="who gets it"), _MESSAGE),
        effect="tell",
        result=SENT,
        idempotency="by key",
        refusals=("invalid", "conflict"),
        settles=True,
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
        refusals=("invalid", "conflict"),
        settles=True,
        per_minute=120,
        api="POST /emails/batch",
        source="https://resend.com/docs/api-reference/emails/send-batch-emails",
    ),
)

SIGNATURE = AdapterSignature(
    name="email",
    title="E-mail",
    version="resend",
    operations=_OPERATIONS,
    records=(MESSAGE, SENT),
    factory="rbengine_adapters.email.adapter:factory",
)
