"""Commands as somebody types them into a shell, with `rbengine` on the path."""

import os
import subprocess
import sys
from pathlib import Path

from support.golden import ROOT


def environment(bin_: Path) -> dict[str, str]:
    """What such a command sees; `bin_` gets the program."""
    bin_.mkdir(exist_ok=True)
    program = bin_ / "rbengine"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rbengine "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    roots = os.pathsep.join(str(ROOT / one) for one in ("engine", "grammar", "adapters"))
    return {
        **os.environ,
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": roots,
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


def typed(command: str, folder: Path, bin_: Path) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder`."""
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder, env=environment(bin_), capture_output=True, text=True, check=False,
    )  # fmt: skip
