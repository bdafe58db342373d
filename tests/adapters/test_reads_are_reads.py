"""What is marked `observe` changes nothing: tried on every such operation, against servers that keep what they hear.

Those over HTTP are tried here, the others in `test_reads_by_other_ways.py`.
"""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Value
from rbengine.rehearsal.company.settings import SETTINGS
from support.every_call import CALLS, HOOK, PAGE, arranged, reads
from support.fronts import WEB, Fronts, served
from support.live import LiveBench, live

READS_BY_POST = {
    "http.notify_signed": {"/whatsapp"},  # a notification of nothing
    "http.notify_unsigned": {"/whatsapp"},  # the same, which a webhook that is well refuses
    "supabase.network_bans": {"/network-bans/retrieve"},  # the vendor reads by POST here
    "supabase.sign_in_probe": {
        "/auth/v1/token",
        "/auth/v1/logout",
    },  # a session of the test user, ended at once
}
"""The only requests of reads that are no GET, and what they are."""


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fronts, str]]:
    """Every vendor, and the company's own pages by TLS; the file of their authority."""
    authority = trustme.CA()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(secure)
    file: Path = tmp_path_factory.mktemp("authority") / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    with served(secure) as made:
        yield made, str(file)


@pytest.fixture
def bench(fronts: tuple[Fronts, str]) -> Iterator[LiveBench]:
    """Adapters that reach all of it over sockets; the company is as arranged."""
    made, authorities = fronts
    keys = {
        "stripe.key": "sk_test_1", "email.key": "re_1", "meta.token": "t", "meta.app_secret": "s",
        "status.key": "k", "supabase.access_token": "t", "supabase.service_key": "k",
        "twilio.key": "SK1", "twilio.secret": "s", "supabase.probe_email": "a@b.test",
        "supabase.probe_password": "p", "supabase.secret.VERIFY": "right", "supabase.secret.APP": "secret",
    }  # fmt: skip
    given = {**SETTINGS, **keys, **made.settings(), "http.authorities": authorities}
    with live(given, hosts=("127.0.0.1", "localhost")) as connections:
        bench = LiveBench(connections)
        arranged(bench)
        made.company = bench.company
        made.asked.clear()
        yield bench


def given(operation: str, port: int) -> dict[str, Value]:
    """Its arguments; the company's own pages are at a port of this machine."""
    own = f"https://localhost:{port}"
    return {
        name: value.replace(f"https://{WEB}", own) if isinstance(value, str) else value
        for name, value in CALLS[operation].items()
    }


@pytest.mark.parametrize("operation", reads(over_http=True))
def test_a_read_asks_and_changes_nothing(
    operation: str, bench: LiveBench, fronts: tuple[Fronts, str]
) -> None:
    """Only GET, but for requests that are known by name; and the vendors have what they had."""
    made, _ = fronts
    before = bench.state()
    outcome = bench.call(operation, **given(operation, made.port(WEB)))
    assert isinstance(outcome, Succeeded), outcome
    assert made.asked
    assert bench.state() == before
    written = {one.path.partition("?")[0] for one in made.asked if one.method != "GET"}
    known = READS_BY_POST.get(operation, set())
    assert all(any(path.endswith(one) for one in known) for path in written)
    assert bool(written) is bool(known)


def test_pages_are_of_one_host() -> None:
    """What the fixture serves."""
    assert HOOK.startswith(f"https://{WEB}/")
    assert PAGE.startswith(f"https://{WEB}/")
