"""What an adapter needs of the settings, and what it says where they lack it."""

import json

import pytest
from rbengine_adapters.wire.settings import SettingError
from support.outcomes import row_of
from support.peers import SimulatedPeer


@pytest.mark.parametrize("table", ["{", "[]", "7", '{"price_a": 7}'])
def test_a_price_table_that_is_none_is_named(table: str) -> None:
    """Silently without tiers, every customer would look unpaid."""
    peer = SimulatedPeer(settings={"stripe.tiers": table})
    with pytest.raises(SettingError, match=r"stripe\.tiers"):
        peer.adapter("stripe")


def test_tiers_are_the_companys_words() -> None:
    """Whatever the table says, the adapter repeats."""
    peer = SimulatedPeer(settings={"stripe.tiers": json.dumps({"price_x": "Größe 1"})})
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_x")
    found = row_of(peer.call("stripe.latest_subscription", customer="cus_1"))
    assert found["tier"] == "Größe 1"


@pytest.mark.parametrize("project", ["", "short", "UPPERCASEUPPERCASEUP", "a/../bbbbbbbbbbbbbbb"])
def test_a_project_reference_that_is_none_is_named(project: str) -> None:
    """It stands in paths."""
    peer = SimulatedPeer(settings={"supabase.project": project})
    with pytest.raises(SettingError, match=r"supabase\.project"):
        peer.adapter("supabase")


def test_a_missing_sender_is_named() -> None:
    """Before the first mail of an incident, not at it."""

    class Bare(SimulatedPeer):
        def setting(self, name: str) -> str:
            raise KeyError(name)

    with pytest.raises(SettingError, match=r"email\.from"):
        Bare().adapter("email")
