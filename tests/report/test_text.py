"""Nothing unseen reaches a terminal, and columns stay straight."""

import pytest
from rbengine.report.text import cells, cut, pad, visible, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme", "Acme"),
        ("\x1b[2J\x1b]0;title\x07", "\\e[2J\\e]0;title\\x07"),
        ("one\ntwo\r\n\tthree", "one\\ntwo\\r\\n\\tthree"),
        ("abc\u202edef", "abc\\u202edef"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("caf\u00e9 株式会社", "caf\u00e9 株式会社"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_acts_on_a_terminal_is_spelled_out(text: str, shown: str) -> None:
    """A customer's name must not move the cursor of whoever reads it at night."""
    assert visible(text) == shown


def test_making_visible_twice_changes_nothing_more() -> None:
    """Values are made visible where they are put into words, and again where they are drawn."""
    once = visible("\x1b[31mred\u202e")
    assert visible(once) == once


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    """A table with a Japanese name in it must not lean."""
    assert cells("株式会社") == 8
    assert cells("e\u0301") == 1
    assert cells("abc") == 3


def test_cutting_never_exceeds_the_width() -> None:
    """Half a wide character cannot be drawn, so the cut comes before it."""
    assert cut("株式会社", 5) == "株式…"
    assert cut("株式会社", 4) == "株…"
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 3) == "abc"
    assert cut("abc", 0) == ""


def test_padding_fills_to_the_cell() -> None:
    """Columns begin where the header's do."""
    assert cells(pad("株", 5)) == 5
    assert pad("ab", 4) == "ab  "


def test_wrapping_breaks_at_blanks_and_long_words_anywhere() -> None:
    """A long URL must not push a line over the edge."""
    assert wrap("one two three", 8) == ("one two", "three")
    assert all(cells(one) <= 8 for one in wrap("a" * 30 + " b", 8))
    assert "".join(wrap("a" * 30, 8)) == "a" * 30
