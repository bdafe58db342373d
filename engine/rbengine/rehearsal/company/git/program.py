"""The program `git` at work in a rehearsal: the real one, with the faults and the time of the way to `origin`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from rbengine.contract.adapter import Finished
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import SAID_NO, SLOWDOWN, FaultKind
from rbengine.rehearsal.company.git.model import GitModel, Repository
from rbengine.rehearsal.company.ground import Ground

REMOTE_MS = (350, 1200)
LOCAL_MS = (4, 20)

_REMOTE = frozenset({"fetch", "push"})
_UNREACHABLE = b"fatal: unable to access 'https://git.simulated.test/': Could not resolve host: git.simulated.test\n"
_TOO_FAST = b"fatal: unable to access 'https://git.simulated.test/': The requested URL returned error: 429\n"
_SAID_NO: Mapping[FaultKind, bytes] = {
    "unauthorized": b"fatal: Authentication failed for 'https://git.simulated.test/'\n",
    "not_found": b"remote: Repository not found.\nfatal: repository 'https://git.simulated.test/' not found\n",
    "conflict": (
        b"To https://git.simulated.test/\n ! [rejected] HEAD -> main (fetch first)\n"
        b"error: failed to push some refs to 'https://git.simulated.test/'\n"
    ),
}
_GARBAGE = b"fatal: protocol error: bad line length character: <htm\n"

Pushed = Callable[[Repository, str, str], None]
"""Told of a branch that came from one commit to another."""


def run_git(
    model: GitModel,
    ground: Ground,
    fault: FaultKind | None,
    pushed: Pushed,
    arguments: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    timeout: float,
) -> Finished:
    """One command. Raises TimeoutError where its answer does not come in time."""
    repository = model.of_folder(folder)
    remote = arguments[0] in _REMOTE
    took = ground.latency("git", *(REMOTE_MS if remote else LOCAL_MS))
    wrong = fault if remote else None
    if wrong == "slow":
        took *= SLOWDOWN
    limit = timedelta(seconds=timeout)
    silent = wrong in ("timeout", "lost_answer") or took > limit
    ground.spent += limit if silent else took
    if wrong == "timeout":
        raise TimeoutError
    if wrong in ("unavailable", "unreachable"):
        return Finished(status=128, err=_UNREACHABLE, took=took)
    if wrong == "rate_limited":
        return Finished(status=128, err=_TOO_FAST, took=took)
    if wrong in SAID_NO:
        said = _SAID_NO.get(wrong)
        if said is None:
            raise CannotBeSimulatedError(f"git: a server that refuses with {wrong}")
        return Finished(status=128, err=said, took=took)
    before = model.heads(repository.name) if arguments[0] == "push" else {}
    done = model.run(arguments, folder, environment=environment)
    if arguments[0] == "push" and done.returncode == 0:
        after = model.heads(repository.name)
        for branch, sha in after.items():
            if before.get(branch, sha) != sha:
                model.pushed[f"{repository.name}/{branch}"] = sha
                pushed(repository, before[branch], sha)
    if silent:
        raise TimeoutError
    if wrong == "garbage_answer":
        return Finished(status=128, err=_GARBAGE, took=took)
    return Finished(status=done.returncode, out=done.stdout, err=done.stderr, took=took)
