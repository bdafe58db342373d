"""The one way to HTTP services: a pool of checked, verified connections, whose answers are bounded in time and size."""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx
import msgspec

from rbengine.contract.adapter import NotAllowedError, UnreadAnswerError
from rbengine.host.live.lookup import addresses, share
from rbengine.host.live.reach import Reach

MOST_READ = 32 * 2**20
"""Bytes of one answer, on the wire and unpacked."""

MOST_CONNECTIONS = 40
"""At the same time, to all providers."""

LONGEST = 30.0
"""Seconds for a request that says nothing else."""

_UNPACKED = {"content-encoding", "content-length", "transfer-encoding"}
"""Headers that say how an answer travelled."""


class _Request(msgspec.Struct, frozen=True):
    """What the connection must know of the request that goes over it now."""

    until: float
    encrypted: bool


_now: ContextVar[_Request | None] = ContextVar("request", default=None)


class Pool(httpx.BaseTransport):
    """Sends requests of all providers. Every failure is an `httpx.TransportError`.

    `timeout` of a request, its `read`, is the time for all of it, from looking up the name to the last byte.
    """

    def __init__(self, reach: Reach, secure: ssl.SSLContext, proxy: str | None = None) -> None:
        self._proxied = proxy is not None
        self._pool = httpcore.ConnectionPool(
            ssl_context=secure,
            proxy=None if proxy is None else _proxy(proxy),
            network_backend=_Network(reach),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=5.0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, read to its end."""
        limits = request.extensions.get("timeout") or {}
        seconds = limits.get("read") or LONGEST
        encrypted = request.url.scheme == "https"
        token = _now.set(_Request(time.monotonic() + seconds, encrypted))
        try:
            if self._proxied and not encrypted:
                raise NotAllowedError(f"{request.url.host} is asked over TLS only")
            with _translated(request):
                answer = self._pool.handle_request(_plain(request))
                try:
                    content = _content(answer)
                finally:
                    answer.close()
        except NotAllowedError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except UnreadAnswerError as error:
            raise httpx.RemoteProtocolError(str(error), request=request) from error
        finally:
            _now.reset(token)
        headers = [
            (name, value)
            for name, value in answer.headers
            if name.decode("ascii").lower() not in _UNPACKED
        ]
        return httpx.Response(
            answer.status, headers=headers, stream=_Whole(content), extensions=_kept(answer)
        )

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.close()


class _Whole(httpx.SyncByteStream):
    """A content that has been read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, and to nothing else."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the request has one
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that answers."""
        try:
            found = addresses(self._reach, host, port, _left(None))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except NotAllowedError:
            raise
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        request = _now.get()
        if request is None or not (request.encrypted or all(map(self._reach.stays_here, found))):
            raise NotAllowedError(f"{host} is asked over TLS only")
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for number, one in enumerate(found):
            seconds = share(_left(None), len(found) - number)
            try:
                opened = self._plain.connect_tcp(one, port, seconds, local_address, socket_options)
                return _Stream(opened)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends with its request's time."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None) -> float:
    """Seconds that one step may take: nearly none where the request's time is over."""
    request = _now.get()
    left = LONGEST if request is None else max(0.001, request.until - time.monotonic())
    return left if timeout is None else min(timeout, left)


def _plain(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _content(answer: httpcore.Response) -> bytes:
    """What an answer holds, unpacked. Raises UnreadAnswerError where that is too much or cannot be read."""
    packed = _header(answer, b"content-encoding")
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise UnreadAnswerError("it is packed in a way that was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed.endswith("gzip") else None
    parts: list[bytes] = []
    taken = size = 0
    for part in answer.iter_stream():
        taken += len(part)
        if unpack is not None:
            try:
                part = unpack.decompress(part, MOST_READ + 1 - size)
            except zlib.error as error:
                raise UnreadAnswerError("it cannot be unpacked") from error
        size += len(part)
        if max(taken, size) > MOST_READ:
            raise UnreadAnswerError(f"it is larger than {MOST_READ / 2**20:.0f} MiB")
        parts.append(part)
    if unpack is not None and taken and not unpack.eof:
        raise UnreadAnswerError("it ends before it is whole")
    return b"".join(parts)


def _header(answer: httpcore.Response, name: bytes) -> str:
    found = [value for one, value in answer.headers if one.lower() == name]
    return b",".join(found).decode("ascii", "replace").strip().lower()


def _kept(answer: httpcore.Response) -> dict[str, Any]:
    wanted = ("http_version", "reason_phrase")
    return {name: answer.extensions[name] for name in wanted if name in answer.extensions}


def _proxy(address: str) -> httpcore.Proxy:
    url = httpx.URL(address)
    auth = (url.username, url.password) if url.username else None
    bare = url.copy_with(username=None, password=None)
    return httpcore.Proxy(str(bare), auth=auth)


@contextmanager
def _translated(request: httpx.Request) -> Iterator[None]:
    """The failures of the library below, in the words of the one above: each has one of the same name."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError,
            httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:  # fmt: skip
        named: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise named(str(error), request=request) from error
