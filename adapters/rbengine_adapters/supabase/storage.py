"""Files: buckets with their limits, and removing files with their bytes."""

import re
from urllib.parse import quote

from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Row, Value

from rbengine_adapters.signatures.supabase.storage import MOST_FILES
from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.plain import encoded

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.&$@=;:+,?!*'()-]*")


def buckets(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """`list of supabase.bucket`."""
    response = calls.at_project("GET", "/storage/v1/bucket", changes=False)
    return tuple(_row(one) for one in calls.checked(answers.BUCKETS, response, changes=False))


def limit_uploads(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`supabase.bucket` as it is then. It is sent whole, as the vendor's own client does, so it is read first."""
    path = f"/storage/v1/bucket/{quote(_bucket(invocation))}"
    largest = invocation.arguments["largest_file_bytes"]
    if largest is not None and (not isinstance(largest, int) or largest < 1):
        raise CallEndedError.refused("invalid", "the largest file has at least 1 byte")
    found = calls.checked(
        answers.BUCKET, calls.at_project("GET", path, changes=False), changes=False
    )
    content = encoded(
        {
            "id": found.id,
            "name": found.id,
            "public": found.public,
            "file_size_limit": largest,
            "allowed_mime_types": found.allowed_mime_types,
        }
    )
    calls.at_project("PUT", path, changes=True, content=content)
    return Row({"id": found.id, "public": found.public, "largest_file_bytes": largest})


def remove_files(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """How many of them were there."""
    names = invocation.arguments["names"]
    if not isinstance(names, tuple) or not 1 <= len(names) <= MOST_FILES:
        raise CallEndedError.refused("invalid", f"1 to {MOST_FILES} files are removed in one call")
    response = calls.at_project(
        "DELETE",
        f"/storage/v1/object/{quote(_bucket(invocation))}",
        changes=True,
        content=encoded({"prefixes": [str(one) for one in names]}),
    )
    return len(calls.checked(answers.FILES, response, changes=True))


def _bucket(invocation: Invocation) -> str:
    """A bucket's id as the vendor allows it: nothing that could lead to another path."""
    value = invocation.arguments["bucket"]
    if not isinstance(value, str) or _BUCKET.fullmatch(value) is None:
        raise CallEndedError.refused("invalid", "this is no bucket's id")
    return value


def _row(one: answers.Bucket) -> Row:
    return Row({"id": one.id, "public": one.public, "largest_file_bytes": one.file_size_limit})
