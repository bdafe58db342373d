"""A database's schema is read from its catalogue, written so that the embedded server takes it, and compared."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.drift import drift_of
from rbengine.facts.postgres.inventory import Column, Inventory, Table, take_inventory
from rbengine.facts.postgres.schema import schema_database
from rbengine.facts.postgres.schema_text import Written, quoted, write_schema
from rbengine.facts.postgres.server import Server
from rbengine.semantics.sql_facts import SqlQuestion
from support.golden import ROOT
from support.live_world import BENCHES, SIMULATED
from support.peer_postgres import RealPostgres

NAME = "inventoried"
EVERYTHING = """\
CREATE SCHEMA "Odd place";
CREATE TYPE mood AS ENUM ('good', 'it''s bad');
CREATE DOMAIN positive AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE TYPE pair AS (a integer, b text);
CREATE SEQUENCE numbers;
CREATE FUNCTION allowed(x integer, y text DEFAULT 'a') RETURNS TABLE (z integer) LANGUAGE sql STABLE STRICT
  AS $$ SELECT x $$;
CREATE FUNCTION not_allowed() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1) $$;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.mood := 'good'; RETURN NEW; END $$;
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN PERFORM 'hunter2-canary'; RETURN NEW; END $$;
CREATE TABLE shops (
  id integer PRIMARY KEY DEFAULT nextval('numbers'),
  "order" text COLLATE "C" NOT NULL,
  mood mood NOT NULL DEFAULT 'good',
  size positive,
  both_of pair,
  lower_order text GENERATED ALWAYS AS (slug("order")) STORED,
  state text CHECK (state IN ('open', 'closed')),
  tags text[] NOT NULL DEFAULT '{}',
  EXCLUDE USING btree (size WITH =)
);
CREATE UNIQUE INDEX shops_open ON shops (slug("order")) WHERE state = 'open';
CREATE TABLE "Odd place"."A ""strange"" table" (
  "a b" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop integer REFERENCES shops ON DELETE CASCADE,
  UNIQUE (shop, "a b")
);
CREATE VIEW a_view_before_its_view AS SELECT id FROM shops;
ALTER VIEW a_view_before_its_view RENAME TO z_view;
CREATE VIEW a_view AS SELECT id FROM z_view;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS shops FROM shops;
CREATE TABLE visits (shop integer NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TRIGGER touch BEFORE UPDATE ON shops FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TRIGGER tell AFTER UPDATE ON shops FOR EACH ROW EXECUTE FUNCTION told();
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shops AS RESTRICTIVE FOR UPDATE TO authenticated USING (id > 0) WITH CHECK (size > 0);
GRANT SELECT, UPDATE ON shops TO authenticated;
CREATE PUBLICATION spread FOR TABLE shops;
INSERT INTO shops ("order") VALUES ('a row that nobody may read');
"""
QUESTIONS = (
    ("SELECT id, \"order\", mood, size, lower_order, state, tags FROM shops WHERE mood = $1", ("text",), True),
    ("SELECT a.id, c.shops FROM a_view a, counted c", (), True),
    ("SELECT z FROM allowed(1)", (), True),
    ("UPDATE shops SET state = $1 WHERE id = $2", ("text", "integer"), False),
    ("DELETE FROM shops WHERE id = $1", ("integer",), False),
    ('INSERT INTO "Odd place"."A ""strange"" table" (shop) VALUES ($1)', ("integer",), False),
    ("SELECT at FROM visits", (), True),
)  # fmt: skip


@pytest.fixture(scope="module", params=BENCHES)
def inventory(request: pytest.FixtureRequest) -> Iterator[Inventory]:
    """Of everything that a schema may have, on the embedded server and on older ones."""
    server: Server | RealPostgres
    if request.param == SIMULATED:
        server = request.getfixturevalue("postgres_server")
    else:
        server = request.getfixturevalue("real_postgres")(request.param)
    server.drop_database(NAME)
    server.create_database(NAME)
    with server.connect(NAME) as connection:
        connection.execute(EVERYTHING.encode())
        yield take_inventory(connection, functions=("allowed",))
    server.drop_database(NAME)


@pytest.fixture(scope="module")
def written(inventory: Inventory, postgres_server: Server) -> Written:
    """Its text."""
    return write_schema(inventory, postgres_server, ["Written by a test."])


def inventory_of(server: Server, text: str) -> Inventory:
    with server.connect(schema_database(server, text)) as connection:
        return take_inventory(connection, functions=("allowed",))


def test_what_is_written_is_taken_and_reads_the_same(
    inventory: Inventory, written: Written, postgres_server: Server
) -> None:
    """Nothing is left out, and what was loaded from the text gives that text again."""
    assert written.left_out == ()
    again = inventory_of(postgres_server, written.text)
    # an older server writes the queries of views back otherwise
    if inventory.version.startswith("18"):
        assert write_schema(again, postgres_server, ["Written by a test."]).text == written.text
    assert drift_of(inventory, again).differences == ()


def test_every_statement_is_judged_as_there(written: Written, postgres_server: Server) -> None:
    """Types, absence, listed values, keys, triggers that act, cascades."""
    here = PostgresDescriber(postgres_server, EVERYTHING, "s", ("allowed",))
    there = PostgresDescriber(postgres_server, written.text, "s", ("allowed",))
    for sql, types, reading in QUESTIONS:
        question = SqlQuestion(sql=sql, parameter_types=types)
        assert there.describe(question, reading=reading) == here.describe(question, reading=reading)
    here.close()
    there.close()


def test_neither_rows_nor_texts_of_functions_are_written(written: Written) -> None:
    """People write keys into functions; those that nobody needs are not even named."""
    assert "nobody may read" not in written.text
    assert "hunter2-canary" not in written.text
    assert "not_allowed" not in written.text
    assert "CREATE FUNCTION public.allowed(x integer, y text DEFAULT 'a'::text)" in written.text


def test_texts_of_functions_are_written_when_they_are_asked_for(postgres_server: Server) -> None:
    """As they are."""
    with postgres_server.connect(schema_database(postgres_server, EVERYTHING)) as connection:
        found = take_inventory(connection, functions=("allowed",), bodies=True)
    assert "hunter2-canary" in write_schema(found, postgres_server).text


def test_what_an_extension_brings_is_stood_in_for(postgres_server: Server) -> None:
    """The server that checks statements has no extension: tables and views become tables, types become text."""
    found = inventory_of(postgres_server, EVERYTHING)
    shops = next(one for one in found.tables if one.name == "shops")
    view = next(one for one in found.tables if one.name == "a_view")
    borrowed = [one for one in shops.columns if one.name in {"id", "state"}]
    place = Column(
        name="place",
        type="geometry(Point,4326)",
        not_null=True,
        default="nowhere()",
        extension="postgis",
    )
    told = Inventory(
        version="17.6",
        schemas=("extensions", "public"),
        types=(),
        sequences=(),
        functions=(),
        tables=(
            replace(view, schema="extensions", name="statistics", view="SELECT nothing()", extension="x"),
            Table(schema="public", name="shops", kind="r", columns=(*borrowed, place)),
        ),
        publications=(),
        schema_grants=(),
    )  # fmt: skip
    written = write_schema(told, postgres_server)
    assert written.left_out == ()
    assert "CREATE TABLE extensions.statistics (\n  id integer\n);" in written.text
    assert "  place text NOT NULL" in written.text


def test_a_function_of_the_policy_that_is_another_there_is_told(postgres_server: Server) -> None:
    """Its signature is what statements are checked against; other functions are nobody's concern."""
    here = inventory_of(postgres_server, EVERYTHING)
    there = inventory_of(
        postgres_server, EVERYTHING.replace("TABLE (z integer)", "TABLE (z integer, more text)").replace(
            "AS $$ SELECT x $$", "AS $$ SELECT x, y $$"
        ),
    )  # fmt: skip
    (found,) = drift_of(here, there, ("allowed",)).differences
    assert drift_of(here, replace(here, types=())).differences[0].side == "only in the file"
    assert (found.side, found.table, found.what) == (
        "changed", "", "function public.allowed(x integer, y text DEFAULT 'a'::text)",
    )  # fmt: skip
    assert (found.file, found.database) == ("TABLE(z integer)", "TABLE(z integer, more text)")
    assert drift_of(here, there).differences == ()


def test_what_cannot_be_said_is_left_out_and_told(postgres_server: Server) -> None:
    """In the file itself, with PostgreSQL's reason."""
    found = inventory_of(
        postgres_server, "CREATE TABLE a (id integer); CREATE VIEW b AS SELECT id FROM a;"
    )
    tables = tuple(one for one in found.tables if one.name == "b")
    rule = Table(schema="public", name="c", kind="r", grants=(("nobody_here", "SELECT"),))
    told = Inventory(
        version="15", schemas=("public",), types=(), sequences=(), functions=(), tables=(*tables, rule),
        publications=(), schema_grants=(),
    )  # fmt: skip
    written = write_schema(told, postgres_server)
    assert written.left_out == (
        'GRANT SELECT ON public.c TO nobody_here: role "nobody_here" does not exist',
    )
    assert (
        '-- GRANT SELECT ON public.c TO nobody_here: role "nobody_here" does not exist'
        in written.text
    )
    assert "CREATE TABLE public.b (\n  id integer\n);" in written.text, (
        "a view whose tables are not there"
    )


def test_the_shipped_schema_reads_the_same(postgres_server: Server) -> None:
    """The company's own, with its platform's stand-ins."""
    text = (ROOT / "playbooks" / "schema.sql").read_text(encoding="utf-8")
    found = inventory_of(postgres_server, text)
    written = write_schema(found, postgres_server)
    assert written.left_out == ()
    assert drift_of(found, inventory_of(postgres_server, written.text)).differences == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shops", "shops"),
        ("order", '"order"'),
        ("Shops", '"Shops"'),
        ('a"b', '"a""b"'),
        ("1a", '"1a"'),
        ("é", '"é"'),
    ],
)
def test_a_name_is_quoted_where_it_must_be(name: str, shown: str) -> None:
    """As PostgreSQL's own `quote_ident` does."""
    assert quoted(name) == shown
