"""Names of incidents and runs: readable, easy to type, in the order of time."""

from collections.abc import Iterable
from datetime import datetime

from rbengine.host.calendar import zone_named


def incident_id(began: datetime, timezone: str, taken: Iterable[str]) -> str:
    """`INC-2026-11-23-001`: the day the incident began in the policy's zone, and the next number of that day."""
    return _next("INC", began, timezone, taken)


def run_id(at: datetime, timezone: str, taken: Iterable[str]) -> str:
    """`RUN-2026-11-23-001`: the day the run was made; a second run of an incident has its own."""
    return _next("RUN", at, timezone, taken)


def _next(word: str, at: datetime, timezone: str, taken: Iterable[str]) -> str:
    prefix = f"{word}-{at.astimezone(zone_named(timezone)):%Y-%m-%d}-"
    numbers = [int(one.removeprefix(prefix)) for one in taken if one.startswith(prefix)]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"
