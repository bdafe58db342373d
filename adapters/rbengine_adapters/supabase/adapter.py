"""Supabase, live: each operation of the signature."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pydantic
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Json, Row, Value

from rbengine_adapters.supabase import answers, errors
from rbengine_adapters.supabase.failures import ending_of, log_error
from rbengine_adapters.supabase.log_question import (
    MOST_ROWS,
    error_lines,
    function_lines,
    windows,
)
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.keys import key_for
from rbengine_adapters.wire.plain import encoded, instant, to_json
from rbengine_adapters.wire.settings import SettingError, maybe_setting, needed_setting

T = TypeVar("T")

LONGEST_KEY = 255

_REFERENCE = re.compile(r"[a-z]{20}")
_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's clients `supabase` (the platform) and `supabase_project` (the project's host).

    Raises SettingError where `supabase.project` is missing or no project reference.
    """
    project = needed_setting(connections, "supabase.project", "the project's reference")
    if _REFERENCE.fullmatch(project) is None:
        raise SettingError("the setting `supabase.project` is 20 lower-case letters")
    return SupabaseAdapter(connections, project)


class SupabaseAdapter:
    """All operations; every call has a deadline of its own."""

    def __init__(self, connections: Connections, project: str) -> None:
        self._connections = connections
        self._platform = connections.http("supabase")
        self._project = connections.http("supabase_project")
        self._path = f"/v1/projects/{project}"
        self._operations: Mapping[str, Callable[[Invocation, Deadline], Value]] = {
            "error_groups": self._error_groups,
            "function_logs": self._function_logs,
            "hold_function": lambda one, deadline: self._set_token(one, deadline, asked=True),
            "release_function": lambda one, deadline: self._set_token(one, deadline, asked=False),
            "functions": self._functions,
            "secrets_check": self._secrets_check,
            "invoke": self._invoke,
        }

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        work = self._operations.get(invocation.operation)
        if work is None:
            raise ValueError(f"supabase has no operation `{invocation.operation}`")
        try:
            return Succeeded(Datum(work(invocation, Deadline(invocation.timeout))))
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing to look at
        """None: what a function did is known to nobody here."""
        return None

    def _read(
        self,
        deadline: Deadline,
        path: str,
        form: "pydantic.TypeAdapter[T]",
        query: Mapping[str, str] | None = None,
    ) -> T:
        wire = Wire(self._platform, deadline, "Supabase")
        response = wire.send("GET", self._path + path, changes=False, query=query)
        if response.status_code != httpx.codes.OK:
            raise CallEndedError(ending_of(response, changes=False))
        return _checked(form, wire.content(response, changes=False))

    def _function_logs(self, invocation: Invocation, deadline: Deadline) -> Value:
        a = invocation.arguments
        since, at_most, matching = a["since"], a["at_most"], a["matching"]
        if not isinstance(at_most, int) or not 1 <= at_most < MOST_ROWS:
            raise CallEndedError.refused("invalid", f"`at_most` is 1 to {MOST_ROWS - 1}")
        if not isinstance(since, datetime) or since > invocation.now:
            raise CallEndedError.refused("invalid", "`since` lies in the future")
        function = self._by_slug(deadline)[_slug(a["function"])]
        sql = function_lines(function.id, str(matching), at_most + 1)
        found: list[answers.LogRow] = []
        for start, end in windows(since, invocation.now):
            rows = self._logged(deadline, answers.LOG_ROWS, sql, start, end)
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

    def _logged(
        self, deadline: Deadline, form: "pydantic.TypeAdapter[T]", sql: str, start: str, end: str
    ) -> T:
        """The rows of one question to the logs."""
        given = self._read(
            deadline,
            "/analytics/endpoints/logs.all",
            answers.LOGS,
            {"sql": sql, "iso_timestamp_start": start, "iso_timestamp_end": end},
        )
        if given.error is not None:
            raise CallEndedError(log_error(given.error))
        return _checked(form, given.result)

    def _error_groups(self, invocation: Invocation, deadline: Deadline) -> Value:
        a = invocation.arguments
        since, at_most, slugs = a["since"], a["at_most"], a["functions"]
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        if not isinstance(since, datetime) or since > invocation.now:
            raise CallEndedError.refused("invalid", "`since` lies in the future")
        known = self._by_slug(deadline)
        found: list[tuple[str, str, errors.Group]] = []
        for slug in slugs if isinstance(slugs, tuple) else ():
            name = _slug(slug)
            sql = error_lines(known[name].id)
            for start, end in windows(since, invocation.now):
                rows = self._logged(deadline, answers.ERROR_ROWS, sql, start, end)
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

    def _set_token(self, invocation: Invocation, deadline: Deadline, *, asked: bool) -> Value:
        """Whether the gateway asks callers of a function for a token."""
        wire = Wire(self._platform, deadline, "Supabase")
        path = f"{self._path}/functions/{quote(_slug(invocation.arguments['slug']))}"
        content = encoded({"verify_jwt": asked})
        response = wire.send("PATCH", path, changes=True, content=content)
        if response.status_code != httpx.codes.OK:
            raise CallEndedError(ending_of(response, changes=True))
        try:
            changed = answers.FUNCTION.validate_python(wire.content(response, changes=True))
        except pydantic.ValidationError as error:
            raise CallEndedError(garbled("Supabase", changes=True)) from error
        return _function_row(changed)

    def _by_slug(self, deadline: Deadline) -> "_Functions":
        return _Functions(
            (one.slug, one) for one in self._read(deadline, "/functions", answers.FUNCTIONS)
        )

    def _functions(self, invocation: Invocation, deadline: Deadline) -> Value:
        wanted = invocation.arguments["slugs"]
        found = self._by_slug(deadline)
        slugs = [_slug(one) for one in wanted] if isinstance(wanted, tuple) and wanted else found
        return tuple(_function_row(found[slug]) for slug in slugs)

    def _secrets_check(self, invocation: Invocation, deadline: Deadline) -> Value:
        names = invocation.arguments["names"]
        digests = {one.name: one.value for one in self._read(deadline, "/secrets", answers.SECRETS)}
        wanted = names if isinstance(names, tuple) else ()
        return tuple(
            Row({"name": name, "state": self._state(str(name), digests)}) for name in wanted
        )

    def _state(self, name: str, digests: Mapping[str, str]) -> str:
        if name not in digests:
            return "absent"
        expected = maybe_setting(self._connections, f"supabase.secret.{name}")
        digest = digests[name]
        if expected is None or _DIGEST.fullmatch(digest) is None:
            return "unknown"
        same = hashlib.sha256(expected.encode("utf-8")).hexdigest() == digest.lower()
        return "same" if same else "different"

    def _invoke(self, invocation: Invocation, deadline: Deadline) -> Value:
        a = invocation.arguments
        path = f"/functions/v1/{quote(_slug(a['function']))}"
        try:
            content = encoded(to_json(a["body"]))
        except TypeError as error:
            raise CallEndedError.refused("invalid", str(error)) from error
        wire = Wire(self._project, deadline, "Supabase")
        # A function that keeps keys can so recognise a repetition; others do not look at it.
        headers = {"idempotency-key": key_for(invocation.key, LONGEST_KEY)}
        response = wire.send("POST", path, changes=True, content=content, headers=headers)
        if not response.is_success:
            raise CallEndedError(ending_of(response, changes=True))
        body: Any = None
        if response.content:
            body = wire.content(response, changes=True)
        return Row({"status": response.status_code, "body": Json(body)})


def _group(one: answers.ErrorRow) -> errors.Group:
    return errors.Group(lines=one.lines, first_at=_aware(one.first_at), last_at=_aware(one.last_at))


class _Functions(dict[str, answers.Function]):
    """Functions by slug; one that is not there ends the call with `not_found`."""

    def __missing__(self, slug: str) -> answers.Function:
        raise CallEndedError.refused("not_found", f"Supabase has no function `{slug}`")


def _function_row(one: answers.Function) -> Row:
    return Row(
        {
            "slug": one.slug,
            "status": one.status,
            "version": one.version,
            "updated_at": instant(one.updated_at // 1000).replace(
                microsecond=one.updated_at % 1000 * 1000
            ),
            "verify_jwt": one.verify_jwt,
        }
    )


def _checked(form: "pydantic.TypeAdapter[T]", content: object) -> T:
    try:
        return form.validate_python(content)
    except pydantic.ValidationError as error:
        raise CallEndedError(garbled("Supabase", changes=False)) from error


def _slug(value: Value) -> str:
    """A slug as the vendor allows it: nothing that could lead to another path."""
    if not isinstance(value, str) or _SLUG.fullmatch(value) is None:
        shown = value if isinstance(value, str) else "this"
        raise CallEndedError.refused("invalid", f"`{shown}` is no function's slug")
    return value


def _aware(moment: datetime) -> datetime:
    """The vendor writes UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
