"""Whatever the text: an answer, exact places, and linear time."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rbengine.source import SourceFile
from rbengine.syntax import describe, parse
from rbengine.syntax.nodes import base
from rbengine.syntax.nodes.base import Node, children, walk
from rbengine.syntax.parsed import Parsed
from support.growing import GROWING
from support.tour import samples

ROOT = Path(__file__).parents[2]
FILES = [sample.text for sample in samples()]
SIGNS = [
    "(",
    ")",
    "[",
    "{",
    "}",
    '"',
    "'",
    "\n",
    "\n  ",
    "\n      ",
    "=",
    "{{",
    "}}",
    "|",
    ":",
    ",",
    "else",
    "sql",
    "\t",
]

_PARSERS_OWN = re.compile(r"_(?:NL|INDENT|DEDENT)\b|\$END")


def judged(text: str) -> Parsed:
    """The parsed text, when every place in it is sound: unique ids, parents around children, siblings side by side."""
    source = SourceFile("sample.rb", text)
    parsed = parse(source)
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(source.text)
        told = describe(problem, source)
        assert told.message
        # An author knows ends of lines and blocks, not the parser's names for them.
        assert not _PARSERS_OWN.search(f"{told.message} {told.primary.text} {told.help}")
    if parsed.tree is None:
        return parsed
    seen = set()
    for node in walk(parsed.tree):
        assert node.id not in seen
        seen.add(node.id)
        inner = list(children(node))
        assert all(
            node.span.start <= one.span.start and one.span.end <= node.span.end for one in inner
        )
        spans = sorted(one.span for one in inner)
        assert all(left.end <= right.start for left, right in pairwise(spans))
    return parsed


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_every_prefix_of_a_file_is_answered(text: str) -> None:
    """An editor asks after every key: every third of them, counted from another one for each file.

    Places are judged where a line ends, all else everywhere.
    """
    ends = range(FILES.index(text) % 3, len(text), 3)
    kinds = {parse(SourceFile("sample.rb", text[:end])).kind for end in ends}
    assert kinds - {"empty", "foreign"} == {judged(text).kind}
    for end, sign in enumerate(text):
        if sign == "\n":
            judged(text[:end])
    assert judged(text).problems == ()


PLAYBOOKS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "playbooks").rglob("*.rb"))
}


@pytest.mark.parametrize("path", PLAYBOOKS)
def test_every_shipped_playbook_is_answered_wherever_it_is_cut_off(path: str) -> None:
    """Behind a line, in the middle of it, and with one bracket too many: 16 places, spread over the file."""
    text = PLAYBOOKS[path]
    lines = [end for end, sign in enumerate(text) if sign == "\n"]
    for end in lines[:: max(1, len(lines) // 8)]:
        judged(text[:end])
        judged(text[: end - 3])
    assert judged(text + "(\n").problems != ()
    assert judged(text).problems == ()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(SIGNS)), max_size=5),
)
def test_a_damaged_file_is_answered(text: str, damage: list[tuple[float, int, str]]) -> None:
    """Signs put in and letters taken out anywhere give problems, never an exception, and places stay sound."""
    for where, removed, sign in damage:
        at = int(where * len(text))
        text = text[:at] + sign + text[at + removed :]
    judged(text)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    """Also below a first line that is ours."""
    judged(text)
    judged('runbook RB-001 "Title"\n' + text)
    judged('runbook RB-001 "Title"\nverify\n  x = ' + text)


def test_line_ends_and_byte_order_mark_change_nothing() -> None:
    """The same playbook from another editor is the same tree."""
    for text in FILES:
        plain = judged(text)
        assert judged("\ufeff" + text.replace("\n", "\r\n")).tree == plain.tree
        assert judged(text.removesuffix("\n")).tree == plain.tree


def test_comments_and_blank_lines_change_nothing() -> None:
    """Equality of trees leaves places out, so a formatter can compare before and after."""
    text = 'runbook RB-001 "Title"\nverify\n  x = 1\n  y = 2\n'
    spaced = '# top\n\nrunbook RB-001 "Title"  # here\n\nverify\n\n  # why\n  x = 1 # one\n\n  y = 2\n# end\n'
    assert judged(spaced).tree == judged(text).tree


def test_the_tour_has_every_kind_of_node() -> None:
    """So that what is proven on the tour is proven for the whole language."""
    seen = {
        type(node) for text in FILES for node in walk(judged(text).tree or pytest.fail("no tree"))
    }
    broken = {"ErrorItem", "ErrorSection", "ErrorStatement"}
    names = {
        one.__name__
        for one in _kinds(Node)
        if one.__module__.startswith(base.__name__.rpartition(".")[0])
    }
    assert names - {one.__name__ for one in seen} == broken


def _kinds(kind: type[Node]) -> set[type[Node]]:
    below = set(kind.__subclasses__())
    return below | {one for other in below for one in _kinds(other)}


@pytest.mark.parametrize("name", GROWING)
def test_four_times_the_text_takes_at_most_five_times_the_time(name: str) -> None:
    """A file of any form is read in linear time. Times below two milliseconds are noise.

    Other work on the machine only adds to a time, so the best of up to ten rounds is compared.
    """

    def seconds(source: str) -> float:
        begun = time.process_time()
        parse(SourceFile("sample.rb", source))
        return time.process_time() - begun

    short, long = GROWING[name](500), GROWING[name](2000)
    best_short = best_long = 1.0e9
    for _ in range(10):
        best_short, best_long = min(best_short, seconds(short)), min(best_long, seconds(long))
        if best_long <= 5 * max(best_short, 0.002):
            return
    pytest.fail(f"{best_long:.4f} s for four times what took {best_short:.4f} s")
