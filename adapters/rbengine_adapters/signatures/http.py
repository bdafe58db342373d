"""What the http adapter promises: what stands at an address, and whether a webhook keeps Meta's protocol.

An answer is an answer whatever its status: only silence is a failure. Nothing here changes anything where the other
side keeps to HTTP and to the webhook protocol: it gets, and it delivers notifications that notify of nothing.
"""

from rbengine.contract.operations import (
    AdapterSignature,
    HttpProvider,
    Operation,
    Parameter,
    Setting,
)
from rbengine.contract.types import DURATION, INT, TEXT, URL, Enum, FieldType, Record

from rbengine_adapters.signatures.supabase.settings import EXPECTED_SECRET

ANSWER = Record(
    (FieldType("status", INT), FieldType("body", TEXT), FieldType("took", DURATION)),
    "http.answer",
)

HANDSHAKE = Record(
    (
        FieldType("status", INT),
        FieldType("verdict", Enum(("accepted", "refused", "failing"), "http.handshake_verdict")),
        FieldType("took", DURATION),
    ),
    "http.handshake",
)

DELIVERY = Record(
    (
        FieldType("status", INT),
        FieldType("verdict", Enum(("taken", "refused", "failing"), "http.delivery_verdict")),
        FieldType("body", TEXT),
        FieldType("took", DURATION),
    ),
    "http.delivery",
)

_WEBHOOKS = "https://developers.facebook.com/docs/graph-api/webhooks/getting-started"
_URL = Parameter(name="url", type=URL, doc="its whole address, `https://…`")

_OPERATIONS = (
    Operation(
        adapter="http",
        name="get",
        doc=(
            "What an address answers, with the first 2,000 characters of its body. Redirections are shown, not "
            "followed."
        ),
        parameters=(_URL,),
        effect="observe",
        result=ANSWER,
        refusals=("invalid",),
        api="GET {url}",
        source="https://www.rfc-editor.org/rfc/rfc9110#name-get",
    ),
    Operation(
        adapter="http",
        name="handshake",
        doc=(
            "Whether a webhook answers the handshake by which Meta verifies it: `accepted` is one that gives the "
            "challenge back, `failing` one that answers 500 and above, `refused` any other. The "
            "verify token plays no part in the signatures of notifications."
        ),
        parameters=(
            _URL,
            Parameter(
                name="token",
                type=TEXT,
                doc="the name of the verify token; the setting `supabase.secret.NAME` holds it",
            ),
        ),
        effect="observe",
        result=HANDSHAKE,
        refusals=("not_found", "invalid"),
        api="GET {url}?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…",
        source=_WEBHOOKS,
    ),
    Operation(
        adapter="http",
        name="notify_signed",
        doc=(
            "What a webhook answers to a notification of Meta's with no entry in it, signed with the app secret: "
            "`taken` (200 to 299) by one that is well, `refused` where it takes the signature for a wrong one, "
            "`failing` from 500 on."
        ),
        parameters=(
            _URL,
            Parameter(
                name="app_secret",
                type=TEXT,
                doc="the name of the app secret; the setting `supabase.secret.NAME` holds it",
            ),
        ),
        effect="observe",
        result=DELIVERY,
        refusals=("not_found", "invalid"),
        api="POST {url}, X-Hub-Signature-256: sha256=…",
        source=_WEBHOOKS,
    ),
    Operation(
        adapter="http",
        name="notify_unsigned",
        doc=(
            "What a webhook answers to the same notification without a signature: `refused` by one that is well, for "
            "whoever is believed without one can be anybody."
        ),
        parameters=(_URL,),
        effect="observe",
        result=DELIVERY,
        refusals=("invalid",),
        api="POST {url}",
        source=_WEBHOOKS,
    ),
)

_SETTINGS = (
    Setting(
        name="http.authorities",
        doc="a file of certificates that every connection trusts besides the usual ones: the company's own",
        example="/etc/ssl/company.pem",
    ),
    Setting(
        name="http.proxy",
        doc="the proxy that all HTTP goes through; what the environment says of one counts for nothing",
        example="env:COMPANY_PROXY",
        secret=True,
    ),
)

_PROVIDERS = (
    HttpProvider(name="web"),  # whole addresses, of hosts that the profile lists
)

SIGNATURE = AdapterSignature(
    name="http",
    title="HTTP",
    version="1.1",
    operations=_OPERATIONS,
    records=(ANSWER, HANDSHAKE, DELIVERY),
    factory="rbengine_adapters.http.adapter:factory",
    settings=(EXPECTED_SECRET, *_SETTINGS),
    providers=_PROVIDERS,
)
