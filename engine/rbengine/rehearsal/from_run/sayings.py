"""What vendors answered, in the lines by which a world says it, where the two are not called alike.

A world says how things are, an answer what could be seen of them: of a digest only that it differs, of requests their
number. What is said here makes the same answer again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from rbengine.contract.values import Row, Value

Line = tuple[str, Mapping[str, Value]]
"""A line's full name and its arguments; those that are absent are left out."""

Saying = Callable[[Row, Row, datetime], Iterator[Line]]
"""From what was asked, one record of the answer and the moment of asking."""

EXPECTED, OTHER = "what it should be", "what it should not be"
"""Secrets that nobody has read: one that is right, and one that is not."""
_MOST_LINES = 20
_MINUTE = timedelta(minutes=1)


def _secret(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    values: Mapping[str, Mapping[str, Value]] = {
        "same": {"value": EXPECTED, "expected": EXPECTED},
        "different": {"value": OTHER, "expected": EXPECTED},
        "absent": {"expected": EXPECTED},
        "unknown": {"value": OTHER},
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


def _waba(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "meta.waba_app", {**one, "override": one["override_callback_url"]}


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


def _component(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    """In the page's own word where that is Statuspage's."""
    word = str(one["says"])
    yield (
        "status.component",
        {
            "page": one["page"],
            "name": one["name"],
            "status": word if word in _WORDS else _STATUSES.get(str(one["state"])),
            "listed": one["state"] != "unknown",
            "incident": one["incident"],
            "at": one["at"],
        },
    )


def _webhook(asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    """What it answers to what is signed; of the other two only whether it keeps to the protocol."""
    said: dict[str, Value] = {
        "url": asked.get("url"), "verify_token": asked.get("token"), "app_secret": asked.get("app_secret"),
    }  # fmt: skip
    if asked.get("call") == "http.notify_unsigned" and one["verdict"] == "taken":
        said["believes_anybody"] = True
    if asked.get("call") == "http.notify_signed" and one["verdict"] == "failing":
        said["answers"] = one["status"]
    yield "http.webhook", said
    for name, is_right in (("token", True), ("app_secret", one["verdict"] != "refused")):
        if (
            asked.get(name) is not None
            and asked.get("checked") is not True
            and asked.get("own") == name
        ):
            value = EXPECTED if is_right else OTHER
            yield "supabase.secret", {"name": asked[name], "value": value, "expected": EXPECTED}


def _event(asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    """It is told of what became of an object, so the object is said."""
    name = next(
        (line for start, line in _TOLD_OF.items() if str(one["type"]).startswith(start)), ""
    )
    if name and asked.get("undelivered") is True:
        said: dict[str, Value] = {"id": one["object"], "customer": one["customer"]}
        if name == "stripe.invoice":
            said["status"] = _INVOICES.get(str(one["type"]))
        yield name, {**said, "created": one["created"], "delivered": False}


def _project(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "supabase.organization", {"plan": one["plan"]}


def _made_call(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "twilio.call", one


def _call(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    """A call that we made ourselves ends as the number answers."""
    if one["status"] in ("busy", "failed", "no-answer"):
        yield "twilio.number", {"number": one["to"], "answers": one["status"]}


def _nothing(_asked: Row, _one: Row, _at: datetime) -> Iterator[Line]:
    """It says that all is well, as it is in a world that says nothing."""
    return iter(())


def _page(asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "http.page", {"url": asked.get("url"), "status": one["status"], "body": one["body"]}


def _realtime(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "supabase.realtime", {"suspended": one["suspended"]}


def _endpoint(_asked: Row, one: Row, _at: datetime) -> Iterator[Line]:
    yield "stripe.webhook_endpoint", {**one, "enabled": one["status"] == "enabled"}


_STATUSES: Mapping[str, str] = {
    "up": "operational", "degraded": "degraded_performance", "down": "major_outage",
}  # fmt: skip
_WORDS = frozenset({*_STATUSES.values(), "under_maintenance", "partial_outage"})
_TOLD_OF: Mapping[str, str] = {
    "customer.subscription.": "stripe.subscription",
    "invoice.": "stripe.invoice",
    "payment_intent.": "stripe.payment",
}
_INVOICES: Mapping[str, str] = {
    "invoice.paid": "paid", "invoice.payment_succeeded": "paid", "invoice.payment_failed": "open",
    "invoice.voided": "void", "invoice.marked_uncollectible": "uncollectible",
}  # fmt: skip

SAYINGS: Mapping[str, Saying] = {
    "supabase.secret_check": _secret,
    "supabase.function_traffic": _requests,
    "supabase.error_group": _errors,
    "supabase.function": _function,
    "supabase.realtime_config": _realtime,
    "supabase.project": _project,
    "supabase.auth_health": _nothing,
    "supabase.sign_in": _nothing,
    "supabase.invocation": _nothing,
    "supabase.metrics": _nothing,
    "smtp.server": _nothing,
    "status.component": _component,
    "status.incident": _nothing,
    "realtime.subscription": _nothing,
    "http.handshake": _webhook,
    "http.delivery": _webhook,
    "stripe.event": _event,
    "meta.app_subscription": _subscription,
    "meta.waba_app": _waba,
    "meta.phone_health": _phone,
    "meta.message": _message,
    "imap.message": _mail,
    "imap.probe": _mailbox,
    "git.commit": _commit,
    "http.answer": _page,
    "twilio.call": _call,
    "twilio.calls": _made_call,
    "stripe.webhook_endpoint": _endpoint,
}
"""By the name of the record that was answered, or of the operation."""

IN_TABLES: Mapping[str, Callable[[Row], tuple[str, Row]]] = {
    "cron.job": lambda one: ("cron.job", one),
    "cron.run": lambda one: ("cron.job_run_details", one),
    "supabase.bucket": lambda one: (
        "storage.buckets",
        Row(
            {"id": one["id"], "public": one["public"], "file_size_limit": one["largest_file_bytes"]}
        ),
    ),
}
"""Records that are rows of the database's own tables."""


def machine(first: Row, last: Row) -> Line:
    """How busy it was between two looks, for counters only grow; of one look its load tells."""
    said: dict[str, Value] = {
        name: 100 - _percent(last[f"{name}_available_bytes"], last[f"{name}_bytes"])
        for name in ("memory", "disk")
    }
    passed = _count(last, "cpu_ms") - _count(first, "cpu_ms")
    load, cores = last["load"], _count(last, "cores")
    if not passed and isinstance(load, Decimal) and cores:
        said["cpu"] = round(100 * load / cores)
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
