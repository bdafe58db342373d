"""The catalogue of the checker tells the truth, with a real PostgreSQL."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.catalogue import Entry
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from rbengine.semantics.catalogue import CATALOGUE
from support.check import analyse
from support.known import unknown_nodes

SCHEMA = (Path(__file__).parent / "catalogue_schema.sql").read_text(encoding="utf-8")
PROBLEMS = Path(__file__).parents[2] / "engine" / "rbengine" / "semantics" / "problems"
OURS = (
    "names",
    "shape",
    "effects",
    "secrecy",
    "types",
    "messages",
    "timing",
    "sql",
    "duties",
    "people",
)
LIBRARIES = {
    "platform": """
        library platform "What several runbooks need"

        procedure look_around()
          order = shop.latest_order(customer: "c")
    """,
    "mirror": """
        library mirror "Another of the same"

        procedure look_around()
          note "nothing"
    """,
    "spiral": """
        library spiral "Comes back to itself"

        procedure turn()
          call turn_again()

        procedure turn_again()
          call turn()
    """,
    "circle": """
        library circle "Comes back to itself"

        use circle

        procedure turn()
          note "round"
    """,
}


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, SCHEMA, "schema.sql")
    yield made
    made.close()


def problems_in(text: str, describer: PostgresDescriber) -> tuple[Diagnostic, ...]:
    return analyse(text, LIBRARIES, describer=describer).problems


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_the_catalogue_tells_the_truth(entry: Entry, describer: PostgresDescriber) -> None:
    """The wrong sample earns exactly its code, and the right sample is clean."""
    wrong = problems_in(entry.wrong, describer)
    assert [one.code for one in wrong] == [entry.code], [one.message for one in wrong]
    right = problems_in(entry.right, describer)
    assert [one.code for one in right] == [], [one.message for one in right]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_everything_is_known_of_a_clean_file(entry: Entry, describer: PostgresDescriber) -> None:
    """The plan is built from the checker's tables alone, and asks nothing again."""
    assert unknown_nodes(analyse(entry.right, LIBRARIES, describer=describer)) == []


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_messages_keep_the_grammar_of_messages(entry: Entry, describer: PostgresDescriber) -> None:
    """One line, no final stop, lower-case start, and no word of Python. Below a note may stand a list."""
    for one in problems_in(entry.wrong, describer):
        notes = [note.split("\n")[0] for note in one.notes]
        for text in (one.message, one.primary.text, one.why or "", one.help or "", *notes):
            assert "\n" not in text
            assert not text.endswith(".")
            assert not text[:1].isupper() or text.startswith(("PostgreSQL", "ON CONFLICT", "IN "))
            assert not re.search(r"\b(None|True|False|Struct|tuple|<class)\b", text)
        assert one.message


def test_every_code_is_catalogued_once() -> None:
    """A code that nobody can explain is noise, and one that nothing earns is a promise not kept."""
    written = set()
    for module in OURS:
        text = (PROBLEMS / f"{module}.py").read_text(encoding="utf-8")
        written |= set(re.findall(r'Code\("([EW][0-9]{3})"\)', text))
    assert sorted(one.code for one in CATALOGUE) == sorted(written)
