"""One request over the host's client, with its failures translated."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

import httpx

from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, broken, garbled
from rbengine_adapters.wire.plain import decoded

Query: TypeAlias = Mapping[str, str | list[str]]
"""A parameter with a list is sent once for each."""


def server_time(response: httpx.Response) -> datetime | None:
    """What the provider's clock said as it answered, where it says it."""
    said = response.headers.get("date")
    try:
        found = None if said is None else parsedate_to_datetime(said)
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found


class Wire:
    """One call's way to a provider that has no library of its own here."""

    def __init__(self, client: httpx.Client, deadline: Deadline, provider: str) -> None:
        self._client = client
        self._deadline = deadline
        self.provider = provider

    def send(
        self,
        method: str,
        path: str,
        *,
        changes: bool,
        query: Query | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer, whatever its status. Ends the call where none comes."""
        sent = dict(headers or {})
        if content is not None:
            sent["content-type"] = "application/json"
        try:
            response = self._client.request(
                method,
                path,
                params=None if query is None else dict(query),
                content=content,
                headers=sent,
                timeout=self._deadline.left(),
            )
        except httpx.TransportError as error:
            raise CallEndedError(broken(error, self.provider, changes=changes)) from error
        self._deadline.count(response)
        return response

    def content(self, response: httpx.Response, *, changes: bool) -> Any:
        """The JSON of an answer. Ends the call where it is none."""
        try:
            return decoded(response.content)
        except ValueError as error:
            raise CallEndedError(garbled(self.provider, changes=changes)) from error
