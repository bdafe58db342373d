"""A calendar is checked like what runs: its days, its people and what its tasks do."""

import pytest
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.described import OneTable

POLICY = """policy "Shop"

contact boss "Boss" email "boss@example.com"
role on_call "On call" from settings
severity P2 "Medium"
  escalate after 2h to boss
"""
LIBRARY = """library shelf "What the shop looks after"

procedure count_shops() gives int
  n = query all at most 20 rows
    SELECT * FROM shops
  give count(n)

procedure open_shops()
  change "Open all"
    sql
      UPDATE shops SET is_frozen = false WHERE is_frozen
    expect any number of rows

procedure tell()
  escalate "the shop is open"
"""
SOUND = """calendar "Shop"

timezone "Europe/Rome"
use shelf

daily at 09:00 for on_call
  task "Read the report"
    manual "Open the report and read it" within 2h
      give minutes: int "How long did it take?"
    note "{{ minutes }} minutes"
  task "Look at the alerts"

weekly on monday at 10:00 for on_call or boss
  task "Count the shops"
    n = call count_shops()
    rows = query all at most 20 rows
      SELECT * FROM shops
    check count(rows) is n
      else "{{ n }} shops counted"

monthly on day 1 at 10:00 for boss
  task "Look at the alerts"
    step "Look"
      note "looked"
"""

CHANGE = """change "Open"
        sql
          UPDATE shops SET orders = 1 WHERE name = 'a'
        expect 1 row"""


def problems_of(text: str) -> list[tuple[str, str]]:
    """Codes with the first line of what is underlined."""
    project = Workspace(
        {"policy.rb": POLICY, "shelf.rb": LIBRARY, "calendar.rb": text},
        signature_of=signature_of,
        describer=OneTable(),
    )
    found = project.problems("calendar.rb")
    return [
        (one.code, text[one.primary.span.start : one.primary.span.end].split("\n")[0])
        for one in found
    ]


def test_a_sound_calendar_has_no_problem() -> None:
    """The text that the slips are made in."""
    assert problems_of(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Europe/Rome"', '"Rome"', ("E656", '"Rome"')),
        ('timezone "Europe/Rome"', 'timezone "UTC"\ntimezone "UTC"', ("E226", 'timezone "UTC"')),
        ("use shelf", "use shelv", ("E212", "shelv")),
        (
            '  task "Look at the alerts"\n\nweekly', '  task "Read the report"\n\nweekly',
            ("E223", '"Read the report"'),
        ),
        ("weekly on monday", "weekly on munday", ("E656", "munday")),
        ("daily at 09:00", "daily at 25:00", ("E123", "25:00")),
        ("on day 1", "on day 0", ("E656", "0")),
        ("on day 1", "on day 32", ("E656", "32")),
        ("on day 1", "on day 31", ("W683", "31")),
        ("on day 1", "on day 29", ("W683", "29")),
        ("09:00 for on_call", "09:00 for on_cal", ("E607", "on_cal")),
        ("within 2h", "within 2h by on_cal", ("E607", "on_cal")),
        (
            "weekly on monday at 10:00 for on_call or boss", "daily  at 09:00 for on_call",
            ("E226", "daily  at 09:00 for on_call"),
        ),
        ("{{ minutes }}", "{{ minute }}", ("E201", "minute")),
        ("count(rows) is n", 'count(rows) is "a"', ("E404", '"a"')),
        ("SELECT * FROM shops\n    check", "SELECT nonsense FROM shops\n    check", ("E512", "nonsense")),
        ("call count_shops()", "call count_shop()", ("E213", "count_shop")),
        ('note "looked"', CHANGE, ("E301", '"Open"')),
        ('note "looked"', "call open_shops()", ("E301", "open_shops")),
        ('note "looked"', "call tell()", ("E301", "tell")),
        ('note "looked"', 'escalate "help" to boss', ("E301", '"help"')),
        ('note "looked"', 'stop resolved "enough"', ("E229", "stop")),
        ('note "looked"', 'all or nothing\n        note "a"', ("E229", "all or nothing")),
        ('note "looked"', "within 5m checking every 5s\n        until no finding holds", ("E229", "within")),
        ('note "looked"', 'give 3', ("E229", "give")),
        ('    step "Look"', '    step "Look"\n      note "a"\n    step "Look"', ("E223", '"Look"')),
        ("manual \"Open the report and read it\"", 'manual "Open {{ it }}"', ("E201", "it")),
    ],
)  # fmt: skip
def test_one_slip_is_one_problem_at_its_place(
    old: str, new: str, expected: tuple[str, str]
) -> None:
    """Nobody looks at a calendar until the day on which it should have done something."""
    assert old in SOUND
    assert problems_of(SOUND.replace(old, new, 1)) == [expected]


def test_a_library_of_which_nothing_is_used_is_told() -> None:
    """As in a runbook."""
    text = SOUND.replace("    n = call count_shops()\n", "    n = 3\n")
    assert problems_of(text) == [("W702", "shelf")]


def test_what_a_calendar_uses_of_a_library_is_used() -> None:
    """The library is told anew when the calendar changes."""
    project = Workspace(
        {"policy.rb": POLICY, "shelf.rb": LIBRARY, "calendar.rb": SOUND},
        signature_of=signature_of,
        describer=OneTable(),
    )
    before = [one.code for one in project.problems("shelf.rb")]
    after = project.with_text("calendar.rb", SOUND.replace("call count_shops()", "3"))
    assert [one.code for one in after.problems("shelf.rb")].count("W682") == before.count(
        "W682"
    ) + 1


def test_a_rhythm_that_leaves_months_out_is_accepted_on_the_line_above() -> None:
    """Some work belongs to the last day of the long months."""
    above = 'allow W683 "the long months have one more"\nmonthly on day 31'
    assert problems_of(SOUND.replace("monthly on day 1", above)) == []
    idle = 'allow W683 "the long months have one more"\nmonthly on day 1'
    assert problems_of(SOUND.replace("monthly on day 1", idle)) == [("E231", "W683")]
