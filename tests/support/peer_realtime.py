"""The company's Realtime on a port of this machine, and the vendor's own client for Python, which joins it."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rbengine.host.live.connections import LiveConnections
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.doors import open_stream
from rbengine.rehearsal.company.realtime.stream import RealtimeStream
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import LiveBench
from support.peer_installed import python_with
from support.talking import Conversation, talking

_A_MOMENT = 0.005
_AN_HOUR = 3600.0

CLIENT = """
import asyncio, json, sys
from realtime import AsyncRealtimeClient

async def main(url, key, table):
    client = AsyncRealtimeClient(url, key)
    said = []
    done = asyncio.Event()
    channel = client.channel("rbengine-probe")
    channel.on_postgres_changes("*", schema="public", table=table, callback=print)
    def system(payload):
        said.append([payload.status, payload.message])
        done.set()
    channel.on_system(system)
    def joined(status, error):
        said.append([str(getattr(status, "value", status)), None if error is None else str(error)])
        if error is not None:
            done.set()
    await channel.subscribe(joined)
    try:
        await asyncio.wait_for(done.wait(), 5)
    finally:
        print(json.dumps(said))

asyncio.run(main(*sys.argv[1:]))
"""


class RealtimeServer:
    """One company's Realtime, listening."""

    def __init__(self) -> None:
        self.company: Company | None = None
        self.port = 0

    def talk(self, conversation: Conversation) -> None:
        """One connection."""
        assert self.company is not None
        stream = open_stream(self.company, "realtime", "here", _AN_HOUR)
        assert isinstance(stream, RealtimeStream)
        buffer = bytearray(65_536)
        while content := conversation.connection.recv(65_536):
            stream.sendall(content)
            while stream.has_more:
                conversation.say(bytes(buffer[: stream.readinto(buffer)]))
                time.sleep(_A_MOMENT)  # each thing that is said arrives by itself


@contextmanager
def realtime_server() -> Iterator[RealtimeServer]:
    """It, until the end of the block."""
    made = RealtimeServer()
    with talking(made.talk) as talker:
        made.port = talker.port
        yield made


def vendors_client(server: RealtimeServer, key: str, table: str) -> list[Any]:
    """What the vendor's client was told, [status, message] each."""
    command = [
        str(python_with("the vendor's client of Realtime")),
        "-c",
        CLIENT,
        f"ws://127.0.0.1:{server.port}/realtime/v1",
        key,
        table,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.stdout, done.stderr
    told: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return told


class RealtimePeer(LiveBench):
    """The adapter and that server, with a real connection between them."""

    def __init__(self, connections: LiveConnections, server: RealtimeServer) -> None:
        super().__init__(connections)
        server.company = self.company

    def can(self, ability: str) -> bool:
        """No faults: it is well."""
        return ability != "faults"


def realtime_settings(port: int) -> dict[str, str]:
    """What a profile says of it."""
    return {**SETTINGS, "realtime.url": f"ws://127.0.0.1:{port}"}
