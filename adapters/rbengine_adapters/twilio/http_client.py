"""Twilio's SDK over the host's one httpx client."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http import HttpClient  # type: ignore[import-untyped]  # the SDK says no types
from twilio.http.response import Response  # type: ignore[import-untyped]  # as above

from rbengine_adapters.twilio.failures import ending_of
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, broken, garbled
from rbengine_adapters.wire.http import server_time
from rbengine_adapters.wire.plain import decoded

_LEFT_OUT = frozenset({"authorization", "user-agent", "x-twilio-client"})
"""The key is the host's to send, and what machine we run on is nobody's business."""


class TwilioOverHttpx(HttpClient):  # type: ignore[misc]  # as above
    """One call's way to Twilio: the host's clients by host, the call's deadline, and only answers that succeeded.

    `client_of` gives the client for `api.twilio.com`, `monitor.twilio.com`, `lookups.twilio.com`.
    """

    def __init__(self, client_of: Callable[[str], httpx.Client], deadline: Deadline) -> None:
        super().__init__(logging.getLogger("rbengine.twilio"), False, None)
        self._client_of = client_of
        self._deadline = deadline
        self.server_time: datetime | None = None
        """What Twilio's clock said at its last answer."""

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,  # noqa: ARG002 - the host's client has its own
        timeout: float | None = None,  # noqa: ARG002 - the call has a deadline
        allow_redirects: bool = False,
    ) -> Response:
        """Send it to the host that the client is bound to. Ends the call where that does not succeed.

        The SDK would turn a refused page into a bare text; here its code is still known.
        """
        parts = urlsplit(uri)
        changes = method.upper() != "GET"
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {
            name: value for name, value in (headers or {}).items() if name.lower() not in _LEFT_OUT
        }
        try:
            response = self._client_of(parts.hostname or "").request(
                method.upper(),
                path,
                params=dict(params) if params else None,
                data=dict(data) if data else None,
                headers=sent,
                timeout=self._deadline.left(),
                follow_redirects=allow_redirects,
            )
        except httpx.TransportError as error:
            raise CallEndedError(broken(error, "Twilio", changes=changes)) from error
        self._deadline.count(response)
        self.server_time = server_time(response)
        content = _content(response)
        if response.status_code not in (httpx.codes.OK, httpx.codes.CREATED):
            raise CallEndedError(ending_of(response.status_code, content, changes=changes))
        if not isinstance(content, dict):
            raise CallEndedError(garbled("Twilio", changes=changes))
        return Response(response.status_code, response.text, response.headers)


def _content(response: httpx.Response) -> object:
    try:
        content: object = decoded(response.content)
    except ValueError:
        return None
    return content
