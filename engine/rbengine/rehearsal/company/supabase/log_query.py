"""The questions to the logs that this model understands: three forms of SQL in either dialect, no other."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError, Object
from rbengine.rehearsal.company.supabase.model import LogLine

LONGEST = timedelta(hours=24)
MOST_ROWS = 1000

Kind = Literal["lines", "errors", "requests"]

_TEXT = r"'(?:[^'\\]|\\.)*'"
_ID = f"(?P<function>{_TEXT})"
_MATCHING = f"(?P<matching>{_TEXT})"
_LIMIT = r"(?P<limit>\d+)"


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How a project's logs are asked, and how they write a moment and a count."""

    forms: tuple[tuple[Kind, "re.Pattern[str]"], ...]
    moment: Callable[[datetime], str | int]
    count: Callable[[int], str | int]


class LogQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What a question asks for: lines, oldest first; errors, alike ones in one row; requests by their status."""

    kind: Kind
    function_id: str
    matching: str
    limit: int
    dialect: Dialect


def read_query(sql: str, dialect: str) -> LogQuery:
    """What `sql` asks for. Raises CannotBeSimulatedError for any other statement than the known ones."""
    spoken = DIALECTS[dialect]
    for kind, form in spoken.forms:
        found = form.fullmatch(sql.strip())
        if found is None:
            continue
        parts = found.groupdict()
        return LogQuery(
            kind=kind,
            function_id=_unquoted(parts["function"]),
            matching=_unquoted(parts.get("matching") or "''"),
            limit=int(parts.get("limit") or MOST_ROWS),
            dialect=spoken,
        )
    raise CannotBeSimulatedError(f"supabase: this question to the logs ({dialect}): {sql}")


def answer_query(
    query: LogQuery, lines: list[LogLine], start: datetime, end: datetime
) -> list[Object]:
    """The rows, at most what the vendor gives at once."""
    source = "function_edge_logs" if query.kind == "requests" else "function_logs"
    found = sorted(
        (
            one
            for one in lines
            if one.source == source
            and one.function_id == query.function_id
            and start <= one.at < end
        ),
        key=lambda one: one.at,
    )
    match query.kind:
        case "lines":
            rows = _lines(query, [one for one in found if query.matching in one.message])
        case "errors":
            rows = _errors(query, [one for one in found if one.level == "error"])
        case "requests":
            rows = _requests(query, found)
    return rows[: min(query.limit, MOST_ROWS)]


def _lines(query: LogQuery, found: list[LogLine]) -> list[Object]:
    return [
        {
            "id": one.id,
            "timestamp": query.dialect.moment(one.at),
            "event_message": one.message,
            "level": one.level,
        }
        for one in found
    ]


def _errors(query: LogQuery, found: list[LogLine]) -> list[Object]:
    """One row a text; the lines come oldest first."""
    groups: dict[str, list[LogLine]] = {}
    for one in found:
        groups.setdefault(one.message, []).append(one)
    ordered = sorted(groups.items(), key=lambda one: -len(one[1]))
    return [
        {
            "event_message": message,
            "lines": query.dialect.count(len(alike)),
            "first_at": query.dialect.moment(alike[0].at),
            "last_at": query.dialect.moment(alike[-1].at),
        }
        for message, alike in ordered
    ]


def _requests(query: LogQuery, found: list[LogLine]) -> list[Object]:
    counts: dict[int, int] = {}
    for one in found:
        counts[one.status or 0] = counts.get(one.status or 0, 0) + 1
    return [
        {"status": status, "requests": query.dialect.count(count)}
        for status, count in sorted(counts.items())
    ]


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _unquoted(literal: str) -> str:
    return re.sub(
        r"\\(.)",
        lambda one: {"n": "\n", "r": "\r"}.get(one[1], one[1]),
        literal[1:-1],
        flags=re.DOTALL,
    )


def _form(text: str) -> "re.Pattern[str]":
    """`text` as it stands, but for `~id~`, `~limit~`, and `~ before … after ~`: a condition that may be missing."""
    pattern = ""
    for part in re.split("(~[^~]*~)", text):
        match part:
            case "~id~":
                pattern += _ID
            case "~limit~":
                pattern += _LIMIT
            case _ if part.startswith("~"):
                before, after = part[1:-1].split("…")
                pattern += f"(?:{re.escape(before)}{_MATCHING}{re.escape(after)})?"
            case _:
                pattern += re.escape(part)
    return re.compile(pattern, re.DOTALL)


DIALECTS: dict[str, Dialect] = {
    "clickhouse": Dialect(
        forms=(
            (
                "lines",
                _form(
                    "select id, timestamp, event_message, log_attributes['level'] as level from logs"
                    " where source = 'function_logs' and log_attributes['function_id'] = ~id~"
                    "~ and position(event_message, …) > 0~ order by timestamp asc limit ~limit~"
                ),
            ),
            (
                "errors",
                _form(
                    "select event_message, count() as lines, min(timestamp) as first_at,"
                    " max(timestamp) as last_at from logs where source = 'function_logs'"
                    " and log_attributes['function_id'] = ~id~ and log_attributes['level'] = 'error'"
                    " group by event_message order by lines desc limit ~limit~"
                ),
            ),
            (
                "requests",
                _form(
                    "select toInt32OrZero(log_attributes['response.status_code']) as status,"
                    " count() as requests from logs where source = 'function_edge_logs'"
                    " and log_attributes['function_id'] = ~id~ group by status order by status"
                ),
            ),
        ),
        moment=_written,
        # 64-bit counts come as texts.
        count=str,
    ),
    "bigquery": Dialect(
        forms=(
            (
                "lines",
                _form(
                    "select function_logs.id, function_logs.timestamp, event_message, metadata.level"
                    " from function_logs cross join unnest(metadata) as metadata"
                    " where metadata.function_id = ~id~~ and strpos(event_message, …) > 0~"
                    " order by timestamp asc limit ~limit~"
                ),
            ),
            (
                "errors",
                _form(
                    "select event_message, count(*) as lines, min(function_logs.timestamp) as first_at,"
                    " max(function_logs.timestamp) as last_at"
                    " from function_logs cross join unnest(metadata) as metadata"
                    " where metadata.function_id = ~id~ and metadata.level = 'error'"
                    " group by event_message order by lines desc limit ~limit~"
                ),
            ),
            (
                "requests",
                _form(
                    "select response.status_code as status, count(*) as requests"
                    " from function_edge_logs cross join unnest(metadata) as metadata"
                    " cross join unnest(metadata.response) as response"
                    " where metadata.function_id = ~id~ group by status order by status"
                ),
            ),
        ),
        moment=_microseconds,
        count=int,
    ),
}
"""By what a project calls its logs."""
