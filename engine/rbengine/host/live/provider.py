"""One provider over the pool of all: only its own host, its pace, and as little redirection as there can be."""

import time
from collections.abc import Callable

import httpx

from rbengine.contract.adapter import HeldBackError, NotAllowedError
from rbengine.host.live.pool import LONGEST
from rbengine.host.live.rates import Rate
from rbengine.host.live.reach import Reach

MOST_HOPS = 3
"""Redirections of one request."""

MOST_TRIES = 3
"""How often one request is sent to a provider that asks to be asked later."""


class Provider(httpx.BaseTransport):
    """Requests to one provider.

    `origin` is where its credentials belong: no request goes elsewhere. One without credentials (`leads_on`) may lead
    a read on to hosts that the settings name. Without an `origin` whole addresses are asked, of listed hosts, and what
    they answer is the answer. A provider that refuses to be asked so fast is asked again when it wants to be, as long
    as the request has time: a refusal for speed did nothing.
    """

    def __init__(
        self,
        pool: httpx.BaseTransport,
        reach: Reach,
        rate: Rate,
        origin: httpx.URL | None,
        *,
        leads_on: bool,
        hidden: Callable[[str], str],
    ) -> None:
        self._pool = pool
        self._reach = reach
        self._rate = rate
        self._origin = origin
        self._leads_on = leads_on
        self._hidden = hidden

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer. Raises httpx.TransportError."""
        limits = request.extensions.get("timeout") or {}
        seconds = limits.get("read") or LONGEST
        until = time.monotonic() + seconds
        try:
            response, later = self._sent(request, until)
            for _ in range(MOST_TRIES - 1):
                again = later and response.status_code == httpx.codes.TOO_MANY_REQUESTS
                if not again or not isinstance(request.stream, httpx.ByteStream):
                    break
                try:
                    response, later = self._sent(request, until)
                except HeldBackError:
                    break
        except (HeldBackError, NotAllowedError) as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except httpx.TransportError as error:
            text = self._hidden(str(error))
            raise type(error)(text, request=request) from error.__cause__
        return response

    def _sent(self, request: httpx.Request, until: float) -> tuple[httpx.Response, bool]:
        """The answer, and whether it asks to be asked later. Raises HeldBackError."""
        self._rate.wait(until - time.monotonic())
        response = self._led_on(request, until)
        return response, self._rate.heard(response.status_code, response.headers)

    def _led_on(self, request: httpx.Request, until: float) -> httpx.Response:
        response = self._asked(request, until)
        for _ in range(MOST_HOPS):
            led = self._leads_on and request.method == "GET" and response.has_redirect_location
            if not led:
                break
            try:
                target = request.url.join(response.headers["location"])
            except httpx.InvalidURL:
                break
            headers = [(name, value) for name, value in request.headers.items() if name != "host"]
            request = httpx.Request("GET", target, headers=headers)
            response = self._asked(request, until)
        return response

    def _asked(self, request: httpx.Request, until: float) -> httpx.Response:
        self._check(request.url)
        return self._pool.handle_request(_within(request, until))

    def _check(self, url: httpx.URL) -> None:
        """Raise NotAllowedError where no request of this provider may go there."""
        if url.scheme not in ("https", "http") or not url.host:
            raise NotAllowedError("only addresses of HTTP can be asked")
        if self._origin is not None and _origin(url) == _origin(self._origin):
            return
        if self._origin is not None and not self._leads_on:
            raise NotAllowedError(f"{url.host} is not where this provider is asked")
        self._reach.check_name(url.host, own=self._leads_on)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _within(request: httpx.Request, until: float) -> httpx.Request:
    """The same request, with the time that is left."""
    timeout = {"read": max(0.001, until - time.monotonic())}
    extensions = {**request.extensions, "timeout": timeout}
    return httpx.Request(
        request.method, request.url, headers=request.headers, stream=request.stream, extensions=extensions
    )  # fmt: skip
