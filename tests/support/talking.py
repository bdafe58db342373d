"""Servers on this machine that say to a connection what a test tells them to, and remember what they heard."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

CLOSE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Conversation:
    """One connection, from the server's side."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.connection = connection
        self.number = number
        """How many connections came before it."""
        self._unread = b""

    def request(self) -> bytes:
        """The next request of HTTP, head and content; empty where there is none any more."""
        while b"\r\n\r\n" not in self._unread:
            if not self._more():
                return b""
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length and self._more():
            rest = self._unread.partition(b"\r\n\r\n")[2]
        self._unread = rest[length:]
        return head + b"\r\n\r\n" + rest[:length]

    def line(self) -> bytes:
        """The next line; empty at the end."""
        while b"\r\n" not in self._unread:
            if not self._more():
                return b""
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def say(self, content: bytes) -> None:
        """Send it."""
        self.connection.sendall(content)

    def _more(self) -> bool:
        got = self.connection.recv(65_536)
        self._unread += got
        return bool(got)


Talk = Callable[[Conversation], None]


class Talker:
    """A server that is going on."""

    def __init__(self, talk: Talk, secure: ssl.SSLContext | None) -> None:
        self._talk = talk
        self._secure = secure
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more of it."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._open.append(connection)
                number, self.connections = self.connections, self.connections + 1
                threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        # A client that hangs up in the middle is what many of the tests are about.
        with suppress(OSError):
            if self._secure is not None:
                connection = self._secure.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            with connection:
                self._talk(Conversation(connection, number))


@contextmanager
def talking(talk: Talk, secure: ssl.SSLContext | None = None) -> Iterator[Talker]:
    """A server until the end of the block."""
    talker = Talker(talk, secure)
    try:
        yield talker
    finally:
        talker.stop()


def answer(
    status: int = 200, content: object = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """An answer of HTTP; anything but bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8")
    lines = {"content-length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Words\r\n{head}\r\n".encode() + body


class Saying:
    """Answers every request of HTTP with the next of `answers`, and the last for ever; keeps what it was asked."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.asked: list[bytes] = []

    def __call__(self, conversation: Conversation) -> None:
        while True:
            request = conversation.request()
            if not request:
                return
            self.asked.append(request)
            conversation.say(self._answers[min(len(self.asked), len(self._answers)) - 1])

    @property
    def lines(self) -> list[str]:
        """The first line of each request."""
        return [one.partition(b"\r\n")[0].decode("ascii") for one in self.asked]
