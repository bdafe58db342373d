"""Which peers the conformance suites run against."""

import pytest
from support.peers import Peer, SimulatedPeer


@pytest.fixture(params=["simulated"])
def peer(request: pytest.FixtureRequest) -> Peer:
    """One peer; live ones are added to the parameters and offer the same."""
    assert request.param == "simulated"
    return SimulatedPeer(
        settings={
            "stripe.tiers": '{"price_a": "small", "price_b": "large"}',
            "supabase.secret.TOKEN": "right",
        }
    )
