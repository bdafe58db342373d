"""The catalogue of syntax codes tells the truth."""

import pytest
from rbengine.diagnostics.catalogue import Entry
from rbengine.source import SourceFile
from rbengine.syntax import describe, parse
from rbengine.syntax.catalogue import CATALOGUE
from rbengine.syntax.wordings import _WORDINGS


def codes_in(text: str) -> list[str]:
    return [problem.code for problem in parse(SourceFile("sample.rb", text)).problems]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_the_wrong_sample_earns_its_code_and_the_right_one_none(entry: Entry) -> None:
    """A page that explains a mistake is worth nothing when its example makes another one."""
    assert codes_in(entry.wrong) == [entry.code]
    assert codes_in(entry.right) == []


def test_every_code_with_words_is_catalogued_once() -> None:
    """A code that nobody can explain is noise."""
    assert sorted(entry.code for entry in CATALOGUE) == sorted(_WORDINGS)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_messages_keep_the_grammar_of_messages(entry: Entry) -> None:
    """Lower-case start, one line, no final stop, and never a name of the grammar or of Python."""
    source = SourceFile("sample.rb", entry.wrong)
    for problem in parse(source).problems:
        shown = describe(problem, source)
        for text in (shown.message, shown.primary.text, shown.why or "", shown.help or ""):
            assert "\n" not in text
            assert not text.endswith(".")
            assert not text[:1].isupper()
            assert "{found}" not in text
            assert "_NL" not in text
            assert "DEDENT" not in text
        assert shown.message
