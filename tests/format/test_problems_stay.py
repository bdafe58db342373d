"""A formatted file has the problems that it had before, about the same words."""

from collections.abc import Iterable, Iterator
from random import Random

import pytest
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.catalogue import Entry
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from rbengine.format import format_source
from rbengine.semantics import project_catalogue
from rbengine.semantics.catalogue import CATALOGUE
from rbengine.source import SourceFile
from semantics.test_catalogue import LIBRARIES, SCHEMA
from support.check import analyse
from support.codes import of_project
from support.scribbled import scribbled


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, SCHEMA, "schema.sql")
    yield made
    made.close()


def formatted(text: str) -> str:
    found = format_source(SourceFile("a.rb", text))
    assert found.problems == ()
    assert found.text is not None
    return found.text


def told(
    problems: Iterable[Diagnostic], text: str, path: str = "a.rb"
) -> list[tuple[str, str, str]]:
    """Codes, messages, and the words underlined in `text`, whatever stands between them."""
    found = []
    for one in problems:
        span = one.primary.span
        words = text[span.start : span.end].split() if one.primary.file == path else []
        found.append((one.code, one.message, "".join(words)))
    return found


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_problems_of_runbooks_stay(entry: Entry, describer: PostgresDescriber) -> None:
    """Whether they were typed with care or without."""

    def problems(text: str) -> list[tuple[str, str, str]]:
        return told(analyse(text, LIBRARIES, describer=describer).problems, text)

    for text in (entry.wrong, scribbled(entry.wrong, Random(entry.code))):
        assert problems(formatted(text)) == problems(text)


@pytest.mark.parametrize("entry", project_catalogue.CATALOGUE, ids=lambda entry: entry.code)
def test_problems_of_policies_scenarios_and_apps_stay(entry: Entry) -> None:
    """As those of runbooks."""
    path = project_catalogue.sample_path(entry)
    for text in (entry.wrong, scribbled(entry.wrong, Random(entry.code))):
        new = formatted(text)
        before = told(of_project(entry, text), text, path)
        assert told(of_project(entry, new), new, path) == before
