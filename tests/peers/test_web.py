"""What a playbook asks of the web, asked of web servers that others wrote: nginx by TLS, and what stands behind it."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import LiveBench, live
from support.outcomes import kind_of, row_of
from support.peer_web import SECRETS, SERVICE_KEY, Web, web_running

pytestmark = pytest.mark.peers

HOSTS = ("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """All of it, running."""
    with web_running(tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture
def bench(web: Web) -> Iterator[LiveBench]:
    """Our adapters, which may reach it."""
    with live({**SETTINGS, **web.settings()}, hosts=HOSTS) as connections:
        yield LiveBench(connections)


@pytest.mark.parametrize(
    ("page", "status", "body"),
    [
        ("health", 200, "all is well"),
        ("moved", 301, "301 Moved Permanently"),
        ("away", 302, "302 Found"),
        ("teapot", 418, ""),
        ("private", 401, "401 Authorization Required"),
        ("nowhere", 404, "404 Not Found"),
        ("broken", 502, "502 Bad Gateway"),
    ],
)
def test_whatever_it_says_is_an_answer(
    bench: LiveBench, web: Web, page: str, status: int, body: str
) -> None:
    """Nobody is led on, not to where no playbook may go either."""
    found = row_of(bench.call("http.get", url=f"{web.base}/{page}"))
    assert found["status"] == status
    assert body in str(found["body"])
    took = found["took"]
    assert isinstance(took, timedelta)
    assert timedelta() < took < timedelta(seconds=5)


def test_who_asks_too_often_is_told_so_as_an_answer(bench: LiveBench, web: Web) -> None:
    """What a status means is the playbook's to say."""
    statuses = [row_of(bench.call("http.get", url=f"{web.base}/often"))["status"] for _ in range(3)]
    assert statuses == [200, 429, 429]


@pytest.mark.parametrize(
    ("page", "seconds", "refusal"),
    [
        ("gone", 5, ("unavailable", "broke")),
        ("drip", 0.4, ("timeout", "no answer in time")),
        ("big", 5, ("unavailable", "it is larger than 32 MiB")),
    ],
    ids=["it hangs up", "it never ends", "it is larger than anybody reads, packed in little"],
)
def test_what_is_no_answer_is_refused(
    bench: LiveBench, web: Web, page: str, seconds: float, refusal: tuple[str, str]
) -> None:
    """In time, whatever comes meanwhile."""
    outcome = bench.within(seconds, "http.get", url=f"{web.base}/{page}")
    assert kind_of(outcome) == refusal[0]
    assert refusal[1] in str(outcome)


def test_another_ones_certificate_is_refused(bench: LiveBench, web: Web) -> None:
    """Also of a name that is right."""
    outcome = bench.call("http.get", url=f"{web.others}/health")
    assert kind_of(outcome) == "unavailable"
    assert "certificate" in str(outcome)


def test_a_webhook_of_others_passes_every_probe(bench: LiveBench, web: Web) -> None:
    """A notification that notifies of nothing is taken, and does nothing."""
    hook = f"{web.base}/whatsapp"
    assert row_of(bench.call("http.handshake", url=hook, token="VERIFY"))["verdict"] == "accepted"
    signed = row_of(bench.call("http.notify_signed", url=hook, app_secret="APP"))
    assert (signed["verdict"], signed["body"]) == ("taken", "ok")
    unsigned = row_of(bench.call("http.notify_unsigned", url=hook))
    assert (unsigned["verdict"], unsigned["status"]) == ("refused", 401)


def test_a_webhook_of_others_takes_no_wrong_secret(bench: LiveBench, web: Web) -> None:
    """Each fails alone, and is not repeated."""
    hook = f"{web.base}/whatsapp"
    outcomes = [
        bench.call("http.handshake", url=hook, token="APP"),
        bench.call("http.notify_signed", url=hook, app_secret="VERIFY"),
    ]
    assert [(row_of(one)["verdict"], row_of(one)["status"]) for one in outcomes] == [
        ("refused", 403)
    ] * 2
    assert not any(secret in str(one) for one in outcomes for secret in SECRETS.values())


def test_a_machines_own_metrics_are_read(bench: LiveBench) -> None:
    """Of the program that a project's machine has, beside a thousand lines that nobody asked for."""
    found = row_of(bench.call("supabase.metrics"))
    cores, load = found["cores"], found["load"]
    assert isinstance(cores, int)
    assert isinstance(load, Decimal)
    assert cores >= 1
    assert load >= 0
    for part, whole in (
        ("cpu_busy_ms", "cpu_ms"),
        ("memory_available_bytes", "memory_bytes"),
        ("disk_available_bytes", "disk_bytes"),
    ):
        some, all_ = found[part], found[whole]
        assert isinstance(some, int)
        assert isinstance(all_, int)
        assert 0 < some < all_, (part, found)


def test_metrics_are_for_who_has_the_key(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    """And the key goes nowhere else."""
    caplog.set_level(logging.DEBUG)
    wrong = {**SETTINGS, **web.settings(), "supabase.service_key": f"not-{SERVICE_KEY}"}
    with live(wrong, hosts=HOSTS, secrets=["supabase.service_key"]) as connections:
        outcome = LiveBench(connections).call("supabase.metrics")
    assert kind_of(outcome) == "unauthorized"
    assert SERVICE_KEY not in f"{outcome} {caplog.text}"
