"""What the PostgreSQL adapter promises beside SQL: what acts outside the transaction that asks for it."""

from datetime import timedelta

from rbengine.contract.operations import AdapterSignature, Operation, Parameter, Setting
from rbengine.contract.types import DURATION, INSTANT, INT, TEXT, Enum
from rbengine.contract.values import Datum

SIGNAL_RESULT = Enum(("asked", "gone"), "postgres.signal_result")
"""`asked`: PostgreSQL has told the session. `gone`: what was named had ended by itself."""

CREATE_RESULT = Enum(("created", "existed"), "postgres.create_result")
DROP_RESULT = Enum(("dropped", "gone"), "postgres.drop_result")

_PID = Parameter(name="pid", type=INT, doc="the session's process, `pg_stat_activity.pid`")
_BACKEND_START = Parameter(
    name="backend_start",
    type=INSTANT,
    doc="when the session began: a process number is given again, together they are one session",
)
_TABLE = Parameter(name="table", type=TEXT, doc="the table, with its schema where it is not public")
_INDEX = Parameter(name="name", type=TEXT, doc="the index's own name, without a schema")
_LOCKS = Parameter(
    name="lock_timeout",
    type=DURATION,
    doc="how long it waits for those who hold the table; longer would make everybody else wait",
    default=Datum(timedelta(seconds=5)),
)

_OPERATIONS = (
    Operation(
        adapter="postgres",
        name="cancel",
        doc=(
            "End what a session runs, and leave the session: the gentle way, to be tried first. "
            "Another statement of that session, begun since, is left alone."
        ),
        parameters=(
            _PID,
            _BACKEND_START,
            Parameter(
                name="query_start", type=INSTANT, doc="when the statement began that is to end"
            ),
        ),
        effect="change",
        result=SIGNAL_RESULT,
        refusals=("conflict",),
        api="SELECT pg_cancel_backend(pid) … WHERE pid, backend_start, query_start",
        source="https://www.postgresql.org/docs/current/functions-admin.html",
    ),
    Operation(
        adapter="postgres",
        name="terminate",
        doc=(
            "End a session of a client with whatever it runs; its transaction is rolled back. PostgreSQL's own "
            "processes (pg_cron's launcher looks idle too) are refused."
        ),
        parameters=(_PID, _BACKEND_START),
        effect="change",
        result=SIGNAL_RESULT,
        refusals=("conflict",),
        api="SELECT pg_terminate_backend(pid) … WHERE pid, backend_start",
        source="https://www.postgresql.org/docs/current/functions-admin.html",
    ),
    Operation(
        adapter="postgres",
        name="create_index",
        doc=(
            "Build a B-tree index while others go on writing, outside a transaction. An unfinished (invalid) index "
            "of that name is dropped first, and again where this attempt fails. One that is there and means the "
            "same is left alone. `postgres.drop_index` takes it back."
        ),
        parameters=(
            _TABLE,
            _INDEX,
            Parameter(
                name="columns",
                type=TEXT,
                doc="in order, as SQL writes them: `conversation_id, created_at desc nulls last`",
            ),
            _LOCKS,
        ),
        effect="change",
        result=CREATE_RESULT,
        refusals=("not_found", "conflict", "invalid"),
        undoable=True,
        api="CREATE INDEX CONCURRENTLY name ON table (columns)",
        source="https://www.postgresql.org/docs/current/sql-createindex.html",
    ),
    Operation(
        adapter="postgres",
        name="drop_index",
        doc="Drop an index of a table while others go on reading and writing, outside a transaction.",
        parameters=(_TABLE, _INDEX, _LOCKS),
        effect="change",
        result=DROP_RESULT,
        refusals=("not_found", "conflict", "invalid"),
        undoable=True,
        api="DROP INDEX CONCURRENTLY name",
        source="https://www.postgresql.org/docs/current/sql-dropindex.html",
    ),
)

SETTINGS = (
    Setting(
        name="postgres.dsn",
        doc="the database as a role that may change it: a connection string as PostgreSQL writes it",
        example="env:DATABASE_URL",
        secret=True,
        required=True,
    ),
    Setting(
        name="postgres.read_dsn",
        doc="the same database as a role that can only read, which `diagnose` uses; without it `dsn`",
        example="env:DATABASE_READ_URL",
        secret=True,
    ),
    Setting(
        name="postgres.replica_dsn",
        doc="a replica, for queries that say `on replica`; without it they ask `read_dsn` or `dsn`",
        example="env:DATABASE_REPLICA_URL",
        secret=True,
    ),
    Setting(
        name="postgres.direct_dsn",
        doc="the database itself where `dsn` leads to a pooler, for what needs a session: an index without a lock",
        example="env:DATABASE_DIRECT_URL",
        secret=True,
    ),
    Setting(
        name="postgres.system",
        doc="the system identifier of its cluster: `SELECT system_identifier FROM pg_control_system()`",
        example="7391625044101234567",
        required=True,
        says_where=True,
    ),
    Setting(
        name="postgres.database",
        doc="the name of the database in the cluster",
        example="postgres",
        says_where=True,
    ),
)

SIGNATURE = AdapterSignature(
    name="postgres",
    title="PostgreSQL",
    version="18",
    operations=_OPERATIONS,
    factory="rbengine_adapters.postgres.adapter:factory",
    settings=SETTINGS,
)
