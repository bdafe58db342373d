"""The project: its plan and services, its machine, its addons, who is shut out, and Auth."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from rbengine.conformance.bench import Bench
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Value
from rbengine.rehearsal.company.faults import FaultKind
from rbengine.rehearsal.company.supabase.model import SupabaseModel
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import Peer, SimulatedPeer

LIVE = "prism_peer"

READS: dict[str, dict[str, Value]] = {
    "supabase.addons": {},
    "supabase.auth_health": {},
    "supabase.health": {"services": ("auth",)},
    "supabase.metrics": {},
    "supabase.network_bans": {},
    "supabase.project": {},
    "supabase.sign_in_probe": {},
}

CHANGES: dict[str, dict[str, Value]] = {
    "supabase.lift_network_bans": {"addresses": ("192.0.2.1",)},
    "supabase.restart_database": {},
    "supabase.set_addon": {"kind": "compute_instance", "variant": "ci_large"},
}


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, kind: str
) -> None:
    """It changed nothing."""
    simulated.fault("supabase", fault)
    assert kind_of(simulated.call(operation, **READS[operation])) == kind


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(
    ("fault", "left_open"),
    [("rate_limited", False), ("unavailable", True), ("timeout", True), ("lost_answer", True)],
)
def test_a_change_without_an_answer_is_left_open(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, left_open: bool
) -> None:
    """That it was done is not to be guessed."""
    simulated.fault("supabase", fault)
    outcome = simulated.call(operation, **CHANGES[operation])
    assert isinstance(outcome, Unsettled if left_open else Refused)
    assert simulated.settle(operation) is None


def test_services_tell_how_they_do(peer: Peer) -> None:
    """In the order asked for; one that is not well says so."""
    peer.arrange("supabase.health", service="auth", status="UNHEALTHY")
    found = rows_of(peer.call("supabase.health", services=("db", "auth")))
    assert [(one["service"], one["status"], one["healthy"]) for one in found] == [
        ("db", "ACTIVE_HEALTHY", True),
        ("auth", "UNHEALTHY", False),
    ]
    assert kind_of(peer.call("supabase.health", services=())) == "invalid"


@pytest.mark.parametrize("plan", ["free", "pro"])
def test_the_project_tells_its_plan(peer: Peer, plan: str) -> None:
    """It is the organization's."""
    peer.arrange("supabase.organization", plan=plan)
    found = row_of(peer.call("supabase.project"))
    assert (found["status"], found["plan"]) == ("ACTIVE_HEALTHY", plan)


def test_two_looks_at_the_machine_tell_its_use(simulated: SimulatedPeer) -> None:
    """Counters go up over all cores; what was before does not count."""
    simulated.arrange("supabase.machine", cpu=95, memory=80, disk=70)
    first = row_of(simulated.call("supabase.metrics"))
    simulated.pass_time(timedelta(minutes=1))
    second = row_of(simulated.call("supabase.metrics"))
    busy, whole = (
        int(str(second[one])) - int(str(first[one])) for one in ("cpu_busy_ms", "cpu_ms")
    )
    assert 94 <= 100 * busy / whole <= 96
    assert 119_000 <= whole <= 122_000, "two cores for a minute"
    assert (second["cores"], second["load"]) == (2, Decimal("1.90"))
    assert (second["memory_bytes"], second["disk_bytes"]) == (1024**3, 8 * 1024**3)
    assert second["disk_available_bytes"] == 8 * 1024**3 * 30 // 100


def test_another_size_is_had_and_the_former_is_a_way_back(simulated: SimulatedPeer) -> None:
    """The project is resized meanwhile."""
    for variant in ("ci_large", "ci_micro"):
        outcome = simulated.call("supabase.set_addon", kind="compute_instance", variant=variant)
        assert value_of(outcome) is None
        found = rows_of(simulated.call("supabase.addons"))
        assert [(one["kind"], one["variant"]) for one in found] == [("compute_instance", variant)]
        assert row_of(simulated.call("supabase.project"))["status"] == "RESIZING"
    simulated.pass_time(timedelta(minutes=5))
    assert row_of(simulated.call("supabase.project"))["status"] == "ACTIVE_HEALTHY"


def test_a_size_that_there_is_not_is_refused(peer: Peer) -> None:
    """In the vendor's words for a wrong request."""
    outcome = peer.call("supabase.set_addon", kind="compute_instance", variant="ci_giant")
    assert kind_of(outcome) == "invalid"


def test_the_database_is_restarted(simulated: SimulatedPeer) -> None:
    """And is away for a while."""
    assert value_of(simulated.call("supabase.restart_database")) is None
    assert row_of(simulated.call("supabase.project"))["status"] == "RESTARTING"
    simulated.pass_time(timedelta(minutes=5))
    assert row_of(simulated.call("supabase.project"))["status"] == "ACTIVE_HEALTHY"


def test_who_is_shut_out_is_let_in_again(peer: Peer) -> None:
    """The named ones, and no others."""
    for address in ("192.0.2.1", "192.0.2.2"):
        peer.arrange("supabase.ban", address=address)
    assert value_of(peer.call("supabase.network_bans")) == ("192.0.2.1", "192.0.2.2")
    for _ in range(2):
        outcome = peer.call("supabase.lift_network_bans", addresses=("192.0.2.1",))
        assert value_of(outcome) is None
    assert value_of(peer.call("supabase.network_bans")) == ("192.0.2.2",)


@pytest.mark.parametrize("addresses", [(), ("192.0.2.300",), ("::1",), ("anything",)])
def test_what_is_no_address_is_not_sent(peer: Peer, addresses: tuple[str, ...]) -> None:
    """Nobody is let in by a slip."""
    assert kind_of(peer.call("supabase.lift_network_bans", addresses=addresses)) == "invalid"


def test_auth_tells_its_version(peer: Peer) -> None:
    """The success of `auth_health`."""
    assert row_of(peer.call("supabase.auth_health"))["name"] == "GoTrue"


@pytest.mark.parametrize(
    ("health", "kind"), [(500, "unavailable"), (503, "unavailable"), (429, "rate_limited")]
)
def test_auth_that_is_not_well_says_so(peer: Peer, health: int, kind: str) -> None:
    """A read that failed, with what to think of it."""
    peer.arrange("supabase.auth", health=health)
    assert kind_of(peer.call("supabase.auth_health")) == kind


@pytest.mark.parametrize(("status", "found"), [(200, "signed in"), (400, "credentials refused")])
def test_somebody_signs_in_or_is_not_known(peer: Peer, status: int, found: str) -> None:
    """A wrong password is a sign of life."""
    peer.arrange("supabase.auth", sign_in=status)
    assert value_of(peer.call("supabase.sign_in_probe")) == found


def test_auth_that_cannot_sign_anybody_in_is_unavailable(peer: Peer) -> None:
    """It may be well and still fail here: its database is behind it."""
    peer.arrange("supabase.auth", sign_in=500)
    assert row_of(peer.call("supabase.auth_health"))["name"] == "GoTrue"
    assert kind_of(peer.call("supabase.sign_in_probe")) == "unavailable"


def test_without_a_user_nobody_is_signed_in(
    simulated: SimulatedPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings that are missing are named."""
    monkeypatch.setattr(SupabaseModel, "setting", lambda self, name: None)  # noqa: ARG005
    outcome = simulated.call("supabase.sign_in_probe")
    assert isinstance(outcome, Refused)
    assert (outcome.kind, "supabase.probe_email" in outcome.text) == ("invalid", True)


def test_an_organization_over_its_quota_gets_nothing(peer: Peer) -> None:
    """402 from every service of the project; the platform still answers."""
    peer.arrange("supabase.organization", plan="free", restricted=True)
    for operation in ("auth_health", "sign_in_probe", "buckets"):
        assert kind_of(peer.call(f"supabase.{operation}")) == "conflict"
    assert row_of(peer.call("supabase.project"))["plan"] == "free"


METRICS = """\
# HELP node_load1 1m load average.
node_load1 0.42 1767621720000
node_cpu_seconds_total{cpu="0",mode="idle"} 90.5 1767621720000
node_cpu_seconds_total{cpu="0",mode="user"} 9.5 1767621720000
node_memory_MemTotal_bytes 1e+09
node_memory_MemAvailable_bytes 2.5e+08
node_filesystem_size_bytes{device="/dev/sda",mountpoint="/a {b} \\"c\\""} 100
node_filesystem_avail_bytes{device="/dev/sda",mountpoint="/a {b} \\"c\\""} 30
node_filesystem_size_bytes{device="tmpfs",mountpoint="/run"} NaN
"""


def test_metrics_are_read_in_every_form_that_they_may_have() -> None:
    """With a moment behind the value, and with anything inside of a label."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=METRICS, extensions={"elapsed": timedelta()})

    bench = Bench(
        client=lambda _: httpx.Client(
            transport=httpx.MockTransport(answer), base_url="https://vendor.test"
        )
    )
    assert dict(row_of(bench.call("supabase.metrics"))) == {
        "cpu_busy_ms": 9500,
        "cpu_ms": 100_000,
        "load": Decimal("0.42"),
        "cores": 1,
        "memory_bytes": 10**9,
        "memory_available_bytes": 250_000_000,
        "disk_bytes": 100,
        "disk_available_bytes": 30,
    }
