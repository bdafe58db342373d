"""The next business day, in the policy's zone and over its clock changes."""

from datetime import UTC, datetime

import pytest
from rbengine.contract.policy import EscalationRung, PolicyModel, SeverityPolicy
from rbengine.host.calendar import due_times, next_business_day


def rome(first: str = "monday", last: str = "friday") -> PolicyModel:
    return PolicyModel(name="", timezone="Europe/Rome", first_day=first, last_day=last)


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
