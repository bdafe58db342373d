"""Functions in the program that runs them: Deno, without the gateway that stands before a project's."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from support.peer_installed import python_with
from support.peer_programs import free_port, listens, running

SCRIPT = Path(__file__).parents[1] / "peers" / "functions.ts"


@contextmanager
def functions_running(folder: Path) -> Iterator[int]:
    """Its port. What it says of itself goes into `folder`."""
    port = free_port()
    deno = python_with("Deno").parent / "deno"
    command = [
        str(deno),
        "run",
        "--quiet",
        "--no-remote",
        "--allow-net=127.0.0.1",
        str(SCRIPT),
        str(port),
    ]
    environment = {"PATH": "/usr/bin:/bin", "DENO_DIR": str(folder), "NO_COLOR": "1"}
    with running(command, partial(listens, port), log=folder / "log", environment=environment):
        yield port
