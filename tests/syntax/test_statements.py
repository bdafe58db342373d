"""Statements and changes: each form, as a tree."""

# ruff: noqa: E501  # an outline is one line, however long

import pytest
from support.outline import outline
from support.reading import indented, read

STATEMENTS = (
    (
        'step "s", timeout 20s, retry 3 times every 5s doubling, covers RB-011/a/1, RB-011/a/2\n  note "x"',
        '[Step("s", timeout=DurationLiteral(20s), retry=Retry(3, every=DurationLiteral(5s), doubling=True), covers=Covers([RB-011/a/1, RB-011/a/2]), body=[Note("x")])]',
    ),
    ("x = 1", "[Bind(x, value=IntegerLiteral(1))]"),
    (
        "x = try a.b(c: 1)",
        "[Bind(x, value=Try(OperationCall(a, operation=b, arguments=[Argument(c, value=IntegerLiteral(1))])))]",
    ),
    (
        "try call p(a: 1)",
        "[Perform(Try(ProcedureCall(p, arguments=[Argument(a, value=IntegerLiteral(1))])))]",
    ),
    ("x = call p()", "[Bind(x, value=ProcedureCall(p))]"),
    ("a.b()", "[Perform(OperationCall(a, operation=b))]"),
    (
        "x = query all on replica at most 20 rows timeout 5s as authenticated claims {sub: a}\n  SELECT 1\n\n    FROM x",
        "[Bind(x, value=Query('all', on_replica=True, at_most=20, timeout=DurationLiteral(5s), role=authenticated, claims=RecordLiteral([RecordField(sub, value=a)]), sql='SELECT 1\\n\\n  FROM x'))]",
    ),
    ("try query value\n  SELECT 1", "[Perform(Try(Query('value', sql='SELECT 1')))]"),
    ("x = text\n  a: b\n   c", "[Bind(x, value=TextBlock('a: b\\n c'))]"),
    (
        'x = ask "Q?": int within 10m by a or b',
        '[Bind(x, value=Ask("Q?", type=NamedType(int), to=Question(DurationLiteral(600s), by=[a, b])))]',
    ),
    ('ask "Q?": text', '[Perform(Ask("Q?", type=NamedType(text), to=Question()))]'),
    (
        'x = choose "Q?" within 5m\n  a "A"\n  b "B"',
        '[Bind(x, value=Choose("Q?", to=Question(DurationLiteral(300s)), choices=[Choice(a, text="A"), Choice(b, text="B")]))]',
    ),
    (
        'x = choose "Q?" from xs showing it.t by a',
        '[Bind(x, value=Choose("Q?", source=xs, showing=Field(it, name=t), to=Question(by=[a])))]',
    ),
    (
        'manual "M" within 5m by a\n  give n: int "How?"',
        '[Perform(Manual("M", to=Question(DurationLiteral(300s), by=[a]), gives=[Evidence(n, type=NamedType(int), text="How?")]))]',
    ),
    ('approve "A" by a or b', '[Approve("A", to=Question(by=[a, b]))]'),
    (
        'escalate "E" to a, b\n  impact "I"\n  next "N"',
        '[Escalate("E", to=[a, b], impact="I", next="N")]',
    ),
    ('note "n"', '[Note("n")]'),
    ('check a else "no"', '[Check(a, otherwise="no")]'),
    ('check a\n  else "no"', '[Check(a, otherwise="no")]'),
    ("check a", "[Check(a)]"),
    ('stop resolved "r"', "[Stop('resolved', reason=\"r\")]"),
    ('stop handed over "h"', "[Stop('handed over', reason=\"h\")]"),
    (
        'x = for each a in xs, at most 5, 2 at a time\n  if a\n    skip "s"\n  give a',
        '[Bind(x, value=ForEach(a, items=xs, at_most=5, at_a_time=2, body=[If([Branch(a, body=[Skip("s")])]), Give(a)]))]',
    ),
    (
        'if a\n  note "1"\nelse if b\n  note "2"\nelse\n  note "3"',
        '[If([Branch(a, body=[Note("1")]), Branch(b, body=[Note("2")])], otherwise=[Note("3")])]',
    ),
    (
        'match a\n  when "x", "y"\n    note "1"\n  when failed "k"\n    note "2"\n  when present\n    note "3"\n  when absent\n    note "4"\n  when failed\n    note "5"\n  otherwise\n    note "6"',
        "[Match(a, cases=[When([Pattern('value', text='x'), Pattern('value', text='y')], body=[Note(\"1\")]), When([Pattern('failed', text='k')], body=[Note(\"2\")]), When([Pattern('present')], body=[Note(\"3\")]), When([Pattern('absent')], body=[Note(\"4\")]), When([Pattern('failed')], body=[Note(\"5\")])], otherwise=[Note(\"6\")])]",
    ),
    (
        "parallel\n  x = a.b()\n  y = a.c()",
        "[Parallel([Bind(x, value=OperationCall(a, operation=b)), Bind(y, value=OperationCall(a, operation=c))])]",
    ),
    ("wait 3m", "[Wait(DurationLiteral(180s))]"),
    (
        'within 10m checking every 30s\n  x = a.b()\n  until x is present\nelse\n  note "no"',
        "[Within(DurationLiteral(600s), every=DurationLiteral(30s), body=[Bind(x, value=OperationCall(a, operation=b))], until=Test(x, state='present'), otherwise=[Note(\"no\")])]",
    ),
    (
        "within 10m checking every 30s\n  until no finding holds",
        "[Within(DurationLiteral(600s), every=DurationLiteral(30s), until=NoFindingHolds())]",
    ),
    (
        'a.b()\non failure unavailable, timeout\n  note "x"',
        '[Perform(OperationCall(a, operation=b)), OnFailure([unavailable, timeout], body=[Note("x")])]',
    ),
    ('all or nothing\n  note "x"', '[AllOrNothing([Note("x")])]'),
    ('allow W701 "why"\nwait 3m', '[Allow(W701, reason="why"), Wait(DurationLiteral(180s))]'),
)

CHANGES = (
    (
        "sql\n  UPDATE t\nexpect 1 row\nmay drift a, b",
        "[Sql('UPDATE t', expect=Expect('exactly', count=IntegerLiteral(1)), may_drift=[a, b])]",
    ),
    (
        "sql\n  UPDATE t\nexpect at most count(x) rows",
        "[Sql('UPDATE t', expect=Expect('at most', count=Apply(count, arguments=[Argument(value=x)])))]",
    ),
    (
        "sql\n  UPDATE t\nexpect at least 2 rows\nsql\n  DELETE\nexpect any number of rows",
        "[Sql('UPDATE t', expect=Expect('at least', count=IntegerLiteral(2))), Sql('DELETE', expect=Expect('any'))]",
    ),
    (
        "a.b(c: 1)\nundo a.d()",
        "[ChangeOperation(OperationCall(a, operation=b, arguments=[Argument(c, value=IntegerLiteral(1))])), Undo([ChangeOperation(OperationCall(a, operation=d))])]",
    ),
    (
        "for each x in xs, at most 5\n  sql\n    UPDATE t\nin one transaction",
        "[ChangeForEach(x, items=xs, at_most=5, body=[Sql('UPDATE t')]), OneTransaction()]",
    ),
    (
        "if a\n  a.b()\nelse\n  a.c()",
        "[ChangeIf(a, then=[ChangeOperation(OperationCall(a, operation=b))], otherwise=[ChangeOperation(OperationCall(a, operation=c))])]",
    ),
    ('irreversible "why"\napprove by a or b', '[Irreversible("why"), ApproveBy([a, b])]'),
    (
        "undo\n  sql\n    DELETE\n  expect 1 row",
        "[Undo([Sql('DELETE', expect=Expect('exactly', count=IntegerLiteral(1)))])]",
    ),
    (
        'allow W602 "why"\na.b()',
        '[AllowInChange(W602, reason="why"), ChangeOperation(OperationCall(a, operation=b))]',
    ),
)


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_a_statement_is_read_as_written(text: str, expected: str) -> None:
    """Every statement has one form and one node."""
    assert outline(read("verify\n" + indented(text, 2)).parts[0].body) == expected


@pytest.mark.parametrize(("text", "expected"), CHANGES)
def test_a_line_of_a_change_is_read_as_written(text: str, expected: str) -> None:
    """What stands below `sql` belongs to it; the rest belongs to the change."""
    tree = read('verify\n  change "c"\n' + indented(text, 4))
    assert outline(tree.parts[0].body[0].items) == expected
