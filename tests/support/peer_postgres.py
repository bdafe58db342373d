"""Real PostgreSQLs of every version but the newest: each a server of its own, on loopback, as an unprivileged user.

15 is Debian's, with pg_cron; the others are the programs of a package (`support.peer_cache`).
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rbengine.facts.postgres.program import Program, server_account
from support import peer_installed
from support.peer_programs import found, free_port, missing, running

PASSWORD = "canary-of-the-database"  # a test looks that nobody ever reads it
OWNER = "rbengine"
READER = "reader"
CRON_DATABASE = "postgres"
"""It is there when the scheduler is started, which else would try again only a second later."""

DEBIANS = 15
VERSIONS = (14, DEBIANS, 16, 17)
"""Those that are tried; 18 is the one that rehearsals run on."""

_BIN = "/usr/lib/postgresql/15/bin"
_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "max_connections=40",
    "shared_buffers=32MB",
    "wal_level=replica",
    "log_min_messages=fatal",
    "ssl=on",
)
_SCHEDULER = (
    "shared_preload_libraries=pg_cron",
    f"cron.database_name={CRON_DATABASE}",
    "cron.log_run=off",  # rows of runs are inserted by tests
)
_FRESH = (
    f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'",
    f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}' IN ROLE pg_read_all_data",
    "CREATE ROLE anon NOLOGIN",
    "CREATE ROLE authenticated NOLOGIN",
    "CREATE ROLE service_role NOLOGIN BYPASSRLS",
    f"GRANT anon, authenticated, service_role TO {OWNER}",
)


class RealPostgres:
    """The running server."""

    def __init__(self, version: int, folder: Path, port: int) -> None:
        self.version = version
        self.folder = folder
        self.port = port
        self._maintenance: psycopg.Connection[Any] | None = None

    @property
    def maintenance(self) -> "psycopg.Connection[Any]":
        """The superuser's own connection; one that a test has closed is made again."""
        if self._maintenance is None or self._maintenance.closed:
            self._maintenance = self.connect("postgres", "postgres")
        return self._maintenance

    def dsn(self, database: str, role: str = OWNER, more: str = "") -> str:
        """As a profile has it."""
        return (
            f"host=127.0.0.1 port={self.port} dbname={database} user={role} password={PASSWORD} {more}"
        ).strip()

    def connect(self, database: str, role: str = OWNER) -> "psycopg.Connection[Any]":
        """A connection of a test's own, by the Unix socket."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, dbname=database, user=role, autocommit=True,
            options="-c timezone=UTC",
        )  # fmt: skip

    def create_database(self, name: str, template: str = "template0") -> None:
        quickly = (
            " STRATEGY file_copy" if self.version >= 15 else ""
        )  # before it, that was the only one
        self.maintenance.execute(
            f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"{quickly}'.encode()
        )

    def drop_database(self, name: str) -> None:
        self.maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def real_postgres() -> Iterator[Callable[[int], RealPostgres]]:
    """The server of a version, with nothing but its roles in it: started when it is first asked for."""
    started: dict[int, RealPostgres] = {}
    with ExitStack() as stack:

        def of(version: int) -> RealPostgres:
            if version not in started:
                started[version] = stack.enter_context(postgres_running(version))
            return started[version]

        yield of


@pytest.fixture(scope="session")
def postgres_15(real_postgres: Callable[[int], RealPostgres]) -> RealPostgres:
    """Debian's, which has pg_cron."""
    return real_postgres(DEBIANS)


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda one: f"live {one}")
def each_postgres(
    request: pytest.FixtureRequest, real_postgres: Callable[[int], RealPostgres]
) -> RealPostgres:
    """One after the other."""
    return real_postgres(request.param)


@contextmanager
def postgres_running(version: int = DEBIANS) -> Iterator[RealPostgres]:
    """Make it, start it, and leave nothing behind."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix=f"rb{version}-", dir="/tmp"))
    try:
        if account.borrowed:
            os.chown(folder, account.uid, account.gid)
        programs = _debians() if version == DEBIANS else _packaged(version, folder)
        data, port = folder / "data", free_port()
        Program(folder=programs, account=account).run(
            "initdb", "-D", str(data), "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            timeout=60,
        )  # fmt: skip
        make_certificate(data, account.uid, account.gid)
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-p", str(port)]
        settings = (*_SETTINGS, *(_SCHEDULER if version == DEBIANS else ()))
        command += [part for one in settings for part in ("-c", one)]
        user = account.uid if account.borrowed else None
        ready = partial(_ready, data)
        log = folder / "log"
        with running(command, ready, log=log, user=user, stop=signal.SIGQUIT):
            server = RealPostgres(version, folder, port)
            for statement in _FRESH:
                server.maintenance.execute(statement.encode())
            yield server
            server.maintenance.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _debians() -> Path:
    """The folder of its programs."""
    postgres = found("PostgreSQL 15", "postgresql-15", f"{_BIN}/postgres")
    if not Path("/usr/lib/postgresql/15/lib/pg_cron.so").is_file():
        missing("pg_cron for PostgreSQL 15", "postgresql-15-cron")
    return postgres.parent


def _packaged(version: int, folder: Path) -> Path:
    """The folder of a copy of its programs: whoever runs them may not be allowed to look into a user's cache."""
    programs = peer_installed.postgres_programs(version)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            programs / part, folder / "program" / part, symlinks=True, copy_function=_second_name
        )
    return folder / "program" / "bin"


def _second_name(file: str, name: str) -> None:
    """The same file by another name; a copy of it where that cannot be."""
    try:
        os.link(file, name)
    except OSError:
        shutil.copy2(file, name)


def _ready(data: Path) -> bool:
    """Whether the server says so in its own file: the eighth line of it."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="ascii").split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def make_certificate(data: Path, uid: int, gid: int) -> None:
    """A server's certificate for `localhost`, signed by itself."""
    openssl = found("openssl", "openssl", "openssl")
    subprocess.run(
        [str(openssl), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(data / "server.key"), "-out", str(data / "server.crt")],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    for name in ("server.key", "server.crt"):
        os.chown(data / name, uid, gid)
        os.chmod(data / name, 0o600 if name.endswith("key") else 0o644)
