"""A real PostgreSQL says where it is; who may not go there hears why, and never the password."""

import os
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from rbengine.contract.adapter import Whereabouts
from rbengine.contract.changes import SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import LiveProfile
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.whereabouts import locate
from support.live_world import profile
from support.peer_postgres import PASSWORD, READER, RealPostgres
from support.postgres import SOON, guard

pytestmark = pytest.mark.peers

Located = Whereabouts | Refused
ME = SqlQuery(kind="value", sql="SELECT current_user::text AS me", parameters=(), at_most=1)


@pytest.fixture(scope="module")
def places(each_postgres: RealPostgres) -> Iterator[RealPostgres]:
    """Two databases."""
    for name in ("place_one", "place_two"):
        each_postgres.create_database(name)
        with each_postgres.connect(name) as connection:
            connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
    yield each_postgres
    for name in ("place_one", "place_two"):
        each_postgres.drop_database(name)


@pytest.fixture
def located(places: RealPostgres) -> Iterator[Callable[..., Located]]:
    """Where the sessions of these settings are."""
    made: list[LiveSessions] = []

    def ask(**settings: str) -> Located:
        given = {"dsn": places.dsn("place_one"), **settings}
        made.append(LiveSessions(profile(**given)))
        return locate(made[-1], SOON)

    yield ask
    for one in made:
        one.close()


def asked(settings: LiveProfile) -> object:
    """How a query by these settings ends."""
    sessions = LiveSessions(settings)
    try:
        return PostgresDatabase(sessions, guard).query(ME, SOON)
    finally:
        sessions.close()


def refused(found: object, kind: str) -> str:
    assert isinstance(found, Refused), found
    assert found.kind == kind, found
    assert PASSWORD not in found.text
    return found.text


def system(places: RealPostgres) -> str:
    row = places.maintenance.execute(
        "SELECT system_identifier::text FROM pg_control_system()"
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_a_database_says_which_one_it_is(
    places: RealPostgres, located: Callable[..., Located]
) -> None:
    """The identifier of its cluster, which no other has, its name, its version and its clock."""
    found = located(read_dsn=places.dsn("place_one", READER))
    assert isinstance(found, Whereabouts), found
    assert dict(found.facts) == {
        "postgres.system": system(places),
        "postgres.database": "place_one",
    }
    assert found.version.startswith(f"{places.version}.")
    assert found.clock is not None
    assert abs(found.clock - datetime.now(UTC)) < timedelta(seconds=30)


def test_who_may_not_ask_for_the_identifier_says_what_it_can(
    places: RealPostgres, located: Callable[..., Located]
) -> None:
    """The database's number and the server's address: the settings may hold that instead."""
    with places.connect("place_one", "postgres") as admin:
        admin.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        number = admin.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        found = located()
        admin.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
    assert isinstance(found, Whereabouts), found
    assert number is not None
    where = f"database {number[0]} at 127.0.0.1:{places.port}"
    assert found.facts["postgres.system"] == where


def test_a_role_for_reading_that_may_write_is_refused(
    places: RealPostgres, located: Callable[..., Located]
) -> None:
    """`diagnose` is unattended: what it reads with must not be able to change anything."""
    with places.connect("place_one") as owner:
        owner.execute(f"GRANT UPDATE ON t TO {READER}")
        found = located(read_dsn=places.dsn("place_one", READER))
        owner.execute(f"REVOKE UPDATE ON t FROM {READER}")
    assert "the role reader of `postgres.read_dsn` may change t" in refused(found, "conflict")


@pytest.mark.parametrize("setting", ["read_dsn", "replica_dsn", "direct_dsn"])
def test_settings_that_lead_to_two_databases_are_refused(
    places: RealPostgres, located: Callable[..., Located], setting: str
) -> None:
    """A decision must not be made on one database and carried out in another."""
    found = located(**{setting: places.dsn("place_two", READER)})
    text = refused(found, "conflict")
    assert text.startswith(f"`postgres.{setting}` leads to another database")
    assert "place_two" in text


@pytest.mark.parametrize("setting", ["replica_dsn", "direct_dsn"])
def test_a_replica_that_is_down_stops_nobody(
    places: RealPostgres, located: Callable[..., Located], setting: str
) -> None:
    """In an incident it may be the one that is broken; what needs it says so. The role for reading is needed."""
    gone = places.dsn("place_one").replace(f"port={places.port}", "port=1")
    assert isinstance(located(**{setting: gone}), Whereabouts)
    refused(located(read_dsn=gone), "unavailable")


def test_what_only_reads_goes_by_the_role_that_can_only_read(places: RealPostgres) -> None:
    """Every query, whatever it calls."""
    found = asked(profile(dsn=places.dsn("place_one"), read_dsn=places.dsn("place_one", READER)))
    assert isinstance(found, Succeeded)
    assert found.value.value == READER


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"password": "no-canary"}, "unauthorized", "password authentication failed"),
        ({"password": ""}, "unauthorized", "no password supplied"),
        ({"user": "nobody_here"}, "unauthorized", "password authentication failed"),
        ({"dbname": "nowhere"}, "unauthorized", 'database "nowhere" does not exist'),
        ({"port": "1"}, "unavailable", "Connection refused"),
        ({"host": "10.255.255.1"}, "invalid", "add 10.255.255.1 to `hosts`"),
        ({"host": "169.254.169.254"}, "invalid", "add 169.254.169.254 to `hosts`"),
        ({"host": "no-such-host.invalid"}, "unavailable", "nobody knows where"),
        ({"sslmode": "verify-full", "host": "localhost"}, "invalid", "sslrootcert=FILE"),
    ],
    ids=lambda one: str(one) if isinstance(one, dict) else "",
)
def test_who_is_not_let_in_hears_why(
    places: RealPostgres, wrong: dict[str, str], kind: str, words: str
) -> None:
    """By the written table, and without the password."""
    dsn = psycopg.conninfo.make_conninfo(places.dsn("place_one"), **wrong)
    assert words in refused(asked(profile(dsn=dsn)), kind)


def test_too_many_connections_are_told_from_a_wrong_password(places: RealPostgres) -> None:
    """It may be asked again."""
    with places.connect("place_one", "postgres") as admin:
        admin.execute(f"ALTER ROLE {READER} CONNECTION LIMIT 0")
        found = asked(profile(dsn=places.dsn("place_one", READER)))
        admin.execute(f"ALTER ROLE {READER} CONNECTION LIMIT -1")
    assert "too many connections" in refused(found, "unavailable")


def test_the_server_proves_that_it_is_the_host_that_was_named(places: RealPostgres) -> None:
    """By its certificate, with the authority that the settings name."""
    certificate = places.folder / "authority.crt"
    certificate.write_bytes((places.folder / "data" / "server.crt").read_bytes())
    more = f"sslmode=verify-full sslrootcert={certificate}"
    by_name = psycopg.conninfo.make_conninfo(places.dsn("place_one", more=more), host="localhost")
    assert isinstance(asked(profile(dsn=by_name)), Succeeded)
    by_address = places.dsn("place_one", more=more)
    assert "127.0.0.1" in refused(asked(profile(dsn=by_address)), "invalid")


def test_the_environment_leads_nowhere(
    places: RealPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library would follow PGHOSTADDR past every check, and fill in what the settings leave out."""
    for name, value in (
        ("PGHOSTADDR", "10.9.9.9"), ("PGPORT", "1"), ("PGOPTIONS", "-c search_path=nowhere"),
        ("PGSSLMODE", "verify-full"), ("PGDATABASE", "place_two"), ("PGTARGETSESSIONATTRS", "standby"),
        ("PGREQUIREAUTH", "none"), ("PGMINPROTOCOLVERSION", "3.2"), ("PGSSLROOTCERT", "/nowhere"),
        ("PGSSLCERT", "/nowhere"),
        ("PGPASSWORD", "other"), ("PGKRBSRVNAME", "x"), ("PGCHANNELBINDING", "require"), ("PGSSLNEGOTIATION", "direct"),
    ):  # fmt: skip
        monkeypatch.setitem(os.environ, name, value)
    assert isinstance(asked(profile(dsn=places.dsn("place_one"))), Succeeded)
    monkeypatch.setitem(os.environ, "PGSERVICE", "other")
    assert "unset it" in refused(asked(profile(dsn=places.dsn("place_one"))), "invalid")


def test_no_exception_holds_the_password(places: RealPostgres) -> None:
    """Not its text, and not those it came from."""
    sessions = LiveSessions(profile(dsn=places.dsn("nowhere")))
    with pytest.raises(psycopg.Error) as caught, sessions(use="read", within=SOON):
        pass
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert caught.value.__suppress_context__
