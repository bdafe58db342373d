"""A connection string of a profile is taken apart before anybody connects: where it leads, and how it is encrypted."""

import socket

import certifi
import psycopg
import pytest
from rbengine.contract.adapter import NotAllowedError
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.database_place import Place
from rbengine.host.live.reach import Reach

PUBLIC = "93.184.215.14"
OTHER = "93.184.215.15"
PRIVATE = "10.1.2.3"


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is known here, and nothing is asked of the network."""
    known = {"db.test": [PUBLIC], "two.test": [PUBLIC, OTHER], "inside.test": [PRIVATE], "half.test": [PRIVATE, OTHER],
             "metadata.test": ["169.254.169.254"]}  # fmt: skip

    def look_up(host: str, port: int, **_: object) -> list[object]:
        if host not in known:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, 1, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.delenv("PGSERVICE", raising=False)


def place(dsn: str, *listed: str) -> dict[str, str]:
    """What is connected with."""
    return Place("postgres.dsn", dsn).parameters(Reach((), listed), 5)


def refused(dsn: str, *listed: str) -> str:
    with pytest.raises(psycopg.OperationalError) as caught:
        place(dsn, *listed)
    assert isinstance(caught.value.__cause__, NotAllowedError)
    return str(caught.value)


def test_the_library_gets_addresses_and_no_name_to_look_up() -> None:
    """A name that answers differently the second time leads nowhere."""
    found = place("postgresql://me:secret@db.test:6543/shop")
    assert (found["host"], found["hostaddr"], found["port"]) == ("db.test", PUBLIC, "6543")
    assert (found["dbname"], found["user"], found["password"]) == ("shop", "me", "secret")


def test_each_address_of_each_host_is_tried_in_order() -> None:
    """A failover of the provider's must find its second server."""
    found = place("host=two.test,db.test port=5433,5434 dbname=d user=u")
    assert found["host"] == "two.test,two.test,db.test"
    assert found["hostaddr"] == f"{PUBLIC},{OTHER},{PUBLIC}"
    assert found["port"] == "5433,5433,5434"


def test_a_host_that_nobody_knows_does_not_hide_the_others() -> None:
    """One of two is enough; none of them is no database."""
    assert place("host=gone.test,db.test dbname=d user=u")["host"] == "db.test"
    with pytest.raises(psycopg.OperationalError, match=r"nobody knows where gone\.test is"):
        place("host=gone.test dbname=d user=u")


@pytest.mark.parametrize(
    "host", ["inside.test", PRIVATE, "metadata.test", "127.0.0.1", "localhost"]
)
def test_addresses_that_are_not_public_must_be_listed(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The way out stands in the refusal."""
    if host in ("127.0.0.1", "localhost"):
        found = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", 5432))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    elif host == PRIVATE:
        found = [(socket.AF_INET, 1, 6, "", (PRIVATE, 5432))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    text = refused(f"host={host} dbname=d user=u")
    assert "to `hosts` of the profile" in text
    assert place(f"host={host} dbname=d user=u", "10.0.0.0/8", "127.0.0.1", "169.254.169.254")


def test_of_several_addresses_only_those_that_may_be_reached_are_left() -> None:
    """The library must not try the others."""
    assert place("host=half.test dbname=d user=u")["hostaddr"] == OTHER


def test_an_address_that_is_written_out_is_looked_at_too() -> None:
    """`hostaddr` outranks the name."""
    assert place(f"host=db.test hostaddr={OTHER} dbname=d user=u")["hostaddr"] == OTHER
    assert PRIVATE in refused(f"host=db.test hostaddr={PRIVATE} dbname=d user=u")


def test_a_socket_of_this_machine_is_reached() -> None:
    """It leads nowhere else."""
    found = place("host=/run/postgresql dbname=d user=u")
    assert (found["host"], found["hostaddr"]) == ("/run/postgresql", "")
    assert "sslmode" not in found


@pytest.mark.parametrize(
    ("written", "mode", "authority"),
    [
        ("", "verify-full", certifi.where()),
        ("sslmode=verify-full sslrootcert=/ca.pem", "verify-full", "/ca.pem"),
        ("sslmode=verify-ca", "verify-ca", certifi.where()),
        ("sslmode=require", "require", None),
    ],
)
def test_beyond_this_machine_who_answers_proves_who_it_is(
    written: str, mode: str, authority: str | None
) -> None:
    """Unless the settings say in as many words that it cannot."""
    found = place(f"host=db.test dbname=d user=u {written}")
    assert (found["sslmode"], found.get("sslrootcert")) == (mode, authority)


@pytest.mark.parametrize("mode", ["prefer", "allow", "disable"])
def test_a_password_does_not_cross_the_world_in_the_open(mode: str) -> None:
    """Nor may whoever stands on the way choose that it does."""
    assert f"sslmode={mode}" in refused(f"host=db.test dbname=d user=u sslmode={mode}")


def test_within_a_listed_network_the_settings_may_do_without() -> None:
    """It must be said; a server that merely offers none is not enough."""
    dsn = "host=inside.test dbname=d user=u sslmode="
    assert place(dsn + "disable", PRIVATE)["sslmode"] == "disable"
    assert "sslmode=prefer" in refused(dsn + "prefer", PRIVATE)


@pytest.mark.parametrize(
    ("dsn", "text"),
    [
        ("postgres//x:hunter2@y", "is no connection string"),
        ("host=db.test password=hunter2 dbname=d nonsense=1", "is no connection string"),
        ("host=db.test password=hunter2 user=u", "does not name the database"),
        ("host=db.test password=hunter2 dbname=d", "does not name the role"),
        ("password=hunter2 dbname=d user=u", "names no host"),
        ("host=a,b,c port=1,2 password=hunter2 dbname=d user=u", "not as many"),
        ("service=prod password=hunter2 dbname=d user=u host=x", "has `service`"),
        ("host=x port=x password=hunter2 dbname=d user=u", "no number"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_by_its_setting_and_not_shown(dsn: str, text: str) -> None:
    """Half of a connection string is a password."""
    with pytest.raises(CannotGoOnError) as caught:
        place(dsn)
    assert str(caught.value).startswith("`postgres.dsn` ")
    assert text in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
