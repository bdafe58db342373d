"""What the SMTP adapter promises: mail through the company's own server, a second way beside Resend."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter, Setting
from rbengine.contract.types import EMAIL, INT, TEXT, FieldType, Record, optional

from rbengine_adapters.signatures.imap import SETTINGS as IMAP_SETTINGS

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

_SETTINGS = (
    Setting(
        name="smtp.host",
        doc="the server that mail is handed to",
        example="smtp.example.com",
        required=True,
    ),
    Setting(
        name="smtp.port",
        doc="its port, where it is not 587",
        example="465",
    ),
    Setting(
        name="smtp.user",
        doc="the name that the server knows us by",
        example="on-call@example.com",
        required=True,
    ),
    Setting(
        name="smtp.password",
        doc="the password for it",
        example="env:SMTP_PASSWORD",
        secret=True,
        required=True,
    ),
    Setting(
        name="smtp.from",
        doc="the address that mail is sent from",
        example="On-call <on-call@example.com>",
        required=True,
    ),
    Setting(
        name="smtp.copies_to",
        doc="a mailbox of ours that gets a copy: there a lost mail is looked for",
        example="copies@example.com",
    ),
    Setting(
        name="smtp.copies_host",
        doc="the IMAP server of that mailbox; its password or token is that of `imap`",
        example="imap.example.com",
    ),
)

SIGNATURE = AdapterSignature(
    name="smtp",
    title="SMTP",
    version="rfc5321",
    operations=_OPERATIONS,
    records=(SENT, SERVER),
    factory="rbengine_adapters.smtp.adapter:factory",
    settings=(*_SETTINGS, *IMAP_SETTINGS),
)
