"""Parts of every kind of file: each form, as a tree."""

# ruff: noqa: E501  # an outline is one line, however long

import pytest
from support.outline import outline
from support.reading import read, read_file

PARTS = (
    ("severity P2", "Severity(P2)"),
    ("mttr 20m", "Mttr(DurationLiteral(1200s))"),
    ("mttr immediate", "Mttr()"),
    ("alerts A, B", "Alerts([A, B])"),
    ("tags data-loss, b", "Tags([data-loss, b])"),
    ("owner a", "Owner(a)"),
    ("use a, b", "Use([a, b])"),
    (
        'input a: list of text = [] "H"',
        'Input(a, type=ListType(NamedType(text)), default=ListLiteral(), help="H")',
    ),
    ('input a: uuid "H"', 'Input(a, type=NamedType(uuid), help="H")'),
    (
        "symptoms\n  - One\n    more\n  - Two, covers RB-011/symptoms/2",
        "Symptoms([Item('One more'), Item('Two', covers=Covers([RB-011/symptoms/2]))])",
    ),
    ("prevent\n  - One covers RB-011/p/1", "Prevent([Item('One', covers=Covers([RB-011/p/1]))])"),
    (
        'diagnose\n  step "s"\n    a.b()\n  finding f "F", covers RB-011/d/1\n    a is present\n    either\n      b\n      c\n',
        'Diagnose([Step("s", body=[Perform(OperationCall(a, operation=b))]), Finding(f, title="F", covers=Covers([RB-011/d/1]), conditions=[Test(a, state=\'present\'), Either([b, c])])])',
    ),
    ("otherwise\n  wait 1m", "Otherwise([Wait(DurationLiteral(60s))])"),
    ("verify\n  wait 1m", "Verify([Wait(DurationLiteral(60s))])"),
    ("recover\n  wait 1m", "Recover([Wait(DurationLiteral(60s))])"),
    ('on breach\n  note "x"', 'OnBreach([Note("x")])'),
    (
        'message m(a: text, b: int) "S {{ a }}", covers RB-011/m/1\n  Hello {{ a }},\n\n    bye\n',
        "Message(m, parameters=[TypedName(a, type=NamedType(text)), TypedName(b, type=NamedType(int))], subject=\"S {a}\", covers=Covers([RB-011/m/1]), body='Hello {{ a }},\\n\\n  bye')",
    ),
    ("message m()\n  Hello", "Message(m, body='Hello')"),
)

POLICY = (
    ('timezone "Europe/Rome"', 'Timezone("Europe/Rome")'),
    ('holidays "IT"', 'Holidays("IT")'),
    (
        "business hours monday to friday from 09:00 to 18:00",
        "BusinessHours(monday, last_day=friday, opens='09:00', closes='18:00')",
    ),
    (
        "limits\n  question 30m\n  loop 500 items\n  page 3",
        "Limits([Limit(question, value=DurationLiteral(1800s)), Limit(loop, value=IntegerLiteral(500), unit=items), Limit(page, value=IntegerLiteral(3))])",
    ),
    (
        'contact cto "CTO" email "c@x" sms "1"',
        'Contact(\'contact\', name=cto, title="CTO", channels=[Channel(email, address="c@x"), Channel(sms, address="1")])',
    ),
    (
        'contact tech_lead "TL" from settings',
        "Contact('contact', name=tech_lead, title=\"TL\", from_settings=True)",
    ),
    (
        'role on_call "OC" from settings',
        "Contact('role', name=on_call, title=\"OC\", from_settings=True)",
    ),
    ("sql may call a, b", "FunctionsAllowed([a, b])"),
    ("approvals expire after 30m", "ApprovalsExpire(DurationLiteral(1800s))"),
    (
        'severity P0 "Critical"\n  escalate at once to a, b\n  escalate after 30m to a\n  escalate again after 15m without progress\n  escalate next business day at 09:00 to team standup as a note',
        "SeverityRules(P0, title=\"Critical\", rules=[EscalateRule('at once', to=[a, b]), EscalateRule('after', after=DurationLiteral(1800s), to=[a]), EscalateRule('again after', after=DurationLiteral(900s)), EscalateRule('next business day', time='09:00', to=[team_standup], as_note=True)])",
    ),
    (
        'severity P0 "C"\n  changes need approval by a or b\n  changes above 100 rows need approval by 2 of a, b, not the operator\n  changes up to 1 row need no approval\n  after 5m without an answer approval by a\n  messages to more than 10 people need approval by a',
        "SeverityRules(P0, title=\"C\", rules=[ApprovalRule('changes', by=[a, b], how_many=1), ApprovalRule('changes', threshold=100, by=[a, b], how_many=2, not_the_operator=True), ApprovalRule('free changes', threshold=1, how_many=0), ApprovalRule('break glass', after=DurationLiteral(300s), by=[a], how_many=1), ApprovalRule('messages', threshold=10, by=[a], how_many=1)])",
    ),
)

CALENDAR = (
    ("use a", "Use([a])"),
    (
        'daily at 09:00 for a or b\n  task "T", covers RB-1/m/1\n  task "U"\n    note "x"',
        'Rhythm(\'daily\', time=\'09:00\', by=[a, b], tasks=[Task("T", covers=Covers([RB-1/m/1])), Task("U", body=[Note("x")])])',
    ),
    (
        'weekly on monday at 10:00 for a\n  task "T"',
        "Rhythm('weekly', weekday=monday, time='10:00', by=[a], tasks=[Task(\"T\")])",
    ),
    (
        'monthly on day 1 at 10:00 for a\n  task "T"',
        "Rhythm('monthly', day=1, time='10:00', by=[a], tasks=[Task(\"T\")])",
    ),
)

LIBRARY = (
    (
        "record r\n  a: text\n  b: one of up or down",
        "RecordType(r, fields=[TypedName(a, type=NamedType(text)), TypedName(b, type=OneOfType([up, down]))])",
    ),
    (
        "procedure p(a: text,) gives optional decimal\n  give percent(1, of: 2)",
        "Procedure(p, parameters=[TypedName(a, type=NamedType(text))], gives=OptionalType(NamedType(decimal)), body=[Give(Apply(percent, arguments=[Argument(value=IntegerLiteral(1)), Argument(of, value=IntegerLiteral(2))]))])",
    ),
    ('procedure p()\n  note "x"', 'Procedure(p, body=[Note("x")])'),
)

APP = (
    ('tier of stripe price\n  "p" is "t"', 'TierTable([TableLine("p", value="t")])'),
    (
        'function "f"(a: uuid) changes, repeatable after 2s\n  sql\n    UPDATE t\n  answer 200',
        "AppFunction(\"f\", parameters=[TypedName(a, type=NamedType(uuid))], effect='changes', repeatable=True, after=DurationLiteral(2s), body=[Sql('UPDATE t'), Answer(IntegerLiteral(200))])",
    ),
    (
        'function "f"() observes\n  answer {a: 1}',
        "AppFunction(\"f\", effect='observes', body=[Answer(RecordLiteral([RecordField(a, value=IntegerLiteral(1))]))])",
    ),
    (
        'on stripe event "a", "b" as "h" after 2s\n  x = query one\n    SELECT 1\n  answer 200',
        'AppHandler(stripe, events=["a", "b"], handler="h", after=DurationLiteral(2s), body=[Bind(x, value=Query(\'one\', sql=\'SELECT 1\')), Answer(IntegerLiteral(200))])',
    ),
    (
        'on stripe event "a"\n  if event.x\n    sql\n      UPDATE t',
        "AppHandler(stripe, events=[\"a\"], body=[If([Branch(Field(event, name=x), body=[Sql('UPDATE t')])])])",
    ),
)

SCENARIOS = (
    (
        'world w "W" default\n  a = "x"\n  starts 2026-03-02 09:00\n  alert 14m before the run\n  contact c email "e"\n  table s.t\n    | a | b | c | d | e |\n    | x y | :a | = 40d ago | null | \'\' |\n    | a \\| b | :1 | - | 1.5 | y |\n  stripe.x(a: 1)\n  person p approves',
        "World(w, title=\"W\", is_default=True, parts=[Given(a, value=\"x\"), Starts('2026-03-02', time='09:00'), Starts(alert_before=DurationLiteral(840s)), WorldContact(c, channels=[Channel(email, address=\"e\")]), Table(t, schema=s, columns=[a, b, c, d, e], rows=[TableRow([Cell('x y'), Cell(name=a), Cell(expression=Ago(DurationLiteral(3.456e+06s))), Cell(), Cell('')]), TableRow([Cell('a | b'), Cell(':1'), Cell('-'), Cell('1.5'), Cell('y')])]), Provide(OperationCall(stripe, operation=x, arguments=[Argument(a, value=IntegerLiteral(1))])), Person(p, does='approves')])",
    ),
    (
        'world v "V" like w default\n  a = "x"',
        'World(v, title="V", base=w, is_default=True, parts=[Given(a, value="x")])',
    ),
    (
        'scenario "S" in w\n  fault stripe unavailable\n  fault app "f" down from 0s to 8s\n  fault postgres lock timeout from 0s to 8s\n  fault stripe lost answer during "l"\n  fault stripe refuses with a or b during "l"\n  fault app "f" down during "l" for 30s\n  person p refuses "l" after 3m\n  person p answers "q" with 500\n  person p never answers\n  person p acknowledges after 1m\n  at 2m\n    sql\n      UPDATE t\n    table t\n      | a |\n      | 1 |\n    stripe.x()\n  crash during "l" after the answer',
        "Scenario(\"S\", world=w, parts=[Fault(stripe, kind='unavailable'), Fault(app, part=\"f\", kind='down', start=DurationLiteral(0s), end=DurationLiteral(8s)), Fault(postgres, kind='lock timeout', start=DurationLiteral(0s), end=DurationLiteral(8s)), Fault(stripe, kind='lost answer', label=\"l\"), Fault(stripe, kind='refuses', refusals=[a, b], label=\"l\"), Fault(app, part=\"f\", kind='down', label=\"l\", lasts=DurationLiteral(30s)), Person(p, does='refuses', about=\"l\", after=DurationLiteral(180s)), Person(p, does='answers', about=\"q\", value=IntegerLiteral(500)), Person(p, does='never answers'), Person(p, does='acknowledges', after=DurationLiteral(60s)), At(DurationLiteral(120s), body=[Sql('UPDATE t'), Table(t, columns=[a], rows=[TableRow([Cell('1')])]), Provide(OperationCall(stripe, operation=x))]), Crash(\"l\", moment='after')])",
    ),
    (
        'scenario "S" in w\n  expect found f\n  expect not found f\n  expect not judged f\n  expect changed "l"\n  expect not changed "l"\n  expect undone "l"\n  expect called a.b(c: 1)\n  expect not called a.b()\n  expect sent email to "e" with "t"\n  expect not sent sms\n  expect asked 1 time\n  expect asked 2 times "l"\n  expect escalated to c at 2h\n  expect escalated to c with "t"\n  expect no escalation\n  expect resolved within 5m\n  expect handed over with "t"\n  expect nothing changed\n  expect the same as "T"',
        'Scenario("S", world=w, parts=[ExpectFinding(\'found\', finding=f), ExpectFinding(\'not found\', finding=f), ExpectFinding(\'not judged\', finding=f), ExpectChange(\'changed\', label="l"), ExpectChange(\'not changed\', label="l"), ExpectChange(\'undone\', label="l"), ExpectCall(call=OperationCall(a, operation=b, arguments=[Argument(c, value=IntegerLiteral(1))])), ExpectCall(True, call=OperationCall(a, operation=b)), ExpectSent(kind=email, to="e", containing="t"), ExpectSent(True, kind=sms), ExpectAsked(1), ExpectAsked(2, about="l"), ExpectEscalated(c, at=DurationLiteral(7200s)), ExpectEscalated(c, containing="t"), ExpectEscalated(), ExpectOutcome(\'resolved\', within=DurationLiteral(300s)), ExpectOutcome(\'handed over\', containing="t"), ExpectNothingChanged(), ExpectTheSame("T")])',
    ),
    (
        'scenario "S" in w\n  expect table t\n    | a |\n    | 1 |\n  expect table t where a = :b\n    | a |\n    | 1 |\n  expect table t where a = x-1 absent\n  expect table s.t where a = "x y" containing\n    | a |\n    | 1 |',
        "Scenario(\"S\", world=w, parts=[ExpectTable(t, manner='exactly', columns=[a], rows=[TableRow([Cell('1')])]), ExpectTable(t, where_column=a, where_value=Cell(name=b), manner='exactly', columns=[a], rows=[TableRow([Cell('1')])]), ExpectTable(t, where_column=a, where_value=Cell('x-1'), manner='absent'), ExpectTable(t, schema=s, where_column=a, where_value=Cell('x y'), manner='containing', columns=[a], rows=[TableRow([Cell('1')])])])",
    ),
    (
        'scenario "S" in w\n  expect a.b(c: 1)\n    | d |\n    | 1 |\n  expect a.b() containing\n    | d |\n    | :x |\n  expect a.b() absent',
        "Scenario(\"S\", world=w, parts=[ExpectRead(OperationCall(a, operation=b, arguments=[Argument(c, value=IntegerLiteral(1))]), manner='exactly', columns=[d], rows=[TableRow([Cell('1')])]), ExpectRead(OperationCall(a, operation=b), manner='containing', columns=[d], rows=[TableRow([Cell(name=x)])]), ExpectRead(OperationCall(a, operation=b), manner='absent')])",
    ),
)


@pytest.mark.parametrize(("text", "expected"), PARTS)
def test_a_part_of_a_runbook_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read(text).parts[0]) == expected


@pytest.mark.parametrize(("text", "expected"), POLICY)
def test_a_part_of_a_policy_file_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read_file('policy "P"' + "\n" + text).parts[0]) == expected


@pytest.mark.parametrize(("text", "expected"), CALENDAR)
def test_a_part_of_a_calendar_file_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read_file('calendar "C"' + "\n" + text).parts[0]) == expected


@pytest.mark.parametrize(("text", "expected"), LIBRARY)
def test_a_part_of_a_library_file_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read_file('library l "L"' + "\n" + text).parts[0]) == expected


@pytest.mark.parametrize(("text", "expected"), APP)
def test_a_part_of_an_app_file_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read_file('app "A"' + "\n" + text).parts[0]) == expected


@pytest.mark.parametrize(("text", "expected"), SCENARIOS)
def test_a_part_of_a_scenarios_file_is_read_as_written(text: str, expected: str) -> None:
    """Every part has one form and one node."""
    assert outline(read_file("scenarios for RB-1" + "\n" + text).parts[0]) == expected
