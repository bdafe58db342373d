"""A connection to the simulated Realtime: what a client sends is read by the WebSocket library's own server side."""

import io
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import SLOWDOWN, FaultKind
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.realtime.model import PUBLIC_KEY, RealtimeModel

LATENCY_MS = (40, 180)
SUBSCRIBING_MS = (700, 1600)
"""How long after the channel is joined the database's changes are on their way."""

_SAID_NO: Mapping[FaultKind, tuple[int, str]] = {
    "unauthorized": (401, "Invalid API key\n"),
    "not_found": (404, "Not Found\n"),
    "invalid": (400, "Bad Request\n"),
}
"""At the handshake; what is in the way of a channel is said when it is joined."""

_NO_LIMIT = timedelta(minutes=10)

Wrong = Callable[[bool], FaultKind | None]
"""What is wrong with the server now, for what only looks."""

Seen = Callable[[str, bool], None]
"""Told of each thing that is sent, and whether an answer came."""


class RealtimeStream(io.RawIOBase):
    """One connection. What the server says takes its time and waits to be read."""

    def __init__(
        self, model: RealtimeModel, ground: Ground, wrong: Wrong, seen: Seen, timeout: float
    ) -> None:
        super().__init__()
        self.elapsed = timedelta()
        """How much of the company's time this connection has taken; a client may count by it."""
        self._model = model
        self._ground = ground
        self._wrong = wrong
        self._seen = seen
        self._limit = timedelta(seconds=timeout)
        self._server = ServerProtocol()
        self._said: list[tuple[timedelta, bytes]] = []
        """What waits to be read, each with the time it takes to come."""

    # What a client calls on a socket ---------------------------------------------------------------------

    def settimeout(self, seconds: float | None) -> None:
        """How long an answer is waited for."""
        self._limit = _NO_LIMIT if seconds is None else timedelta(seconds=seconds)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - a client only reads from it
        """The side that is read."""
        return io.BufferedReader(self, 65_536)

    def sendall(self, content: bytes) -> None:
        """Take what the client sends."""
        self._server.receive_data(content)
        for event in self._server.events_received():
            fault = self._wrong(True)
            if isinstance(event, Request):
                self._open(event, fault)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._take(json.loads(bytes(event.data)), fault)

    def shutdown(self, how: int) -> None:
        """Hang up: nothing more is said."""

    @property
    def has_more(self) -> bool:
        """Whether something waits to be read."""
        return bool(self._said)

    # What its reader calls -------------------------------------------------------------------------------

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # of bytes alone
        """Hand over what the server says next. Raises TimeoutError where it keeps silent for too long."""
        took = self._said[0][0] if self._said else self._limit + timedelta.resolution
        if took > self._limit:
            self._pass(self._limit)
            raise TimeoutError("timed out")
        self._pass(took)
        content = self._said[0][1]
        given, left = content[: len(buffer)], content[len(buffer) :]
        buffer[: len(given)] = given
        self._said[:1] = [(timedelta(), left)] if left else []
        return len(given)

    # The server ------------------------------------------------------------------------------------------

    def _open(self, request: Request, fault: FaultKind | None) -> None:
        if not request.path.startswith("/realtime/v1/websocket?"):
            raise CannotBeSimulatedError(f"realtime: {request.path.partition('?')[0]}")
        response = self._server.accept(request)
        if fault in ("unavailable", "unreachable"):
            response = self._server.reject(503, "Service Unavailable\n")
        elif fault == "rate_limited":
            response = self._server.reject(429, "Too Many Requests\n")
        elif fault is not None and fault in _SAID_NO:
            response = self._server.reject(*_SAID_NO[fault])
        elif self._model.is_suspended:
            response = self._server.reject(403, "Realtime is suspended for this project\n")
        elif self._model.refuses_key or f"apikey={PUBLIC_KEY}&" not in request.path:
            response = self._server.reject(401, "Invalid API key\n")
        self._server.send_response(response)
        self._answered("connect", fault, LATENCY_MS)

    def _take(self, asked: Any, fault: FaultKind | None) -> None:
        event = asked["event"]
        if event in ("heartbeat", "phx_leave"):
            self._reply(asked, "ok", {}, fault)
            return
        if event == "access_token":  # a newer one; nothing is said to it
            return
        if event != "phx_join":
            raise CannotBeSimulatedError(f"realtime: the event {event}")
        wanted = asked["payload"]["config"]["postgres_changes"]
        given = [{**one, "id": 10_000 + number} for number, one in enumerate(wanted)]
        if fault == "rate_limited":
            text = "ChannelRateLimitReached: Too many channels"
            self._reply(asked, "error", {"reason": text}, fault)
            return
        if fault == "conflict":
            text = "RealtimeDisabledForTable: Realtime is not enabled for this table"
            self._reply(asked, "error", {"reason": text}, fault)
            return
        if fault in ("unavailable", "unreachable"):
            text = "UnableToConnectToProject: The project's database cannot be reached"
            self._reply(asked, "error", {"reason": text}, fault)
            return
        self._reply(asked, "ok", {"postgres_changes": given}, fault)
        if not self._model.is_stuck:
            self._system(asked, wanted, fault)

    def _reply(self, asked: Any, status: str, response: Any, fault: FaultKind | None) -> None:
        payload = {"status": status, "response": response}
        self._message(asked, "phx_reply", payload, asked["ref"])
        self._answered("phx_join", fault, LATENCY_MS)

    def _system(self, asked: Any, wanted: Any, fault: FaultKind | None) -> None:
        hidden = [
            one
            for one in wanted
            if not self._model.published(str(one["schema"]), str(one["table"]))
        ]
        status, said = "ok", "Subscribed to PostgreSQL"
        if hidden:
            named = (
                f"event: *, schema: {hidden[0]['schema']}, table: {hidden[0]['table']}, filters: []"
            )
            status = "error"
            said = (
                "Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the "
                f"given connect parameters: [{named}]"
            )
        channel = asked["topic"].removeprefix("realtime:")
        payload = {
            "extension": "postgres_changes",
            "status": status,
            "message": said,
            "channel": channel,
        }
        self._message(asked, "system", payload, None)
        self._answered("system", fault, SUBSCRIBING_MS)

    def _message(self, asked: Any, event: str, payload: Any, ref: str | None) -> None:
        text = {"topic": asked["topic"], "event": event, "payload": payload, "ref": ref}
        self._server.send_text(json.dumps(text).encode("utf-8"))

    def _answered(self, what: str, fault: FaultKind | None, usual: tuple[int, int]) -> None:
        said = b"".join(self._server.data_to_send())
        took = self._ground.latency("realtime", *usual)
        took = took * SLOWDOWN if fault == "slow" else took
        lost = fault in ("timeout", "lost_answer")
        if fault == "garbage_answer":
            said = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
        if not lost:
            self._said.append((took, said))
        self._seen(what, not lost)

    def _pass(self, took: timedelta) -> None:
        self.elapsed += took
        self._ground.spent += took
