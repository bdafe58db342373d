"""One slip, one report."""

import pytest
from rbengine.source import SourceFile
from rbengine.syntax import parse

START = 'runbook RB-001 "T"\n\ndiagnose\n  step "S"\n    x = 1\n'


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ('    note "q" && z\n', ["E116"]),
        ('    if x == 3\n      note "a"\n', ["E118"]),
    ],
)
def test_a_sign_from_another_language_is_reported_once(line: str, codes: list[str]) -> None:
    """What follows from reading on behind it says nothing new."""
    found = parse(SourceFile("rb001.rb", START + line)).problems
    assert [one.code for one in found] == codes
