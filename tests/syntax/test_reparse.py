"""A changed text, read with the help of what was read before, is what it is when read alone."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rbengine.source import SourceFile
from rbengine.syntax import parse, parse_again
from rbengine.syntax.nodes import walk
from rbengine.syntax.nodes.base import Block
from rbengine.syntax.parsed import Parsed

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
TEXTS = {
    one: (PLAYBOOKS / one).read_text(encoding="utf-8")
    for one in ("rb011.rb", "policy.rb", "app.rb", "scenarios/rb011.rb")
}
PIECES = (
    "\n", "\n\n", "  ", "# a comment\n", "\n# a comment\n", "resolve", "(", ")", '"', "{{", "    note \"x\"\n",
    "message m(a: text)\n  Hello {{ a }}\n", "otherwise\n", "\t", "🎈", "query one", "\nsql\n", "runbook",
    "  answer 200\n", "is present", ":",
)  # fmt: skip


def read(text: str) -> tuple[SourceFile, Parsed]:
    """A text read alone."""
    source = SourceFile("a.rb", text)
    return source, parse(source)


def shape(parsed: Parsed) -> list[tuple[Any, ...]]:
    """Every node with its place."""
    if parsed.tree is None:
        return []
    return [
        (type(one).__name__, one.span, one.line_starts if isinstance(one, Block) else ())
        for one in walk(parsed.tree)
    ]


def same(text: str, former: tuple[SourceFile, Parsed]) -> Parsed:
    """Read `text` both ways, and hold one against the other."""
    source, alone = read(text)
    again = parse_again(source, *former)
    assert (again.kind, again.problems, again.trivia) == (alone.kind, alone.problems, alone.trivia)
    assert again.tree == alone.tree
    assert shape(again) == shape(alone)
    if again.tree is not None:
        ids = [one.id for one in walk(again.tree)]
        assert len(ids) == len(set(ids))
        assert max(ids) == again.tree.id
    return again


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and what it becomes edit by edit."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    steps, now = [], text
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(now)))
        end = min(len(now), start + draw(st.sampled_from((0, 0, 1, 7, 80, 900))))
        now = now[:start] + draw(st.sampled_from(("", *PIECES))) + now[end:]
        steps.append(now)
    return text, steps


@settings(max_examples=150, deadline=None)
@given(edited=edits())
def test_edit_by_edit_nothing_differs(edited: tuple[str, list[str]]) -> None:
    """Trees, places, problems, comments; whatever was typed, and after wrong texts too."""
    text, steps = edited
    former = read(text)
    for step in steps:
        former = (SourceFile("a.rb", step), same(step, former))


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_parts_may_change_places_and_come_twice(name: str) -> None:
    """Nodes of two parts with one text have ids of their own."""
    former = read(TEXTS[name])
    head, *parts = TEXTS[name].split("\n\n")
    same("\n\n".join([head, *reversed(parts)]), former)
    same("\n\n".join([head, *parts, *parts]), former)
    same("# above\n" + TEXTS[name], former)


def test_what_is_the_same_is_not_read_again() -> None:
    """The parts above an edit are the very same; those below it keep their ids."""
    text = TEXTS["rb011.rb"]
    former = read(text)
    after = same(text.replace("verify\n", "verify\n  # once more\n"), former)
    assert former[1].tree is not None
    assert after.tree is not None
    old, new = former[1].tree.parts, after.tree.parts
    assert new[0] is old[0]
    assert new[-1].id == old[-1].id
    assert new[-1].span != old[-1].span
