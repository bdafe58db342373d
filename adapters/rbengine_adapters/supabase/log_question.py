"""Questions to the project's logs, in the ClickHouse dialect that Supabase speaks since June 2026."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

LONGEST = timedelta(hours=24)
"""The vendor answers for at most this much at once, and rounds to minutes."""

MOST_ROWS = 1000


def function_lines(function_id: str, matching: str, limit: int) -> str:
    """The lines of one function that contain `matching`, oldest first."""
    text = "" if not matching else f" and position(event_message, {_quoted(matching)}) > 0"
    return (
        "select id, timestamp, event_message, log_attributes['level'] as level from logs"
        " where source = 'function_logs'"
        f" and log_attributes['function_id'] = {_quoted(function_id)}{text}"
        f" order by timestamp asc limit {limit}"
    )


def error_lines(function_id: str) -> str:
    """The texts of one function's errors, each with how often and when, the most frequent first."""
    return (
        "select event_message, count() as lines, min(timestamp) as first_at, max(timestamp) as last_at"
        " from logs where source = 'function_logs'"
        f" and log_attributes['function_id'] = {_quoted(function_id)}"
        " and log_attributes['level'] = 'error'"
        f" group by event_message order by lines desc limit {MOST_ROWS}"
    )


def windows(since: datetime, until: datetime) -> Iterator[tuple[str, str]]:
    """Windows that cover `since` to `until`, whole minutes, none longer than the vendor allows."""
    start = since.astimezone(UTC).replace(second=0, microsecond=0)
    end = until.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while start < end:
        stop = min(start + LONGEST, end)
        yield _iso(start), _iso(stop)
        start = stop


def _quoted(text: str) -> str:
    """A ClickHouse text literal: backslash and quote are escaped, nothing else has a meaning."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
