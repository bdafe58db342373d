"""The one way to the vendors: nowhere else, in virtual time, and every fault as a client feels it."""

import socket
from datetime import timedelta

import httpx
import pytest
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import FAULT_KINDS, FaultKind
from support.peers import START, SimulatedPeer


@pytest.fixture
def peer() -> SimulatedPeer:
    """A company with one payment."""
    made = SimulatedPeer()
    made.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=1999)
    return made


def refund(peer: SimulatedPeer, timeout: float = 20) -> httpx.Response:
    """One changing request."""
    return peer.http("stripe").post(
        "/v1/refunds", data={"payment_intent": "pi_1", "amount": "100"}, timeout=timeout
    )


def refunds(peer: SimulatedPeer) -> int:
    """How many were made."""
    return len(peer.company.stripe.tables["refund"])


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://stripe.com/v1/customers",
        "https://api.stripe.com.evil.test/v1/customers",
        "https://anotherprojectbbbbbb.supabase.co/functions/v1/x",
        "http://127.0.0.1:5432/",
    ],
)
def test_an_unknown_host_stops_the_rehearsal(peer: SimulatedPeer, url: str) -> None:
    """It fails closed: never an answer, never the network."""
    client = httpx.Client(transport=peer.company.transport())
    with pytest.raises(CannotBeSimulatedError, match="the host"):
        client.get(url)


def test_no_socket_is_opened(peer: SimulatedPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to ask for an address."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a rehearsal opened a socket")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    assert peer.http("stripe").get("/v1/customers").status_code == 200


def test_an_unknown_provider_has_no_client(peer: SimulatedPeer) -> None:
    """The host says that it cannot be simulated."""
    with pytest.raises(CannotBeSimulatedError, match="nonsense"):
        peer.company.client("nonsense")


def test_requests_take_virtual_time(peer: SimulatedPeer) -> None:
    """Each its own, read once."""
    peer.http("stripe").get("/v1/customers")
    first = peer.company.take_latency()
    assert timedelta(milliseconds=120) <= first <= timedelta(milliseconds=420)
    assert peer.company.take_latency() == timedelta()
    peer.http("stripe").get("/v1/customers")
    peer.http("stripe").get("/v1/customers")
    assert peer.company.take_latency() > timedelta(milliseconds=240)


def test_answers_carry_the_companys_date_and_what_they_took(peer: SimulatedPeer) -> None:
    """Adapters judge the age of a key by the vendor's clock."""
    peer.pass_time(timedelta(days=400))
    answer = peer.http("stripe").get("/v1/customers")
    assert answer.headers["date"] == "Tue, 09 Feb 2027 14:02:00 GMT"
    assert answer.extensions["elapsed"] == peer.company.take_latency()


@pytest.mark.parametrize(
    ("fault", "status", "made"),
    [("unavailable", 503, 0), ("rate_limited", 429, 0), ("garbage_answer", 200, 1)],
)
def test_a_fault_with_an_answer(
    peer: SimulatedPeer, fault: FaultKind, status: int, made: int
) -> None:
    """And whether it was done."""
    peer.fault("stripe", fault)
    assert refund(peer).status_code == status
    assert refunds(peer) == made


@pytest.mark.parametrize(("fault", "made"), [("timeout", 0), ("lost_answer", 1)])
def test_a_fault_without_an_answer_takes_all_the_time_there_is(
    peer: SimulatedPeer, fault: FaultKind, made: int
) -> None:
    """And the client cannot tell which of the two it was."""
    peer.fault("stripe", fault)
    with pytest.raises(httpx.ReadTimeout):
        refund(peer, timeout=7)
    assert refunds(peer) == made
    assert peer.company.take_latency() == timedelta(seconds=7)


@pytest.mark.parametrize("fault", ["lost_answer", "conflict"])
def test_a_fault_of_a_change_spares_what_is_looked_at_before_it(
    peer: SimulatedPeer, fault: FaultKind
) -> None:
    """An operation that looks first would else never come to its change."""
    peer.company.faults.add("stripe", fault, START, of_change=True)
    assert peer.http("stripe").get("/v1/customers").status_code == 200
    if fault == "conflict":
        assert refund(peer).status_code == 409
    else:
        with pytest.raises(httpx.ReadTimeout):
            refund(peer)


def test_who_is_out_of_reach_has_done_nothing(peer: SimulatedPeer) -> None:
    """The connection never came about, and that is certain."""
    peer.fault("stripe", "unreachable")
    with pytest.raises(httpx.ConnectError):
        refund(peer)
    assert refunds(peer) == 0


def test_a_slow_vendor_still_does_it(peer: SimulatedPeer) -> None:
    """With patience there is an answer; without, it is lost, and it was done all the same."""
    peer.fault("stripe", "slow")
    assert refund(peer, timeout=20).status_code == 200
    assert peer.company.take_latency() > timedelta(seconds=3)
    with pytest.raises(httpx.ReadTimeout):
        refund(peer, timeout=3)
    assert refunds(peer) == 2


def test_a_fault_holds_for_its_vendor_and_its_window(peer: SimulatedPeer) -> None:
    """From its start, until its end."""
    faults = peer.company.faults
    faults.add("stripe", "unavailable", START + timedelta(minutes=1), START + timedelta(minutes=2))

    def status(vendor: str, path: str) -> int:
        found = peer.http(vendor).get(path).status_code
        peer.company.take_latency()
        return found

    assert status("stripe", "/v1/customers") == 200
    peer.pass_time(timedelta(minutes=1))
    assert status("stripe", "/v1/customers") == 503
    assert status("resend", "/domains") == 200
    peer.pass_time(timedelta(minutes=1))
    assert status("stripe", "/v1/customers") == 200


def test_the_fault_added_last_decides(peer: SimulatedPeer) -> None:
    """A scenario narrows what its world said."""
    peer.fault("stripe", "timeout")
    peer.fault("stripe", "rate_limited")
    assert peer.http("stripe").get("/v1/customers").status_code == 429


def test_mail_may_be_called_by_its_adapters_name(peer: SimulatedPeer) -> None:
    """`fault email …` is what people write."""
    peer.fault("email", "unavailable")
    assert peer.http("resend").get("/domains").status_code == 503


@pytest.mark.parametrize(
    ("vendor", "kind", "words"),
    [("nobody", "slow", "stripe"), ("stripe", "nonsense", ", ".join(FAULT_KINDS))],
)
def test_a_fault_that_is_none_is_refused_with_what_there_is(
    peer: SimulatedPeer, vendor: str, kind: FaultKind, words: str
) -> None:
    """A typo must not make a scenario pass."""
    with pytest.raises(ValueError, match=words):
        peer.company.faults.add(vendor, kind, START)


def test_each_vendor_is_too_fast_in_its_own_manner(peer: SimulatedPeer) -> None:
    """The headers that a client may go by."""
    for vendor in ("stripe", "supabase", "resend"):
        peer.fault(vendor, "rate_limited")
    project = peer.setting("supabase.project")
    stripe = peer.http("stripe").get("/v1/customers")
    supabase = peer.http("supabase").get(f"/v1/projects/{project}/functions")
    resend = peer.http("resend").get("/domains")
    assert stripe.json()["error"]["code"] == "rate_limit"
    assert "retry-after" not in stripe.headers
    assert supabase.headers["x-ratelimit-remaining"] == "0"
    assert resend.headers["retry-after"] == "1"


def test_every_request_is_on_the_list_of_calls(peer: SimulatedPeer) -> None:
    """With no status where there was no answer."""
    peer.http("stripe").get("/v1/customers")
    peer.fault("stripe", "timeout")
    with pytest.raises(httpx.ReadTimeout):
        refund(peer)
    assert [
        (one.number, one.vendor, one.method, one.path, one.status, one.by_app)
        for one in peer.company.calls
    ] == [
        (1, "stripe", "GET", "/v1/customers", 200, False),
        (2, "stripe", "POST", "/v1/refunds", None, False),
    ]
