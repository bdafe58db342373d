"""What a simulated run is refused, and what it may do."""

import asyncio
import imaplib
import os
import smtplib
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable

import httpx
import pytest
from rbengine.host.loopback import STAYS_HERE, BeyondLoopbackError, loopback_only

ELSEWHERE = "192.0.2.1"  # RFC 5737: documentation, never anybody's


def _connect() -> None:
    with socket.socket() as one:
        one.settimeout(1)
        one.connect((ELSEWHERE, 443))


def _connect_ex() -> None:
    with socket.socket(socket.AF_INET6) as one:
        one.settimeout(1)
        one.connect_ex(("2001:db8::1", 443))


def _datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendto(b"?", (ELSEWHERE, 53))


def _message() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendmsg([b"?"], [], 0, (ELSEWHERE, 53))


async def _stream() -> None:
    await asyncio.open_connection("api.example.com", 443)


WAYS: dict[str, Callable[[], object]] = {
    "a socket": _connect,
    "a socket that tells errors as numbers": _connect_ex,
    "a datagram": _datagram,
    "a message": _message,
    "a name": lambda: socket.getaddrinfo("api.stripe.com", 443),
    "an old way of names": lambda: socket.gethostbyname("api.stripe.com"),
    "an address as text": lambda: socket.create_connection((ELSEWHERE, 80), timeout=1),
    "urllib": lambda: urllib.request.urlopen("http://api.example.com/", timeout=1),
    "httpx": lambda: httpx.get("https://api.stripe.com/v1/balance"),
    "httpx by a proxy": lambda: httpx.get("https://api.stripe.com/", proxy="http://proxy.example.com:8080"),
    "SMTP": lambda: smtplib.SMTP("smtp.example.com", timeout=1),
    "SMTP by address": lambda: smtplib.SMTP(ELSEWHERE, timeout=1),
    "IMAP": lambda: imaplib.IMAP4("imap.example.com", timeout=1),
    "an asyncio stream": lambda: asyncio.run(_stream()),
    "a git remote": lambda: subprocess.run(["git", "ls-remote", "https://git.example.com/x.git"], check=False),
    "a shell": lambda: os.system("curl https://example.com"),
    "psql": lambda: subprocess.Popen(["psql", "-h", ELSEWHERE]),
    "another Python": lambda: subprocess.run([sys.executable, "-c", "pass"], check=False),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_library_gets_beyond_this_machine(way: str) -> None:
    """Whatever it makes of the refusal: the run hears of it."""
    with loopback_only() as attempts:
        with pytest.raises(BeyondLoopbackError):
            WAYS[way]()
        assert attempts.refused != []
        with pytest.raises(
            BeyondLoopbackError, match=r"it tries to reach .*, and a simulated run stays"
        ):
            attempts.stop_if_any()


def test_httpx_by_the_environments_proxy_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that trusts its environment would send everything to whoever is named there."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{ELSEWHERE}:3128")
    with loopback_only() as attempts, pytest.raises(BeyondLoopbackError):
        httpx.get("https://api.stripe.com/v1/balance")
    assert attempts.refused == [ELSEWHERE]


def test_a_thread_is_part_of_the_run() -> None:
    """Nothing is gained by doing it elsewhere in the process."""
    raised: list[BaseException] = []

    def try_it() -> None:
        try:
            _connect()
        except BeyondLoopbackError as error:
            raised.append(error)

    with loopback_only() as attempts:
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(raised) == len(attempts.refused) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.10"])
def test_this_machine_may_be_reached(host: str) -> None:
    """Servers of a test on loopback are part of the simulation."""
    with socket.create_server(("", 0)) as server, loopback_only() as attempts:
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as one:
            one.sendall(b"!")
        assert attempts.refused == []


def test_unix_sockets_may_be_used() -> None:
    """The embedded database listens on one."""
    left, right = socket.socketpair()
    with left, right, loopback_only() as attempts:
        left.sendall(b"!")
        assert right.recv(1) == b"!"
        left.sendmsg([b"!"])
        assert attempts.refused == []


def test_outside_a_run_nothing_is_refused() -> None:
    """A live run needs the network; the hook cannot be taken off, so it looks first."""
    with loopback_only():
        pass
    done = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True)
    assert done.stdout == b"1\n"
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.connect((ELSEWHERE, 53)) if _has_route() else None
    with pytest.raises(BeyondLoopbackError), loopback_only():
        _connect()


def _has_route() -> bool:
    with open("/proc/net/route", encoding="ascii") as routes:
        return any(line.split()[1] == "00000000" for line in routes.readlines()[1:])


def test_git_may_run_where_it_knows_folders_alone() -> None:
    """Its own setting keeps it from the network, whatever a repository says; without it nobody vouches for it."""
    here = {"PATH": os.environ["PATH"], **STAYS_HERE}
    with loopback_only():
        done = subprocess.run(
            ["git", "ls-remote", "https://git.example.test/x.git"],
            env=here,
            capture_output=True,
            text=True,
            check=False,
        )
    assert "transport 'https' not allowed" in done.stderr
    with loopback_only(), pytest.raises(BeyondLoopbackError, match="the program git"):
        subprocess.run(["git", "version"], env={"PATH": here["PATH"]}, check=True)
