"""What the SMTP adapter promises: mail through the company's own server, a second way beside Resend."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import EMAIL, INT, TEXT, FieldType, Record, optional

MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")

SENT = Record((FieldType("message_id", TEXT),), "smtp.sent")

SERVER = Record(
    (
        FieldType("host", TEXT),
        FieldType("greeting", TEXT),
        FieldType("largest_mail", optional(INT)),
    ),
    "smtp.server",
)

_OPERATIONS = (
    Operation(
        adapter="smtp",
        name="send",
        doc=(
            "Send a mail through the company's own server. Its Message-ID comes from the call's key, so that the same "
            "call again is the same mail to whoever compares. SMTP keeps no keys: a mail whose answer was lost is "
            "looked for in the mailbox that gets a copy of each (settings `smtp.copies_to`, `smtp.copies_host`); "
            "without one a person looks. The settings give `smtp.host`, `smtp.user`, `smtp.password`, `smtp.from`."
        ),
        parameters=(
            Parameter(name="to", type=EMAIL, doc="who gets it"),
            Parameter(
                name="message",
                type=MESSAGE,
                doc="a message of the playbook, with its arguments",
                message=True,
            ),
        ),
        effect="tell",
        result=SENT,
        idempotency="no",
        refusals=("invalid", "conflict"),
        settles=True,
        api="EHLO; AUTH; MAIL FROM; RCPT TO; DATA",
        source="https://www.rfc-editor.org/rfc/rfc5321",
    ),
    Operation(
        adapter="smtp",
        name="probe",
        doc=(
            "Whether the server is there and accepts our login: greet it, log in, and say goodbye. No mail is sent."
        ),
        parameters=(),
        effect="observe",
        result=SERVER,
        refusals=("invalid", "conflict"),
        api="EHLO; AUTH; NOOP; QUIT",
        source="https://www.rfc-editor.org/rfc/rfc4954",
    ),
)

SIGNATURE = AdapterSignature(
    name="smtp",
    title="SMTP",
    version="rfc5321",
    operations=_OPERATIONS,
    records=(SENT, SERVER),
    factory="rbengine_adapters.smtp.adapter:factory",
)
