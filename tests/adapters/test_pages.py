"""The pages about adapters and worlds are what the signatures and the simulated company say now."""

from support import adapters, worlds


def test_the_page_of_the_adapters_is_current() -> None:
    """`make adapters` writes it."""
    assert adapters.PAGE.read_text("utf-8") == adapters.text()


def test_the_page_of_the_worlds_is_current() -> None:
    """`make worlds` writes it."""
    assert worlds.PAGE.read_text("utf-8") == worlds.text()
