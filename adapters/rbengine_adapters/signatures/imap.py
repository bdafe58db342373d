"""What the IMAP adapter promises: it looks into mailboxes and marks nothing there as read."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter, Setting
from rbengine.contract.types import INSTANT, INT, TEXT, Enum, FieldType, ListOf, Record
from rbengine.contract.values import Datum

MAILBOX = Record(
    (FieldType("email", TEXT), FieldType("host", TEXT), FieldType("port", INT)), "imap.mailbox"
)

MESSAGE = Record(
    (
        FieldType("message_id", TEXT),
        FieldType("mailbox", TEXT),
        FieldType("from", TEXT),
        FieldType("subject", TEXT),
        FieldType("at", INSTANT),
    ),
    "imap.message",
)

LOGIN = Enum(("accepted", "refused", "unreachable"), "imap.login_state")

PROBE = Record(
    (FieldType("email", TEXT), FieldType("state", LOGIN), FieldType("says", TEXT)), "imap.probe"
)

_OPERATIONS = (
    Operation(
        adapter="imap",
        name="messages",
        doc=(
            "Mails that arrived in the inboxes in a window, oldest first in each mailbox, by their headers. "
            "`at` is when the server took it. A mail without a Message-ID cannot be compared and is left out. "
            "The settings give each mailbox `imap.token.ADDRESS` (OAuth) or `imap.password.ADDRESS`."
        ),
        parameters=(
            Parameter(
                name="mailboxes", type=ListOf(MAILBOX), doc="whose: address, server and port"
            ),
            Parameter(name="from", type=INSTANT, doc="arrived at or after this moment"),
            Parameter(name="to", type=INSTANT, doc="arrived at or before this moment"),
            Parameter(
                name="at_most",
                type=INT,
                doc="how many there may be in all; more is refused with `too_many`",
                default=Datum(2000),
            ),
        ),
        effect="observe",
        result=ListOf(MESSAGE),
        refusals=("not_found", "invalid", "too_many"),
        api="EXAMINE INBOX; UID SEARCH SINCE BEFORE; UID FETCH BODY.PEEK",
        source="https://www.rfc-editor.org/rfc/rfc3501",
    ),
    Operation(
        adapter="imap",
        name="probe",
        doc=(
            "Log in to each mailbox and hang up again, one line for each: whether the login is accepted, refused, or "
            "the server cannot be reached or does not answer. One that fails does not hide the others. The settings "
            "give each mailbox `imap.token.ADDRESS` (OAuth) or `imap.password.ADDRESS`; one without is refused."
        ),
        parameters=(
            Parameter(
                name="mailboxes", type=ListOf(MAILBOX), doc="whose: address, server and port"
            ),
        ),
        effect="observe",
        result=ListOf(PROBE),
        refusals=("invalid",),
        api="LOGIN or AUTHENTICATE XOAUTH2",
        source="https://www.rfc-editor.org/rfc/rfc3501",
    ),
)

SETTINGS = (
    Setting(
        name="imap.password.*",
        doc="the password of a mailbox, by its address",
        example="env:SUPPORT_MAILBOX",
        secret=True,
    ),
    Setting(
        name="imap.token.*",
        doc="instead of a password: the OAuth access token of a mailbox, by its address",
        example="env:SUPPORT_MAILBOX_TOKEN",
        secret=True,
    ),
)

SIGNATURE = AdapterSignature(
    name="imap",
    title="IMAP",
    version="4rev1",
    operations=_OPERATIONS,
    records=(MAILBOX, MESSAGE, PROBE),
    factory="rbengine_adapters.imap.adapter:factory",
    settings=SETTINGS,
)
