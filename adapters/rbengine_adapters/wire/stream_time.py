"""A connection of one call, and how much of the call's time it takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rbengine.contract.adapter import Readable, Stream

from rbengine_adapters.wire.deadline import Deadline

Open = Callable[[float], Stream]
"""Seconds to wait, to a connection."""


class StreamTime:
    """Opens the connection by `connect` and counts what is done with it.

    A connection that keeps a time of its own says in `elapsed` how much of it has passed.
    """

    def __init__(self, connect: Open, deadline: Deadline) -> None:
        self._connect = connect
        self._deadline = deadline
        self._opened: Stream | None = None
        self._began = time.monotonic()

    def open(self, timeout: float) -> Stream:
        """The connection, opened now."""
        self._opened = self._connect(timeout)
        return self._opened

    @property
    def is_readable(self) -> bool:
        """Whether others on its way can read it."""
        return isinstance(self._opened, Readable)

    def wrap_socket(self, stream: object, server_hostname: str | None = None) -> Stream:  # noqa: ARG002
        """Encrypt it. The standard clients call this of a context once both sides have agreed (STARTTLS): here the
        host has the context. Raises OSError."""
        if not isinstance(self._opened, Readable):
            raise OSError("this connection cannot be encrypted any further")
        self._opened = self._opened.encrypted()
        return self._opened

    @contextmanager
    def counted(self) -> Iterator[None]:
        """What is done meanwhile is taken off the call's time; an answer is waited for as long as is left."""
        if self._opened is not None:
            self._opened.settimeout(self._deadline.left())
        began = self._clock()
        try:
            yield
        finally:
            self._deadline.take(self._clock() - began)

    def _clock(self) -> timedelta:
        passed = getattr(self._opened, "elapsed", None)
        if isinstance(passed, timedelta):
            return passed
        return timedelta(seconds=time.monotonic() - self._began)
