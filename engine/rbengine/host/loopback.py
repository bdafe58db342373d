"""Simulated runs fail closed: whatever they run, no socket goes beyond this machine.

An audit hook sees every socket that Python code connects, sends from or looks a name up for, whichever library it
does so in, and every program that it starts. Inside `loopback_only` it refuses anything but Unix sockets, loopback
addresses and the embedded database's own programs. The database's client opens its sockets in C, where no hook sees
them: it is asked before (`host.libpq`), and ours is told where its server is and asks no environment.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from rbengine.host import libpq
from rbengine.host.errors import CannotGoOnError

_HOSTS = frozenset({"localhost", "ip6-localhost", "localhost.localdomain", "127.0.0.1", "::1"})

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKING_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


_STARTING = frozenset(
    {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.startfile"}
)

PROGRAMS = frozenset({"initdb", "postgres"})
"""Programs that stay on this machine whatever they are told."""
STAYS_HERE = {"GIT_ALLOW_PROTOCOL": "file"}
"""An environment in which git speaks with folders alone."""
_WATCHER = "watcher.py"
"""Ends the database's server when its last user has gone; our own Python runs it."""


class BeyondLoopbackError(CannotGoOnError):
    """Something in a simulated run tried to leave this machine. `place` is where it wanted to go."""

    def __init__(self, place: str) -> None:
        super().__init__(f"it tries to reach {place}, and a simulated run stays on this machine")
        self.place = place


class Attempts:
    """What was refused so far: a library may take the refusal for an ordinary failure and try to go on."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def stop_if_any(self) -> None:
        """Raise BeyondLoopbackError for the first one."""
        if self.refused:
            raise BeyondLoopbackError(self.refused[0])


class _Guard:
    """The one hook of this process. It cannot be taken off again, so it looks whether a run is going on."""

    def __init__(self) -> None:
        self.going_on: list[Attempts] = []
        self._hooked = False

    def hook(self) -> None:
        if not self._hooked:
            sys.addaudithook(self._audit)
            libpq.watch(self._asked)
            self._hooked = True

    def _asked(self, place: str) -> None:
        """A client of PostgreSQL wants to go to `place`."""
        if self.going_on and _named_beyond(place):
            self._refuse(place)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.going_on:
            return
        if event in _CONNECTING:
            place = _beyond(arguments[1])
        elif event in _LOOKING_UP:
            place = _named_beyond(arguments[0])
        elif event in _STARTING:
            place = _stranger(arguments)
        else:
            return
        if place:
            self._refuse(place)

    def _refuse(self, place: str) -> NoReturn:
        for one in self.going_on:
            one.refused.append(place)
        raise BeyondLoopbackError(place)


_guard = _Guard()


@contextmanager
def loopback_only() -> Iterator[Attempts]:
    """Until it is left, every socket of this process stays on this machine; who tries gets BeyondLoopbackError."""
    _guard.hook()
    attempts = Attempts()
    _guard.going_on.append(attempts)
    try:
        yield attempts
    finally:
        _guard.going_on.remove(attempts)


def _stranger(arguments: tuple[Any, ...]) -> str:
    """The program if nobody vouches for where it goes; empty if it is one of ours."""
    program = os.fsdecode(arguments[0])
    given = arguments[1] if len(arguments) > 1 else ()
    if os.path.basename(program) in PROGRAMS:
        return ""
    environment = arguments[3] if len(arguments) > 3 else None
    if os.path.basename(program) == "git" and _holds(environment, STAYS_HERE):
        return ""
    texts = [os.fsdecode(one) for one in given] if isinstance(given, list | tuple) else []
    if program == sys.executable and any(os.path.basename(one) == _WATCHER for one in texts[:4]):
        return ""
    return f"other machines by the program {os.path.basename(program.split()[0])}"


def _holds(environment: object, wanted: Mapping[str, str]) -> bool:
    given = environment if isinstance(environment, Mapping) else {}
    return all(given.get(name) == value for name, value in wanted.items())


def _beyond(address: object) -> str:
    """Where `address` leads if it is no place on this machine; empty if it is one."""
    match address:
        case None:  # a datagram to where its socket was connected before
            return ""
        case str() | bytes():  # a Unix socket
            return ""
        case (host, port, *_) if isinstance(host, str | bytes | bytearray):
            return f"{_text(host)}:{port}" if _named_beyond(host) else ""
        case _:
            return f"an address of an unknown family, {address!r}"


def _named_beyond(host: object) -> str:
    """The host if it is none of this machine's own; empty for one that is, and for none at all."""
    if host is None or host in ("", b""):
        return ""
    name = _text(host).lower().rstrip(".")
    if name in _HOSTS or _is_loopback(name):
        return ""
    return name


def _is_loopback(name: str) -> bool:
    from ipaddress import ip_address

    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(address.is_loopback or (mapped is not None and mapped.is_loopback))


def _text(host: object) -> str:
    return (
        bytes(host).decode("utf-8", "replace") if isinstance(host, bytes | bytearray) else str(host)
    )
