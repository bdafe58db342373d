"""A way to a server that is cut at a word: before the server hears it, or before anybody hears the answer."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Cutting:
    """Passes bytes on to 127.0.0.1:`port`. `word` and `heard` say where the next connection that says it is cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.word = b""
        self.heard = False
        """The server hears the word, and its answer is lost."""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._to))
        cut = threading.Event()
        back = threading.Thread(target=self._pass_back, args=(server, client, cut), daemon=True)
        back.start()
        with contextlib.suppress(OSError), client, server:
            while content := client.recv(65536):
                if self.word and self.word in content:
                    self.word = b""
                    cut.set()
                    if self.heard:
                        server.sendall(content)
                        back.join(5)
                    break
                server.sendall(content)
            # closing alone would leave it open: the other thread still listens to it
            server.shutdown(socket.SHUT_RDWR)

    def _pass_back(
        self, server: socket.socket, client: socket.socket, cut: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while content := server.recv(65536):
                if cut.is_set():
                    return  # it has answered, and nobody hears it
                client.sendall(content)


@contextlib.contextmanager
def cutting(port: int) -> Iterator[Cutting]:
    """One for a test."""
    one = Cutting(port)
    try:
        yield one
    finally:
        one.close()
