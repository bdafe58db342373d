"""Reading texts that must be right, and naming what is wrong with those that are not."""

from typing import Any

from rbengine.source import SourceFile
from rbengine.syntax import parse

HEAD = 'runbook RB-001 "Title"\n'


def read(parts: str) -> Any:
    """The tree of a runbook with these parts, which must be right."""
    return read_file(HEAD + parts)


def read_file(text: str) -> Any:
    """The tree of a file that must be right."""
    parsed = parse(SourceFile("sample.rb", text))
    assert parsed.problems == ()
    assert parsed.tree is not None
    return parsed.tree


def indented(text: str, columns: int) -> str:
    """Every line that holds something, further to the right."""
    return "".join(" " * columns + line + "\n" if line else "\n" for line in text.split("\n"))


def problems(parts: str) -> list[str]:
    """What is wrong with a runbook of these parts: ``E101 at `word` ``, in the order of the text."""
    source = SourceFile("sample.rb", HEAD + parts)
    return [f"{one.code} at `{source.slice(one.span)}`" for one in parse(source).problems]
