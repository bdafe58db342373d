"""Programs from other hands that no package of the system has: installed once, in a folder outside the checkout.

`python -m support.peer_cache` (`make peers`) installs what is missing; tests only look.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

from support.peer_programs import found, missing

PRISM = "5.14.2"
"""The newest that runs on Node 20."""

LOCALSTRIPE = "1.15.10"
REALTIME = "2.34.1"

HOW = "it with `make peers`"


def folder() -> Path:
    """Where they are: RBENGINE_PEERS, else below the user's cache."""
    given = os.environ.get("RBENGINE_PEERS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "rbengine" / "peers"


def prism() -> Path:
    """The folder that Prism is installed in; else the test is skipped by name."""
    place = folder() / f"prism-{PRISM}"
    if not (place / "node_modules" / "@stoplight" / "prism-cli").is_dir():
        missing("Prism", HOW)
    found("Node", "nodejs", "node")
    return place


def python_with(name: str, package: str) -> Path:
    """The Python that has `package` (`localstripe`, `realtime`); else the test is skipped by its `name`."""
    python = _others() / "bin" / "python"
    if not (_others() / "installed").is_file():
        missing(f"{name} ({package})", HOW)
    return python


def _others() -> Path:
    return folder() / f"python-{LOCALSTRIPE}-{REALTIME}"


def install() -> None:
    """What is not there yet, both at the same time. Raises CalledProcessError."""
    started = []
    place = folder() / f"prism-{PRISM}"
    if not (place / "node_modules" / "@stoplight" / "prism-cli").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(place)]
        started.append(subprocess.Popen([*command, f"@stoplight/prism-cli@{PRISM}"]))
    others = _others()
    if not (others / "installed").is_file():
        venv.create(others, with_pip=True, clear=True)
        pip = [
            str(others / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
        wanted = [f"localstripe=={LOCALSTRIPE}", f"realtime=={REALTIME}"]
        started.append(subprocess.Popen([*pip, *wanted]))
    for one in started:
        if one.wait() != 0:
            raise subprocess.CalledProcessError(one.returncode, one.args)
    (others / "installed").touch()


if __name__ == "__main__":
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"cannot be installed: {error}")
