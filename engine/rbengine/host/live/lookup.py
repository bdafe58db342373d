"""Connections of this process to the world, each to an address that was looked at first."""

import socket
import threading
import time

from rbengine.host.live.reach import Reach

CONNECTING = 10.0
"""Seconds that one address may take to answer at all."""


def share(left: float, addresses: int) -> float:
    """How long one of so many addresses may take: one that swallows everything leaves time for the others."""
    return min(CONNECTING, left / addresses)


def addresses(reach: Reach, host: str, port: int, timeout: float) -> list[str]:
    """Where `host` is, as far as it may be reached.

    Raises TimeoutError or OSError where that cannot be found out within `timeout` seconds, NotAllowedError where it
    leads to nothing that may be reached.
    """
    found: list[str] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(one[4][0]) for one in told)
        except OSError as error:
            failed.append(error)
        except UnicodeError as error:
            failed.append(OSError(f"{error}"))

    # The system's own resolver knows no time limit; one that hangs is left behind.
    looking = threading.Thread(target=look_up, daemon=True, name=f"look up {host}")
    looking.start()
    looking.join(timeout)
    if looking.is_alive():
        raise TimeoutError(f"nobody says in time where {host} is")
    if failed:
        raise _unknown(host) from failed[0]
    return reach.checked(host, dict.fromkeys(found))


def connected(reach: Reach, host: str, port: int, timeout: float) -> socket.socket:
    """A connection to one of the addresses of `host`, tried in their order.

    Raises TimeoutError, OSError, NotAllowedError; `timeout` in seconds is for all of it.
    """
    until = time.monotonic() + timeout
    last: OSError = _unknown(host)
    found = addresses(reach, host, port, timeout)
    for number, one in enumerate(found):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"{host} cannot be reached in time")
        try:
            return socket.create_connection((one, port), share(left, len(found) - number))
        except OSError as error:
            last = error
    raise last


def _unknown(host: str) -> OSError:
    return socket.gaierror(socket.EAI_NONAME, f"nobody knows where {host} is")
