"""Expressions and types: each form, as a tree."""

# an outline is one line, however long

import pytest
from support.outline import outline
from support.reading import read

EXPRESSIONS = (
    ("1", "IntegerLiteral(1)"),
    ("12.5", "DecimalLiteral(12.5)"),
    ("5%", "PercentLiteral(5)"),
    ("1m30s", "DurationLiteral(90s)"),
    ("200ms", "DurationLiteral(0.2s)"),
    ("2026-03-02", "DateLiteral(2026-03-02)"),
    ("12.50 usd", "MoneyLiteral(12.50, currency='usd')"),
    ("3 eur", "MoneyLiteral(3, currency='eur')"),
    ("true", "BoolLiteral(True)"),
    ("false", "BoolLiteral()"),
    ("a", "a"),
    ("a.b.c", "Field(Field(a, name=b), name=c)"),
    ('"t {{ a.b | local }} \\"q\\" {{ b }}"', '"t {Field(a, name=b)|local} "q" {b}"'),
    ('""', '""'),
    ("f(a, n: 1)", "Apply(f, arguments=[Argument(value=a), Argument(n, value=IntegerLiteral(1))])"),
    (
        "a.b(c: 1)",
        "OperationCall(a, operation=b, arguments=[Argument(c, value=IntegerLiteral(1))])",
    ),
    ("not a", "Unary('not', operand=a)"),
    ("-a", "Unary('-', operand=a)"),
    ("a + b * c", "Binary('+', left=a, right=Binary('*', left=b, right=c))"),
    ("a - b / c", "Binary('-', left=a, right=Binary('/', left=b, right=c))"),
    ("a and b or c", "Binary('or', left=Binary('and', left=a, right=b), right=c)"),
    ("a < b", "Compare('<', left=a, right=b)"),
    ("a >= b", "Compare('>=', left=a, right=b)"),
    ("a is b", "Compare('is', left=a, right=b)"),
    ("a is not b", "Compare('is not', left=a, right=b)"),
    ("a in b", "Compare('in', left=a, right=b)"),
    ("a not in b", "Compare('not in', left=a, right=b)"),
    ("a is present", "Test(a, state='present')"),
    ("a is not empty", "Test(a, state='empty', negated=True)"),
    ("a if b else c", "Conditional(a, condition=b, otherwise=c)"),
    (
        "a where it.b > 1",
        "Where(a, condition=Compare('>', left=Field(it, name=b), right=IntegerLiteral(1)))",
    ),
    ("a each it.b", "Each(a, value=Field(it, name=b))"),
    ("(a or b) and c", "Binary('and', left=Binary('or', left=a, right=b), right=c)"),
    ("10m ago", "Ago(DurationLiteral(600s))"),
    ("30d from now", "FromNow(DurationLiteral(2.592e+06s))"),
    ("[1, 2,]", "ListLiteral([IntegerLiteral(1), IntegerLiteral(2)])"),
    ("[]", "ListLiteral()"),
    (
        '{a: 1, "b c": 2}',
        "RecordLiteral([RecordField(a, value=IntegerLiteral(1)), RecordField(b c, value=IntegerLiteral(2))])",
    ),
    ("{}", "RecordLiteral()"),
    ("from - 2h", "Binary('-', left=from, right=DurationLiteral(7200s))"),
    ("x.from.step", "Field(Field(x, name=from), name=step)"),
)

TYPES = (
    ("text", "NamedType(text)"),
    ("git.commit", "NamedType(commit, qualifier=git)"),
    ("list of text", "ListType(NamedType(text))"),
    ("optional int", "OptionalType(NamedType(int))"),
    ("secret text", "SecretType(NamedType(text))"),
    ("one of up or down", "OneOfType([up, down])"),
    ("list of optional secret text", "ListType(OptionalType(SecretType(NamedType(text))))"),
)


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_an_expression_is_read_as_it_binds(text: str, expected: str) -> None:
    """Precedence and form of every expression are fixed by its tree."""
    assert outline(read(f"verify\n  x = {text}").parts[0].body[0].value) == expected


@pytest.mark.parametrize(("text", "expected"), TYPES)
def test_a_type_is_read_as_written(text: str, expected: str) -> None:
    """Types nest to the right."""
    assert outline(read(f'input x: {text} "help"').parts[0].type) == expected
