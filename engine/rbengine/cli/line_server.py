"""A mail server of a served world on a port: whoever speaks SMTP or IMAP may connect."""

import socketserver
from collections.abc import Callable
from typing import Protocol

from rbengine.cli.usage import UsageError

HOST = "127.0.0.1"
_MOST = 65_536  # bytes read at once


class Line(Protocol):
    """One connection into the world: bytes in, what the server says out; None ends it without an answer."""

    def __call__(self, content: bytes) -> bytes | None: ...


Opened = Callable[[], Line]
"""A connection begins; called with nothing, its line says the greeting."""


class LineServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine alone."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, opened: Opened) -> None:
        try:
            super().__init__((HOST, 0), _Connection)
        except OSError as error:
            raise UsageError(f"no port can be had: {error.strerror}") from error
        self.opened = opened

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, LineServer)
        line = server.opened()
        said = line(b"")
        while said is not None:
            try:
                self.request.sendall(said)
                content = self.request.recv(_MOST)
            except OSError:  # the program outside has gone
                return
            if not content:
                return
            said = line(content)
