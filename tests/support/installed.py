"""The example of an adapter, installed into a folder of its own as its author would, and programs that see it there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.golden import ROOT

EXAMPLE = ROOT / "examples" / "third-party-adapter"


def install(folder: Path) -> Path:
    """Build and install it below `folder`, without network; where it stands then."""
    copy, site = folder / "source", folder / "site"
    shutil.copytree(EXAMPLE, copy)
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index",
            "--no-deps", "--no-build-isolation", "--target", str(site), str(copy),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return site


def run(site: Path | None, arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A program of this Python, which sees the engine, and what stands in `site`."""
    roots = [str(ROOT / one) for one in ("engine", "grammar", "adapters")]
    paths = [*roots, *([] if site is None else [str(site)])]
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1", "COLUMNS": "80",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
