"""How fast a provider wants to be asked, by what it says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from rbengine.contract.adapter import HeldBackError
from rbengine.contract.operations import HttpProvider
from rbengine.host.live.rates import Rate
from support.live import NOW, live
from support.talking import Saying, answer, talking

KLAXON = HttpProvider(name="klaxon")


def pause_after(status: int, **headers: str) -> float | None:
    """Seconds that a provider is left alone for after such an answer."""
    slept: list[float] = []
    rate = Rate(slept.append, lambda: NOW)
    rate.heard(status, {name.replace("_", "-"): value for name, value in headers.items()})
    rate.wait(float("inf"))
    return slept[0] if slept else None


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry_after": "7"}, 7),
        (503, {"retry_after": "7"}, 7),
        (200, {"retry_after": "7"}, None),
        (429, {"retry_after": format_datetime(NOW + timedelta(seconds=9))}, 9),
        (
            429,
            {
                "retry_after": format_datetime(NOW + timedelta(hours=1, seconds=9)),
                "date": format_datetime(NOW + timedelta(hours=1)),
            },
            9,
        ),
        (429, {"retry_after": "soon"}, None),
        (429, {"retry_after": "-1"}, None),
        (429, {}, None),
        (200, {"ratelimit_remaining": "0", "ratelimit_reset": "4"}, 4),
        (200, {"ratelimit_remaining": "1", "ratelimit_reset": "4"}, None),
        (200, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "4"}, 4),
        (200, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{NOW.timestamp() + 6:.0f}"}, 6),
        (200, {"ratelimit": '"default";r=0;t=30'}, 30),
        (200, {"ratelimit": '"default";r=3;t=30'}, None),
        (200, {"ratelimit": "limit=5, remaining=0, reset=3"}, 3),
    ],
)
def test_what_a_provider_says_is_kept_to(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    """In each of the ways in which providers say it; by its own clock where it gives a moment."""
    assert pause_after(status, **headers) == seconds


def test_a_later_moment_is_not_forgotten_for_a_sooner_one() -> None:
    """Two answers may come in any order."""
    slept: list[float] = []
    rate = Rate(slept.append, lambda: NOW)
    for seconds in ("20", "5"):
        rate.heard(429, {"retry-after": seconds})
    rate.wait(60)
    assert slept == [20]


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    """The moment is told instead."""
    rate = Rate(lambda _: pytest.fail("it waits"), lambda: NOW)
    rate.heard(429, {"retry-after": "60"})
    with pytest.raises(HeldBackError, match=r"before 2026-01-05 14:03:00 UTC"):
        rate.wait(10)


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let it move."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


Ask = Callable[[httpx.Client], httpx.Response]


def asked(saying: Saying, clock: Clock, *asks: Ask) -> list[httpx.Response | httpx.ConnectError]:
    """What became of each request."""
    found: list[httpx.Response | httpx.ConnectError] = []
    with talking(saying) as server:
        settings = {"klaxon.url": f"http://127.0.0.1:{server.port}"}
        providers = (KLAXON, HttpProvider(name="other"))
        with live(
            {**settings, "other.url": settings["klaxon.url"]},
            providers=providers,
            sleep=clock.sleep,
            now=lambda: clock.now,
        ) as connections:
            for ask in asks:
                try:
                    found.append(ask(connections.http("klaxon")))
                except httpx.ConnectError as error:
                    found.append(error)
            connections.http("other").get("/free", timeout=1)
    return found


def test_a_request_that_came_too_fast_is_sent_again_in_time() -> None:
    """A refusal for speed did nothing, so a change may be sent again too: with the same key and content."""
    saying, clock = Saying(answer(429, headers={"retry-after": "2"}), answer()), Clock()
    headers = {"idempotency-key": "k1"}
    (response,) = asked(
        saying, clock, lambda one: one.post("/x", content=b"{}", headers=headers, timeout=10)
    )
    assert isinstance(response, httpx.Response)
    assert response.status_code == 200
    assert saying.lines == ["POST /x HTTP/1.1"] * 2 + ["GET /free HTTP/1.1"]
    assert saying.asked[0] == saying.asked[1]
    assert b"idempotency-key: k1" in saying.asked[0].lower()
    assert clock.slept == [2]


def test_one_that_would_come_too_late_is_answered_as_it_was() -> None:
    """And the next is not sent at all, before the provider's moment; other providers are not meant."""
    saying, clock = Saying(answer(429, headers={"retry-after": "60"}), answer()), Clock()
    first, second = asked(
        saying, clock, lambda one: one.get("/x", timeout=5), lambda one: one.get("/y", timeout=5)
    )
    assert isinstance(first, httpx.Response)
    assert first.status_code == 429
    assert isinstance(second, httpx.ConnectError)
    assert isinstance(second.__cause__, HeldBackError)
    assert saying.lines == ["GET /x HTTP/1.1", "GET /free HTTP/1.1"]
    assert clock.slept == []


def test_a_provider_that_always_says_so_is_believed_at_last() -> None:
    """Three times is enough for one request."""
    saying, clock = Saying(answer(429, headers={"retry-after": "1"})), Clock()
    (response,) = asked(saying, clock, lambda one: one.get("/x", timeout=30))
    assert isinstance(response, httpx.Response)
    assert response.status_code == 429
    assert saying.lines == ["GET /x HTTP/1.1"] * 3 + ["GET /free HTTP/1.1"]


def test_a_server_that_is_busy_is_not_asked_twice_for_a_change() -> None:
    """503 does not say that nothing was done; only the next request waits."""
    saying, clock = Saying(answer(503, headers={"retry-after": "2"}), answer()), Clock()
    first, second = asked(
        saying, clock, lambda one: one.post("/x", timeout=5), lambda one: one.get("/y", timeout=5)
    )
    assert isinstance(first, httpx.Response)
    assert isinstance(second, httpx.Response)
    assert (first.status_code, second.status_code) == (503, 200)
    assert clock.slept == [2]
