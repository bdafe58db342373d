"""The language reference is right: every block of it earns exactly the problems that it says."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from support.spec import (
    INDEX,
    SpecError,
    blocks_of,
    catalogued,
    check_page,
    index_text,
    pages,
    rules,
    schema,
)


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, schema(), "schema.sql")
    yield made
    made.close()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_says_what_the_checker_says(page: Path, describer: PostgresDescriber) -> None:
    """A reference that nobody runs describes a language that nobody speaks."""
    wrong = check_page(page, describer, zone_exists=available_timezones().__contains__)
    assert wrong == [], "\n".join(wrong)


def test_the_index_lists_what_the_pages_show() -> None:
    """Whoever looks for a code must find the page where it comes up."""
    assert INDEX.read_text(encoding="utf-8") == index_text(), (
        "in tests/: PYTHONPATH=../engine:../grammar:../adapters python -m support.spec"
    )


def test_the_index_leads_to_every_page() -> None:
    """A page that nothing links to is read by nobody."""
    text = INDEX.read_text(encoding="utf-8")
    assert [one.name for one in pages() if one != INDEX and f"({one.name})" not in text] == []


def test_every_rule_has_a_code_and_every_code_of_a_rule_exists() -> None:
    """A rule without a code cannot be explained, and a code that nothing earns is a promise not kept."""
    known = rules()
    assert len(known) > 40
    assert {rule: codes for rule, codes in known.items() if not set(codes) <= catalogued()} == {}


def test_every_code_that_a_runbook_can_earn_belongs_to_a_rule() -> None:
    """Codes of the 2xx to 6xx that no rule names would be rules that nobody has written down."""
    named = {code for codes in rules().values() for code in codes}
    left = {one for one in catalogued() if "200" <= one[1:] < "650"} - named
    assert left == {
        "E414",
        "E415",
    }  # names for nothing and `it` with two meanings are matters of grammar


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ('```runbook resolve\nnote "x"\n```\n', "no assertion"),
        ('```runbook resolve\nnote "{{ x }}"  # ok\n```\n', "unexpected E201"),
        ('```runbook resolve\nnote "x"  # error: E201\n```\n', "did not come"),
        ("```runbook verify\nx = 1  # type: x = text\n```\n", "is `int`, not `text`"),
        ('```runbook resolve\nnote "x"  # effect: changes\n```\n', "reads, not changes"),
        ("prose alone\n", "a page without a block"),
    ],
    ids=["no assertion", "unexpected", "did not come", "type", "effect", "no block"],
)
def test_a_page_that_is_wrong_fails(
    block: str, told: str, tmp_path: Path, describer: PostgresDescriber
) -> None:
    """A reference that cannot fail proves nothing."""
    page = tmp_path / "page.md"
    page.write_text(block, encoding="utf-8")
    (wrong,) = check_page(page, describer, zone_exists=lambda _: True)
    assert told in wrong


def test_a_frame_that_does_not_exist_is_refused(
    tmp_path: Path, describer: PostgresDescriber
) -> None:
    """A misspelt frame must not make its block a whole file."""
    page = tmp_path / "page.md"
    page.write_text('```runbook reslve\nnote "x"  # ok\n```\n', encoding="utf-8")
    assert len(blocks_of(page)) == 1
    with pytest.raises(SpecError, match="no frame `reslve`"):
        check_page(page, describer, zone_exists=lambda _: True)
