"""Repositories by name: what a world says was committed, made real when the first command needs it.

`NAME.git` is the `origin`; `NAME` is the operator's clone of it, without files of its own.
"""

import os
import shutil
import subprocess
import weakref
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.git.bare import bare_repository, import_history, imported, real_git

_BEGINNING = "git.checkout."
_REFUSES = '#!/bin/sh\necho "This branch is protected: changes come by pull requests" >&2\nexit 1\n'


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as a world describes it; each of `files` gets the title as its text."""

    branch: str
    title: str
    author: str
    files: tuple[str, ...]
    at: datetime
    merges: bool
    """It came as a branch of its own, and is merged."""


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """What the company's CI does after a push: each function in `folder` that was changed is deployed."""

    folder: str
    after: timedelta


class Repository:
    """One repository. `protected`: its `origin` takes no push."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.protected = False
        self.pipeline: Pipeline | None = None
        self.planned: list[Planned] = []
        self.made = False


class GitModel:
    """The vendor `git`: all repositories. One that nobody described has one old commit."""

    name = "git"

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.pushed: dict[str, str] = {}
        """Branches that the runbook's machine has pushed to, `app/main`, and where they stood then."""
        self._root = ""
        self._remove: weakref.finalize[..., GitModel] | None = None

    def repository(self, name: str) -> Repository:
        """The repository `name`."""
        return self.repositories.setdefault(name, Repository(name))

    def setting(self, name: str) -> str | None:
        """The folder that the settings of a simulation give for a checkout; None for any other name."""
        if not name.startswith(_BEGINNING):
            return None
        return self.checkout(name.removeprefix(_BEGINNING))

    def checkout(self, name: str) -> str:
        """The clone of `name`, made when it is first asked for."""
        self.make(self.repository(name))
        return os.path.join(self._folder(), name)

    def origin(self, name: str) -> str:
        """The folder of `name` that is pushed to."""
        return os.path.join(self._folder(), f"{name}.git")

    def of_folder(self, folder: str) -> Repository:
        """The repository that `folder` is a checkout of, or a working tree of one."""
        for name, one in self.repositories.items():
            place = os.path.join(self._folder(), name)
            if folder == place or folder.startswith(place + os.sep):
                return one
        raise CannotBeSimulatedError(f"git in {folder}: no repository of this world is there")

    def add(self, name: str, commit: Planned) -> None:
        """Something is committed and pushed by somebody."""
        repository = self.repository(name)
        repository.planned.append(commit)
        if repository.made:
            self._import(repository, (commit,))

    def make(self, repository: Repository) -> None:
        """Let the repository be there, with everything that was planned so far."""
        if repository.made:
            return
        origin = self.origin(repository.name)
        checkout = os.path.join(self._folder(), repository.name)
        bare_repository(origin)
        bare_repository(checkout, clone_of=origin)
        repository.made = True
        first = min(
            (one.at for one in repository.planned), default=datetime.fromtimestamp(0).astimezone()
        )
        beginning = Planned(
            branch="main",
            title="Begin",
            author="Somebody <somebody@simulated.test>",
            files=tuple(sorted({file for one in repository.planned for file in one.files}))
            or ("README",),
            at=first - timedelta(days=365) if repository.planned else first,
            merges=False,
        )
        words = _all_written((beginning, *repository.planned), set())
        for path, content in imported(words).items():
            place = Path(origin, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        if repository.protected:
            hook = os.path.join(origin, "hooks", "pre-receive")
            os.makedirs(os.path.dirname(hook), exist_ok=True)
            with open(hook, "w", encoding="utf-8") as file:
                file.write(_REFUSES)
            os.chmod(hook, 0o755)

    def run(
        self,
        arguments: Sequence[str],
        folder: str,
        *,
        environment: Mapping[str, str] = {},
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the real program on repositories of this world."""
        return real_git(arguments, folder, home=self._folder(), environment=environment)

    def heads(self, name: str) -> dict[str, str]:
        """Branch to commit, at the `origin`."""
        said = self.run(
            ("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads"),
            self.origin(name),
        )
        lines = said.stdout.decode("utf-8").split()
        return dict(zip(lines[::2], lines[1::2], strict=True))

    def changed(self, name: str, before: str, after: str) -> list[str]:
        """Files that differ between two commits of the `origin`."""
        said = self.run(("diff", "--name-only", before, after), self.origin(name))
        return said.stdout.decode("utf-8").splitlines()

    def close(self) -> None:
        """Remove the repositories. Without it that is done when nobody holds them any more."""
        if self._remove is not None:
            self._remove()

    def objects(self) -> Iterator[tuple[str, Any]]:
        """What was pushed."""
        for name, sha in self.pushed.items():
            yield f"branch/{name}", sha

    def _import(self, repository: Repository, commits: Sequence[Planned]) -> None:
        words = _all_written(commits, set(self.heads(repository.name)))
        import_history(words, self.origin(repository.name), self._folder())

    def _folder(self) -> str:
        if not self._root:
            from rbengine.rehearsal.company.git.folders import new_folder  # few worlds need one

            self._root = new_folder()
            self._remove = weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        return self._root


def _all_written(commits: Sequence[Planned], known: set[str]) -> bytes:
    here = set[str]()
    return b"".join(_written(one, known, here) for one in commits)


def _written(commit: Planned, known: set[str], here: set[str]) -> bytes:
    """The commit in the words of fast-import.

    `known`: branches that were there before; `here`: those that these words have added to, which it calls otherwise.
    """
    branch = f"refs/heads/{commit.branch}"
    before = branch if branch in here else f"{branch}^0"
    start = f"from {before}\n" if commit.branch in known and branch not in here else ""
    here.add(branch)
    if not commit.merges:
        return _one(branch, commit, commit.title, start, "")
    side = "refs/rbengine/side"
    own = f"reset {side}\nfrom {before}\n\n".encode()
    work = _one(side, commit, f"{commit.title} (work)", "", "")
    return own + work + _one(branch, commit, commit.title, start, f"merge {side}\n")


def _one(branch: str, commit: Planned, title: str, start: str, merge: str) -> bytes:
    message = title.encode("utf-8")
    text = f"{commit.title}\n".encode()
    moment = f"{commit.author} {int(commit.at.timestamp())} +0000"
    head = f"commit {branch}\nauthor {moment}\ncommitter {moment}\ndata {len(message)}\n".encode()
    files = b"".join(
        f"M 100644 inline {file}\ndata {len(text)}\n".encode() + text + b"\n"
        for file in commit.files
    )
    return head + message + b"\n" + start.encode() + merge.encode() + files + b"\n"
