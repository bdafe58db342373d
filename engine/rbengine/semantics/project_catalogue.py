"""Codes of policies, scenarios, apps and whole projects: why each is a rule, what breaks it, and what is right.

A sample is one whole file of the small project in `COMPANIONS`, under the path that its first word tells.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry

COMPANIONS: Mapping[str, str] = MappingProxyType(
    {
        "policy.rb": """policy "Shop"

contact boss "Boss" email "boss@example.com"
role on_call "On call" from settings
severity P2 "Medium"
  escalate after 2h to boss
  changes need approval by on_call
""",
        "closed.rb": """runbook RB-001 "The shop is closed"

severity P2
mttr 20m

input shop: text   "Which shop"

symptoms
  - Nobody can buy anything

diagnose
  finding closed "It is closed"
    shop is "closed"

resolve closed
  step "Open it"
    manual "Open the shop" within 5m by on_call

otherwise
  note "It is open"

verify
  within 1m checking every 5s
    until no finding holds
""",
    }
)
"""The files around each sample, by path. Samples of scenarios are `scenarios/closed.rb`."""

_POLICY = COMPANIONS["policy.rb"]
_SCENARIOS = """scenarios for RB-001

world shut "A closed shop"
  shop = "closed"
  contact boss email "boss@example.com"
  person on_call answers "Open the shop" with true

scenario "opened again" in shut
  fault app "orders" down
  expect found closed
"""
_APP = """app "Shop"

function "orders"(shop: text) observes
  answer {shop: shop}
"""
_LIBRARY = """library doors "Doors of the shop"

procedure unlock()
  note "unlocked"
"""
_CALENDAR = """calendar "Shop"

monthly on day 1 at 10:00 for on_call
  task "Count the till"
    manual "Count it" within 1h
"""
_USER = """library keys "Keys of the shop"

use doors

procedure open_all()
  call unlock()
"""


def _policy(code: str, title: str, why: str, old: str, new: str) -> Entry:
    return _entry(code, title, why, _POLICY, old, new)


def _scenarios(code: str, title: str, why: str, old: str, new: str) -> Entry:
    return _entry(code, title, why, _SCENARIOS, old, new)


def _app(code: str, title: str, why: str, old: str, new: str) -> Entry:
    return _entry(code, title, why, _APP, old, new)


def _entry(code: str, title: str, why: str, right: str, old: str, new: str) -> Entry:
    """`wrong` is `right` with `new` in place of `old`."""
    if old not in right:
        raise AssertionError(f"the sample of {code} does not hold what it replaces")
    wrong = right.replace(old, new, 1)
    return Entry(code=Code(code), title=title, why=why, wrong=wrong, right=right)


CATALOGUE = (
    _policy(
        "E650", "something the policy says twice",
        "of two rules for one thing, which holds would depend on their order",
        "role on_call", 'contact boss "Boss" email "b@example.com"\nrole on_call',
    ),
    _policy(
        "E651", "a contact or role that the policy does not name",
        "an escalation to nobody is none",
        "to boss", "to bos",
    ),
    _policy(
        "E652", "a contact that cannot be reached",
        "whoever is escalated to or asked must be reachable when nobody else is awake",
        ' email "boss@example.com"', "",
    ),
    _policy(
        "E653", "a channel or address that does not exist",
        "a slip in an address shows only when the mail is needed",
        "boss@example.com", "boss at example.com",
    ),
    _policy(
        "E654", "a limit that does not exist",
        "a limit that nothing looks at bounds nothing",
        "severity P2", "limits\n  quesion 5m\nseverity P2",
    ),
    _policy(
        "E655", "a limit with a value of another kind",
        "durations bound time, counts bound items; neither may be nothing",
        "severity P2", "limits\n  loop 5m\nseverity P2",
    ),
    _policy(
        "E656", "a day, time or time zone that does not exist",
        "business days and times of day decide when people are called",
        "severity P2", "business hours monday to fryday from 09:00 to 18:00\nseverity P2",
    ),
    _policy(
        "E657", "escalating again before escalating at all",
        "`again` goes to the people of the line above",
        "escalate after 2h to boss", "escalate again after 2h without progress",
    ),
    _policy(
        "E658", "more approvals than people who may give them",
        "a rule that nobody can fulfil stops every change",
        "by on_call", "by 2 of on_call",
    ),
    _policy(
        "W659", "a severity that never escalates",
        "an incident that nobody takes up would stay where it is for ever",
        "  escalate after 2h to boss\n", "",
    ),
    _scenarios(
        "E660", "a finding that the runbook does not have",
        "an expectation about nothing is always met, or never",
        "found closed", "found closd",
    ),
    _scenarios(
        "E661", "a label that the runbook does not have",
        "an expectation about nothing is always met, or never",
        "expect found closed", 'expect found closed\n  expect changed "Close it"',
    ),
    _scenarios(
        "E662", "a table or column that the schema does not have",
        "a world's rows stand in the project's own schema",
        "  contact boss", "  table shops\n    | id |\n    | 1  |\n  contact boss",
    ),
    _scenarios(
        "E664", "an input that the world does not give",
        "a rehearsal gets the runbook's inputs from its world",
        '  shop = "closed"\n', "",
    ),
    _scenarios(
        "E665", "a world or scenario that the file does not have",
        "each scenario plays in a world of its file",
        "in shut", "in shot",
    ),
    _scenarios(
        "E666", "a contact or role that the policy does not name",
        "people of a world answer in a role of the policy",
        "contact boss", "contact bos",
    ),
    _scenarios(
        "E667", "a fault of something that is not there",
        "a fault that hits nothing makes a scenario look harder than it is",
        'fault app "orders"', 'fault app "ordres"',
    ),
    _scenarios(
        "W668", "a question that no scenario answers",
        "what comes after the answer is never rehearsed",
        '  person on_call answers "Open the shop" with true\n', "",
    ),
    _scenarios(
        "E677", "an expectation that reads what has no rows",
        "rows are compared by the fields of what is read, and an expectation changes nothing",
        "expect found closed",
        'expect found closed\n  expect stripe.delete_webhook_endpoint(endpoint: "we_1") absent',
    ),
    _scenarios(
        "E669", "a world, scenario or value that is said twice",
        "of two with one name, which is meant would depend on their order",
        '  shop = "closed"\n', '  shop = "closed"\n  shop = "open"\n',
    ),
    _app(
        "E670", "something the app says twice",
        "of two programs for one function, which runs would depend on their order",
        'function "orders"', 'function "orders"() observes\n  answer 200\n\nfunction "orders"',
    ),
    _app(
        "E671", "events of a vendor without an adapter",
        "nobody in a rehearsal could send them",
        'function "orders"', 'on nobody event "a.b"\n  answer 200\n\nfunction "orders"',
    ),
    _app(
        "E672", "an event whose content is not known",
        "what `event` holds is told by its type; of another type nothing could be read",
        'function "orders"', 'on stripe event "moon.rose"\n  answer 200\n\nfunction "orders"',
    ),
    _app(
        "E673", "events of one handler that carry different things",
        "what `event` holds must be one thing in the whole handler",
        'function "orders"',
        'on stripe event "invoice.paid", "refund.created"\n  answer 200\n\nfunction "orders"',
    ),
    _app(
        "E674", "a change in a function that only observes",
        "a function that observes may be called outside a change, by anyone, at any moment",
        "  answer", "  sql\n    UPDATE shops SET closed = false\n  answer",
    ),
    _app(
        "E675", "a statement for people in an app",
        "an app has no people, no plan and no steps: it is a program at work",
        "  answer", '  escalate "help"\n  answer',
    ),
    _app(
        "W676", "a function that never answers",
        "whoever calls it waits for its answer",
        "  answer {shop: shop}", '  note "{{ shop }}"',
    ),
    _entry(
        "W683", "a day that not every month has",
        "in a month without it the tasks would be left out, and nobody told",
        _CALENDAR, "on day 1", "on day 31",
    ),
    _entry(
        "E680", "something a project may have only once, in two files",
        "of two policies, which holds would depend on the names of files",
        COMPANIONS["closed.rb"].replace("RB-001", "RB-002"), "RB-002", "RB-001",
    ),
    _scenarios(
        "E681", "scenarios that are not beside their runbook",
        "scenarios rehearse the runbook of the same file name, in the folder above",
        "RB-001", "RB-002",
    ),
    _entry(
        "W682", "a part of a library that nobody uses",
        "a part that nobody uses is either forgotten or dead, and nobody proves that it still works",
        _LIBRARY, "procedure unlock()", 'procedure lock()\n  note "locked"\n\nprocedure unlock()',
    ),
    _entry(
        "W684", "an open question",
        "a draft runs as if it were finished; a comment that begins with `# ?` says that it is not",
        COMPANIONS["closed.rb"].replace("RB-001", "RB-002"), "symptoms\n", "# ? since when\nsymptoms\n",
    ),
)  # fmt: skip


def sample_path(entry: Entry) -> str:
    """Where the sample of `entry` stands in the project of `COMPANIONS`."""
    word = entry.right.split(maxsplit=1)[0]
    paths = {
        "policy": "policy.rb",
        "scenarios": "scenarios/closed.rb",
        "app": "app.rb",
        "runbook": "second.rb",
        "library": "doors.rb",
        "calendar": "calendar.rb",
    }
    return paths[word]


def around(entry: Entry) -> dict[str, str]:
    """The files that the sample of `entry` stands among."""
    path = sample_path(entry)
    files = {**COMPANIONS, "app.rb": _APP}
    if path == "doors.rb":
        files["keys.rb"] = _USER
    return {name: text for name, text in files.items() if name != path}
