"""What the status adapter promises: what vendors' status pages say, and what we say on our own.

A page that cannot be reached or read is a refusal, and words that nobody knows are `unknown`: neither is ever `up`.
"""

from rbengine.contract.operations import (
    AdapterSignature,
    HttpProvider,
    Operation,
    Parameter,
    Setting,
)
from rbengine.contract.types import INSTANT, TEXT, Enum, FieldType, ListOf, Record, optional

PAGE = Enum(("meta", "resend", "stripe", "supabase", "twilio"), "status.page")
STATE = Enum(("up", "degraded", "down", "unknown"), "status.state")
STAGE = Enum(("investigating", "identified", "monitoring", "resolved"), "status.stage")

COMPONENT = Record(
    (
        FieldType("page", PAGE),
        FieldType("name", TEXT),
        FieldType("state", STATE),
        FieldType("says", TEXT),
        FieldType("incident", optional(TEXT)),
        FieldType("at", optional(INSTANT)),
    ),
    "status.component",
)

INCIDENT = Record(
    (
        FieldType("id", TEXT),
        FieldType("title", TEXT),
        FieldType("stage", STAGE),
        FieldType("at", INSTANT),
        FieldType("link", optional(TEXT)),
    ),
    "status.incident",
)

_PUBLISHING = "https://developer.statuspage.io/#tag/incidents"

_OPERATIONS = (
    Operation(
        adapter="status",
        name="component",
        doc=(
            "What a vendor's status page says of one part of its service, found by its name without regard to case; "
            "absent where the page has no such part. `says` is the page's own word, `incident` the title of the "
            "newest open incident about this part."
        ),
        parameters=(
            Parameter(name="page", type=PAGE, doc="whose page"),
            Parameter(name="component", type=TEXT, doc="the part as the page names it"),
        ),
        effect="observe",
        result=optional(COMPONENT),
        api="GET /api/v2/summary.json (Meta: GET /data/orgs.json)",
        source="https://www.atlassian.com/software/statuspage/public-api",
    ),
    Operation(
        adapter="status",
        name="published",
        doc="Incidents that are open on our own status page, newest first.",
        parameters=(),
        effect="observe",
        result=ListOf(INCIDENT),
        refusals=("not_found", "invalid"),
        per_minute=60,
        api="GET /v1/pages/{page}/incidents/unresolved",
        source=_PUBLISHING,
    ),
    Operation(
        adapter="status",
        name="publish",
        doc=(
            "Open an incident on our own status page, for everybody to read. What cannot be named in one line goes "
            "into `says`. Sent again with its key it is found, not opened twice."
        ),
        parameters=(
            Parameter(name="title", type=TEXT, doc="one line"),
            Parameter(name="stage", type=STAGE, doc="how far we are"),
            Parameter(name="says", type=TEXT, doc="what customers should know"),
        ),
        effect="tell",
        result=INCIDENT,
        idempotency="by key",
        refusals=("not_found", "invalid"),
        settles=True,
        per_minute=60,
        api="POST /v1/pages/{page}/incidents",
        source=_PUBLISHING,
    ),
    Operation(
        adapter="status",
        name="update",
        doc=(
            "Say on our own status page how an incident stands; `resolved` closes it. One that already stands so, "
            "in the same words, is left as it is."
        ),
        parameters=(
            Parameter(
                name="incident", type=TEXT, doc="its id, as `publish` and `published` give it"
            ),
            Parameter(name="stage", type=STAGE, doc="how far we are"),
            Parameter(name="says", type=TEXT, doc="what customers should know"),
        ),
        effect="tell",
        result=INCIDENT,
        idempotency="by key",
        refusals=("not_found", "invalid"),
        settles=True,
        per_minute=60,
        api="PATCH /v1/pages/{page}/incidents/{id}",
        source=_PUBLISHING,
    ),
)

_SETTINGS = (
    Setting(
        name="status.page",
        doc="the id of our own page at Statuspage; other pages need no setting",
        example="kctbh9vrtdwd",
        says_where=True,
    ),
    Setting(
        name="status.key",
        doc="the key of our account at Statuspage",
        example="env:STATUSPAGE_KEY",
        secret=True,
    ),
)

_PROVIDERS = (
    HttpProvider(
        name="statuspage",
        url="https://api.statuspage.io",
        headers=(("Authorization", "OAuth {status.key}"),),
    ),
    HttpProvider(name="status_meta", url="https://metastatus.com"),
    HttpProvider(name="status_resend", url="https://resend-status.com"),
    HttpProvider(name="status_stripe", url="https://www.stripestatus.com"),
    HttpProvider(name="status_supabase", url="https://status.supabase.com"),
    HttpProvider(name="status_twilio", url="https://status.twilio.com"),
)

SIGNATURE = AdapterSignature(
    name="status",
    title="Status pages",
    version="v2",
    operations=_OPERATIONS,
    records=(COMPONENT, INCIDENT),
    factory="rbengine_adapters.status.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
)
