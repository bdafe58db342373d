"""A WebSocket over the host's stream, text messages only: the protocol is the library's, the bytes are the host's."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import BinaryIO, TypeVar

from rbengine.contract.adapter import Stream
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidState, InvalidStatus, ProtocolError
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from rbengine_adapters.realtime.failures import at_the_door
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, never_sent

T = TypeVar("T")

_MOST = 65_536


class Socket:
    """One open connection. Whatever keeps it from being used ends the call. Leaving it hangs up."""

    def __init__(self, url: str, connect: Callable[[float], Stream], deadline: Deadline) -> None:
        self._protocol = ClientProtocol(parse_uri(url), max_size=2**20)
        self._deadline = deadline
        self._began = time.monotonic()
        self._stream: Stream | None = None
        stream = self._timed(lambda: self._connected(connect, deadline.left()))
        self._reader: BinaryIO = stream.makefile("rb")
        self._waiting: list[Frame] = []
        try:
            self._protocol.send_request(self._protocol.connect())
            self._flush()
            self._shake_hands()
        except CallEndedError:
            stream.close()
            raise

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        # Nothing was changed, so how the server takes leave does not matter.
        try:
            self._protocol.send_close()
            self._flush()
        except (CallEndedError, InvalidState, OSError):
            pass
        finally:
            if self._stream is not None:
                self._stream.close()

    @property
    def passed(self) -> timedelta:
        """How long it has been open."""
        return self._clock()

    def send(self, text: str) -> None:
        """One text message."""
        self._protocol.send_text(text.encode("utf-8"))
        self._flush()

    def texts(self) -> Iterator[str]:
        """Messages as they come, for as long as the call has time; a connection that is closed ends the call."""
        while True:
            while self._waiting:
                frame = self._waiting.pop(0)
                if frame.opcode is Opcode.TEXT:
                    yield bytes(frame.data).decode("utf-8", "replace")
                elif frame.opcode is Opcode.CLOSE:
                    raise CallEndedError.refused("unavailable", "Realtime closed the connection")
            self._read()

    def _shake_hands(self) -> None:
        while not self._waiting and self._protocol.handshake_exc is None:
            if self._protocol.state is State.OPEN:
                return
            self._read()
        error = self._protocol.handshake_exc
        if error is None:
            return
        if isinstance(error, InvalidStatus):
            raise CallEndedError(at_the_door(error.response.status_code)) from error
        text = "Realtime gave an answer that cannot be read"
        raise CallEndedError.refused("unavailable", text) from error

    def _read(self) -> None:
        """Take in what the server says next."""
        if self._stream is None:
            raise CallEndedError.refused("unavailable", "there is no connection to Realtime")
        self._stream.settimeout(self._deadline.left())
        content = self._timed(lambda: self._reader.read1(_MOST))  # type: ignore[attr-defined]  # of buffered readers
        try:
            if content:
                self._protocol.receive_data(content)
            else:
                self._protocol.receive_eof()
        except (InvalidHandshake, ProtocolError, EOFError) as error:
            text = "Realtime gave an answer that cannot be read"
            raise CallEndedError.refused("unavailable", text) from error
        self._flush()
        if self._protocol.parser_exc is not None and self._protocol.state is State.CLOSING:
            text = "Realtime gave an answer that cannot be read"
            raise CallEndedError.refused("unavailable", text) from self._protocol.parser_exc
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._waiting.append(event)
        if not content and not self._waiting and self._protocol.handshake_exc is None:
            raise CallEndedError.refused("unavailable", "Realtime closed the connection")

    def _connected(self, connect: Callable[[float], Stream], seconds: float) -> Stream:
        # Kept at once: how long connecting took is asked of the connection, if that keeps a time of its own.
        self._stream = connect(seconds)
        return self._stream

    def _flush(self) -> None:
        stream, content = self._stream, b"".join(self._protocol.data_to_send())
        if content and stream is not None:
            self._timed(lambda: stream.sendall(content))

    def _timed(self, work: Callable[[], T]) -> T:
        """Do it within what is left of the call, and translate what goes wrong."""
        began = timedelta(0) if self._stream is None else self._clock()
        try:
            return work()
        except TimeoutError as error:
            text = "Realtime gave no answer in time"
            raise CallEndedError.refused("timeout", text) from error
        except OSError as error:
            raise CallEndedError(never_sent(error, "Realtime")) from error
        finally:
            self._deadline.take(self._clock() - began)

    def _clock(self) -> timedelta:
        """A connection that keeps a time of its own says in `elapsed` how much of it has passed."""
        passed = getattr(self._stream, "elapsed", None)
        if isinstance(passed, timedelta):
            return passed
        return timedelta(seconds=time.monotonic() - self._began)
