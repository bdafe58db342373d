"""PostgreSQL's judgement of statements on the company's schema."""

from collections.abc import Iterator

import pytest
from rbengine.contract.types import show
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.errors import SchemaError
from rbengine.facts.postgres.server import Server
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal, StatementFacts
from rbengine.semantics.sql_functions import IMMUTABLE, KEY_WORDS, READING
from support.postgres import SCHEMA


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, SCHEMA, "playbooks/schema.sql")
    yield made
    made.close()


def _columns(describer: PostgresDescriber, sql: str, *types: str) -> dict[str, str]:
    found = describer.describe(SqlQuestion(sql=sql, parameter_types=types), reading=True)
    assert isinstance(found, StatementFacts), found
    return {column.name: show(column.type) for column in found.columns}


def _refused(
    describer: PostgresDescriber, sql: str, *types: str, reading: bool = True
) -> tuple[SqlRefusal, str]:
    found = describer.describe(SqlQuestion(sql=sql, parameter_types=types), reading=reading)
    assert isinstance(found, SqlRefusal), found
    return found, sql[found.offset : found.offset + found.length]


def test_columns_have_the_types_of_the_language(describer: PostgresDescriber) -> None:
    """A playbook compares them with values of its own."""
    assert _columns(
        describer,
        "SELECT id, name, subscription_tier, subscription_period_end, is_frozen, credit_balance, "
        "voice_credits_balance FROM businesses WHERE id = $1",
        "uuid",
    ) == {
        "id": "uuid",
        "name": "text",
        "subscription_tier": "businesses.subscription_tier",
        "subscription_period_end": "optional instant",
        "is_frozen": "bool",
        "credit_balance": "int",
        "voice_credits_balance": "decimal",
    }
    assert _columns(
        describer, "SELECT metadata, created_at - $1 AS gap FROM storage.objects", "timestamptz"
    ) == {"metadata": "optional json", "gap": "optional duration"}
    assert _columns(
        describer, "SELECT allowed_mime_types, '{}'::uuid[] AS ids FROM storage.buckets"
    ) == {
        "allowed_mime_types": "optional list of text",
        "ids": "list of uuid",
    }


def test_outer_joins_counts_and_defaults_decide_what_is_present(
    describer: PostgresDescriber,
) -> None:
    """As the language says: NOT NULL and not on the weak side, a count, or a default."""
    assert _columns(
        describer,
        "SELECT b.id, l.kind, count(*) AS entries, coalesce(sum(l.amount), 0) AS total, sum(l.amount) AS open "
        "FROM businesses b LEFT JOIN credit_ledger l ON l.business_id = b.id GROUP BY b.id, l.kind",
    ) == {
        "id": "uuid",
        "kind": "optional credit_ledger.kind",
        "entries": "int",
        "total": "int",
        "open": "optional int",
    }


def test_the_platforms_own_tables_are_known(describer: PostgresDescriber) -> None:
    """Diagnoses read the catalogue and the jobs."""
    assert _columns(describer, "SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'") == {
        "extversion": "text"
    }
    runs = "SELECT j.schedule, d.status FROM cron.job j JOIN cron.job_run_details d USING (jobid)"
    assert _columns(describer, runs) == {
        "schedule": "text",
        "status": "optional text",
    }  # fmt: skip
    assert _columns(describer, "SELECT pid, state FROM pg_stat_activity") == {
        "pid": "optional int",
        "state": "optional text",
    }


def test_a_wrong_column_is_underlined_with_postgresqls_sentence(
    describer: PostgresDescriber,
) -> None:
    """The author sees the word, the reason and the word meant."""
    found, word = _refused(describer, "SELECT id, subscription_teir FROM businesses")
    assert (found.reason, word) == (
        'column "subscription_teir" does not exist',
        "subscription_teir",
    )
    assert (found.suggestion, found.label) == ("subscription_tier", "not a column of `businesses`")
    found, word = _refused(describer, "SELECT 'é', b.nam AS x FROM businesses b")
    assert (found.reason, word, found.suggestion) == ("column b.nam does not exist", "nam", "name")


def test_a_wrong_table_and_a_wrong_type_are_underlined(describer: PostgresDescriber) -> None:
    """PostgreSQL names the place of both."""
    found, word = _refused(describer, "SELECT 1 AS a FROM busineses")
    assert (word, found.suggestion) == ("busineses", "businesses")
    found, word = _refused(
        describer, "UPDATE businesses SET id = $1 WHERE name = 'x'", "int8", reading=False
    )
    assert (found.rule, word) == ("postgres", "$1")
    found, word = _refused(describer, "SELECT id FROM businesses WHRE id = $1", "uuid")
    assert found.reason == 'syntax error at or near "id"'


def test_parameters_are_judged_with_the_types_they_are_sent_with(
    describer: PostgresDescriber,
) -> None:
    """PostgreSQL's own guess for `now() - $1` is an instant."""
    sql = "SELECT count(*) FROM messages WHERE created_at > now() - $1"
    assert _columns(describer, sql, "interval") == {"count": "int"}
    found, _ = _refused(describer, sql, "timestamptz")
    assert "operator does not exist" in found.reason


def test_results_have_names_of_their_own(describer: PostgresDescriber) -> None:
    """A field without a name, or two of one name, cannot be spoken of."""
    found, text = _refused(describer, "SELECT id, 1 + 1 FROM businesses")
    assert (found.rule, text) == ("unnamed_column", "1 + 1")
    found, text = _refused(describer, "SELECT b.id, c.id FROM businesses b, conversations c")
    assert (found.rule, text) == ("doubled_column", "c.id")


def test_a_change_says_what_an_undo_needs_to_know(describer: PostgresDescriber) -> None:
    """Whether an undo can be derived is decided before anything is done."""

    def facts(sql: str, *types: str) -> StatementFacts:
        found = describer.describe(SqlQuestion(sql=sql, parameter_types=types), reading=False)
        assert isinstance(found, StatementFacts), found
        return found

    update = facts(
        "UPDATE businesses SET subscription_period_end = $1, name = $2 WHERE id = $3",
        "timestamptz", "text", "uuid",
    )  # fmt: skip
    assert (update.kind, update.target) == ("update", "businesses")
    assert update.written_columns == ("subscription_period_end", "name")
    assert update.optional_parameters == (1,)
    assert update.has_primary_key
    assert not update.cascades
    assert not update.writing_triggers
    assert facts("DELETE FROM auth.users WHERE id = $1", "uuid").cascades
    assert not facts("UPDATE auth.users SET email = $1 WHERE id = $2", "text", "uuid").cascades
    assert not facts("INSERT INTO net._http_response (id) VALUES ($1)", "int8").has_primary_key
    assert not facts("CREATE INDEX CONCURRENTLY i ON messages (status)").transactional


def test_triggers_that_write_are_told_from_those_that_only_fill_in(
    postgres_server: Server,
) -> None:
    """One sets `updated_at` in the row itself, the other leaves rows elsewhere that no undo would find."""
    schema = """
    CREATE TABLE quiet (id int PRIMARY KEY, at timestamptz);
    CREATE TABLE loud (id int PRIMARY KEY);
    CREATE TABLE log (id int);
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO log VALUES (NEW.id); RETURN NEW; END $$;
    CREATE TRIGGER stamps BEFORE UPDATE ON quiet FOR EACH ROW EXECUTE FUNCTION stamp();
    CREATE TRIGGER notes BEFORE UPDATE ON loud FOR EACH ROW EXECUTE FUNCTION note();
    """
    describer = PostgresDescriber(postgres_server, schema, "schema.sql")
    writes = {
        (table, sql.split()[0]): describer.describe(
            SqlQuestion(sql=sql.format(table), parameter_types=()), reading=False
        ).writing_triggers
        for table in ("quiet", "loud")
        for sql in ("UPDATE {} SET id = 2 WHERE id = 1", "INSERT INTO {} (id) VALUES (1)")
    }
    describer.close()
    assert writes == {
        ("quiet", "UPDATE"): False,
        ("quiet", "INSERT"): False,
        ("loud", "UPDATE"): True,
        ("loud", "INSERT"): False,
    }


def test_a_table_is_a_record(describer: PostgresDescriber) -> None:
    """Messages take rows by their table's name."""
    record = describer.table("email_accounts")
    assert record is not None
    assert show(record) == "email_accounts"
    assert describer.table("cron.job") is not None
    assert describer.table("nothing_like_it") is None


def test_a_schema_that_postgresql_refuses_says_where(postgres_server: Server) -> None:
    """The schema is a file of the project like any other, with its own mistakes."""
    schema = "CREATE TABLE a (id int);\nCREATE TABLE b (id nonsense);"
    with pytest.raises(SchemaError) as raised:
        PostgresDescriber(postgres_server, schema, "schema.sql")
    assert raised.value.reason == 'type "nonsense" does not exist'
    assert schema[raised.value.offset :].startswith("nonsense")


def test_the_schema_runs_as_an_ordinary_role(postgres_server: Server) -> None:
    """A schema is text from a repository; it must not reach the machine."""
    for sql in (
        "COPY (SELECT 1) TO PROGRAM 'true';",
        "SELECT pg_read_file('/etc/passwd');",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x', 'f';",
        "ALTER SYSTEM SET fsync = on;",
        "CREATE ROLE another SUPERUSER;",
    ):
        with pytest.raises(
            SchemaError, match=r"permission denied|must be superuser|cannot run inside"
        ):
            PostgresDescriber(postgres_server, sql, "schema.sql")


def test_the_lists_of_functions_are_what_the_catalogue_says(postgres_server: Server) -> None:
    """A function that acts must not slip onto a list when PostgreSQL changes."""
    with postgres_server.connect("postgres") as connection:
        rows = connection.execute(
            "SELECT proname, array_agg(DISTINCT provolatile::text) FROM pg_proc "
            "WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY 1"
        ).fetchall()
        words = {row[0] for row in connection.execute("SELECT word FROM pg_get_keywords()")}
    volatility = {name: set(kinds) for name, kinds in rows}
    reviewed = {"clock_timestamp", "timeofday", "pg_database_size", "pg_relation_size", "pg_table_size",
                "pg_indexes_size", "pg_tablespace_size", "pg_total_relation_size", "pg_is_in_recovery"}  # fmt: skip
    assert {name: volatility.get(name) for name in IMMUTABLE if volatility.get(name) != {"i"}} == {}
    assert {name for name in READING if "v" in volatility.get(name, {"v"})} == reviewed
    assert words <= KEY_WORDS
