"""Comments and blank lines are kept, beside what they belong to."""

from rbengine.source import SourceFile
from rbengine.syntax import parse
from support.reading import HEAD

TEXT = (
    "# above all\n\n"
    + HEAD
    + """
severity P2  # how bad

# why we look
diagnose
  # first
  step "a"  # look

    # then
    x = f(1,  # one
          # two
          2)
    q = query one   # read
      SELECT 1  -- not ours
      # nor this

    # after the text
    y = 3
# the end
"""
)


def test_every_comment_and_blank_line_is_kept_with_its_neighbour() -> None:
    """A formatter puts each back where it was; what stands in a raw text is text."""
    source = SourceFile("sample.rb", TEXT)
    parsed = parse(source)
    assert parsed.problems == ()
    kept = []
    for one in parsed.trivia:
        beside = (
            source.text[one.beside :] if one.place == "own line" else source.text[: one.beside][-8:]
        )
        kept.append((one.text, one.place, beside.split("\n")[0][:8]))
    assert kept == [
        ("# above all", "own line", "runbook "),
        ("", "own line", "runbook "),
        ("", "own line", "severity"),
        ("# how bad", "trailing", "verity P2"[-8:]),
        ("", "own line", "diagnose"),
        ("# why we look", "own line", "diagnose"),
        ("# first", "own line", 'step "a"'),
        ("# look", "trailing", 'step "a"'),
        ("", "own line", "x = f(1,"),
        ("# then", "own line", "x = f(1,"),
        ("# one", "trailing", "x = f(1,"),
        ("# two", "own line", "2)"),
        ("# read", "trailing", "uery one"),
        ("", "own line", "y = 3"),
        ("# after the text", "own line", "y = 3"),
        ("# the end", "own line", ""),
    ]
    assert all(source.slice(one.span) == one.text for one in parsed.trivia)
