"""Adapters say where they are, by reads alone, and where their providers are when they are not simulated."""

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rbengine.conformance.bench import TIMEOUT, Bench
from rbengine.contract.adapter import Finished, Locates, Whereabouts
from rbengine.contract.outcomes import Refused
from rbengine.facts.adapters import signatures
from rbengine.rehearsal.company.company import _BASES
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import LiveBench, live
from support.outcomes import kind_of
from support.talking import Saying, answer, talking

DATE = {"date": "Mon, 05 Jan 2026 14:02:00 GMT"}
CLOCK = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
REF = SETTINGS["supabase.project"]
PROJECT = {
    "id": REF,
    "ref": REF,
    "name": "n",
    "region": "r",
    "organization_slug": "o",
    "status": "ACTIVE_HEALTHY",
}
BALANCE = {"account_sid": SETTINGS["twilio.account"], "balance": "1", "currency": "USD"}
NUMBER = {
    "id": SETTINGS["meta.phone_number"],
    "quality_rating": "GREEN",
    "health_status": {"can_send_message": "AVAILABLE", "entities": []},
}


def located(name: str, bench: Bench) -> Whereabouts | Refused:
    """What the adapter says."""
    adapter = bench.adapter(name)
    assert isinstance(adapter, Locates)
    found = adapter.locate(TIMEOUT)
    assert isinstance(found, Whereabouts | Refused)
    return found


@pytest.mark.parametrize(
    ("adapter", "given", "content", "asked", "facts"),
    [
        (
            "stripe",
            {"stripe.key": "sk_live_1"},
            {"id": "acct_1"},
            "GET /v1/account",
            {"stripe.account": "acct_1", "stripe.livemode": "true"},
        ),
        (
            "stripe",
            {"stripe.key": "rk_test_1"},
            {"id": "acct_1"},
            "GET /v1/account",
            {"stripe.account": "acct_1", "stripe.livemode": "false"},
        ),
        ("stripe", {"stripe.key": "odd"}, {"id": "acct_1"}, "GET /v1/account", {"stripe.account": "acct_1"}),
        ("supabase", {}, PROJECT, f"GET /v1/projects/{REF}", {"supabase.project": REF}),
        (
            "twilio",
            {},
            BALANCE,
            f"GET /2010-04-01/Accounts/{SETTINGS['twilio.account']}/Balance.json",
            {"twilio.account": SETTINGS["twilio.account"]},
        ),
        (
            "meta",
            {},
            NUMBER,
            f"GET /v23.0/{NUMBER['id']}?fields=health_status%2Cquality_rating",
            {"meta.phone_number": SETTINGS["meta.phone_number"]},
        ),
        ("email", {}, {"data": []}, "GET /domains?limit=1", {}),
        (
            "status",
            {},
            [],
            f"GET /v1/pages/{SETTINGS['status.page']}/incidents/unresolved",
            {"status.page": SETTINGS["status.page"]},
        ),
    ],
)  # fmt: skip
def test_an_adapter_asks_one_thing_and_says_where_it_is(
    adapter: str, given: dict[str, str], content: object, asked: str, facts: Mapping[str, str]
) -> None:
    """The least intrusive read there is; everything that the settings compare is in it."""
    saying = Saying(answer(content=content, headers=DATE))
    with talking(saying) as server:
        base = f"http://127.0.0.1:{server.port}"
        with live({**SETTINGS, **given, **{f"{one}.url": base for one in _BASES}}) as connections:
            found = located(adapter, LiveBench(connections))
    assert isinstance(found, Whereabouts), found
    assert dict(found.facts) == facts
    assert saying.lines == [f"{asked} HTTP/1.1"]
    assert found.clock in (CLOCK, None)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://me:token@git.test/x.git", "https://git.test/x.git"),
        ("https://token@git.test/x.git", "https://git.test/x.git"),
        ("ssh://git@git.test/x.git", "ssh://git@git.test/x.git"),
        ("ssh://git:token@git.test/x.git", "ssh://git@git.test/x.git"),
        ("git@git.test:x.git", "git@git.test:x.git"),
        ("/srv/git/x.git", "/srv/git/x.git"),
    ],
)
def test_what_may_be_secret_in_an_address_is_not_told(address: str, told: str) -> None:
    """Who asks by SSH is no secret, and part of the place."""

    class Told(LiveBench):
        def program(self, *_: object, **__: object) -> Finished:
            """git, which says what it is asked."""
            return Finished(status=0, out=address.encode())

    with live({"git.checkout.app": "/nowhere"}) as connections:
        found = located("git", Told(connections))
    assert isinstance(found, Whereabouts)
    assert found.facts["git.remote.app"] == told


@pytest.mark.parametrize("adapter", ["stripe", "supabase", "twilio", "meta", "email", "status"])
@pytest.mark.parametrize(
    ("status", "kind"), [(401, "unauthorized"), (503, "unavailable"), (429, "rate_limited")]
)
def test_who_cannot_say_it_is_refused_with_its_kind(adapter: str, status: int, kind: str) -> None:
    """It is down, or the key is not its own."""
    with talking(Saying(answer(status, {}))) as server:
        base = f"http://127.0.0.1:{server.port}"
        with live({**SETTINGS, **{f"{one}.url": base for one in _BASES}}) as connections:
            found = located(adapter, LiveBench(connections))
    assert isinstance(found, Refused)
    assert kind_of(found) == kind


def test_a_key_that_may_only_send_is_a_key() -> None:
    """It is what a careful company gives us."""
    restricted = answer(401, {"name": "restricted_api_key", "message": "only sends"})
    with talking(Saying(restricted)) as server:
        given = {**SETTINGS, "resend.url": f"http://127.0.0.1:{server.port}"}
        with live(given) as connections:
            assert isinstance(located("email", LiveBench(connections)), Whereabouts)


def test_without_a_page_of_our_own_nobody_is_asked() -> None:
    """Others' pages are open to all."""
    given = {name: value for name, value in SETTINGS.items() if name != "status.page"}
    with live(given) as connections:
        found = located("status", LiveBench(connections))
    assert isinstance(found, Whereabouts)
    assert not found.facts


def test_git_tells_where_each_origin_is(tmp_path: Path) -> None:
    """Without what in the address may be secret; one that cannot be read is refused."""
    origin, checkout = tmp_path / "origin.git", tmp_path / "app"
    for words in (
        ["init", "-q", "--bare", str(origin)],
        ["-c", "protocol.file.allow=always", "clone", "-q", str(origin), str(checkout)],
        [
            "-C", str(checkout), "-c", "user.name=x", "-c", "user.email=x@y.z",
            "commit", "-q", "--allow-empty", "-m", "x",
        ],
        ["-C", str(checkout), "push", "-q", "origin", "HEAD"],
    ):  # fmt: skip
        subprocess.run(["git", *words], check=True, capture_output=True)
    with live({"git.checkout.app": str(checkout)}) as connections:
        found = located("git", LiveBench(connections))
        assert isinstance(found, Whereabouts), found
        assert dict(found.facts) == {"git.remote.app": str(origin)}
        origin.rename(tmp_path / "gone.git")
        assert kind_of(located("git", LiveBench(connections))) == "not_found"  # type: ignore[arg-type]  # a refusal


@pytest.mark.parametrize(
    "adapter", ["stripe", "supabase", "twilio", "meta", "email", "status", "smtp", "realtime"]
)
def test_the_simulated_company_can_be_asked_too(adapter: str) -> None:
    """A served company is proven like a real one."""
    found = located(adapter, Bench())
    assert isinstance(found, Whereabouts), found
    wanted = {"supabase.project", "twilio.account", "meta.phone_number", "status.page"}
    assert all(found.facts[one] == SETTINGS[one] for one in wanted & set(found.facts))


def test_what_the_settings_compare_is_said_by_every_adapter() -> None:
    """One that does not say it could never be used."""
    silent = {
        one.name
        for each in signatures()
        for one in each.settings
        if one.says_where and each.name not in ("postgres", "cron")
    }
    assert silent == {
        "stripe.account", "stripe.livemode", "supabase.project", "twilio.account", "meta.phone_number",
        "git.remote.*", "status.page",
    }  # fmt: skip


def test_every_provider_is_where_the_simulated_one_is() -> None:
    """What a rehearsal asks is what an incident asks."""
    with live(SETTINGS) as connections:
        found = {name: str(connections.http(name).base_url) for name in _BASES}
    assert found == dict(_BASES)
