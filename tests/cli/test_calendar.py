"""`rbengine calendar`: what is due on a day, and its tasks rehearsed."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli.conftest import SCENARIOS, Command
from support.golden import ROOT, Goldens

CALENDAR = """\
calendar "Small"

daily at 09:00 for on_call
  task "Tick this off"
  task "Look around"
    manual "Is anybody there?" within 1h by on_call
      give who: text "Who?"
  task "Count"
    note "{{ count(["a", "b"]) }} of 2"

weekly on monday at 10:00 for lead
  task "Find too many"
    found = count(["a", "b"])
    note "counted"
    # a comment between two lines
    check found > 2 else "only {{ found }}"

monthly on day 31 at 10:00 for lead
  task "Close the month"
"""

PEOPLE = """\

world somebody "Somebody answers"
  limit = 2
  starts 2020-01-01 00:00
  person on_call answers "Is anybody there?" with {who: "me"} after 1m

world likewise "Somebody answers here too" like somebody
  limit = 3
"""


@pytest.fixture
def calendar(project: Path) -> Path:
    """A project with a calendar in Rome."""
    folder = project / "playbooks"
    (folder / "calendar.rb").write_text(CALENDAR, "utf-8")
    policy = folder / "policy.rb"
    zone = '\ntimezone "Europe/Rome"\nholidays "IT"\n\ncontact lead'
    policy.write_text(policy.read_text("utf-8").replace("\ncontact lead", zone), "utf-8")
    (folder / "scenarios" / "rb901.rb").write_text(SCENARIOS + PEOPLE, "utf-8")
    return project


def test_what_is_due_on_a_day(calendar: Path, rbengine: Command) -> None:  # noqa: ARG001
    """Its tasks, and when the rest comes."""
    done = rbengine("calendar", "due", "--on", "2026-11-23")
    assert done.code == 0
    assert done.out == (
        "Monday 2026-11-23, Europe/Rome\n\n"
        "daily at 09:00 for on_call\n"
        "        Tick this off\n        Look around\n        Count\n\n"
        "weekly on monday at 10:00 for lead\n        Find too many\n\n"
        "next    2026-12-31  monthly on day 31 at 10:00: 1 task for lead\n"
    )


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-12-25", "Friday 2026-12-25, Europe/Rome: Christmas Day, no business day"),
        ("2026-11-22", "Sunday 2026-11-22, Europe/Rome: no business day"),
        ("2026-11-24", "Tuesday 2026-11-24, Europe/Rome"),
    ],
)
def test_a_day_that_is_no_business_day_is_called_so(
    calendar: Path,  # noqa: ARG001
    rbengine: Command,
    day: str,
    told: str,
) -> None:
    """Whoever reads it may put it off."""
    assert rbengine("calendar", "due", "--on", day).out.splitlines()[0] == told


def test_tasks_are_rehearsed_each_by_itself(calendar: Path, rbengine: Command) -> None:  # noqa: ARG001
    """What is for people stays open, and keeps nothing else from being done."""
    done = rbengine("calendar", "run", "daily", "--on", "2026-11-23")
    assert done.code == 0
    assert done.out == (
        "SIMULATED: nothing real was read or changed\n\n"
        "Monday 2026-11-23, Europe/Rome\n\n"
        "daily at 09:00 for on_call\n"
        "  open  Tick this off\n          on_call ticks it off\n"
        "  open  Look around\n          on_call: Is anybody there?\n"
        "  done  Count\n          2 of 2\n\n"
        "3 tasks: 1 done, 2 open\n"
        "SIMULATED: nothing real was read or changed\n"
    )


def test_a_task_that_fails_says_why(calendar: Path, rbengine: Command) -> None:  # noqa: ARG001
    """In the exit code too."""
    done = rbengine("calendar", "run", "weekly", "--on", "2026-11-23")
    assert done.code == 3
    assert "failed  Find too many\n          counted\n          only 2\n" in done.out
    assert "1 task: 1 failed" in done.out


@pytest.mark.parametrize("world", ["somebody", "likewise"])
def test_people_of_a_world_answer(calendar: Path, rbengine: Command, world: str) -> None:  # noqa: ARG001
    """It begins when the task is due, whenever the world does."""
    done = rbengine("calendar", "run", "daily", "--on", "2026-11-23", "--world", f"rb901/{world}")
    assert "  done  Look around\n" in done.out
    assert done.code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run",), "`run` does the tasks of one rhythm"),
        (("due", "daily"), "`run` does the tasks of one rhythm"),
        (("due", "--on", "2026-02-30"), "`2026-02-30` is no day"),
        (("run", "weekly", "--on", "2026-11-25"), "weekly on monday at 10:00 on 2026-11-30"),
        (("run", "daily", "--world", "rb901/nowhere"), "worlds: few, many, somebody, likewise"),
        (("run", "daily", "--world", "rb901"), "has no world ``"),
    ],
)
def test_what_cannot_be_is_told_with_a_way_out(
    calendar: Path,  # noqa: ARG001
    rbengine: Command,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    """Nothing is run."""
    done = rbengine("calendar", *arguments)
    assert done.code == 2
    assert told in done.err


def test_a_project_without_a_calendar_says_so(project: Path, rbengine: Command) -> None:  # noqa: ARG001
    """And where one is explained."""
    done = rbengine("calendar", "due")
    assert done.code == 2
    assert "this project has no calendar" in done.err


def test_a_calendar_that_does_not_check_is_drawn(calendar: Path, rbengine: Command) -> None:
    """Its mistakes, in their place."""
    file = calendar / "playbooks" / "calendar.rb"
    file.write_text(CALENDAR.replace("on monday", "on mnday"), "utf-8")
    done = rbengine("calendar", "due", "--on", "2026-11-23")
    assert done.code == 1
    assert "mnday" in done.out + done.err


SHOWN = (
    ("due", "--on", "2027-02-01"),
    ("run", "daily", "--on", "2027-02-01"),
    ("run", "weekly", "--on", "2027-02-01", "--world", "rb004/too_much_work"),
    ("run", "monthly", "--on", "2027-02-01"),
)
"""A Monday that is the first of its month, so that everything is due."""


def test_the_shipped_calendar(goldens: Goldens) -> None:
    """Every task of the company's calendar, as people see it."""
    told = [
        "$ rbengine calendar " + " ".join(arguments) + "\n" + shipped(*arguments)
        for arguments in SHOWN
    ]
    golden = Path(__file__).parent / "goldens" / "calendar.txt"
    goldens.check(golden, "\n".join(told), "tests/cli/test_calendar.py")


def shipped(*arguments: str) -> str:
    """What the command says in the product's own project."""
    done = subprocess.run(
        [sys.executable, "-m", "rbengine", "calendar", *arguments, "--width", "80", "--no-colour"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
