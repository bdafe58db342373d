"""Connections for protocols that are not HTTP: to checked addresses, encrypted where the port asks, bounded."""

import io
import socket
import ssl
import time
from typing import BinaryIO, cast

from rbengine.host.live.lookup import connected
from rbengine.host.live.reach import Reach

TLS_PORTS = frozenset({443, 465, 993})
"""Ports at which TLS comes before the first word."""

MOST_READ = 32 * 2**20
"""Bytes that one connection may say."""


def open_stream(
    reach: Reach,
    secure: ssl.SSLContext,
    host: str,
    port: int,
    timeout: float,
    tls_ports: frozenset[int] = TLS_PORTS,
) -> "LiveStream":
    """A connection to `host`. Raises OSError (TimeoutError, ssl.SSLError, NotAllowedError among them)."""
    until = time.monotonic() + timeout
    plain = connected(reach, host, port, timeout)
    if port in tls_ports:
        return LiveStream(_wrapped(plain, secure, host, until), until)
    if reach.stays_here(plain.getpeername()[0]):
        return LiveStream(plain, until)
    return ReadableStream(plain, until, secure, host)


class LiveStream:
    """`contract.adapter.Stream` over a socket. What is read must come within the last time limit, all of it."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until: float | None = until
        self._said = 0

    def sendall(self, content: bytes, /) -> None:
        """Send all of it. Raises OSError."""
        self._connection.settimeout(self._left())
        self._connection.sendall(content)

    def makefile(self, mode: str, /) -> BinaryIO:  # noqa: ARG002 - a client only reads from it
        """The side that is read."""
        return cast("BinaryIO", io.BufferedReader(_Reader(self)))

    def settimeout(self, seconds: float | None, /) -> None:
        """How long answers are waited for from now on, together."""
        self._until = None if seconds is None else time.monotonic() + seconds

    def shutdown(self, how: int, /) -> None:
        """Hang up."""
        self._connection.shutdown(how)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def read_into(self, buffer: "bytearray | memoryview") -> int:
        """What the other side says next; 0 at its end. Raises TimeoutError, OSError for one that says too much."""
        self._connection.settimeout(self._left())
        got = self._connection.recv_into(buffer)
        self._said += got
        if self._said > MOST_READ:
            raise OSError(f"it says more than {MOST_READ} bytes")
        return got

    def _left(self) -> float | None:
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left


class ReadableStream(LiveStream):
    """`contract.adapter.Readable`: others on its way can read it until it is encrypted."""

    def __init__(
        self, connection: socket.socket, until: float, secure: ssl.SSLContext, host: str
    ) -> None:
        super().__init__(connection, until)
        self._secure = secure
        self._host = host

    def encrypted(self) -> LiveStream:
        """The same connection, encrypted from now on. Raises OSError."""
        until = self._until if self._until is not None else time.monotonic() + _HANDSHAKE
        return LiveStream(_wrapped(self._connection, self._secure, self._host, until), until)


_HANDSHAKE = 10.0
"""Seconds for agreeing on TLS where nobody says how long."""


class _Reader(io.RawIOBase):
    """The side that is read, for a buffer before it."""

    def __init__(self, stream: LiveStream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # of bytes alone
        return self._stream.read_into(buffer)


def _wrapped(
    plain: socket.socket, secure: ssl.SSLContext, host: str, until: float
) -> ssl.SSLSocket:
    plain.settimeout(max(0.001, until - time.monotonic()))
    try:
        return secure.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
