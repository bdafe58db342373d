"""What vendors answered, in the lines by which a world says it, where the two are not called alike.

A world says how things are, an answer what could be seen of them: of a digest only that it differs, of requests their
number. What is said here makes the same answer again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from rbengine.contract.values import Row, Value

Line = tuple[str, Mapping[str, Value]]
"""A line's full name and its arguments; those that are absent are left out."""

Saying = Callable[[Row, Row, datetime], Iterator[Line]]
"""From what was asked, one record of the answer and the moment of asking."""

_EXPECTED, _OTHER = "what it should be", "what it should not be"
_MOST_LINES = 20
_MINUTE = timedelta(minutes=1)


def _secret(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    values: Mapping[str, Mapping[str, Value]] = {
        "same": {"value": _EXPECTED, "expected": _EXPECTED},
        "different": {"value": _OTHER, "expected": _EXPECTED},
        "absent": {"expected": _EXPECTED},
        "unknown": {"value": _OTHER},
    }
    yield "supabase.secret", {"name": one["name"], **values.get(str(one["state"]), {})}


def _requests(asked: Row, one: Row, at: datetime) -> Iterator[Line]:
    """Somewhere in the time that was asked about."""
    since = asked.get("since")
    when = at - (at - since) / 2 if isinstance(since, datetime) else at - _MINUTE
    refused, failed = _count(one, "refused"), _count(one, "failed")
    answered = _count(one, "calls") - refused - failed
    for status, count in ((200, answered), (401, refused), (500, failed)):
        if count > 0:
            yield (
                "supabase.requests",
                {"function": one["function"], "status": status, "count": count, "at": when},
            )


def _errors(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    said = {"function": one["function"], "level": "error", "text": one["text"]}
    yield "supabase.log", {**said, "at": one["first_at"]}
    last = one["last_at"]
    for number in range(min(_count(one, "lines"), _MOST_LINES) - 1):
        # Two lines of one text at one moment would be one line twice.
        moment = last - timedelta(seconds=number) if isinstance(last, datetime) else last
        yield "supabase.log", {**said, "at": moment}


def _function(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield (
        "supabase.function",
        {"slug": one["slug"], "verify_jwt": one["verify_jwt"], "deployed": one["updated_at"]},
    )


def _subscription(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "meta.subscription", one


def _phone(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    problems = one["problems"]
    first = problems[0] if isinstance(problems, tuple) and problems else None
    yield "meta.phone", {"can_send": one["can_send"], "quality": one["quality"], "problem": first}


def _message(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "meta.message", {**one, "id": one["message_id"]}


def _mail(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "imap.message", {**one, "id": one["message_id"]}


def _mailbox(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    if one["state"] == "refused":
        yield "imap.mailbox", {"email": one["email"], "locked": True}


def _commit(asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    """Of its files only the paths are known that were asked about."""
    paths = asked.get("paths")
    files = tuple(map(_path, paths)) if isinstance(paths, tuple) else ()
    yield (
        "git.commit",
        {
            "repository": asked.get("repository"),
            "branch": asked.get("branch"),
            "files": files or ("README.md",),
            **{name: one[name] for name in ("title", "author", "at", "merge")},
        },
    )


def _page(asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "http.page", {"url": asked.get("url"), "status": one["status"], "body": one["body"]}


def _realtime(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "supabase.realtime", {"suspended": one["suspended"]}


def _endpoint(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "stripe.webhook_endpoint", {**one, "enabled": one["status"] == "enabled"}


SAYINGS: Mapping[str, Saying] = {
    "supabase.secret_check": _secret,
    "supabase.function_traffic": _requests,
    "supabase.error_group": _errors,
    "supabase.function": _function,
    "supabase.realtime_config": _realtime,
    "meta.app_subscription": _subscription,
    "meta.phone_health": _phone,
    "meta.message": _message,
    "imap.message": _mail,
    "imap.probe": _mailbox,
    "git.commit": _commit,
    "http.answer": _page,
    "stripe.webhook_endpoint": _endpoint,
}
"""By the name of the record that was answered."""

SILENT = frozenset({"supabase.auth_health"})
"""Records that say that all is well, as it is in a world that says nothing."""


def machine(metrics: Sequence[Row]) -> Line | None:
    """How busy it was: counters say that only between two looks, so one look tells nothing of the processor."""
    if not metrics:
        return None
    first, last = metrics[0], metrics[-1]
    said: dict[str, Value] = {
        name: 100 - _percent(first[f"{name}_available_bytes"], first[f"{name}_bytes"])
        for name in ("memory", "disk")
    }
    passed = _count(last, "cpu_ms") - _count(first, "cpu_ms")
    if passed:
        said["cpu"] = _percent(_count(last, "cpu_busy_ms") - _count(first, "cpu_busy_ms"), passed)
    return "supabase.machine", said


def _percent(part: Value, whole: Value) -> int:
    assert isinstance(part, int), "bytes and milliseconds are whole"
    assert isinstance(whole, int), "bytes and milliseconds are whole"
    return round(Decimal(100) * part / whole) if whole else 0


def _count(one: Row, name: str) -> int:
    value = one[name]
    return value if isinstance(value, int) else 0


def _path(pattern: Value) -> str:
    """A path that a pattern of git's matches."""
    text = str(pattern).rpartition(")")[2]
    return text.replace("**", "index.ts").replace("*", "")
