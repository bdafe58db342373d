"""One repository and the real program: every command in a form that asks nobody and opens no editor."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from rbengine.contract.adapter import Connections, Finished, NotAllowedError
from rbengine.contract.outcomes import Refused, Unsettled

from rbengine_adapters.git.failures import ending_of, shown
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError

KEY = "Rbengine-Key"
"""The trailer by which a commit of ours is known again."""

_USER = re.compile(r"(https?://)[^/@]*@")
"""Who asks, in an address of HTTP: often a token."""
_PASSWORD = re.compile(r"(//[^/:@]*):[^/@]*@")
"""The password in any other."""

_FORMAT = "--format=%H%x1f%P%x1f%an%x1f%cI%x1f%s"


QUIET: Mapping[str, str] = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}
"""Nobody is there to ask."""


def environment(signed: str, now: datetime) -> Mapping[str, str]:
    """What git is told beside its arguments: who commits (`Name <address>`), when, and that nobody is there to ask."""
    name, _, address = signed.partition("<")
    moment = _instant(now)
    return {
        **QUIET,
        "GIT_AUTHOR_NAME": name.strip(),
        "GIT_AUTHOR_EMAIL": address.strip(" >"),
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_NAME": name.strip(),
        "GIT_COMMITTER_EMAIL": address.strip(" >"),
        "GIT_COMMITTER_DATE": moment,
    }


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a log."""

    sha: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    title: str


class Repository:
    """A checkout, used as the way to its `origin`. Whatever goes wrong ends the call."""

    def __init__(
        self,
        connections: Connections,
        folder: str,
        deadline: Deadline,
        environment: Mapping[str, str],
    ) -> None:
        self._connections = connections
        self._folder = folder
        self._deadline = deadline
        self._environment = environment

    def origin(self) -> str:
        """The address of `origin`, without what in it may be secret; one that does not let us read ends the call."""
        address = self._done("remote", "get-url", "origin").strip()
        done = self._run("ls-remote", "--quiet", "--exit-code", "origin", "HEAD")
        if done.status != 0:
            raise CallEndedError(ending_of(_said(done), changes=False))
        return _PASSWORD.sub(r"\1@", _USER.sub(r"\1", address))

    def fetch(self, branch: str) -> str:
        """Know what `origin` has on `branch`; the name under which it is known."""
        place = f"refs/remotes/origin/{branch}"
        done = self._run("fetch", "--quiet", "--no-tags", "origin", f"+refs/heads/{branch}:{place}")
        if done.status != 0:
            raise CallEndedError(ending_of(_said(done), changes=False))
        return place

    def log(
        self, place: str, since: datetime, paths: tuple[str, ...], at_most: int
    ) -> list[Commit]:
        """Commits from `since` on, newest first."""
        globs = tuple(f":(glob){one}" for one in paths)
        return self._commits(
            f"--since={_instant(since)}", f"--max-count={at_most}", place, "--", *globs
        )

    def with_key(self, place: str, key: str) -> Commit | None:
        """The commit that was made with our `key`."""
        found = self._commits("--fixed-strings", f"--grep={KEY}: {key}", "--max-count=1", place)
        return found[0] if found else None

    def commit(self, sha: str, place: str) -> Commit:
        """The commit `sha` of `place`; one that is not there ends the call with `not_found`."""
        inside = self._run("merge-base", "--is-ancestor", sha, place)
        if inside.status != 0:
            raise CallEndedError.refused("not_found", f"there is no commit {sha[:8]} on the branch")
        return self._commits("--max-count=1", sha)[0]

    @contextmanager
    def scratch(self, place: str, name: str) -> Iterator["Repository"]:
        """A working tree of its own at `place`, away from the checkout's; it is removed again."""
        common = self._done("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
        folder = f"{common}/rbengine-{name}"
        # One that a crash has left is in the way.
        self._run("worktree", "remove", "--force", folder)
        self._done("worktree", "add", "--quiet", "--detach", folder, place)
        try:
            yield Repository(self._connections, folder, self._deadline, self._environment)
        finally:
            self._clear(folder)

    def revert(self, commit: Commit, key: str) -> Commit:
        """A commit that takes `commit` back, here."""
        parent = ("-m", "1") if len(commit.parents) > 1 else ()
        done = self._run("revert", "--no-commit", *parent, commit.sha)
        if done.status != 0:
            text = f"{commit.sha[:8]} cannot be taken back by itself: what it changed was changed again"
            raise CallEndedError.refused("conflict", text)
        if self._run("diff", "--cached", "--quiet").status == 0:
            raise CallEndedError.refused("conflict", f"{commit.sha[:8]} is taken back already")
        self._done(
            "commit", "--quiet", "--no-verify",
            "-m", f'Revert "{commit.title}"', "-m", f"This reverts commit {commit.sha}.",
            "--trailer", f"{KEY}: {key}",
        )  # fmt: skip
        return self._commits("--max-count=1", "HEAD")[0]

    def push(self, branch: str) -> None:
        """Let `origin` have what is here, as the next commit of `branch` and nothing else."""
        try:
            done = self._run("push", "--porcelain", "origin", f"HEAD:refs/heads/{branch}")
        except CallEndedError as ended:
            if isinstance(ended.outcome, Refused) and ended.outcome.kind == "timeout":
                raise CallEndedError(Unsettled("git push gave no answer in time")) from ended
            raise
        if done.status != 0:
            raise CallEndedError(ending_of(_said(done), changes=True))

    def _commits(self, *arguments: str) -> list[Commit]:
        said = self._done("log", "--no-show-signature", _FORMAT, *arguments)
        return [_commit(line) for line in said.splitlines() if line]

    def _clear(self, folder: str) -> None:
        """Leftovers do no harm, so that they stay is no failure of the call."""
        try:
            self._run("worktree", "remove", "--force", folder)
        except CallEndedError:
            return

    def _done(self, *arguments: str) -> str:
        """What a command says that only a broken checkout refuses."""
        finished = self._run(*arguments)
        if finished.status != 0:
            text = f"the checkout cannot be used: {shown(_said(finished), '')}"
            raise CallEndedError.refused("invalid", text)
        return finished.out.decode("utf-8", "replace")

    def _run(self, *arguments: str) -> Finished:
        left = self._deadline.left()
        try:
            done = self._connections.program(
                "git", arguments, folder=self._folder, environment=self._environment, timeout=left
            )
        except TimeoutError as error:
            text = f"git {arguments[0]} did not end in time"
            raise CallEndedError.refused("timeout", text) from error
        except NotAllowedError as error:
            raise CallEndedError.refused("invalid", str(error)) from error
        except OSError as error:
            text = f"git cannot be started in the checkout: {error.strerror}"
            raise CallEndedError.refused("invalid", text) from error
        self._deadline.take(done.took)
        return done


def _instant(moment: datetime) -> str:
    """As git takes it; it keeps whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _commit(line: str) -> Commit:
    sha, parents, author, at, title = line.split("\x1f", 4)
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return Commit(sha=sha, parents=tuple(parents.split()), author=author, at=moment, title=title)


def _said(done: Finished) -> str:
    return (done.out + b"\n" + done.err).decode("utf-8", "replace")
