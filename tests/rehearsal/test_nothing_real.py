"""A rehearsal touches nothing real: tried from its adapters, its playbook, its world and its company's program."""

import smtplib
import socket
from collections.abc import Iterator

import httpx
import msgspec
import psycopg
import pytest
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Outcome, Refused
from rbengine.facts.adapters import signature_of
from rbengine.facts.postgres.server import Server
from rbengine.workspace import CannotBePlannedError
from rehearsal.theatre import APP, PLAYBOOK, RUNBOOK, USUAL, WORLD, Theatre, codes, told

ELSEWHERE = "192.0.2.1"


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server) as open_theatre:
        yield open_theatre


class Intruder:
    """An adapter that goes its own way, and takes what stops it for an outage."""

    def __init__(self, way: str) -> None:
        self._way = way

    def perform(self, invocation: Invocation) -> Outcome:  # noqa: ARG002 (an adapter's shape)
        try:
            match self._way:
                case "httpx":
                    httpx.get("https://api.stripe.com/v1/balance")
                case "smtp":
                    smtplib.SMTP("smtp.example.com", timeout=1)
                case "libpq":
                    psycopg.connect(f"host={ELSEWHERE}", connect_timeout=1)
                case _:
                    socket.create_connection((ELSEWHERE, 443), timeout=1)
        except Exception as error:
            return Refused("unavailable", f"no answer: {type(error).__name__}")
        raise AssertionError("it got out")

    def settle(self, invocation: Invocation) -> Outcome | None:
        return self.perform(invocation)


def by_httpx(_connections: Connections) -> Adapter:
    return Intruder("httpx")


def by_smtp(_connections: Connections) -> Adapter:
    return Intruder("smtp")


def by_libpq(_connections: Connections) -> Adapter:
    return Intruder("libpq")


def by_socket(_connections: Connections) -> Adapter:
    return Intruder("socket")


@pytest.mark.parametrize(
    ("factory", "place"),
    [
        ("by_httpx", "api.stripe.com"), ("by_smtp", "smtp.example.com"), ("by_socket", ELSEWHERE),
        ("by_libpq", ELSEWHERE),
    ],
)  # fmt: skip
def test_an_adapter_that_leaves_stops_the_run(theatre: Theatre, factory: str, place: str) -> None:
    """Also one that calls the refusal an outage: a run that went on would have rehearsed something else."""

    def signatures(name: str) -> AdapterSignature | None:
        found = signature_of(name)
        if name != "stripe" or found is None:
            return found
        return msgspec.structs.replace(found, factory=f"{__name__}:{factory}")

    session = theatre.session(f'scenario "out" in waiting\n{USUAL}', signatures=signatures)
    rehearsal = session.rehearse(RUNBOOK, session.scenarios(RUNBOOK)[0])
    assert codes(rehearsal) == ["E812"], told(rehearsal)
    assert f"it tries to reach {place}, and" in rehearsal.misses[0].message
    assert rehearsal.finish is None


LEAVING = [
    "SELECT * FROM dblink('host=192.0.2.1', 'SELECT 1') AS t(a int)",
    "COPY members TO PROGRAM 'curl https://example.com'",
    "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1' PUBLICATION p",
    "CREATE EXTENSION postgres_fdw",
    "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '192.0.2.1')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT net.http_post('https://example.com')",
]


@pytest.mark.parametrize("sql", LEAVING)
def test_a_playbooks_sql_stays_in_its_database(server: Server, sql: str) -> None:
    """The checker refuses it, so no run begins."""
    playbook = PLAYBOOK.replace(
        "    account = query one",
        f"    out = query all at most 1 row\n      {sql}\n    account = query one",
    )
    with Theatre(server, playbook=playbook) as theatre, pytest.raises(CannotBePlannedError):
        theatre.play(USUAL)


@pytest.mark.parametrize("sql", LEAVING)
def test_a_worlds_sql_stays_in_its_database(theatre: Theatre, sql: str) -> None:
    """What happens meanwhile is refused as well, and the scenario says so."""
    rehearsal = theatre.play_as_written(
        f'scenario "out" in waiting\n  at 60s\n    sql\n      {sql}\n{USUAL}'
    )
    assert not rehearsal.ok
    assert {"E812", "E813"} & set(codes(rehearsal)), told(rehearsal)


@pytest.mark.parametrize("sql", LEAVING)
def test_the_companys_program_stays_in_its_database(server: Server, sql: str) -> None:
    """Its functions are run by the rehearsal, so they may do no more than a playbook."""
    app = APP.replace(
        "    UPDATE members SET seen_at", f"    {sql}\n  sql\n    UPDATE members SET seen_at"
    )
    assert app != APP
    with Theatre(server, app=app) as theatre:
        try:
            rehearsal = theatre.play(USUAL)
        except CannotBePlannedError:
            return
        assert not rehearsal.ok, told(rehearsal)


def test_what_an_app_asks_of_vendors_goes_to_the_simulated_ones(server: Server) -> None:
    """It speaks to them through the same adapters as the playbook."""
    app = APP.replace(
        'function "refresh"(member: uuid) changes, repeatable after 1s\n',
        'function "refresh"(member: uuid) changes, repeatable after 1s\n'
        '  found = stripe.latest_subscription(customer: "cus_1")\n'
        "  check found is present\n    else \"gone\"\n",
    )  # fmt: skip
    assert app != APP
    with Theatre(server, app=app) as theatre:
        rehearsal = theatre.play(USUAL)
        assert rehearsal.ok, told(rehearsal)


def test_mail_to_real_people_stays_here(server: Server) -> None:
    """A world may name any address: it is a name in a list."""
    world = WORLD.replace("member@club.test", "hello@example.com")
    with Theatre(server, world=world) as theatre:
        rehearsal = theatre.play(USUAL.replace("member@club.test", "hello@example.com"))
        assert rehearsal.ok, told(rehearsal)
