"""Every code of a rehearsal: why it is a rule, a scenario that misses so, and one that does not.

The samples are scenarios of one small runbook: a member of a club has paid and is not let in.
"""

from textwrap import dedent

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry
from rbengine.rehearsal import misses

_WORLD = """\
scenarios for RB-900

world waiting "A member waits at the door" default
  member = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table members
    | id      | email            | customer |
    | :member | member@club.test | cus_1    |
  stripe.subscription(id: "sub_1", customer: "cus_1", price: "price_gold", status: "active")
  contact lead email "lead@club.test"
  contact on_call email "on.call@club.test"
  person on_call approves after 90s
"""

_USUAL = """\
  expect changed "Give the level"
  expect changed "Refresh the program"
  expect sent email to "member@club.test"
  expect resolved
  expect no escalation
"""


def _entry(
    code: Code, title: str, why: str, wrong: str, right: str, *, world: tuple[str, str] = ("", "")
) -> Entry:
    """Lines of one scenario, added to those that its usual run needs."""
    return Entry(
        code=code, title=title, why=why,
        wrong=_file(world[0], wrong), right=_file(world[1], right),
    )  # fmt: skip


def _file(world: str, lines: str) -> str:
    added = "".join(f"  {one}\n" for one in dedent(lines).strip("\n").split("\n") if one)
    usual = "" if "expect nothing changed" in lines else _USUAL
    return f'{_WORLD}{world}\nscenario "she is let in" in waiting\n{added}{usual}'


CATALOGUE = (
    _entry(
        misses.FINDING, "a finding that was judged otherwise",
        "a diagnosis that finds something else will one day repair something else",
        "expect not found paid", "expect found paid",
    ),
    _entry(
        misses.CHANGE, "a change that was not made, or was",
        "what is expected to change is what a person relies on in the night",
        'expect not changed "Give the level"', 'expect changed "Give the level"',
    ),
    _entry(
        misses.CALL, "a call that was not made, or was",
        "a call is an effect on somebody else's system, even where nothing comes back",
        'expect called supabase.invoke(function: "other")',
        'expect called supabase.invoke(function: "refresh")',
    ),
    _entry(
        misses.ROWS, "rows that are not as they should be",
        "the database itself compares, so the playbook's own word for its change is not enough",
        "expect table members where id = :member\n  | level |\n  | none  |",
        "expect table members where id = :member\n  | level |\n  | gold  |",
    ),
    _entry(
        misses.MAIL, "a mail that was not sent, or was",
        "a sent mail stays sent",
        'expect sent email to "somebody@else.test"',
        'expect sent email to "member@club.test" with "You are in"',
    ),
    _entry(
        misses.QUESTION, "people asked more or less often",
        "each question costs somebody their sleep, and one too few is a change nobody has seen",
        'expect asked 2 times "Give the level"', 'expect asked 1 time "Give the level"',
    ),
    _entry(
        misses.ESCALATION, "an escalation to somebody else, at another time, or none",
        "who hears of an incident, and when, is the policy's promise",
        "expect escalated to lead at 2h", "expect no escalation",
    ),
    _entry(
        misses.OUTCOME, "another end, or a later one",
        "a run that ends in something else leaves people with other duties",
        "expect resolved within 2m", "expect resolved within 10m",
    ),
    _entry(
        misses.CHANGED, "something changed where nothing should",
        "a scenario in which nothing may happen is there to see that nothing does",
        "expect nothing changed\nexpect found paid\nexpect asked 2 times\n"
        'expect sent email to "member@club.test"',
        "person on_call never answers\nexpect nothing changed\nexpect found paid\n"
        "expect asked 1 time\nexpect escalated to lead",
    ),
    _entry(
        misses.UNNAMED, "an effect that no expectation names",
        "what a run does unasked is what hurts, so a scenario names everything that it may do",
        "person on_call never answers\nexpect nothing changed\nexpect found paid\nexpect asked 1 time",
        "person on_call never answers\nexpect nothing changed\nexpect found paid\n"
        "expect asked 1 time\nexpect escalated to lead",
    ),
    _entry(
        misses.NOT_SIMULATED, "something that cannot be simulated",
        "a rehearsal makes nothing up: what no model and no app describes stops the run",
        "expect found paid", "expect found paid",
        world=('  program = "audit"\n  supabase.function(slug: "audit")\n', ""),
    ),
    _entry(
        misses.WORLD, "a world that cannot be",
        "the database and the vendors refuse in a rehearsal what they would refuse in earnest",
        "expect found paid", "expect found paid",
        world=(
            "  table members\n    | id      | email            |\n    | :member | twice@club.test  |\n",
            "",
        ),
    ),
    _entry(
        misses.MISHAP, "a crash or a fault that never happened",
        "a crash or a fault during a call that is never made proves nothing",
        'crash during "Take the level" before the answer',
        'crash during "Give the level" before the answer',
    ),
    _entry(
        misses.NO_POINT, "a reason for a point that nobody has",
        "what accounts for nothing leaves a point uncovered that was thought of",
        "expect found paid", "expect found paid",
        world=(
            '\nnot covered "the club\'s own people never refuse"\n  "Take the level" refused\n',
            '\nnot covered "the club\'s own people never refuse"\n  "Give the level" refused\n',
        ),
    ),
    _entry(
        misses.COVERED, "a reason for a point that a scenario covers",
        "a reason that no longer holds keeps the next reader from looking",
        "expect found paid", "expect found paid",
        world=(
            '\nnot covered "the club\'s own people never refuse"\n  "Give the level" approved\n',
            '\nnot covered "the club\'s own people never refuse"\n  "Give the level" refused\n',
        ),
    ),
)  # fmt: skip
"""All but E811, a run that finds something again in the world it left: that takes another runbook."""
