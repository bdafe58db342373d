"""`rbengine explain`."""

from cli.conftest import Command
from rbengine.syntax.catalogue import CATALOGUE


def test_every_syntax_code_has_a_page(rbengine: Command) -> None:
    """Every drawn problem ends with the command that shows it."""
    for entry in CATALOGUE[:5]:
        done = rbengine("explain", entry.code.lower())
        assert done.code == 0
        assert done.out.startswith(f"{entry.code}: {entry.title}\n")
        assert "\nwrong\n" in done.out
        assert "\nright\n" in done.out


def test_a_code_that_is_none_is_told(rbengine: Command) -> None:
    """With what a code looks like."""
    done = rbengine("explain", "X1")
    assert (done.code, done.out) == (2, "")
    assert "there is no page about `X1`" in done.err
