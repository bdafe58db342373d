"""Edge functions: what is deployed, whom the gateway lets in, and calling one."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Json, Row, Value

from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.keys import key_for
from rbengine_adapters.wire.plain import decoded, encoded, instant, to_json

LONGEST_KEY = 255

_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class _Functions(dict[str, answers.Function]):
    """Functions by slug; one that is not there ends the call with `not_found`."""

    def __missing__(self, slug: str) -> answers.Function:
        raise CallEndedError.refused("not_found", f"Supabase has no function `{slug}`")


def by_slug(calls: SupabaseCalls) -> Mapping[str, answers.Function]:
    """All that are deployed; asking for another ends the call with `not_found`."""
    return _Functions((one.slug, one) for one in calls.read("/functions", answers.FUNCTIONS))


def slug_of(value: Value) -> str:
    """A slug as the vendor allows it: nothing that could lead to another path."""
    if not isinstance(value, str) or _SLUG.fullmatch(value) is None:
        shown = value if isinstance(value, str) else "this"
        raise CallEndedError.refused("invalid", f"`{shown}` is no function's slug")
    return value


def function(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`supabase.function`."""
    path = f"/functions/{quote(slug_of(invocation.arguments['slug']))}"
    return _row(calls, calls.read(path, answers.FUNCTION))


def functions(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.function`."""
    wanted = invocation.arguments["slugs"]
    found = by_slug(calls)
    slugs = [slug_of(one) for one in wanted] if isinstance(wanted, tuple) and wanted else found
    return tuple(_row(calls, found[slug]) for slug in slugs)


def hold(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """The gateway asks callers for a token."""
    return _ask_for_token(calls, invocation, asked=True)


def release(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """The gateway asks no caller for a token."""
    return _ask_for_token(calls, invocation, asked=False)


def _ask_for_token(calls: SupabaseCalls, invocation: Invocation, *, asked: bool) -> Value:
    path = f"/functions/{quote(slug_of(invocation.arguments['slug']))}"
    response = calls.change("PATCH", path, {"verify_jwt": asked})
    return _row(calls, calls.checked(answers.FUNCTION, response, changes=True))


def invoke(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`supabase.invocation`."""
    a = invocation.arguments
    path = f"/functions/v1/{quote(slug_of(a['function']))}"
    try:
        content = encoded(to_json(a["body"]))
    except TypeError as error:
        raise CallEndedError.refused("invalid", str(error)) from error
    # A function that keeps keys can so recognise a repetition; others do not look at it.
    headers = {"idempotency-key": key_for(invocation.key, LONGEST_KEY)}
    response = calls.at_project("POST", path, changes=True, content=content, headers=headers)
    return Row({"status": response.status_code, "body": Json(_said(calls, response))})


def _said(calls: SupabaseCalls, response: httpx.Response) -> Any:
    """What a function answered: JSON, or the words of one that says plain text."""
    if not response.content:
        return None
    try:
        return decoded(response.content)
    except ValueError:
        if response.headers.get("content-type", "").startswith("text/plain"):
            return response.text
    return calls.json(response, changes=True)


def _row(calls: SupabaseCalls, one: answers.Function) -> Row:
    return Row(
        {
            "slug": one.slug,
            "url": f"https://{calls.place.reference}.supabase.co/functions/v1/{one.slug}",
            "status": one.status,
            "version": one.version,
            "updated_at": instant(one.updated_at // 1000).replace(
                microsecond=one.updated_at % 1000 * 1000
            ),
            "verify_jwt": one.verify_jwt,
        }
    )
