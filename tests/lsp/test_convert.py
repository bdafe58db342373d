"""Places between the engine's code points and the units an editor counts in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position
from rbengine.lsp.convert import Positions
from rbengine.source import SourceFile, Span

ENCODINGS = ("utf-16", "utf-8", "utf-32")
TEXT = 'note "a"\nnote "ü😀b"\n'


@pytest.mark.parametrize(("encoding", "character"), [("utf-16", 9), ("utf-8", 12), ("utf-32", 8)])
def test_a_letter_counts_as_the_editor_counts(encoding: str, character: int) -> None:
    """`b` stands behind a letter of two bytes and one that needs two UTF-16 units."""
    positions = Positions(SourceFile("a.rb", TEXT), encoding)
    offset = TEXT.index("b")
    assert positions.position(offset) == Position(1, character)
    assert positions.offset(Position(1, character)) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.sampled_from("ab ü€😀🎈\n"), max_size=60))
def test_there_and_back_is_the_same_place(encoding: str, text: str) -> None:
    """For every place of every text, in every unit."""
    source = SourceFile("a.rb", text)
    positions = Positions(source, encoding)
    for offset in range(len(source.text) + 1):
        assert positions.offset(positions.position(offset)) == offset


def test_a_position_inside_a_letter_is_before_it() -> None:
    """An editor that splits a pair means its letter."""
    positions = Positions(SourceFile("a.rb", "a😀b\n"), "utf-16")
    assert positions.offset(Position(0, 2)) == 1


def test_places_behind_the_end_are_the_end() -> None:
    """Editors may be ahead of us by a key."""
    source = SourceFile("a.rb", "ab\ncd\n")
    positions = Positions(source, "utf-16")
    assert positions.offset(Position(0, 99)) == 2
    assert positions.offset(Position(99, 0)) == len(source.text)
    assert positions.position(999) == Position(2, 0)


def test_a_carriage_return_counts_as_no_letter() -> None:
    """Texts are kept with one kind of line end; lines and columns stay the editor's."""
    source = SourceFile("a.rb", "ab\r\ncd\r\n")
    positions = Positions(source, "utf-16")
    assert positions.offset(Position(1, 1)) == source.text.index("d")


def test_ranges_and_spans_are_the_same() -> None:
    """Both ways."""
    positions = Positions(SourceFile("a.rb", TEXT), "utf-16")
    span = Span(5, 14)
    assert positions.span(positions.range(span)) == span
    assert positions.length("ü😀") == 3
