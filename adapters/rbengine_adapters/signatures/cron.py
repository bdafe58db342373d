"""What the adapter of pg_cron promises: jobs by name, and what became of their runs."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import (
    BOOL,
    INSTANT,
    INT,
    TEXT,
    Enum,
    FieldType,
    ListOf,
    Record,
    optional,
)
from rbengine.contract.values import Datum

from rbengine_adapters.signatures.postgres import SETTINGS

JOB = Record(
    (
        FieldType("id", INT),
        FieldType("name", TEXT),
        FieldType("schedule", TEXT),
        FieldType("command", TEXT),
        FieldType("active", BOOL),
    ),
    "cron.job",
)

RUN_STATUS = Enum(
    ("starting", "connecting", "sending", "running", "succeeded", "failed"), "cron.run_status"
)

RUN = Record(
    (
        FieldType("id", INT),
        FieldType("status", RUN_STATUS),
        FieldType("text", optional(TEXT)),
        FieldType("started", optional(INSTANT)),
        FieldType("ended", optional(INSTANT)),
    ),
    "cron.run",
)

UNSCHEDULE_RESULT = Enum(("unscheduled", "gone"), "cron.unschedule_result")

_NAME = Parameter(name="name", type=TEXT, doc="the job's name")
_SOURCE = "https://github.com/citusdata/pg_cron"

_OPERATIONS = (
    Operation(
        adapter="cron",
        name="job",
        doc="The job of this name; absent where there is none. Not found where pg_cron is not enabled.",
        parameters=(_NAME,),
        effect="observe",
        result=optional(JOB),
        refusals=("not_found", "conflict"),
        api="SELECT … FROM cron.job",
        source=_SOURCE,
    ),
    Operation(
        adapter="cron",
        name="runs",
        doc=(
            "Runs of the job that began since a moment, newest first. Succeeded says that the command ended: "
            "a command that calls a function over HTTP has only queued the call."
        ),
        parameters=(
            _NAME,
            Parameter(name="since", type=INSTANT, doc="began at or after this moment"),
            Parameter(
                name="at_most",
                type=INT,
                doc="how many there may be; more is refused with `too_many`",
                default=Datum(100),
            ),
        ),
        effect="observe",
        result=ListOf(RUN),
        refusals=("not_found", "invalid", "too_many"),
        api="SELECT … FROM cron.job_run_details",
        source=_SOURCE,
    ),
    Operation(
        adapter="cron",
        name="schedule",
        doc=(
            "Let `command` run by `schedule` (five fields, in UTC, or `30 seconds`) under this name. A job of that "
            "name takes the new schedule and command and is active afterwards."
        ),
        parameters=(
            _NAME,
            Parameter(name="schedule", type=TEXT, doc="`*/5 * * * *`: every five minutes"),
            Parameter(name="command", type=TEXT, doc="the SQL that it runs; it keeps no secret"),
        ),
        effect="change",
        result=INT,
        refusals=("not_found", "invalid"),
        undoable=True,
        api="SELECT cron.schedule(name, schedule, command), cron.alter_job(id, active)",
        source=_SOURCE,
    ),
    Operation(
        adapter="cron",
        name="unschedule",
        doc="Take the job of this name away; what it ran stays in its history.",
        parameters=(_NAME,),
        effect="change",
        result=UNSCHEDULE_RESULT,
        refusals=("not_found",),
        undoable=True,
        api="SELECT cron.unschedule(name)",
        source=_SOURCE,
    ),
    Operation(
        adapter="cron",
        name="set_active",
        doc="Let the job of this name run again, or no longer; it keeps its schedule and command.",
        parameters=(_NAME, Parameter(name="active", type=BOOL, doc="whether it runs")),
        effect="change",
        refusals=("not_found", "conflict"),
        undoable=True,
        api="SELECT cron.alter_job(id, active)",
        source=_SOURCE,
    ),
)

SIGNATURE = AdapterSignature(
    name="cron",
    title="pg_cron",
    version="1.6",
    operations=_OPERATIONS,
    records=(JOB, RUN),
    factory="rbengine_adapters.cron.adapter:factory",
    settings=SETTINGS,
    behind="postgres",
)
