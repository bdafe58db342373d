"""Finding `:name` in SQL, and the way back from what PostgreSQL says."""

from hypothesis import given
from hypothesis import strategies as st
from rbengine.semantics.sql_binding import Mention, number, scan


def test_offsets_lead_back_to_the_written_text() -> None:
    """`$1` is shorter than `:account.id`, `$10` may be longer than `:a`."""
    text = "SELECT :account.id, b FROM c WHERE d = :a"
    numbered = number(text, scan(text, lambda _: True).mentions)
    assert numbered.sql == "SELECT $1, b FROM c WHERE d = $2"
    assert text[numbered.original(numbered.sql.index("b")) :].startswith("b FROM")
    assert text[numbered.original(numbered.sql.index("$2")) :] == ":a"
    assert numbered.original(len(numbered.sql)) == len(text)


def test_every_kind_of_quoting_is_known() -> None:
    """Doubled quotes, escapes, tags, nested comments, what is never closed."""
    for text in (
        "'it''s :a'",
        r"E'it\'s :a'",
        '"a "":a"',
        "$x$ $y$ :a $x$",
        "/* /* :a */ :a */",
        "-- :a",
        "x::a",
        "f(a := :b)"[:7],
        "':a",
        "/* :a",
        "$$ :a",
    ):
        assert scan(text, lambda _: False).mentions == (), text


def test_names_in_quotes_are_found_when_they_are_names() -> None:
    """Each with its kind of quoting."""
    found = scan("SELECT ':a', \":a\", $$:a$$ -- :a :b ::a", lambda name: name == "a").quoted
    assert [one.place for one in found] == ["quotes", "a quoted name", "$$", "a comment"]


@given(st.text(alphabet="ab:.'\"$-/* \n{}1E\\", max_size=40))
def test_any_text_is_scanned_and_mapped_back(text: str) -> None:
    """Mentions do not overlap, and every offset has an origin inside the text."""
    found = scan(text, lambda _: True)
    ends = [0, *(one.end for one in found.mentions)]
    assert all(one.start >= end for one, end in zip(found.mentions, ends, strict=False))
    numbered = number(text, found.mentions)
    assert len(numbered.paths) == len({one.path for one in found.mentions})
    places = [numbered.original(offset) for offset in range(len(numbered.sql) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_a_mention_is_a_path() -> None:
    """A row and its column."""
    assert scan("a = :b.c.d.", lambda _: True).mentions == (Mention(("b", "c", "d"), 4, 10),)
