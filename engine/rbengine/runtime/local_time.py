"""Instants as people of the policy's zone read them. The zone's rules are files, so the host says its offsets."""

from datetime import UTC, datetime, timedelta

import msgspec


class Offset(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` on the zone is `minutes` before UTC's clock (east of it), and is called `name` (`CET`)."""

    since: datetime
    minutes: int
    name: str


Offsets = tuple[Offset, ...]
"""Oldest first. None, or an instant before the first: UTC."""


def there(value: datetime, offsets: Offsets) -> tuple[datetime, str]:
    """The wall clock of the zone at `value`, and what the zone is called then."""
    for one in reversed(offsets):
        if one.since <= value:
            return value.astimezone(UTC) + timedelta(minutes=one.minutes), one.name
    return value.astimezone(UTC), "UTC"
