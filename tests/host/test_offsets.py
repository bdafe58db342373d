"""The policy's zone, for whoever reads an instant in a message."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from rbengine.contract.policy import PolicyModel
from rbengine.host.calendar import offsets
from rbengine.runtime.local_time import there
from rbengine.runtime.wording import FILTERS

BEGAN = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
ROME = offsets(PolicyModel(name="", timezone="Europe/Rome"), BEGAN)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 10, 1), timezones=st.just(UTC)))
def test_the_offsets_say_what_the_zone_says(moment: datetime) -> None:
    """Both changes of a year, to the minute."""
    wall = moment.astimezone(ZoneInfo("Europe/Rome"))
    assert there(moment, ROME) == (wall.replace(tzinfo=UTC), wall.tzname())


def test_the_changes_are_where_the_law_puts_them() -> None:
    """The last Sunday of March and of October, at 01:00 UTC."""
    changes = [one.since for one in ROME[1:]]
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) in changes
    assert datetime(2027, 10, 31, 1, tzinfo=UTC) in changes


def test_utc_has_none() -> None:
    """What has no offsets is read in UTC, and says so."""
    assert offsets(PolicyModel(name=""), BEGAN) == ()
    assert FILTERS["local"](BEGAN, ()) == "2026-11-23 03:10 UTC"
    assert FILTERS["local"](BEGAN, ROME) == "2026-11-23 04:10 CET"
    assert FILTERS["time"](BEGAN, ROME) == "04:10 CET"
    assert FILTERS["date"](datetime(2026, 11, 23, 23, 30, tzinfo=UTC), ROME) == "2026-11-24"
