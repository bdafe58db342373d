"""What needs a calendar: rungs due on the next business day, maintenance, the offsets of the policy's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from rbengine.contract.policy import PolicyModel
from rbengine.host.public_holidays import holiday_on
from rbengine.runtime.local_time import Offset, Offsets
from rbengine.workspace.maintenance import DueRhythm

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def due_times(policy: PolicyModel, severity: str, began: datetime) -> Mapping[str, datetime]:
    """`Started.due_times`: by the rung's number, as text. Raises CannotGoOnError for holidays that nobody knows."""
    rules = policy.severity(severity)
    if rules is None:
        return {}
    return {
        str(number): next_business_day(policy, began, rung.time or policy.opens)
        for number, rung in enumerate(rules.rungs)
        if rung.when == "next business day"
    }


def next_business_day(policy: PolicyModel, after: datetime, clock: str) -> datetime:
    """The first business day after the day of `after` at `clock` (`HH:MM`), both in the policy's zone.

    Raises CannotGoOnError for holidays that nobody knows.
    """
    zone = zone_named(policy.timezone)
    day = after.astimezone(zone).date() + timedelta(days=1)
    while not is_business_day(policy, day):
        day += timedelta(days=1)
    return at_clock(day, clock, zone)


def at_clock(day: date, clock: str, zone: tzinfo) -> datetime:
    """`clock` (`HH:MM`) on `day` in `zone`, in UTC.

    A time that the clocks leave out is as much later as they are put forward; of one that comes twice it is the first.
    """
    hours, _, minutes = clock.partition(":")
    local = datetime.combine(day, time(int(hours), int(minutes or 0)), tzinfo=zone)
    return local.astimezone(UTC)


def offsets(policy: PolicyModel, began: datetime) -> Offsets:
    """`Started.offsets`: the zone's offsets from a year before `began` to two years after it, none for UTC."""
    return _offsets(policy.timezone, began.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=64)  # rehearsals begin at the same few moments again and again
def _offsets(name: str, hour: datetime) -> Offsets:
    zone = zone_named(name)
    if zone is UTC:
        return ()
    moment = hour - timedelta(days=365)
    found = [_offset(moment, zone)]
    for _ in range(3 * 365):
        later = moment + timedelta(days=1)
        if later.astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            found.append(_offset(_change(moment, later, zone), zone))
        moment = later
    return tuple(found)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first minute between both at which the zone's offset is that of `after`."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            after = middle
        else:
            before = middle
    return after.replace(second=0, microsecond=0)


def _offset(moment: datetime, zone: tzinfo) -> Offset:
    there = moment.astimezone(zone)
    minutes = (there.utcoffset() or timedelta()) // timedelta(minutes=1)
    return Offset(since=moment, minutes=minutes, name=there.tzname() or "")


def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name. Raises ZoneInfoNotFoundError where this machine does not know it."""
    if name == "UTC":  # needs no list of zones, which takes 3 ms to load
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def is_business_day(policy: PolicyModel, day: date) -> bool:
    """Whether `day` is in the policy's week and no public holiday. Raises CannotGoOnError for unknown holidays.

    The week is from its first to its last day, which may go over Sunday.
    """
    first, last = _DAYS.index(policy.first_day), _DAYS.index(policy.last_day)
    if (day.weekday() - first) % 7 > (last - first) % 7:
        return False
    return not holiday_on(policy.holidays, day)


def comes_on(rhythm: DueRhythm, day: date) -> bool:
    """Whether the rhythm's tasks are due on `day`. One on a day that a month lacks does not come in that month."""
    match rhythm.every:
        case "daily":
            return True
        case "weekly":
            return _DAYS[day.weekday()] == rhythm.weekday
        case "monthly":
            return day.day == rhythm.day


def next_day(rhythm: DueRhythm, day: date) -> date:
    """The first day from `day` on that the rhythm's tasks are due on."""
    while not comes_on(rhythm, day):
        day += timedelta(days=1)
    return day
