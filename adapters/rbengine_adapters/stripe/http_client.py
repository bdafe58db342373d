"""Stripe's SDK over the host's one httpx client."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import stripe

from rbengine_adapters.stripe.failures import ending_of_a_stranger
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, broken
from rbengine_adapters.wire.plain import decoded

_LEFT_OUT = frozenset({"authorization", "x-stripe-client-user-agent"})
"""The key is the host's to send, and what machine we run on is nobody's business."""


class StripeOverHttpx(stripe.HTTPClient):
    """One call's way to Stripe: the host's client, the call's deadline, no retries of its own."""

    name = "rbengine-httpx"

    def __init__(self, client: httpx.Client, deadline: Deadline) -> None:
        super().__init__()
        self._client = client
        self._deadline = deadline
        self.last: httpx.Response | None = None
        """The last answer: its `date` is Stripe's own clock."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: Any = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send it to the host that the client is bound to. Ends the call where no answer comes."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {
            name: value for name, value in (headers or {}).items() if name.lower() not in _LEFT_OUT
        }
        changes = method.lower() != "get"
        try:
            response = self._client.request(
                method.upper(), path, headers=sent, content=post_data, timeout=self._deadline.left()
            )
        except httpx.TransportError as error:
            raise CallEndedError(broken(error, "Stripe", changes=changes)) from error
        self._deadline.count(response)
        self.last = response
        if not _is_stripes(response):
            ending = ending_of_a_stranger(response.status_code, changes=changes)
            raise CallEndedError(ending)
        return response.text, response.status_code, response.headers

    def close(self) -> None:
        """Nothing: the client is the host's."""


def _is_stripes(response: httpx.Response) -> bool:
    """Whether the answer has Stripe's form. The SDK reads no other: it would break over it."""
    try:
        content = decoded(response.content)
    except ValueError:
        return False
    if not isinstance(content, dict):
        return False
    return response.is_success or isinstance(content.get("error"), dict)
