"""The simulated company behind real sockets: each of its vendors' hosts is a port of this machine, and keeps a list."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from rbengine.rehearsal.company.company import _BASES, Company
from support.every_call import HOOK

_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
)

HOSTS = tuple(sorted({urlsplit(base).netloc for base in _BASES.values() if base}))
WEB = urlsplit(HOOK).netloc


class Asked(NamedTuple):
    """One request that came."""

    host: str
    method: str
    path: str
    """With its query."""
    content: bytes


class _Server(ThreadingHTTPServer):
    request_queue_size = (
        64  # connections come in bursts, and one that finds no place tries again seconds later
    )


class Fronts:
    """All of them, for one company at a time."""

    def __init__(self, secure: ssl.SSLContext | None) -> None:
        self.company: Company | None = None
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._servers = {host: self._server(host, None) for host in HOSTS}
        if secure is not None:
            self._servers[WEB] = self._server(WEB, secure)

    def port(self, host: str) -> int:
        """Where `api.stripe.com` is here."""
        port: int = self._servers[host].server_address[1]
        return port

    def settings(self, ports: Mapping[str, int] | None = None) -> dict[str, str]:
        """Every provider's address here; `ports` go before: those of somebody in between."""
        found = {}
        for name, base in _BASES.items():
            host = urlsplit(base).netloc
            if host:
                found[f"{name}.url"] = (
                    f"http://127.0.0.1:{(ports or {}).get(name) or self.port(host)}"
                )
        return found

    def stop(self) -> None:
        """No more of them."""
        for one in self._servers.values():
            one.shutdown()
            one.server_close()

    def answer(
        self, host: str, method: str, path: str, headers: Mapping[str, str], content: bytes
    ) -> httpx.Response:
        """What the company's vendor says."""
        assert self.company is not None
        with self._lock:
            self.asked.append(Asked(host, method, path, content))
            request = httpx.Request(
                method, f"https://{host}{path}", headers=dict(headers), content=content
            )
            return self.company.transport().handle_request(request)

    def _server(self, host: str, secure: ssl.SSLContext | None) -> ThreadingHTTPServer:
        fronts = self

        class Front(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                given = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() not in _OF_THE_CONNECTION
                }
                asked = self.headers.get("host", "")
                away = host == WEB and not asked.startswith("localhost")  # a page elsewhere
                response = fronts.answer(
                    asked if away else host, self.command, self.path, given, self.rfile.read(length)
                )
                content = response.read()
                self.send_response_only(response.status_code)
                for name, value in response.headers.items():
                    if name.lower() not in _OF_THE_CONNECTION:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.send_header(
                    "connection", "close"
                )  # whoever stands in between keeps none that is gone
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the library names them

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        server = _Server(("127.0.0.1", 0), Front)
        server.daemon_threads = True
        if secure is not None:
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server


@contextmanager
def served(secure: ssl.SSLContext | None = None) -> Iterator[Fronts]:
    """The fronts until the end of the block; `secure` is for the company's own pages."""
    fronts = Fronts(secure)
    try:
        yield fronts
    finally:
        fronts.stop()
