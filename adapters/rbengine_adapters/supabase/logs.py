"""What edge functions wrote, and how their requests ended: questions to the project's logs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase import answers, errors, log_bigquery, log_clickhouse
from rbengine_adapters.supabase.calls import SupabaseCalls, checked
from rbengine_adapters.supabase.failures import log_error
from rbengine_adapters.supabase.functions import by_slug, slug_of
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.settings import SettingError

if TYPE_CHECKING:
    import pydantic

T = TypeVar("T")

LONGEST = timedelta(hours=24)
"""The vendor answers for at most this much at once, and rounds to minutes."""

MOST_ROWS = 1000

DIALECTS: dict[str, ModuleType] = {"clickhouse": log_clickhouse, "bigquery": log_bigquery}
"""By the setting `supabase.logs`; without it ClickHouse."""


def dialect_of(setting: str | None) -> ModuleType:
    """The dialect of the project's logs. Raises SettingError for one that there is not."""
    found = DIALECTS.get("clickhouse" if setting is None else setting)
    if found is None:
        raise SettingError(f"the setting `supabase.logs` is one of {', '.join(DIALECTS)}")
    return found


def function_logs(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.log_entry`, oldest first."""
    a = invocation.arguments
    since, at_most = _since(invocation), a["at_most"]
    if not isinstance(at_most, int) or not 1 <= at_most < MOST_ROWS:
        raise CallEndedError.refused("invalid", f"`at_most` is 1 to {MOST_ROWS - 1}")
    function = by_slug(calls)[slug_of(a["function"])]
    sql = _dialect(calls).function_lines(function.id, str(a["matching"]), at_most + 1)
    found: list[answers.LogRow] = []
    for start, end in windows(since, invocation.now):
        rows = _asked(calls, answers.LOG_ROWS, sql, start, end)
        found += [one for one in rows if _aware(one.timestamp) >= since]
        if len(found) > at_most:
            raise CallEndedError.refused("too_many", f"there are more than {at_most} lines")
    return tuple(
        Row(
            {
                "at": _aware(one.timestamp),
                "level": one.level or "",
                "text": one.event_message,
            }
        )
        for one in found
    )


def error_groups(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.error_group`, the most frequent first."""
    a = invocation.arguments
    since, at_most = _since(invocation), a["at_most"]
    if not isinstance(at_most, int) or at_most < 1:
        raise CallEndedError.refused("invalid", "`at_most` is at least 1")
    known = by_slug(calls)
    found: list[tuple[str, str, errors.Group]] = []
    for name in _slugs(a["functions"]):
        sql = _dialect(calls).error_lines(known[name].id)
        for start, end in windows(since, invocation.now):
            rows = _asked(calls, answers.ERROR_ROWS, sql, start, end)
            if len(rows) >= MOST_ROWS:
                text = f"`{name}` wrote {MOST_ROWS} different errors or more"
                raise CallEndedError.refused("too_many", text)
            found += [
                (name, one.event_message, _group(one))
                for one in rows
                if _aware(one.last_at) >= since
            ]
    groups = errors.joined(found)
    if len(groups) > at_most:
        raise CallEndedError.refused("too_many", f"there are {len(groups)} kinds of errors")
    return errors.rows(groups)


def function_calls(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.function_traffic`, in the order asked for."""
    since = _since(invocation)
    known = by_slug(calls)
    found: list[Row] = []
    for name in _slugs(invocation.arguments["functions"]) or tuple(known):
        sql = _dialect(calls).function_requests(known[name].id)
        by_status = [
            one
            for start, end in windows(since, invocation.now)
            for one in _asked(calls, answers.REQUEST_ROWS, sql, start, end)
        ]
        found.append(
            Row(
                {
                    "function": name,
                    "calls": sum(one.requests for one in by_status),
                    "refused": sum(one.requests for one in by_status if 400 <= one.status < 500),
                    "failed": sum(one.requests for one in by_status if one.status >= 500),
                }
            )
        )
    return tuple(found)


def windows(since: datetime, until: datetime) -> Iterator[tuple[str, str]]:
    """Windows that cover `since` to `until`, whole minutes, none longer than the vendor allows."""
    start = since.astimezone(UTC).replace(second=0, microsecond=0)
    end = until.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while start < end:
        stop = min(start + LONGEST, end)
        yield _iso(start), _iso(stop)
        start = stop


def _asked(
    calls: SupabaseCalls, form: "pydantic.TypeAdapter[T]", sql: str, start: str, end: str
) -> T:
    """The rows of one question."""
    given = calls.read(
        "/analytics/endpoints/logs.all",
        answers.LOGS,
        {"sql": sql, "iso_timestamp_start": start, "iso_timestamp_end": end},
    )
    if given.error is not None:
        raise CallEndedError(log_error(given.error))
    return checked(form, given.result)


def _dialect(calls: SupabaseCalls) -> ModuleType:
    return dialect_of(calls.place.setting("logs"))


def _since(invocation: Invocation) -> datetime:
    since = invocation.arguments["since"]
    if not isinstance(since, datetime) or since > invocation.now:
        raise CallEndedError.refused("invalid", "`since` lies in the future")
    return since


def _slugs(value: Value) -> tuple[str, ...]:
    return tuple(slug_of(one) for one in value) if isinstance(value, tuple) else ()


def _group(one: answers.ErrorRow) -> errors.Group:
    return errors.Group(lines=one.lines, first_at=_aware(one.first_at), last_at=_aware(one.last_at))


def _aware(moment: datetime) -> datetime:
    """The vendor writes UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
