"""What an adapter needs of the settings, and what it says where they lack it."""

import json
import re
from pathlib import Path

import pytest
import rbengine_adapters
from rbengine_adapters import names, signature_of
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


_ASKED = re.compile(
    r"""f?["']([a-z]+\.(?:\{[^}"']*\}|[a-z_]+)(?:\.(?:\{[^}"']*\}|[a-z_]+))*)["']"""
)


@pytest.mark.parametrize("name", names())
def test_every_setting_that_is_asked_for_is_declared(name: str) -> None:
    """What is not declared cannot stand in a profile: nobody could run the adapter live."""
    signature = signature_of(name)
    assert signature is not None
    tables = {one.name.partition(".")[0] for one in signature.settings} | {name}
    folder = Path(rbengine_adapters.__file__).parent / name
    asked = {
        found
        for file in folder.glob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "setting" in line
        for found in _ASKED.findall(line)
        if found.partition(".")[0] in tables and not found.partition(".")[2].startswith("{")
    }
    missing = [
        one
        for one in sorted(asked)
        if not any(each.covers(re.sub(r"\{[^}]*\}", "x", one)) for each in signature.settings)
    ]
    assert missing == []
