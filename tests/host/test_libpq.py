"""PostgreSQL's client opens its sockets in C: it is asked before it does."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
from rbengine.facts.postgres.server import start_server
from rbengine.host.libpq import places
from rbengine.host.loopback import BeyondLoopbackError, loopback_only

ELSEWHERE = "192.0.2.1"
STRINGS = {
    "a host": (f"host={ELSEWHERE} dbname=x", {}, ELSEWHERE),
    "a name": ("host=db.example.com", {}, "db.example.com"),
    "an address beside a name of this machine": (
        f"host=localhost hostaddr={ELSEWHERE}", {}, ELSEWHERE,
    ),
    "a URI": (f"postgresql://me@{ELSEWHERE}:5432/x", {}, ELSEWHERE),
    "the second of two hosts": (f"host=/tmp,{ELSEWHERE}", {}, ELSEWHERE),
    "a service": ("service=production", {}, "the service production"),
    "PGHOST": ("dbname=x", {"PGHOST": ELSEWHERE}, ELSEWHERE),
    "PGHOSTADDR": ("host=localhost", {"PGHOSTADDR": ELSEWHERE}, ELSEWHERE),
    "PGSERVICE": ("dbname=x", {"PGSERVICE": "production"}, "the service production"),
}  # fmt: skip


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in which the service leads elsewhere."""
    file = tmp_path / "services.conf"
    file.write_text(f"[production]\nhost={ELSEWHERE}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("conninfo", "environment", "place"), STRINGS.values(), ids=list(STRINGS))
def test_a_connection_that_leads_elsewhere_is_never_begun(
    conninfo: str, environment: Mapping[str, str], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the string or by the environment; and the run hears of it, whatever a library makes of the refusal."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with loopback_only() as attempts:
        with pytest.raises(BeyondLoopbackError):
            psycopg.connect(conninfo, connect_timeout=1)
        assert place in attempts.refused


def test_a_server_of_this_machine_may_be_reached() -> None:
    """The rehearsal's own database, by its socket."""
    with start_server() as server, loopback_only() as attempts:
        with psycopg.connect(server.conninfo("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert attempts.refused == []


def test_a_client_that_comes_into_memory_during_a_run_is_asked_too() -> None:
    """Adapters import theirs when they are first called."""
    script = (
        "import sys\n"
        "from rbengine.host.loopback import BeyondLoopbackError, loopback_only\n"
        "with loopback_only():\n"
        "    assert 'psycopg' not in sys.modules\n"
        "    import psycopg\n"
        "    try:\n"
        f"        psycopg.connect('host={ELSEWHERE} connect_timeout=2')\n"
        "    except BeyondLoopbackError as error:\n"
        "        print(error.place)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (ELSEWHERE, "")


def test_sockets_are_places_of_this_machine() -> None:
    """A folder of Unix sockets, and an abstract one."""
    assert places("host=/var/run/postgresql") == ()
    assert places("host=@abstract") == ()
