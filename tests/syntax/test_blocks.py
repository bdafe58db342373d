"""Raw texts: what is taken off, what is kept, and the way back to the file."""

from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes.base import Block, walk
from support.reading import HEAD, read


def block_of(text: str) -> Block:
    return next(node for node in walk(read(text)) if isinstance(node, Block))


def test_common_indentation_is_taken_off_and_blank_lines_stay() -> None:
    """The text is what its author sees, as if it stood at the margin."""
    block = block_of("verify\n  x = text\n\n      a\n\n        b   \n      # c\n\n  wait 1m\n")
    assert block.text == "a\n\n  b\n# c"


def test_every_place_in_a_text_leads_back_to_the_file() -> None:
    """PostgreSQL underlines a word of the statement; the author must see it underlined in the playbook."""
    text = "verify\n  x = query all at most 5 rows  # how many\n    SELECT a,\n\n           b\n    FROM t\n"
    block = block_of(text)
    whole = HEAD + text
    for offset, sign in enumerate(block.text):
        if sign != "\n":
            assert whole[block.offset_in_file(offset)] == sign
    assert whole[block.span.start : block.span.end].split() == block.text.split()


def test_a_text_ends_where_the_indentation_ends() -> None:
    """Blank lines and comments below belong to what follows."""
    source = SourceFile("sample.rb", HEAD + "verify\n  x = text\n    a\n\n  # below\n  y = 1\n")
    parsed = parse(source)
    assert parsed.tree is not None
    (block,) = (node for node in walk(parsed.tree) if isinstance(node, Block))
    assert source.slice(block.span) == "a"
    assert [one.text for one in parsed.trivia] == ["", "# below"]


def test_a_word_that_goes_on_with_a_condition_is_text_in_a_text() -> None:
    """A message may begin with `and`, and may hold what looks like a comment or a statement."""
    block = block_of('message m(a: text) "S"\n  and so on\n  # no comment\n  resolve x\n')
    assert block.text == "and so on\n# no comment\nresolve x"
