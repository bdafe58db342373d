"""When a schedule of pg_cron is due: five fields, in UTC, as cron reads them, `$` for the last day of a month; or
`30 seconds`."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_SECONDS = re.compile(r"\s*([1-5]?[0-9]) seconds?\s*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 366 * 8
"""Days: between two leap days there may be eight years."""


class NoScheduleError(ValueError):
    """The text is no schedule."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Which minutes of which days. `seconds` above 0: every so many seconds, whatever the rest says."""

    minutes: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    days: frozenset[int] = frozenset()
    last_day: bool = False
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    either_day: bool = False
    """Day and weekday are both restricted: then one of them is enough."""
    seconds: int = 0

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after `moment`; None where it never comes (30 February)."""
        moment = moment.astimezone(UTC)
        if self.seconds:
            passed = int((moment - _EPOCH).total_seconds()) // self.seconds
            return _EPOCH + timedelta(seconds=(passed + 1) * self.seconds)
        for number in range(_LONGEST):
            day = moment.date() + timedelta(days=number)
            if not self._is_on(day):
                continue
            for hour in self.hours:
                for minute in self.minutes:
                    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if at > moment:
                        return at
        return None

    def _is_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        is_last = self.last_day and day.day == monthrange(day.year, day.month)[1]
        by_day = day.day in self.days or is_last
        by_weekday = day.isoweekday() % 7 in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def read_schedule(text: str) -> Schedule:
    """Read it as pg_cron does. Raises NoScheduleError."""
    seconds = _SECONDS.fullmatch(text)
    if seconds is not None and int(seconds[1]):
        return Schedule(seconds=int(seconds[1]))
    fields = text.split()
    if len(fields) != 5:
        raise NoScheduleError(f"`{text}` has no five fields")
    minutes, hours, days, months, weekdays = fields
    dated = ",".join(one for one in days.split(",") if one != "$")
    return Schedule(
        minutes=tuple(sorted(_field(minutes, 0, 59))),
        hours=tuple(sorted(_field(hours, 0, 23))),
        days=_field(dated, 1, 31) if dated else frozenset(),
        last_day="$" in days.split(","),
        months=_field(months, 1, 12, _MONTHS),
        weekdays=frozenset(one % 7 for one in _field(weekdays, 0, 7, _DAYS)),
        either_day=not days.startswith("*") and not weekdays.startswith("*"),
    )


def _field(text: str, low: int, high: int, names: Sequence[str] = ()) -> frozenset[int]:
    """The values of one field: `*`, `5`, `1-5`, `*/10`, `mon`, and lists of them."""
    found: set[int] = set()
    for part in text.split(","):
        spread, _, step = part.partition("/")
        first, _, last = ("*", "", "") if spread == "*" else spread.partition("-")
        begin = low if first == "*" else _number(first, low, names)
        end = high if first == "*" or (step and not last) else _number(last or first, low, names)
        width = _number(step, 1) if step else 1
        if not low <= begin <= end <= high or width < 1:
            raise NoScheduleError(f"`{part}` is nothing from {low} to {high}")
        found.update(range(begin, end + 1, width))
    return frozenset(found)


def _number(text: str, low: int, names: Sequence[str] = ()) -> int:
    """The first of `names` is `low`."""
    if text.lower() in names:
        return low + names.index(text.lower())
    if not (text.isascii() and text.isdecimal()):
        raise NoScheduleError(f"`{text}` is no number")
    return int(text)
