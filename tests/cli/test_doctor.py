"""`rbengine doctor` and `rbengine schema`: a real database behind a profile, and what is told of it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cli.conftest import Command
from rbengine.facts.postgres.server import OWNER, Server
from rbengine.report.text import cells
from rbengine_adapters.postgres.marker import marker_ddl
from support.postgres import postgres_server  # noqa: F401  # fixtures are found by their names
from support.talking import Saying, answer, talking

DATABASE = f"doctored_{os.getpid()}"
SCHEMA = """\
CREATE TABLE shops (
  id integer PRIMARY KEY,
  name text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed'))
);
CREATE TABLE visits (id integer PRIMARY KEY, shop integer NOT NULL REFERENCES shops);
"""
PLAYBOOK = """\
runbook RB-902 "A shop is closed"

severity P3
mttr     5m

input shop: int   "Which shop"

symptoms
  - Nobody can buy

diagnose
  step "Look"
    found = query one
      SELECT name, state FROM shops WHERE id = :shop

  finding closed "It is closed"
    found.state is "closed"

resolve closed
  step "Open it"
    change "Open the shop"
      sql
        UPDATE shops SET state = 'open' WHERE id = :shop AND state = 'closed'
      expect 1 row

otherwise
  step "Say so"
    note "{{ found.name }} is open"
"""
SETTINGS = """\
[profiles.staging]
hosts = ["10.0.0.0/8"]
[profiles.staging.backends]
email = "simulated"
[profiles.staging.postgres]
dsn = "env:SHOP_DATABASE"
"""
CANARY = "hunter2-canary"


@pytest.fixture(scope="module")
def live(postgres_server: Server) -> Iterator[Server]:  # noqa: F811 (the fixture)
    """A server whose database `doctored` plays the real one; what a test changes there it takes back."""
    postgres_server.drop_database(DATABASE)
    postgres_server.create_database(DATABASE)
    with postgres_server.connect(DATABASE, OWNER) as connection:
        connection.execute(SCHEMA.encode())
        connection.execute(marker_ddl().encode())
        connection.execute(b"INSERT INTO shops VALUES (1, 'Corner', 'open')")
    yield postgres_server
    postgres_server.drop_database(DATABASE)


@pytest.fixture
def staging(
    live: Server, project: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    """The project with a profile for that database, and a connection to change it with."""
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    monkeypatch.setenv("SHOP_DATABASE", f"{live.conninfo(DATABASE)} password={CANARY}")
    (project / "rbengine.toml").write_text(SETTINGS)
    (project / "playbooks" / "schema.sql").write_text(SCHEMA)
    (project / "playbooks" / "rb902.rb").write_text(PLAYBOOK)
    with live.connect(DATABASE, OWNER) as connection:
        yield connection


def settled(rbengine: Command, project: Path) -> None:
    """Write down where the database is, as `doctor` itself says."""
    seen = json.loads(rbengine("doctor", "--profile", "staging", "rb902", "--json").out)
    remarks = [one for each in seen["adapters"] for one in each["remarks"]]
    lines = [line for one in remarks for line in one["lines"]]
    (project / "rbengine.toml").write_text(SETTINGS + "\n".join(lines) + "\n")


def test_doctor_asks_for_the_place_and_is_content_with_it(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """First it says where the database is; once that is written down, a run is possible."""
    first = rbengine("doctor", "--profile", "staging", "rb902")
    assert first.code == 1
    assert "the profile does not say" in " ".join(first.out.split())
    settled(rbengine, project)
    done = rbengine("doctor", "--profile", "staging", "rb902")
    assert done.code == 0, done.out
    assert "  ok  postgres" in done.out
    assert "the database is as playbooks/schema.sql says" in done.out
    assert "-  email     simulated: not asked" in done.out
    assert [one for one in done.out.splitlines() if cells(one) > 80] == []
    assert CANARY not in first.out + first.err + done.out + done.err
    del staging


def test_doctor_tells_that_nothing_can_be_changed_yet(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """Before the first incident, not in it; a run that only reads is possible."""
    settled(rbengine, project)
    staging.execute(b"ALTER SCHEMA rbengine_evidence RENAME TO elsewhere")
    try:
        done = rbengine("doctor", "--profile", "staging", "rb902", "--width", "200")
    finally:
        staging.execute(b"ALTER SCHEMA elsewhere RENAME TO rbengine_evidence")
    assert done.code == 0
    assert " look  postgres" in done.out
    assert "our table of markers is not there" in done.out
    assert "`rbengine setup database --profile staging`" in done.out


def test_doctor_tells_which_playbooks_would_break(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """At which line, and that the change is a difference; a playbook that works there is not named."""
    settled(rbengine, project)
    staging.execute(b"ALTER TABLE shops RENAME COLUMN state TO status")
    try:
        done = rbengine("doctor", "--profile", "staging")
        told = json.loads(rbengine("doctor", "--profile", "staging", "--json").out)
    finally:
        staging.execute(b"ALTER TABLE shops RENAME COLUMN status TO state")
    assert done.code == told["exit"] == 1
    assert 'playbooks/rb902.rb:14  PostgreSQL: column "state" does not exist' in done.out
    assert told["schema"]["broken"][0] == {
        "file": "playbooks/rb902.rb", "line": 14, "code": "E512",
        "message": 'PostgreSQL: column "state" does not exist',
    }  # fmt: skip
    assert {one["file"] for one in told["schema"]["broken"]} == {"playbooks/rb902.rb"}
    (postgres,) = [one for one in told["adapters"] if one["adapter"] == "postgres"]
    assert postgres["state"] == "ok"
    assert postgres["needed_by"] == ["RB-902"]


def test_doctor_changes_nothing(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """It works where no transaction can write, and PostgreSQL counts no row that was written."""
    settled(rbengine, project)
    counted = (
        b"SELECT tup_inserted, tup_updated, tup_deleted FROM pg_stat_database"
        b" WHERE datname = current_database()"
    )
    staging.execute(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on".encode())
    try:
        before = staging.execute(counted).fetchone()
        done = rbengine("doctor", "--profile", "staging", "rb902")
        pulled = rbengine("schema", "pull", "--profile", "staging", "--schema", "public")
        after = staging.execute(counted).fetchone()
    finally:
        staging.execute(f"ALTER DATABASE {DATABASE} RESET default_transaction_read_only".encode())
    assert (done.code, pulled.code) == (0, 0)
    assert before is not None
    assert before == after


def test_doctor_tells_what_it_cannot_reach(
    rbengine: Command, staging: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the connection string, which holds a password."""
    monkeypatch.setenv("SHOP_DATABASE", f"host=/nowhere dbname=x user=u password={CANARY}")
    done = rbengine("doctor", "--profile", "staging", "rb902")
    schema = rbengine("schema", "diff", "--profile", "staging")
    assert (done.code, schema.code) == (1, 2)
    assert " wrong  postgres" in done.out
    assert CANARY not in done.out + done.err + schema.out + schema.err
    del staging


def test_doctor_names_people_whom_nobody_can_reach(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """And addresses that nobody would write to."""
    policy = project / "playbooks" / "policy.rb"
    policy.write_text(policy.read_text().replace('email "lead@example.com"', "from settings"))
    (project / "rbengine.toml").write_text(
        SETTINGS + '[profiles.staging.contacts.leed]\nemail = "lead@example.com"\n'
    )
    done = rbengine("doctor", "--profile", "staging", "rb902")
    assert "nobody can reach lead (Lead): there is no address" in done.out
    assert "the policy has no contact leed" in done.out
    assert "did you mean `lead`?" in done.out
    del staging


def test_pull_writes_what_check_takes(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """The same text each time, no row of the database in it, and every statement is judged as before."""
    before = (project / "playbooks" / "schema.facts.json", rbengine("check").out)
    facts = json.loads(before[0].read_text())["statements"]
    done = rbengine("schema", "pull", "--profile", "staging", "-o", "playbooks/schema.sql")
    assert (done.code, done.out) == (0, "playbooks/schema.sql: 2 tables and views, no rows\n")
    text = (project / "playbooks" / "schema.sql").read_text()
    assert "CREATE TABLE public.shops (" in text
    assert "Corner" not in text
    assert rbengine("schema", "pull", "--profile", "staging").out == text
    assert rbengine("check").code == 0
    assert json.loads(before[0].read_text())["statements"] == facts
    settled(rbengine, project)
    assert rbengine("schema", "diff", "--profile", "staging").code == 0
    del staging


def test_diff_shows_both_sides_and_what_breaks(
    rbengine: Command, staging: psycopg.Connection
) -> None:
    """Only the file's own tables are compared; what else is there is counted."""
    staging.execute(
        b"ALTER TABLE shops ADD COLUMN region text NOT NULL DEFAULT '', DROP COLUMN state;"
        b"ALTER TABLE shops ALTER COLUMN region DROP DEFAULT;"
        b"ALTER TABLE visits ALTER COLUMN shop DROP NOT NULL; CREATE TABLE further (id integer);"
        b"CREATE TRIGGER tidy BEFORE UPDATE ON visits"
        b" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )
    try:
        done = rbengine("schema", "diff", "--profile", "staging")
        told = json.loads(rbengine("schema", "diff", "--profile", "staging", "--json").out)
    finally:
        staging.execute(
            b"DROP TABLE further; DROP TRIGGER tidy ON visits; ALTER TABLE visits ALTER COLUMN shop SET NOT NULL;"
            b"ALTER TABLE shops DROP COLUMN region, ADD COLUMN state text NOT NULL DEFAULT 'open'"
            b" CHECK (state IN ('open', 'closed'))"
        )
    assert done.code == told["exit"] == 1
    rows = [one.strip() for one in done.out.splitlines()]
    assert "-  column state text NOT NULL DEFAULT 'open'::text" in rows
    assert "+  column region text NOT NULL" in rows
    assert "~  column shop: integer NOT NULL here, integer there" in rows
    assert any(one.startswith("+  trigger tidy") for one in rows)
    assert "1 further table there: public.further" in rows
    assert "--> playbooks/rb902.rb:14:20" in rows
    assert rows[-1] == "1 file would break there"
    assert told["further"] == ["public.further"]
    assert told["broken"][0]["line"] == 14


def test_a_profile_without_a_live_database_has_no_schema(
    rbengine: Command, project: Path, staging: psycopg.Connection
) -> None:
    """It is said, with the way out; and pulling takes no playbook."""
    (project / "rbengine.toml").write_text(
        SETTINGS.replace('email = "simulated"', 'postgres = "simulated"')
    )
    done = rbengine("schema", "pull", "--profile", "staging")
    assert (done.code, "is simulated, not live" in done.err) == (2, True)
    assert rbengine("schema", "pull", "--profile", "staging", "rb902").code == 2
    (project / "rbengine.toml").write_text(SETTINGS)
    nothing = rbengine("schema", "pull", "--profile", "staging", "--schema", "shop")
    assert (nothing.code, "nothing in the schema `shop`" in nothing.err) == (2, True)
    del staging


def test_doctor_asks_a_provider_one_thing(
    rbengine: Command, project: Path, staging: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a real socket: one read, and the key stands nowhere, though the provider repeats it."""
    saying = Saying(answer(content={"id": "acct_1", "note": CANARY}))
    monkeypatch.setenv("STRIPE_KEY", f"rk_test_{CANARY}")
    playbook = project / "playbooks" / "rb902.rb"
    playbook.write_text(
        playbook.read_text().replace(
            "    found = query", '    who = stripe.customer(customer: "cus_1")\n    found = query'
        )
    )
    with talking(saying) as stripe:
        (project / "rbengine.toml").write_text(
            SETTINGS.replace('["10.0.0.0/8"]', '["127.0.0.1"]').replace(
                'email = "simulated"', 'email = "simulated"\npostgres = "simulated"'
            )
            + f'[profiles.staging.stripe]\nkey = "env:STRIPE_KEY"\nurl = "http://127.0.0.1:{stripe.port}"\n'
            + 'account = "acct_2"\nlivemode = false\n'
        )
        done = rbengine("doctor", "--profile", "staging", "rb902")
    assert done.code == 1
    assert "somewhere else: stripe.account is acct_1, and must be acct_2" in " ".join(
        done.out.split()
    )
    assert saying.lines == ["GET /v1/account HTTP/1.1"]
    assert f"Bearer rk_test_{CANARY}".encode() in saying.asked[0]
    assert CANARY not in done.out + done.err
    del staging
