"""The pages about adapters, worlds and peers are what signatures, simulated company and suites say now."""

from support import adapters, peers_page, worlds
from support.golden import ROOT


def test_the_page_of_the_adapters_is_current() -> None:
    """`make adapters` writes it."""
    assert adapters.PAGE.read_text("utf-8") == adapters.text()


def test_the_page_of_the_peers_is_current() -> None:
    """`make peers-page` writes it."""
    assert peers_page.PAGE.read_text("utf-8") == peers_page.text()


def test_what_the_page_of_the_peers_says_by_hand_is_so() -> None:
    """Each operation is called by a suite of peers; what is said to be unproven is, with its reason."""
    suites = "".join(one.read_text("utf-8") for one in (ROOT / "tests" / "peers").glob("test_*.py"))
    suites += (ROOT / "tests" / "adapters" / "test_vendor_examples.py").read_text("utf-8")
    for operation, peers in peers_page.ELSEWHERE.items():
        assert f'"{operation}"' in suites
        assert set(peers) <= set(peers_page.PEERS)
    assert peers_page.unproven(peers_page.proofs()) == list(peers_page.UNPROVEN)


def test_the_page_of_the_worlds_is_current() -> None:
    """`make worlds` writes it."""
    assert worlds.PAGE.read_text("utf-8") == worlds.text()
