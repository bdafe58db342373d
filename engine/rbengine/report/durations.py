"""Durations and instants, as people say them."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_SECOND = timedelta(seconds=1)
_GLANCE = timedelta(minutes=10)


def duration(span: timedelta) -> str:
    """The two largest units that are not zero: `1m 30s`, `1h 59m`, `2d`, `0.4s`, `210 ms`, `0s`."""
    if span < timedelta(0):
        return f"-{duration(-span)}"
    if span == timedelta(0):
        return "0s"
    if span < timedelta(seconds=1):
        return f"{max(span // timedelta(milliseconds=1), 1)} ms"
    seconds = span.total_seconds()
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f}s"
    left = int(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)


def took(span: timedelta) -> str:
    """How long a call took: `4 ms`, `1.2 s`, `12 s`, `1m 30s`."""
    if span < timedelta(seconds=1):
        return f"{span // timedelta(milliseconds=1)} ms"
    if span < timedelta(seconds=10):
        return f"{span.total_seconds():.1f} s"
    if span < timedelta(minutes=1):
        return f"{int(span.total_seconds())} s"
    return duration(span)


def coarse(span: timedelta) -> str:
    """Time left, for a glance: from ten minutes on without seconds, always rounded down."""
    return duration(
        span - span % timedelta(minutes=1) if span >= _GLANCE else span - span % _SECOND
    )


def since(span: timedelta) -> str:
    """Time since the incident began, for the left margin, in six cells: `0.0s`, `1m30s`, `2h00m`, `4d04h`."""
    if span < timedelta(0):
        return f"-{since(-span)}"
    if span < timedelta(minutes=1):
        tenths = span // timedelta(milliseconds=100)
        return f"{tenths // 10}.{tenths % 10}s"
    whole = span // _SECOND
    if whole < 3_600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 360_000:
        return f"{whole // 3_600}h{whole % 3_600 // 60:02}m"
    return f"{whole // 86_400}d{whole % 86_400 // 3_600:02}h"


def after(span: timedelta) -> str:
    """`t+90s`: seconds since the start of a journal, without a trailing `.0`."""
    seconds = span.total_seconds()
    return f"t+{seconds:.3f}".rstrip("0").rstrip(".") + "s"


def instant(moment: datetime, zone: str = "UTC", *, named: bool = True) -> str:
    """`2026-12-23 03:10 UTC`: in the policy's zone, `named` or not, with seconds only where there are some."""
    local = moment.astimezone(zone_of(zone))
    form = "%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M"
    if not named:
        return local.strftime(form)
    name = "UTC" if zone == "UTC" else (local.tzname() or zone)
    return f"{local.strftime(form)} {name}"


@cache
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; UTC where this machine does not know it."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
