"""Which peers the conformance suites run against.

A suite that names a fixture in `LIVE` is run a second time against a program from other hands, and one that names
`VERSIONS` too once for each: the fixture is a function of it then. What only a simulation can be asked for (faults, a
clock that jumps) takes the fixture `simulated`.
"""

import ssl
from collections.abc import Iterator, Mapping

import pytest
import trustme
from rbengine.host.live.connections import LiveConnections
from support.fronts import Fronts, served
from support.peer_imap import ImapServer, imap_server
from support.peer_prism import Judged, PrismPeer, judged, prism_running
from support.peers import Peer, SimulatedPeer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "peer" in metafunc.fixturenames:
        live = getattr(metafunc.module, "LIVE", None)
        versions = getattr(metafunc.module, "VERSIONS", (None,))
        lives = [
            pytest.param(
                (live, one), marks=pytest.mark.peers, id="live" if one is None else f"live {one}"
            )
            for one in (versions if live is not None else ())
        ]
        metafunc.parametrize("peer", [("simulated", None), *lives], indirect=True)


@pytest.fixture
def peer(request: pytest.FixtureRequest) -> Peer:
    """One peer of those that the suite has."""
    name, version = request.param
    made = request.getfixturevalue(name)
    found: Peer = made if version is None else made(version)
    return found


@pytest.fixture
def simulated() -> SimulatedPeer:
    """The simulated company."""
    return SimulatedPeer(
        settings={
            "stripe.tiers": '{"price_a": "small", "price_b": "large"}',
            "supabase.secret.TOKEN": "right",
        }
    )


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Of the company's own pages."""
    return trustme.CA()


@pytest.fixture(scope="session")
def fronts(authority: trustme.CA) -> Iterator[Fronts]:
    """The company's vendors and its pages, each at a port of this machine."""
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(secure)
    with served(secure) as made:
        yield made


@pytest.fixture(scope="session")
def prism(
    fronts: Fronts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Judged]]:
    """One Prism for all descriptions."""
    with prism_running(fronts, tmp_path_factory.mktemp("prism")) as made:
        yield made


@pytest.fixture(scope="session")
def judged_ways(
    prism: Mapping[str, Judged], fronts: Fronts
) -> Iterator[Mapping[str, LiveConnections]]:
    """Connections with a judge on each."""
    with judged(prism, fronts) as made:
        yield made


@pytest.fixture
def prism_peer(judged_ways: Mapping[str, LiveConnections], fronts: Fronts) -> PrismPeer:
    """A company of its own behind the judge."""
    return PrismPeer(judged_ways, fronts)


@pytest.fixture(scope="session")
def imap_program() -> Iterator[ImapServer]:
    """dovecot with a few mailboxes."""
    with imap_server() as server:
        yield server
