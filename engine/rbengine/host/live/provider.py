"""One provider over the pool of all: only its own host, its pace, and as little redirection as there can be."""

import time
from collections.abc import Callable

import httpx

from rbengine.contract.adapter import HeldBackError, NotAllowedError
from rbengine.host.live.rates import Rate
from rbengine.host.live.reach import Reach

MOST_HOPS = 3
"""Redirections of one request."""

MOST_TRIES = 3
"""How often one request is sent to a provider that asks to be asked later."""

_TOO_MANY_REQUESTS = 429


class Provider(httpx.BaseTransport):
    """Requests to one provider.

    `origin` is where its credentials belong: no request goes elsewhere. Where there are none (`open`), a read is led
    on to hosts that are named in the settings. A provider that refuses to be asked so fast is asked again when it
    wants to be, as long as the request has time: a refusal for speed did nothing.
    """

    def __init__(
        self,
        pool: httpx.BaseTransport,
        reach: Reach,
        rate: Rate,
        origin: httpx.URL | None,
        *,
        open_to_all: bool,
        hidden: Callable[[str], str],
    ) -> None:
        self._pool = pool
        self._reach = reach
        self._rate = rate
        self._origin = origin
        self._open = open_to_all
        self._hidden = hidden

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer. Raises httpx.TransportError."""
        limits = request.extensions.get("timeout") or {}
        left = limits.get("read")
        until = None if left is None else time.monotonic() + left
        try:
            for last in (False,) * (MOST_TRIES - 1) + (True,):
                until = _passed(until, self._rate.wait(_left(until)))
                response = self._led_on(_within(request, until))
                later = self._rate.heard(response.status_code, response.headers)
                if last or not later or response.status_code != _TOO_MANY_REQUESTS:
                    break
                if not isinstance(request.stream, httpx.ByteStream):
                    break
                try:
                    until = _passed(until, self._rate.wait(_left(until)))
                except HeldBackError:
                    break
        except (HeldBackError, NotAllowedError) as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except httpx.TransportError as error:
            raise self._discreet(error) from error.__cause__
        return response

    def _led_on(self, request: httpx.Request) -> httpx.Response:
        for _ in range(MOST_HOPS):
            self._check(request.url)
            response = self._pool.handle_request(request)
            if not (self._open and response.has_redirect_location and request.method == "GET"):
                return response
            try:
                target = request.url.join(response.headers["location"])
            except httpx.InvalidURL:
                return response
            headers = [(name, value) for name, value in request.headers.items() if name != "host"]
            request = httpx.Request("GET", target, headers=headers, extensions=request.extensions)
        self._check(request.url)
        return self._pool.handle_request(request)

    def _check(self, url: httpx.URL) -> None:
        """Raise NotAllowedError where no request of this provider may go there."""
        if url.scheme not in ("https", "http") or not url.host:
            raise NotAllowedError("only addresses of HTTP can be asked")
        if self._origin is not None and _origin(url) == _origin(self._origin):
            return
        if self._origin is not None and not self._open:
            raise NotAllowedError(f"{url.host} is not where this provider is asked")
        self._reach.check_name(url.host, own=self._open and self._origin is not None)

    def _discreet(self, error: httpx.TransportError) -> httpx.TransportError:
        return type(error)(self._hidden(str(error)))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _left(until: float | None) -> float:
    return float("inf") if until is None else until - time.monotonic()


def _passed(until: float | None, waited: float) -> float | None:
    """A wait is taken off the request's time also where the clock that was waited for is not the machine's."""
    del waited
    return until


def _within(request: httpx.Request, until: float | None) -> httpx.Request:
    """The same request, with the time that is left."""
    if until is None:
        return request
    left = max(0.001, until - time.monotonic())
    timeout = {**request.extensions["timeout"], "read": left}
    extensions = {**request.extensions, "timeout": timeout}
    return httpx.Request(
        request.method, request.url, headers=request.headers, stream=request.stream, extensions=extensions
    )  # fmt: skip
