"""A world's company on ports of this machine, until Ctrl-C."""

import argparse
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.database_door import DatabaseDoor
from rbengine.cli.ground import Ground
from rbengine.cli.line_server import Line, LineServer
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.facts.adapters import with_places
from rbengine.facts.postgres.server import OWNER, Server
from rbengine.facts.profiles import PRODUCTION, SIMULATED, is_profile_name
from rbengine.facts.settings import NAME
from rbengine.host.errors import CannotGoOnError
from rbengine.host.loopback import loopback_only
from rbengine.host.starting import adapters_of
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.served import LINE_SERVERS, Served, ServedLine, ServedWorld
from rbengine.rehearsal.stage import Stage
from rbengine.report.durations import since
from rbengine.report.text import visible

OPTIONS = ("--world", "--port", "--seed", "--profile", "--width", "--no-colour")

Profile = Callable[[Mapping[str, str], int, str], Sequence[str]]

_HOST = "127.0.0.1"
_TICK = 0.1  # seconds between looks for webhooks that are due


def serve(arguments: Sequence[str]) -> int:
    """Serve the world that `arguments` name. Ends by an interruption."""
    parser = Parser("world", OPTIONS)
    parser.add_argument("what", metavar="serve", choices=("serve",))
    parser.add_argument("playbook", metavar="PLAYBOOK")
    parser.add_argument("--world", metavar="NAME")
    parser.add_argument("--port", type=_port, default=0, metavar="NUMBER")
    parser.add_argument("--seed", type=_port, default=0, metavar="NUMBER")
    parser.add_argument("--profile", type=_name, metavar="NAME")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    with Ground.here(output) as ground, loopback_only() as attempts:
        path = ground.playbook(found.playbook)
        if ground.plan(path) is None:
            return exit_codes.PROBLEMS
        session = ground.session(found.seed)
        worlds = session.worlds(path)
        if found.world is not None and found.world not in [one.name for one in worlds]:
            raise UsageError(
                f"`{path}` has no world `{found.world}`",
                notes=[f"there are: {', '.join(one.name for one in worlds) or 'none'}"],
                place=f"--world {found.world}",
            )
        try:
            stage = session.open_world(path, found.world, now=datetime.now(UTC), attempts=attempts)
            world = ServedWorld(stage)
            server = ground.server()
            server.run_in_real_time(world.database())
            database = server.conninfo(world.database())
        except CannotRehearseError as error:
            ground.draw([error.problem])
            return exit_codes.PROBLEMS
        except CannotGoOnError as error:
            raise UsageError(f"the world cannot be set up: {error}") from error
        title = stage.setting.title
        service = _Service(world, output, _server(found.port))
        door = DatabaseDoor(server.socket, world.database(), OWNER)
        service.run(title, database, door, partial(_as_profile, found.profile, stage, server))
        return exit_codes.OK


def _as_profile(
    name: str | None,
    stage: Stage,
    server: Server,
    vendors: Mapping[str, str],
    smtp: int,
    database: str,
) -> Sequence[str]:
    """The served world as a profile of the settings, to copy; nothing where nobody asked for one."""
    if name is None:
        return ()
    from rbengine.cli.served_profile import Addresses, places_of, profile_lines

    system = server.maintenance.execute(
        "SELECT system_identifier FROM pg_control_system()"
    ).fetchone()
    assert system is not None, "every server has one"
    channels = stage.setting.channels
    needed = with_places(adapters_of(stage.plan, channels.values()))
    lines, exports = profile_lines(
        name,
        needed,
        {**stage.company.settings(), **places_of(stage, needed)},
        {contact: {one.kind: one.address for one in ways} for contact, ways in channels.items()},
        Addresses(vendors=vendors, smtp=smtp, database=database, system=str(system[0])),
    )
    return [f"# for {NAME}", *lines, "", "# for the shell that runs in it", *exports, ""]


def _name(text: str) -> str:
    if not is_profile_name(text) or text in (SIMULATED, PRODUCTION):
        raise argparse.ArgumentTypeError(
            f"`{text}` is no name for a profile: one word, `served` for example"
        )
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is no number from 0 to 65535")
    return int(text)


def _server(port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((_HOST, port), _Handler)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be had: {error.strerror}",
            place=f"--port {port}",
            way_out="name another one, or none to get any that is free",
        ) from error


class _Service:
    """The world, its clock and its server. The lock lets one request at a time into the world."""

    def __init__(self, world: ServedWorld, output: Output, server: ThreadingHTTPServer) -> None:
        self._world = world
        self._output = output
        self._server = server
        self._lock = threading.Lock()
        self._began = time.monotonic()
        server.daemon_threads = True
        _Handler.service = self

    def run(self, title: str, database: str, door: DatabaseDoor, profile: Profile) -> None:
        """Serve until interrupted. `profile` makes rows of the addresses of vendors, a mail server and a database."""
        lines = {name: LineServer(partial(self._opened, name)) for name in LINE_SERVERS}
        base = f"http://{_HOST}:{self._server.server_address[1]}"
        vendors = {name: f"{base}/{name}" for name in self._world.providers}
        self._output.rows(
            [
                f'SIMULATED: nothing real is read or changed · world "{visible(title)}"',
                "",
                *(f"  {name:<17} {url}" for name, url in vendors.items()),
                *(f"  {name:<17} {_HOST}:{one.port}" for name, one in lines.items()),
                f"  {'postgres_port':<17} {door.uri}",
                f"  {'postgres':<17} {database}",
                "",
                *profile(vendors, lines["smtp"].port, door.uri),
                "  any key is accepted · Ctrl-C ends it",
                "",
            ]
        )
        servers = (self._server, door, *lines.values())
        threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in servers]
        for thread in threads:
            thread.start()
        try:
            while True:
                time.sleep(_TICK)
                with self._lock:
                    self._pass()
        except KeyboardInterrupt:
            self._output.row()
        finally:
            for one in servers:
                one.shutdown()
                one.server_close()
            for thread in threads:
                thread.join()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Served | None:
        """A request to `/provider/rest`. None: the connection is to end without an answer."""
        provider, _, target = path.removeprefix("/").partition("/")
        with self._lock:
            self._pass()
            if provider not in self._world.providers:
                return _problem(404, f"there is no vendor {provider!r} here", self._world.providers)
            try:
                found = self._world.ask(provider, method, f"/{target}", headers, body)
            except CannotGoOnError as error:
                found = _problem(501, f"this is not simulated: {error}", ())
            status = "no answer" if found is None else str(found.status)
            self._tell(f"{provider} {method} /{target.partition('?')[0]} {status}")
        if found is not None:
            time.sleep(found.took.total_seconds())
        return found

    def _opened(self, provider: str) -> Line:
        """A program outside connects to a mail server."""
        with self._lock:
            self._pass()
            line = self._world.line(provider)
            self._tell(f"{provider} connected")
        return partial(self._say, provider, line)

    def _say(self, provider: str, line: ServedLine, content: bytes) -> bytes | None:
        with self._lock:
            self._pass()
            before = len(self._world.letters)
            try:
                found = line.take(content)
            except CannotGoOnError as error:
                self._tell(f"{provider} this is not simulated: {error}")
                return None
            for one in self._world.letters[before:]:
                self._tell(f"{provider} mail to {one.to}: {one.subject}")
        if found is None:
            self._tell(f"{provider} no answer")
            return None
        said, took = found
        time.sleep(took.total_seconds())
        return said

    def _pass(self) -> None:
        elapsed = timedelta(seconds=time.monotonic() - self._began)
        for told in self._world.move_to(self._world.start + elapsed):
            self._tell(told)

    def _tell(self, text: str) -> None:
        elapsed = timedelta(seconds=time.monotonic() - self._began)
        self._output.row(f"{since(elapsed):>6}  {visible(text)}")


def _problem(status: int, text: str, there_are: Sequence[str]) -> Served:
    told = {"error": text, **({"there_are": list(there_are)} if there_are else {})}
    return Served(
        status=status,
        headers={"content-type": "application/json"},
        content=json.dumps(told).encode(),
        took=timedelta(),
    )


class _Handler(BaseHTTPRequestHandler):
    """One connection of a program outside."""

    service: _Service
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        found = self.service.answer(
            self.command, self.path, dict(self.headers.items()), self.rfile.read(length)
        )
        if found is None:
            self.close_connection = True
            return
        self.send_response_only(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(found.content)))
        self.end_headers()
        self.wfile.write(found.content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 (the names of http.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the shape of http.server)
        """The service writes its own rows."""
