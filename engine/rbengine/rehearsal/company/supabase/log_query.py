"""The questions to the logs that this model understands: two forms of ClickHouse SQL, no other."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError, Object
from rbengine.rehearsal.company.supabase.model import LogLine

LONGEST = timedelta(hours=24)
MOST_ROWS = 1000

_TEXT = r"'((?:[^'\\]|\\.)*)'"

_FORM = re.compile(
    r"select id, timestamp, event_message, log_attributes\['level'\] as level"
    r" from logs where source = " + _TEXT + r" and log_attributes\['function_id'\] = " + _TEXT + r""
    r"(?: and position\(event_message, " + _TEXT + r"\) > 0)?"
    r" order by timestamp asc limit (\d+)",
    re.DOTALL,
)


_ERRORS = re.compile(
    r"select event_message, count\(\) as lines, min\(timestamp\) as first_at, max\(timestamp\) as last_at"
    r" from logs where source = " + _TEXT + r" and log_attributes\['function_id'\] = " + _TEXT + r""
    r" and log_attributes\['level'\] = 'error'"
    r" group by event_message order by lines desc limit (\d+)",
    re.DOTALL,
)


class ErrorQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The errors of one source and function, alike ones in one row, the most frequent first."""

    source: str
    function_id: str
    limit: int


class LogQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of one source and function, oldest first."""

    source: str
    function_id: str
    matching: str
    limit: int


def read_query(sql: str) -> LogQuery | ErrorQuery:
    """What `sql` asks for. Raises CannotBeSimulatedError for any other statement than the known ones."""
    errors = _ERRORS.fullmatch(sql.strip())
    if errors is not None:
        source, function_id, limit = errors.groups()
        return ErrorQuery(
            source=_unquoted(source), function_id=_unquoted(function_id), limit=int(limit)
        )
    found = _FORM.fullmatch(sql.strip())
    if found is None:
        raise CannotBeSimulatedError(f"supabase: this question to the logs: {sql}")
    source, function_id, matching, limit = found.groups()
    return LogQuery(
        source=_unquoted(source),
        function_id=_unquoted(function_id),
        matching=_unquoted(matching or ""),
        limit=int(limit),
    )


def answer_query(
    query: LogQuery | ErrorQuery, lines: list[LogLine], start: datetime, end: datetime
) -> list[Object]:
    """The rows, at most what the vendor gives at once."""
    found = [
        one
        for one in lines
        if one.source == query.source
        and one.function_id == query.function_id
        and start <= one.at < end
    ]
    found.sort(key=lambda one: one.at)
    if isinstance(query, ErrorQuery):
        return _grouped([one for one in found if one.level == "error"], query.limit)
    found = [one for one in found if query.matching in one.message]
    return [
        {
            "id": one.id,
            "timestamp": _written(one.at),
            "event_message": one.message,
            "level": one.level,
        }
        for one in found[: min(query.limit, MOST_ROWS)]
    ]


def _grouped(found: list[LogLine], limit: int) -> list[Object]:
    """One row a text; the lines come oldest first."""
    groups: dict[str, list[LogLine]] = {}
    for one in found:
        groups.setdefault(one.message, []).append(one)
    rows: list[Object] = [
        {
            "event_message": message,
            # The vendor writes 64-bit counts as texts.
            "lines": str(len(alike)),
            "first_at": _written(alike[0].at),
            "last_at": _written(alike[-1].at),
        }
        for message, alike in groups.items()
    ]
    rows.sort(key=lambda one: -int(one["lines"]))
    return rows[: min(limit, MOST_ROWS)]


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
