"""Formatting changes how a file looks, and nothing else."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rbengine.format import format_source
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.parsed import Parsed
from support.examples import examples
from support.scribbled import RUNBOOKS, scribbled
from support.tour import samples

ROOT = Path(__file__).parents[2]
PLAYBOOKS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "playbooks").rglob("*.rb"))
}
TOUR = {f"tour {number} {one.kind}": one.text for number, one in enumerate(samples())}
FRAGMENT = 'runbook RB-000 "Fragment"\n'
RIGHT = PLAYBOOKS | {
    name: text.replace(FRAGMENT, FRAGMENT + "\n") if text.startswith(FRAGMENT) else text
    for name, text in TOUR.items()
}
"""Files that are written as the formatter writes them; the heads of fragments are the test's own."""


WITHOUT_SHRINKING = [Phase.reuse, Phase.generate]
"""Shrinking a whole file takes minutes; the difference that a failure shows is small enough."""


def formatted(text: str) -> str:
    found = format_source(SourceFile("sample.rb", text))
    assert found.problems == ()
    assert found.text is not None
    return found.text


def read(text: str) -> Parsed:
    parsed = parse(SourceFile("sample.rb", text))
    assert parsed.problems == ()
    return parsed


def comments(parsed: Parsed) -> Counter[str]:
    return Counter(one.text.rstrip(" ") for one in parsed.trivia if one.kind == "comment")


def holds(text: str) -> str:
    """The formatted text, with everything that holds of each."""
    new = formatted(text)
    before, after = read(text), read(new)
    assert after.tree == before.tree
    assert comments(after) == comments(before)
    assert formatted(new) == new
    assert new.endswith("\n")
    assert not any(row != row.rstrip(" ") for row in new.split("\n"))
    assert "\n\n\n" not in new or "\n\n\n" in _raw_texts(text)
    return new


def _raw_texts(text: str) -> str:
    """What stands in raw texts keeps its blank lines."""
    tokens: list[Any] = []
    parse(SourceFile("sample.rb", text), tokens)
    blocks = [one.text for one in tokens if one.kind == "BLOCK"]
    return "\n".join("\n".join(row.strip() for row in one.split("\n")) for one in blocks)


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_shipped_is_written_as_the_formatter_writes(name: str) -> None:
    """Playbooks and tour show the form; a formatter that disagrees with them is wrong, or they are."""
    assert holds(RIGHT[name]) == RIGHT[name]


@pytest.mark.parametrize("name", RIGHT)
@settings(examples(3), phases=WITHOUT_SHRINKING)
@given(seed=st.integers(0, 1 << 32))
def test_every_layout_of_a_file_comes_to_one_form(name: str, seed: int) -> None:
    """However it was typed, with whatever comments more."""
    holds(scribbled(RIGHT[name], Random(seed)))


@settings(examples(100), phases=WITHOUT_SHRINKING)
@given(text=RUNBOOKS, seed=st.integers(0, 1 << 32))
def test_made_up_files_keep_their_meaning_and_their_comments(text: str, seed: int) -> None:
    """Not only what people have written so far."""
    plain = holds(text)
    holds(scribbled(text, Random(seed)))
    assert read(plain).tree == read(text).tree
