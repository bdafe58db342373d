"""Supabase Realtime, live: the one operation of the signature."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from rbengine.contract.adapter import Adapter, Connections, Invocation, Stream, Whereabouts
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.realtime.failures import of_the_channel
from rbengine_adapters.realtime.socket import Socket
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.settings import maybe_setting, needed_setting

VERSION = "1.0.0"
"""Of the protocol."""

_CHANNEL = "rbengine-probe"
_TOPIC = f"realtime:{_CHANNEL}"


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's streams `realtime`. Raises SettingError where a setting is missing.

    `realtime.token` is the access token of a user who may read what is probed; without it the probe is whoever
    has the project's public key.
    """
    project = needed_setting(connections, "supabase.project", "the project's reference")
    key = needed_setting(connections, "supabase.public_key", "the key that browsers use")
    token = maybe_setting(connections, "realtime.token") or key
    return RealtimeAdapter(connections, project, key, token)


class RealtimeAdapter:
    """Every probe is a connection of its own."""

    def __init__(self, connections: Connections, project: str, key: str, token: str) -> None:
        self._connections = connections
        self._project = project
        self._address = maybe_setting(connections, "realtime.url") or f"wss://{project}.supabase.co"
        self._key = key
        self._token = token

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        if invocation.operation != "probe":
            raise ValueError(f"realtime has no operation `{invocation.operation}`")
        try:
            return Succeeded(Datum(self._probe(invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whether the project's host opens a connection for the key; nothing is subscribed to."""
        try:
            with self._opened(Deadline(timeout)):
                return Whereabouts(facts={"supabase.project": self._project}, version=VERSION)
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing here changes
        """None: there is nothing to look after."""
        return None

    def _probe(self, invocation: Invocation) -> Value:
        with self._opened(Deadline(invocation.timeout)) as socket:
            socket.send(json.dumps(self._join(invocation), separators=(",", ":")))
            joined: timedelta | None = None
            for text in socket.texts():
                event, payload = _read(text)
                if event in ("phx_error", "phx_close"):
                    raise CallEndedError(of_the_channel(f"the channel ended with {event}"))
                status, said = str(payload.get("status", "")), _words(payload)
                if event == "phx_reply" and joined is None:
                    if status != "ok":
                        raise CallEndedError(of_the_channel(said))
                    joined = socket.passed
                elif event == "system" and payload.get("extension") == "postgres_changes":
                    if status != "ok":
                        raise CallEndedError(of_the_channel(said))
                    passed = socket.passed
                    return Row({"says": said, "joined": joined or passed, "subscribed": passed})
        raise CallEndedError.refused("unavailable", "Realtime closed the connection")

    def _opened(self, deadline: Deadline) -> Socket:
        query = urlencode({"apikey": self._key, "vsn": VERSION})
        url = f"{self._address}/realtime/v1/websocket?{query}"
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443

        def connect(timeout: float) -> Stream:
            return self._connections.stream("realtime", host, port, timeout)

        return Socket(url, connect, deadline)

    def _join(self, invocation: Invocation) -> dict[str, Any]:
        a = invocation.arguments
        wanted = {"event": "*", "schema": str(a["schema"]), "table": str(a["table"])}
        config = {
            "broadcast": {"ack": False, "self": False},
            "presence": {"key": ""},
            "private": False,
            "postgres_changes": [wanted],
        }
        return {
            "topic": _TOPIC,
            "event": "phx_join",
            "ref": "1",
            "join_ref": "1",
            "payload": {"config": config, "access_token": self._token},
        }


def _read(text: str) -> tuple[str, dict[str, Any]]:
    """Event and payload of a message of our channel; anything else is nothing to us."""
    try:
        content = json.loads(text)
    except ValueError as error:
        unreadable = "Realtime gave an answer that cannot be read"
        raise CallEndedError.refused("unavailable", unreadable) from error
    if not isinstance(content, dict) or content.get("topic") != _TOPIC:
        return "", {}
    payload = content.get("payload")
    return str(content.get("event")), payload if isinstance(payload, dict) else {}


def _words(payload: dict[str, Any]) -> str:
    """What it says, wherever it stands: of a reply in its response, of the system in its message."""
    response = payload.get("response")
    inner = response.get("reason") if isinstance(response, dict) else None
    return str(inner or payload.get("message") or "")
