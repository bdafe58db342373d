"""Bare repositories in folders, and the real program cut off from everything but files."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rbengine.host.loopback import STAYS_HERE
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError

_SETTINGS = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""
_ORIGIN = """\
[remote "origin"]
\turl = {}
"""
_HISTORIES = 64  # of different worlds that one process plays in, one after the other


def bare_repository(folder: str, *, clone_of: str = "") -> None:
    """An empty repository, with `main` as its branch. A clone shares the objects of its `origin`.

    Written by hand: a program takes a hundred times as long, and most worlds want two of them.
    """
    os.makedirs(os.path.join(folder, "objects", "info"))
    os.makedirs(os.path.join(folder, "refs", "heads"))
    _write(os.path.join(folder, "HEAD"), "ref: refs/heads/main\n")
    settings = _SETTINGS
    if clone_of:
        settings += _ORIGIN.format(clone_of)
        objects = os.path.join(clone_of, "objects")
        _write(os.path.join(folder, "objects", "info", "alternates"), f"{objects}\n")
    _write(os.path.join(folder, "config"), settings)


@lru_cache(maxsize=_HISTORIES)
def imported(words: bytes) -> Mapping[str, bytes]:
    """The files, by their paths, that the words of fast-import make in an empty repository.

    The same words make the same files, and many scenarios begin with the same history.
    Raises CannotBeSimulatedError.
    """
    from rbengine.rehearsal.company.git.folders import new_folder  # few worlds need one

    home = new_folder()
    try:
        folder = os.path.join(home, "made.git")
        bare_repository(folder)
        import_history(words, folder, home)
        found = {}
        for part in ("objects", "refs"):
            for place, _, names in os.walk(os.path.join(folder, part)):
                for name in names:
                    file = os.path.join(place, name)
                    with open(file, "rb") as opened:
                        found[os.path.relpath(file, folder)] = opened.read()
        return found
    finally:
        shutil.rmtree(home, ignore_errors=True)


def import_history(words: bytes, folder: str, home: str) -> None:
    """Let the repository in `folder` have what `words` say. Raises CannotBeSimulatedError."""
    done = real_git(
        # One file for all objects, however few they are: they are copied.
        ("-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--date-format=raw"),
        folder,
        home=home,
        given=words,
    )
    if done.returncode != 0:
        text = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CannotBeSimulatedError(
            f"git: this history cannot be made: {(text or ['no words'])[0]}"
        )


def real_git(
    arguments: Sequence[str],
    folder: str,
    *,
    home: str,
    environment: Mapping[str, str] = {},
    given: bytes | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the real program: no network, no settings of this machine. Raises CannotBeSimulatedError where it is none."""
    git = shutil.which("git")
    if git is None:
        raise CannotBeSimulatedError("git: the program `git` is not on this machine")
    return subprocess.run(
        [git, *arguments],
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": home,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **STAYS_HERE,
            **environment,
        },
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        check=False,
    )


def _write(file: str, text: str) -> None:
    with open(file, "w", encoding="utf-8") as opened:
        opened.write(text)
