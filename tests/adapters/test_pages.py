"""The pages about adapters, worlds and peers are what signatures, simulated company and suites say now."""

from support import adapters, peers_page, worlds


def test_the_page_of_the_adapters_is_current() -> None:
    """`make adapters` writes it."""
    assert adapters.PAGE.read_text("utf-8") == adapters.text()


def test_the_page_of_the_peers_is_current() -> None:
    """`make peers-page` writes it."""
    assert peers_page.PAGE.read_text("utf-8") == peers_page.text()


def test_the_page_of_the_worlds_is_current() -> None:
    """`make worlds` writes it."""
    assert worlds.PAGE.read_text("utf-8") == worlds.text()
