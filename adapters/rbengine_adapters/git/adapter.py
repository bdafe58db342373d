"""git, live: each operation of the signature."""

import hashlib
import re
from datetime import datetime, timedelta

from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.git.repository import QUIET, Commit, Repository, environment
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.settings import maybe_setting

SIGNED = "rbengine <rbengine@localhost>"
"""Who commits, where the setting `git.committer` does not say."""

_CHECKOUT = "git.checkout."

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BRANCH = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_/-]|\.(?!\.))*")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def factory(connections: Connections) -> Adapter:
    """The adapter on the checkouts that the settings name."""
    return GitAdapter(connections)


class GitAdapter:
    """Both operations; every call looks anew at what `origin` has."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._signed = maybe_setting(connections, "git.committer") or SIGNED

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        try:
            match invocation.operation:
                case "log":
                    return Succeeded(Datum(self._log(invocation)))
                case "revert_and_push":
                    return Succeeded(Datum(self._revert_and_push(invocation)))
                case unknown:
                    raise ValueError(f"git has no operation `{unknown}`")
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Where the `origin` of each checkout is, and whether it lets us read."""
        deadline = Deadline(timeout)
        facts: dict[str, str] = {}
        try:
            for name in self._connections.named(_CHECKOUT):
                folder = self._connections.setting(name)
                repository = Repository(self._connections, folder, deadline, QUIET)
                facts[f"git.remote.{name.removeprefix(_CHECKOUT)}"] = repository.origin()
        except CallEndedError as ended:
            return ended.outcome
        return Whereabouts(facts=facts)

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Whether a commit with the call's key came to the branch; None where `origin` cannot be asked."""
        if invocation.operation != "revert_and_push":
            return None
        try:
            repository = self._repository(invocation)
            place = repository.fetch(_branch(invocation))
            found = repository.with_key(place, _key(invocation))
        except CallEndedError:
            return None
        if found is None:
            return Refused("conflict", "no commit of this call is on the branch")
        return Succeeded(Datum(_row(found)))

    def _log(self, invocation: Invocation) -> Value:
        a = invocation.arguments
        since, paths, at_most = a["since"], a["paths"], a["at_most"]
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        if not isinstance(since, datetime) or not isinstance(paths, tuple):
            raise CallEndedError.refused("invalid", "a log is asked for by a moment and paths")
        repository = self._repository(invocation)
        place = repository.fetch(_branch(invocation))
        found = repository.log(place, since, tuple(str(one) for one in paths), at_most + 1)
        if len(found) > at_most:
            raise CallEndedError.refused("too_many", f"there are more than {at_most} commits")
        return tuple(_row(one) for one in found)

    def _revert_and_push(self, invocation: Invocation) -> Value:
        branch, key = _branch(invocation), _key(invocation)
        sha = str(invocation.arguments["commit"])
        if _SHA.fullmatch(sha) is None:
            raise CallEndedError.refused("invalid", f"`{sha}` is no whole id of a commit")
        repository = self._repository(invocation)
        place = repository.fetch(branch)
        made = repository.with_key(place, key)
        if made is not None:
            return _row(made)
        commit = repository.commit(sha, place)
        with repository.scratch(place, key) as tree:
            reverted = tree.revert(commit, key)
            tree.push(branch)
        return _row(reverted)

    def _repository(self, invocation: Invocation) -> Repository:
        name = str(invocation.arguments["repository"])
        if _NAME.fullmatch(name) is None:
            raise CallEndedError.refused("invalid", f"`{name}` is no name of a repository")
        folder = maybe_setting(self._connections, f"git.checkout.{name}")
        if folder is None:
            text = f"the settings name no checkout of `{name}`: add `git.checkout.{name}`"
            raise CallEndedError.refused("not_found", text)
        deadline = Deadline(invocation.timeout)
        told = environment(self._signed, invocation.now)
        return Repository(self._connections, folder, deadline, told)


def _branch(invocation: Invocation) -> str:
    """A branch's name as git allows it, and nothing that it could take for an option."""
    name = str(invocation.arguments["branch"])
    if _BRANCH.fullmatch(name) is None or name.endswith("/"):
        raise CallEndedError.refused("invalid", f"`{name}` is no name of a branch")
    return name


def _key(invocation: Invocation) -> str:
    """The call's key in the form of one word."""
    return hashlib.sha256(invocation.key.encode("utf-8")).hexdigest()[:32]


def _row(one: Commit) -> Row:
    """`git.commit`."""
    return Row(
        {
            "short": one.sha[:8],
            "title": one.title,
            "author": one.author,
            "at": one.at,
            "merge": len(one.parents) > 1,
            "sha": one.sha,
        }
    )
