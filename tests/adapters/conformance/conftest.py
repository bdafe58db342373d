"""Which peers the conformance suites run against.

A suite that names a fixture in `LIVE` is run a second time against a program from other hands; what only a simulation
can be asked for (faults, a clock that jumps) takes the fixture `simulated`.
"""

import pytest
from support.peers import Peer, SimulatedPeer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "peer" in metafunc.fixturenames:
        live = getattr(metafunc.module, "LIVE", None)
        lives = [] if live is None else [pytest.param(live, marks=pytest.mark.peers, id="live")]
        metafunc.parametrize("peer", ["simulated", *lives], indirect=True)


@pytest.fixture
def peer(request: pytest.FixtureRequest) -> Peer:
    """One peer of those that the suite has."""
    found: Peer = request.getfixturevalue(request.param)
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
