"""The questions to the logs that this model understands: one form of ClickHouse SQL, no other."""

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


class LogQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of one source and function, oldest first."""

    source: str
    function_id: str
    matching: str
    limit: int


def read_query(sql: str) -> LogQuery:
    """What `sql` asks for. Raises CannotBeSimulatedError for any other statement than the known one."""
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
    query: LogQuery, lines: list[LogLine], start: datetime, end: datetime
) -> list[Object]:
    """The rows, at most what the vendor gives at once."""
    found = [
        one
        for one in lines
        if one.source == query.source
        and one.function_id == query.function_id
        and start <= one.at < end
        and query.matching in one.message
    ]
    found.sort(key=lambda one: one.at)
    return [
        {
            "id": one.id,
            "timestamp": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "event_message": one.message,
            "level": one.level,
        }
        for one in found[: min(query.limit, MOST_ROWS)]
    ]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
