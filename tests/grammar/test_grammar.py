"""The grammar is sound, and the committed table is what Lark makes of it."""

import importlib.util
from functools import cache
from typing import Any

import pytest
from lark import Lark, Token, Tree
from rbengine.source import SourceFile, Span
from rbengine.syntax.automaton import Parts
from rbengine.syntax.driver import Driver
from rbengine.syntax.lower import BUILDERS, Lowering
from rbengine.syntax.table import CONTEXTUAL, table
from rbengine_grammar import build
from rbengine_grammar.words import WORDS
from support.tour import Sample, samples

Shape = tuple[str, tuple[Any, ...]]


@cache
def strict() -> Lark:
    return build.lark(strict=True)


def test_lark_finds_no_conflict_and_no_colliding_terminals() -> None:
    """Strict mode turns every shift/reduce conflict and every pair of terminals that match alike into an error."""
    assert importlib.util.find_spec("interegular") is not None
    assert strict().rules


def test_the_table_is_current() -> None:
    """Somebody changed the grammar and forgot `python -m rbengine_grammar.build`."""
    assert build.TABLE.read_text(encoding="utf-8") == build.table_text()


def test_no_state_waits_for_a_newline_and_for_a_raw_text() -> None:
    """There the lexer could eat the rest of the file: a raw text begins with the newline."""
    both = [row for row in table().rows if "_NL" in row and "BLOCK" in row]
    assert both == []
    assert any("BLOCK" in row for row in table().rows)


def test_contextual_terminals_are_those_of_the_table() -> None:
    """The order in which they are tried is written in two places, because neither package imports the other."""
    assert CONTEXTUAL == build.CONTEXTUAL


def test_every_terminal_has_a_word() -> None:
    """Messages never show the grammar's own names."""
    terminals = table().terminals
    named = {*terminals.words.values(), *terminals.signs.values()}
    patterns = {name for name in terminals.patterns if not name.startswith("__")}
    silent = {"COMMENT", "_CONTINUED", "SIGN"}
    assert patterns - named - silent - set(WORDS) == set()
    assert {"_NL", "_INDENT", "_DEDENT", "$END", "BROKEN"} <= set(WORDS)


def test_every_rule_has_a_builder_and_every_builder_a_rule() -> None:
    """A rule without one would fail only on the text that uses it."""
    whole_files = {"start", "runbook", "policy", "calendar", "library", "app", "scenarios"}
    used = {
        rule.builder
        for rule in table().rules
        if rule.identity < 0 and not rule.builder.startswith(("_", "$"))
    }
    assert used - whole_files == set(BUILDERS)


class _Shapes(dict[str, Any]):
    """Builders that keep only names and texts."""

    def __missing__(self, name: str) -> Any:
        def build_shape(_: Lowering, parts: Parts, __: Span) -> Shape:
            return name, tuple(_shape(part) for part in parts)

        return build_shape


def _shape(part: Any) -> Any:
    if isinstance(part, Tree):
        return str(part.data), tuple(_shape(child) for child in part.children)
    if isinstance(part, Token):
        return part.type, str(part)
    return (part.kind, part.text) if hasattr(part, "kind") else part


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.kind)
def test_our_driver_reads_what_lark_reads(sample: Sample) -> None:
    """The grammar is the definition; our driver is only a faster way through the same table."""
    source = SourceFile("sample.rb", sample.text)
    span = Span(0, len(source.text))
    driver = Driver(table(), _Shapes(), None, source.text, span)
    ours = driver.read("start")
    assert driver.problems == []
    assert ours == _shape(strict().parse(source.text, start="start"))
