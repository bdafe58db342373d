"""A port of this machine that leads to the socket of a served world's database, for programs that know ports alone.

The database trusts whoever may open its socket. A port anybody may open, so only the one ordinary role is let in, and
only to the one database: what the client says of itself first is read, and refused or passed on.
"""

import socket
import socketserver
import struct
import threading

from rbengine.cli.line_server import HOST
from rbengine.cli.usage import UsageError

_NO_ENCRYPTION = frozenset({80_877_103, 80_877_104})
"""Requests for TLS and for GSSAPI: answered with N, the client goes on without."""
_PROTOCOL_3 = 196_608
_LONGEST = 10_000  # bytes of a first message
_MOST = 65_536  # bytes passed on at once


class DatabaseDoor(socketserver.ThreadingTCPServer):
    """Passes on what `role` sends to `database`, and nobody else's."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, socket_path: str, database: str, role: str) -> None:
        try:
            super().__init__((HOST, 0), _Visitor)
        except OSError as error:
            raise UsageError(f"no port can be had: {error.strerror}") from error
        self.socket_path = socket_path
        self.database = database
        self.role = role

    @property
    def uri(self) -> str:
        """How a program reaches it."""
        return f"postgresql://{self.role}@{HOST}:{self.server_address[1]}/{self.database}"


class _Visitor(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        door = self.server
        assert isinstance(door, DatabaseDoor)
        first = self._first()
        if first is None:
            return
        named = _named(first)
        if (named.get("user"), named.get("database")) != (door.role, door.database):
            said = f"only {door.role} may enter here, and only {door.database}"
            self.request.sendall(_refusal(said))
            return
        with socket.socket(socket.AF_UNIX) as inside:
            inside.connect(door.socket_path)
            inside.sendall(first)
            back = threading.Thread(target=_pass_on, args=(inside, self.request), daemon=True)
            back.start()
            _pass_on(self.request, inside)
            back.join()

    def _first(self) -> bytes | None:
        """The message by which a client says who it is; None where it says something else, or nothing."""
        while True:
            head = _exactly(self.request, 8)
            if head is None:
                return None
            length, code = struct.unpack("!II", head)
            if code in _NO_ENCRYPTION:
                self.request.sendall(b"N")
                continue
            if code != _PROTOCOL_3 or not 8 < length <= _LONGEST:
                return None
            rest = _exactly(self.request, length - 8)
            return None if rest is None else head + rest


def _named(first: bytes) -> dict[str, str]:
    words = first[8:].decode("utf-8", "replace").split("\0")
    return dict(zip(words[0::2], words[1::2], strict=False))


def _refusal(text: str) -> bytes:
    fields = b"".join(one.encode() + b"\0" for one in ("SFATAL", "VFATAL", "C28000", f"M{text}"))
    return b"E" + struct.pack("!I", 4 + len(fields) + 1) + fields + b"\0"


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            return None
        found += more
    return found


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while content := source.recv(_MOST):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one side has gone: then the other has nobody to speak to
        for one in (source, target):
            _hang_up(one)


def _hang_up(connection: socket.socket) -> None:
    """Wake whoever still reads from it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it was over already
        return
