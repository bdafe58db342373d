"""One embedded PostgreSQL for all processes of a user on a machine: found running, or started.

It stops by itself half a minute after its last user has ended (`watcher.py` says how); a user that is killed gives up
its place like any other. Nothing in it is worth keeping: a folder that does not start is set aside and made anew.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from rbengine.facts.postgres import watcher
from rbengine.facts.postgres.errors import ServerError
from rbengine.facts.postgres.program import (
    ROOTS_FOLDER,
    Account,
    Program,
    find_program,
    make_folder,
    reachable,
    server_account,
)

OWNER = "rbengine"
"""The ordinary role that owns every database: schemas, worlds and statements run as this one."""
SUPERUSER = "postgres"
"""Only our own stand-ins are made by this one."""

_LAYOUT = "2"  # of the folder and of what stands in a fresh server; counting up makes a new one
_LINGER = 30.0  # seconds
_START_LIMIT = 30.0  # seconds
_TOO_MANY_CONNECTIONS = "53300"
_LONGEST_SOCKET = 90  # bytes of a folder for sockets; the kernel allows 107 with the file's name

_SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "io_method=sync",
    "jit=off",
    "max_connections=200",
    "max_logical_replication_workers=0",
    "shared_buffers=32MB",
    "wal_level=minimal",  # CREATE PUBLICATION then warns, and nobody subscribes
    "max_wal_senders=0",
    "max_wal_size=32MB",
    "min_wal_size=2MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=fatal",
    "log_min_error_statement=panic",  # statements hold the users' data
)

# The roles of a hosted database that row-level security speaks of. `SET ROLE` to them is allowed, nothing is inherited.
_FRESH = (
    f"CREATE ROLE {OWNER} LOGIN",
    "CREATE ROLE anon NOLOGIN",
    "CREATE ROLE authenticated NOLOGIN",
    "CREATE ROLE service_role NOLOGIN BYPASSRLS",
    f"GRANT anon, authenticated, service_role TO {OWNER} WITH INHERIT FALSE, SET TRUE",
)


Kind = TypeVar("Kind", bound=psycopg.Connection[Any])


class Server:
    """A running server and our place among its users. `close` gives the place up."""

    def __init__(self, socket_folder: Path, place: int) -> None:
        self._socket_folder = socket_folder
        self._place = place
        self._maintenance: psycopg.Connection | None = None
        self._uses: set[str] = set()

    def connect(self, database: str, role: str = OWNER) -> psycopg.Connection:
        """A new autocommitting connection in UTC. Raises psycopg.OperationalError."""
        return _connect(self._socket_folder, database, role)

    def connect_as(
        self, kind: type[Kind], database: str, cursor: type[psycopg.RawCursor[Any]]
    ) -> Kind:
        """The same as the ordinary role, with a class of connection and of cursors of one's own."""
        settings = _settings(self._socket_folder, database, OWNER)
        with _without_libpq_settings():
            return kind.connect(**settings, cursor_factory=cursor)

    def conninfo(self, database: str, role: str = OWNER) -> str:
        """How another driver or program reaches it."""
        return f"host={self._socket_folder} port=5432 dbname={database} user={role}"

    @property
    def socket(self) -> str:
        """The path of the Unix socket on which it listens."""
        return f"{self._socket_folder}/.s.PGSQL.5432"

    @property
    def maintenance(self) -> psycopg.Connection:
        """The superuser's own connection, for making and dropping databases. Raises ServerError where there is none."""
        if self._maintenance is None or self._maintenance.closed:
            try:
                self._maintenance = self.connect("postgres", SUPERUSER)
            except psycopg.OperationalError as error:
                raise ServerError(
                    f"the embedded PostgreSQL takes no connection: {str(error).strip()}"
                ) from error
        return self._maintenance

    def create_database(self, name: str, template: str = "template0") -> None:
        """Make database `name`, owned by the ordinary role. `template` must have no other user at that moment."""
        # Copying files takes 7 ms here where writing them to the log takes 16; without fsync there is no cost to it.
        self.maintenance.execute(
            f"CREATE DATABASE {_quoted(name)} OWNER {OWNER} TEMPLATE {_quoted(template)} STRATEGY file_copy".encode()
        )

    def drop_database(self, name: str) -> None:
        """Drop database `name` with whoever is connected to it; one that is not there is fine."""
        self.maintenance.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)".encode())

    def run_in_real_time(self, name: str) -> None:
        """Let sessions of others with a simulated database see the real time; the simulation's own set theirs."""
        self.maintenance.execute(
            f"ALTER DATABASE {_quoted(name)} SET simulation.now = 'now'".encode()
        )

    def databases(self) -> tuple[str, ...]:
        """Names of all databases, oldest first."""
        rows = self.maintenance.execute("SELECT datname FROM pg_database ORDER BY oid").fetchall()
        return tuple(row[0] for row in rows)

    @contextlib.contextmanager
    def alone(self, subject: str) -> Iterator[None]:
        """Hold the cluster-wide lock on `subject`: two processes never make the same database."""
        self.maintenance.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (subject,))
        try:
            yield
        finally:
            self.maintenance.execute(
                "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (subject,)
            )

    def claim(self, subject: str) -> bool:
        """Try to hold the lock on `subject` until `release`, or until this process ends."""
        row = self.maintenance.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (subject,)
        ).fetchone()
        return row is not None and bool(row[0])

    def use(self, database: str) -> None:
        """Say that this process works with `database` until it ends: nobody drops it to tidy up."""
        if database not in self._uses:
            self.maintenance.execute(
                "SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", (f"use {database}",)
            )
            self._uses.add(database)

    def drop_unused(self, database: str) -> None:
        """Drop `database`, unless a process works with it."""
        # A lock that this very process shares would not stop it from taking it alone.
        if database in self._uses or not self.claim(f"use {database}"):
            return
        try:
            self.maintenance.execute(f"DROP DATABASE IF EXISTS {_quoted(database)}".encode())
        except psycopg.errors.ObjectInUse:
            return  # somebody is connected without having said so
        finally:
            self.release(f"use {database}")

    def release(self, subject: str) -> None:
        """Give the lock on `subject` back."""
        self.maintenance.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (subject,))

    def close(self) -> None:
        """Give our place up; the server stops by itself when it was the last. Twice is fine."""
        if self._maintenance is not None:
            self._maintenance.close()
            self._maintenance = None
        if self._place >= 0:
            os.close(self._place)
            self._place = -1

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start_server(folder: Path | None = None, *, linger: float = _LINGER) -> Server:
    """The user's server, started if nobody else's process has. Raises ServerError where none can be had.

    `folder` is for tests; by default it is in the user's cache. `linger`: seconds it stays when its last user is gone.
    """
    account = server_account()
    place_folder = folder or default_folder(account)
    make_folder(place_folder, 0o711 if account.borrowed else 0o700)
    sockets = _socket_folder(place_folder, account)
    with _locked(place_folder / "starting"):
        place = os.open(place_folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_SH)  # waits while the watcher stops an old one
            if _uprooted(place_folder):
                watcher.stop(str(place_folder / "data"))
            if not _answers(place_folder, sockets):
                program = find_program()
                _make_or_mend(program, place_folder, sockets)
            _watch(place_folder, linger)
        except BaseException:
            os.close(place)
            raise
    return Server(sockets, place)


def default_folder(account: Account) -> Path:
    """In the user's cache, one for each machine and user, because homes are shared and data folders cannot be.

    Root's server runs as somebody else, so root's stands outside every home, unless the given cache is open anyway.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    if account.borrowed and not (given and reachable(cache, account)):
        cache = ROOTS_FOLDER.parent
    machine = hashlib.sha256(f"{_LAYOUT}:{socket.gethostname()}:{account.uid}".encode()).hexdigest()
    return cache / "rbengine" / f"postgres-18-{machine[:10]}"


def _settings(sockets: Path, database: str, role: str) -> dict[str, Any]:
    return {
        "host": str(sockets),
        "port": 5432,
        "dbname": database,
        "user": role,
        "autocommit": True,
        "connect_timeout": 30,  # seconds: a busy machine may take its time over a new session
        "options": "-c timezone=UTC -c client_encoding=UTF8",
        "application_name": "rbengine",
        "prepare_threshold": None,
        "hostaddr": "",
        "gssencmode": "disable",
        "require_auth": "",
        "sslmode": "disable",
        "target_session_attrs": "any",
    }


def _connect(sockets: Path, database: str, role: str) -> psycopg.Connection:
    with _without_libpq_settings():
        return psycopg.connect(**_settings(sockets, database, role))


@contextlib.contextmanager
def _without_libpq_settings() -> Iterator[None]:
    """The environment (PGSERVICE, PGHOSTADDR, PGREQUIREPEER and others) must not lead a rehearsal anywhere else."""
    hidden = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


def _answers(folder: Path, sockets: Path) -> bool:
    """Whether the server of `folder` can be used. A silent one that is alive is given time before it counts as gone."""
    limit = time.monotonic() + _START_LIMIT
    while True:
        try:
            _connect(sockets, "postgres", OWNER).close()
        except psycopg.OperationalError as error:
            if error.sqlstate == _TOO_MANY_CONNECTIONS:
                return True
            if watcher.running(str(folder / "data")) is None or time.monotonic() > limit:
                return False
            time.sleep(0.05)
        else:
            return True


def _uprooted(folder: Path) -> bool:
    """Whether the program of the running server was removed, with the environment it was installed in, as an example.

    Such a server answers for as long as it lives, but finds none of its libraries any more.
    """
    pid = watcher.running(str(folder / "data"))
    if pid is None:
        return False
    try:
        program = os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return False  # it ended meanwhile
    mark = " (deleted)"  # what the kernel writes behind it
    return program.endswith(mark) and not Path(program.removesuffix(mark)).exists()


def _make_or_mend(program: Program, folder: Path, sockets: Path) -> None:
    """Start the server of `folder`; where it has none, or one that does not start, make a new one."""
    if (folder / "made").exists():
        try:
            _start(program, folder, sockets)
        except ServerError:
            pass  # left by another machine, user or version, or broken: nothing in it is worth saving
        else:
            if _answers(folder, sockets):
                return
    watcher.stop(str(folder / "data"))
    _set_aside(folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if program.account.borrowed:
        os.chown(data, program.account.uid, program.account.gid)
    program.run(
        "initdb", "-D", str(data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync", "--no-instructions",
        "--no-data-checksums", "--wal-segsize=1",
        timeout=120,
    )  # fmt: skip
    _start(program, folder, sockets)
    with _connect(sockets, "postgres", SUPERUSER) as connection:
        for statement in _FRESH:
            connection.execute(statement.encode())
    (folder / "made").touch()


def _set_aside(folder: Path) -> None:
    (folder / "made").unlink(missing_ok=True)
    data = folder / "data"
    if not data.exists():
        return
    aside = folder / f"old-{os.getpid()}-{time.monotonic_ns()}"
    try:
        data.rename(aside)
    except OSError as error:
        raise ServerError(
            f"the folder {data} belongs to somebody else and its server does not start: remove it ({error.strerror})"
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def _start(program: Program, folder: Path, sockets: Path) -> None:
    data = folder / "data"
    log = folder / "log"
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    process = program.start("postgres", "-D", str(data), "-k", str(sockets), *settings, log=log)
    limit = time.monotonic() + _START_LIMIT
    while not _ready(data, process.pid):
        if process.poll() is not None:
            raise ServerError(f"PostgreSQL does not start: {_last_words(log)}")
        if time.monotonic() > limit:
            process.kill()
            process.wait()
            raise ServerError(
                f"PostgreSQL was not up after {_START_LIMIT:.0f} s: {_last_words(log)}"
            )
        time.sleep(0.003)
    process.returncode = 0  # it outlives us, so it is not ours to wait for


def _ready(data: Path, pid: int) -> bool:
    """Whether the server says so in its own file: the eighth line of it is `ready`."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _last_words(log: Path) -> str:
    try:
        return " ".join(log.read_text(encoding="utf-8", errors="replace").split()[-60:])
    except OSError:
        return "it left no log"


def _watch(folder: Path, linger: float) -> None:
    """See to it that somebody waits for the last user to go."""
    descriptor = os.open(folder / "watcher", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", watcher.__file__, str(folder), str(linger)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", start_new_session=True,
    )  # fmt: skip
    process.returncode = 0  # it outlives us, so it is not ours to wait for


def _socket_folder(folder: Path, account: Account) -> Path:
    """Where the server listens: its own data folder, or, where that path is too long, a private one under /tmp."""
    if len(os.fsencode(folder / "data")) <= _LONGEST_SOCKET:
        return folder / "data"
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"rbengine-{account.uid}-{name}"
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
        if account.borrowed:
            os.chown(short, account.uid, account.gid)
    status = short.lstat()
    if short.is_symlink() or status.st_uid != account.uid or status.st_mode & 0o077:
        raise ServerError(f"{short} is not a private folder of ours: remove it")
    return short


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
