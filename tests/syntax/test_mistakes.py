"""What is reported of a mistake, where, and that it hides no other."""

import pytest
from rbengine.diagnostics import Fix
from rbengine.source import SourceFile
from rbengine.syntax import decode, describe, parse
from rbengine.syntax.problems import SyntaxProblem
from support.outline import outline
from support.reading import HEAD, problems

HABITS = [
    ('resolve a\n  if b then\n    note "x"\n', "E119 at `then`"),
    ('resolve a\n  if b:\n    note "x"\n', "E119 at `:`"),
    ('resolve a\n  if b {\n    note "x"\n  }\n', "E119 at `{`"),
    ('resolve a\n  note "x";\n', "E119 at `;`"),
    ("resolve a\n  if b\n    wait 1m\n  elif c\n    wait 1m\n", "E119 at `elif`"),
    ("severity: P2\n", "E119 at `:`"),
    ('diagnose:\n  step "s"\n    wait 1m\n', "E119 at `:`"),
    ("resolve a\n  check b == c\n", "E118 at `==`"),
    ("resolve a\n  check b != c\n", "E118 at `!=`"),
    ("resolve a\n  check b = c\n", "E118 at `=`"),
    ("resolve a\n  x = a.b(c = 1)\n", "E118 at `=`"),
    ("resolve a\n  check b && c\n", "E116 at `&&`"),
    ("resolve a\n  check b || c\n", "E116 at `||`"),
    ("resolve a\n  check !b\n", "E116 at `!`"),
    ("resolve a\n  note 'x'\n", "E117 at `'x'`"),
    ("resolve a\n  note \u201cx\u201d\n", "E117 at `\u201cx\u201d`"),
    ("resolve a\n  note \u2018x\u2019\n", "E117 at `\u2018x\u2019`"),
    ('resolve a\n  note\u00a0"x"\n', "E106 at `\u00a0`"),
    ('resolve a\n\u00a0\u00a0note "x"\n\u00a0\u00a0note "y"\n', "E106 at `\u00a0\u00a0`"),
    ('resolve a\n\tnote "x"\n\tnote "y"\n', "E105 at `\t`"),
    ("resolve a\n  wait 5min\n", "E120 at `5min`"),
    ("resolve a\n  wait 5 minutes\n", "E120 at `5 minutes`"),
    ("mttr 20\n", "E121 at `20`"),
    ("resolve a\n  x = max(1, 2\n", "E103 at `(`"),
    ("resolve a\n  x = max 1)\n", "E101 at `1`"),
    ('resolve a\n  stpe "s"\n    note "x"\n', "E101 at `stpe`"),
    ("resolve a\n\n\nrecover\n  wait 1m\n", "E113 at `resolve a`"),
    ("verify\n  within 5m checking every 15s\n    until\n", "E101 at `l`"),
    ("message m()\nprevent\n  - a\n", "E114 at `)`"),
    ("resolve a\n  else\n    wait 1m\n", "E101 at `else`"),
    ("resolve a\n  check b is is\n", "E122 at `is`"),
    ('resolve a\n  note "{{ }}"\n', "E125 at `{{ }}`"),
    ('resolve a\n  note "{{ b + }}"\n', "E101 at `+`"),
]


@pytest.mark.parametrize(("text", "expected"), HABITS)
def test_a_wrong_form_is_one_problem_in_its_place(text: str, expected: str) -> None:
    """People type what other languages taught them; they get one report, under the very sign."""
    assert problems(text) == [expected]


HIDING = """input x uuid "h"
diagnose
  step "a", timeout 20
    note 1
  step "b"
    wait 1m 2m
  finding c "C"
    d is e f
    f
  finding 3 "D"
    g
resolve c
  step "e"
    if x
      note "ok" else
      wait 5min
    change "f"
      sqll
        UPDATE t
      expect 1 row
      irrevocable "x"
  step "g"
    parallel
      x = (1
      y = 2]
verify
  within 5m checking every 15s
    until a b
prevent
  a
message m(a) "S"
  x
"""


def test_one_mistake_hides_no_other() -> None:
    """All mistakes of a file come in one pass: each is in another declaration, step or line."""
    assert problems(HIDING) == [
        "E101 at `x`", "E121 at `20`", "E101 at `1`", "E101 at `2m`", "E101 at `f`", "E101 at `3`",
        "E101 at `else`", "E120 at `5min`", "E101 at `sqll`", "E101 at `irrevocable`", "E103 at `(`", "E104 at `]`",
        "E101 at `b`", "E128 at `a`", "E101 at `a`",
    ]  # fmt: skip


def test_what_could_be_read_around_a_mistake_is_in_the_tree() -> None:
    """Later passes judge the rest, and know the names that the broken lines would have bound."""
    source = SourceFile(
        "sample.rb",
        HEAD + 'resolve a\n  x = (1\n  wait 1m\n  step "s" oops\n    wait 2m\nfoo bar\n',
    )
    tree = parse(source).tree
    assert tree is not None
    assert outline(tree.parts) == (
        "[Resolve(a, body=[ErrorStatement(['x']), Wait(DurationLiteral(60s)), "
        "Step(\"s\", body=[Wait(DurationLiteral(120s))])]), ErrorSection('foo', names=['bar'])]"
    )


def test_the_words_name_what_was_found_and_what_could_stand_there() -> None:
    """The wording of a few, because a person reads them; all others are judged by their code and place."""
    text = HEAD + "resolve a\n  note 3\nseverty P2\nresolve b\n  wait 5min\n"
    source = SourceFile("sample.rb", text)
    shown = [describe(problem, source) for problem in parse(source).problems]
    assert [one.message for one in shown] == [
        "expected a text in double quotes, not `3`",
        "a `runbook` has no part `severty`",
        "`5min` is written `5m`",
    ]
    assert [one.help for one in shown] == [
        "write a text in double quotes here",
        "did you mean `severity`?",
        "write `5m`",
    ]
    assert shown[2].fixes == (Fix("write `5m`", "sample.rb", shown[2].primary.span, "5m"),)


def test_a_file_of_another_language_is_left_alone() -> None:
    """`.rb` is Ruby's, too."""
    parsed = parse(SourceFile("sample.rb", "class Runbook\nend\n"))
    assert (parsed.kind, parsed.tree, parsed.problems) == ("foreign", None, ())


def test_bytes_that_are_not_utf_8_are_a_problem_with_a_place() -> None:
    """Whoever reads files gets a text or a problem, never an exception."""
    assert decode("é".encode()) == "é"
    problem = decode(b"caf\xe9\r\n")
    assert isinstance(problem, SyntaxProblem)
    assert (problem.code, problem.span.start, problem.found) == ("E107", 3, "0xE9")


def test_places_inside_strings_and_cells_are_those_of_the_file() -> None:
    """A name in a hole is underlined in the file, behind escapes and line by line."""
    text = 'scenarios for RB-1\nworld w "W"\n  table t\n    | a        |\n    | = 1 +    |\n'
    source = SourceFile("sample.rb", text)
    (problem,) = parse(source).problems
    assert source.line_and_column(problem.span.end)[0] == 5
    assert problems('resolve a\n  note "\\"\\" {{ b c }}"\n') == ["E101 at `c`"]
