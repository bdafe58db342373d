"""Text and places in it."""

from hypothesis import given
from hypothesis import strategies as st
from rbengine.source import SourceFile, Span, normalise


def test_line_ends_and_marks_are_made_one() -> None:
    """Files come from every editor; spans speak of one text."""
    assert normalise("\ufeffa\r\nb\rc") == "a\nb\nc\n"
    assert normalise("") == ""


@given(st.text(alphabet="ab\n\r\ufeff", max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """What was normalised once is normal, but for a mark that stood behind another."""
    once = normalise(text.lstrip("\ufeff"))
    assert normalise(once) == once


@given(st.text(alphabet="ab\n", max_size=40), st.data())
def test_a_place_is_where_its_line_says(text: str, data: st.DataObject) -> None:
    """Line and column lead back to the offset they came from."""
    file = SourceFile("x.rb", text)
    offset = data.draw(st.integers(0, len(file.text)))
    line, column = file.line_and_column(offset)
    assert file.line_starts[line - 1] + column - 1 == offset
    assert "\n" not in file.line(line)


def test_lines_past_the_end_are_empty() -> None:
    """A problem at the very end of a file is still drawn."""
    file = SourceFile("x.rb", "a\n")
    assert file.line(1) == "a"
    assert file.line(9) == ""


def test_spans_join_and_shift() -> None:
    """The span of a whole is the hull of its parts."""
    assert Span(2, 4).to(Span(7, 9)) == Span(2, 9)
    assert Span(2, 4).shifted(3) == Span(5, 7)
    assert SourceFile("x.rb", "abcdef").slice(Span(1, 3)) == "bc"
