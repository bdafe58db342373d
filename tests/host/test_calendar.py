"""The next business day, in the policy's zone and over its clock changes."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from rbengine.contract.policy import EscalationRung, PolicyModel, SeverityPolicy
from rbengine.host.calendar import (
    at_clock,
    due_times,
    next_business_day,
    next_day,
    zone_named,
)
from rbengine.host.errors import CannotGoOnError
from rbengine.workspace.maintenance import DueRhythm, Every


def rome(first: str = "monday", last: str = "friday", holidays: str = "IT") -> PolicyModel:
    return PolicyModel(
        name="", timezone="Europe/Rome", first_day=first, last_day=last, holidays=holidays
    )


@pytest.mark.parametrize(
    ("began", "due"),
    [
        ("2026-11-23T03:10", "2026-11-24T08:00"),  # Monday to Tuesday
        ("2026-11-27T12:00", "2026-11-30T08:00"),  # Friday to Monday
        ("2026-11-22T23:30", "2026-11-24T08:00"),  # Sunday in UTC is Monday in Rome
        ("2026-03-27T12:00", "2026-03-30T07:00"),  # the clocks go forward on Sunday
        ("2026-10-23T12:00", "2026-10-26T08:00"),  # and back
    ],
)
def test_nine_in_the_morning_of_the_next_business_day(began: str, due: str) -> None:
    """What a person in that zone would call the next business day."""
    found = next_business_day(rome(), datetime.fromisoformat(began).replace(tzinfo=UTC), "09:00")
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "due"),
    [
        (
            "2026-12-24T12:00",
            "2026-12-28T08:00",
        ),  # Christmas on Friday, Saint Stephen's on Saturday
        ("2026-12-31T12:00", "2027-01-04T08:00"),  # New Year's Day on Friday
        ("2027-01-05T12:00", "2027-01-07T08:00"),  # Epiphany
        ("2026-04-03T12:00", "2026-04-07T07:00"),  # Easter Monday, whose date moves
        ("2026-06-01T12:00", "2026-06-03T07:00"),  # the day of the Republic
        ("2026-12-07T12:00", "2026-12-09T08:00"),  # the Immaculate Conception
        ("2024-03-28T12:00", "2024-03-29T08:00"),  # Good Friday is a working day in Italy
        ("2024-03-29T12:00", "2024-04-02T07:00"),  # the clocks go forward on Easter itself
        (
            "2027-10-29T12:00",
            "2027-11-02T08:00",
        ),  # the clocks go back on Sunday, All Saints' is Monday
    ],
)
def test_public_holidays_are_no_business_days(began: str, due: str) -> None:
    """Nobody reads at the team standup on Christmas."""
    found = next_business_day(rome(), datetime.fromisoformat(began).replace(tzinfo=UTC), "09:00")
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "due"), [("", 6), ("IT", 7), ("DE", 6), ("DE-BY", 7), ("US", 6)]
)
def test_each_country_has_its_own_holidays(country: str, due: int) -> None:
    """Epiphany is one in Italy and in Bavaria, not in all of Germany; without a country there are none."""
    began = datetime(2027, 1, 5, 12, tzinfo=UTC)
    found = next_business_day(rome(holidays=country), began, "09:00")
    assert found == datetime(2027, 1, due, 8, tzinfo=UTC)


@pytest.mark.parametrize("country", ["XX", "IT-QQ"])
def test_a_country_that_nobody_knows_stops_the_run(country: str) -> None:
    """An escalation on a wrong day would be worse than a word."""
    with pytest.raises(CannotGoOnError, match="holidays"):
        next_business_day(rome(holidays=country), datetime(2027, 1, 5, tzinfo=UTC), "09:00")


@pytest.mark.parametrize(
    ("day", "clock", "due"),
    [
        ("2026-03-28", "02:30", "2026-03-28T01:30"),
        ("2026-03-29", "02:30", "2026-03-29T01:30"),  # is never: half past three
        ("2026-03-29", "03:30", "2026-03-29T01:30"),
        ("2026-03-30", "02:30", "2026-03-30T00:30"),
        ("2026-10-24", "02:30", "2026-10-24T00:30"),
        ("2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("2026-10-25", "03:30", "2026-10-25T02:30"),
        ("2026-10-26", "02:30", "2026-10-26T01:30"),
    ],
)
def test_a_time_on_the_days_when_the_clocks_change(day: str, clock: str, due: str) -> None:
    """Both changes of 2026 in Rome, with the days beside them."""
    found = at_clock(date.fromisoformat(day), clock, zone_named("Europe/Rome"))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_holidays_are_loaded_by_those_who_ask_only() -> None:
    """The library takes a tenth of a second, and most incidents have no rung on a business day."""
    code = "import rbengine.host.calendar, sys; print('holidays' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert found.stdout.strip() == "False"


def test_a_week_may_go_over_sunday() -> None:
    """Sunday to Thursday: Friday's incident waits until Sunday."""
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    due = next_business_day(rome("sunday", "thursday"), friday, "09:00")
    assert due == datetime(2026, 11, 29, 8, tzinfo=UTC)


def test_only_rungs_that_need_a_calendar_are_named() -> None:
    """The machine counts the others itself."""
    rungs = (
        EscalationRung(when="after", to=("a",)),
        EscalationRung(when="next business day", time="10:30", to=("b",)),
    )
    severity = SeverityPolicy(name="P3", title="", rungs=rungs, approvals=())
    policy = PolicyModel(name="", timezone="UTC", severities=(severity,))
    began = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
    assert due_times(policy, "P3", began) == {"1": datetime(2026, 11, 24, 10, 30, tzinfo=UTC)}
    assert due_times(policy, "P9", began) == {}


def rhythm(every: Every, weekday: str = "", day: int = 0) -> DueRhythm:
    """One without tasks."""
    return DueRhythm(every=every, weekday=weekday, day=day, time="09:00", by=("a",), tasks=())


@pytest.mark.parametrize(
    ("found", "first", "second"),
    [
        (rhythm("daily"), "2026-11-24", "2026-11-25"),
        (rhythm("weekly", "monday"), "2026-11-30", "2026-12-07"),
        (rhythm("monthly", day=1), "2026-12-01", "2027-01-01"),
        (rhythm("monthly", day=31), "2026-12-31", "2027-01-31"),
        (rhythm("monthly", day=30), "2026-11-30", "2026-12-30"),
    ],
)
def test_rhythms_come_on_their_days(found: DueRhythm, first: str, second: str) -> None:
    """From a Tuesday on; a day that a month lacks does not come in that month."""
    once = next_day(found, date(2026, 11, 24))
    assert once.isoformat() == first
    assert next_day(found, once) == once
    assert next_day(found, once + timedelta(days=1)).isoformat() == second
