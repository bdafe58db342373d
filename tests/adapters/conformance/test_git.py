"""The git adapter keeps its signature on a real repository, with the real program."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Value
from rbengine.rehearsal.company.faults import FaultKind
from support.live import live
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of
from support.peer_git import GitPeer
from support.peers import START, Peer, SimulatedPeer

LIVE = "git_peer"

GitOrSimulated = GitPeer | SimulatedPeer

MINUTE = timedelta(minutes=1)
SEND = "functions/send/index.ts"
SYNC = "functions/sync/index.ts"


@pytest.fixture
def git_peer() -> Iterator[GitPeer]:
    """The program, started as a live run starts it."""
    with live({}) as connections:
        yield GitPeer(connections)


def commit(peer: Peer, title: str, ago: int, file: str = SEND, *, merge: bool = False) -> None:
    """Somebody commits."""
    at = START - ago * MINUTE
    peer.arrange("git.commit", repository="app", title=title, files=(file,), at=at, merge=merge)


def titles(peer: Peer, since: int = 120, **arguments: Value) -> list[Value]:
    """What `log` gives."""
    outcome = peer.call("git.log", repository="app", since=START - since * MINUTE, **arguments)
    return [one["title"] for one in rows_of(outcome)]


def sha(peer: Peer, title: str) -> str:
    """The id of a commit."""
    found = rows_of(peer.call("git.log", repository="app", since=START - 600 * MINUTE))
    return str(next(one["sha"] for one in found if one["title"] == title))


def content(peer: GitOrSimulated, file: str) -> str:
    """A file as the branch has it now."""
    done = peer.company.git.run(("show", f"main:{file}"), peer.company.git.origin("app"))
    return done.stdout.decode("utf-8").strip()


def test_commits_are_told_newest_first(peer: Peer) -> None:
    """The success of `log`."""
    for title, ago in (("Old", 200), ("One", 90), ("Two", 30)):
        commit(peer, title, ago)
    assert titles(peer) == ["Two", "One"]


@pytest.mark.peers
def test_reading_leaves_no_trace(git_peer: GitPeer) -> None:
    """The remote repository has what it had, and so has whoever works in the checkout."""
    commit(git_peer, "One", 90)
    checkout = Path(git_peer.setting("git.checkout.app"))
    places = [git_peer.company.git.origin("app"), str(checkout)]

    def state() -> list[bytes]:
        heads = [
            ("for-each-ref", "refs/heads"),
            ("for-each-ref", "refs/tags"),
            ("rev-parse", "HEAD"),
        ]
        return [
            git_peer.company.git.run(words, place).stdout for place in places for words in heads
        ]

    before = state()
    assert titles(git_peer) == ["One"]
    assert state() == before
    assert not git_peer.company.git.run(("status", "--porcelain"), str(checkout)).stdout


def test_a_commit_tells_who_and_when_and_what(peer: Peer) -> None:
    """And whether it is a merge."""
    commit(peer, "One", 90)
    commit(peer, "Two", 30, merge=True)
    found = rows_of(peer.call("git.log", repository="app", since=START - 60 * MINUTE))
    newest = dict(found[0])
    assert str(newest.pop("sha")).startswith(str(newest.pop("short")))
    assert newest == {
        "title": "Two",
        "author": "Ada Verdi",
        "at": START - 30 * MINUTE,
        "merge": True,
    }


def test_a_log_is_of_the_paths_that_are_asked_for(peer: Peer) -> None:
    """`**` goes through folders, as the vendor's `:(glob)`."""
    commit(peer, "Send", 20)
    commit(peer, "Sync", 10, SYNC)
    assert titles(peer, paths=("functions/*send*/**",)) == ["Send"]
    assert titles(peer, paths=("functions/**",)) == ["Sync", "Send"]


def test_what_is_pushed_by_others_meanwhile_is_seen(peer: Peer) -> None:
    """A checkout may be days old."""
    commit(peer, "One", 90)
    assert titles(peer) == ["One"]
    commit(peer, "Two", 1)
    assert titles(peer) == ["Two", "One"]


def test_more_than_the_bound_is_refused(peer: Peer) -> None:
    """Never a silent cut."""
    for number in range(3):
        commit(peer, f"Number {number}", 10 - number)
    since = START - 60 * MINUTE
    assert kind_of(peer.call("git.log", repository="app", since=since, at_most=2)) == "too_many"
    assert len(titles(peer, at_most=3)) == 3


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"at_most": 0}, "invalid"),
        ({"branch": "--output=x"}, "invalid"),
        ({"branch": "none"}, "not_found"),
        ({"repository": "../app"}, "invalid"),
    ],
    ids=["bound", "option", "branch", "path"],
)
def test_a_question_that_means_nothing_is_refused(
    peer: Peer, wrong: dict[str, Value], kind: str
) -> None:
    """Nothing that is written can become an option of the program."""
    commit(peer, "One", 90)
    asked: dict[str, Value] = {"repository": "app", "since": START, **wrong}
    assert kind_of(peer.call("git.log", **asked)) == kind


def test_a_commit_is_taken_back_and_pushed(peer: GitOrSimulated) -> None:
    """The success of `revert_and_push`; the checkout itself is left alone."""
    commit(peer, "Good", 90)
    commit(peer, "Bad", 10)
    made = row_of(peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad")))
    assert (made["title"], made["merge"]) == ('Revert "Bad"', False)
    assert content(peer, SEND) == "Good"
    checkout = Path(peer.company.git.checkout("app"))
    assert not list(checkout.glob("**/rbengine-*"))
    listed = peer.company.git.run(("worktree", "list"), str(checkout)).stdout
    assert len(listed.splitlines()) == 1


def test_a_merge_is_taken_back_as_a_whole(peer: GitOrSimulated) -> None:
    """Plain `git revert` refuses it."""
    commit(peer, "Good", 90)
    commit(peer, "Bad", 10, merge=True)
    row_of(peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad")))
    assert content(peer, SEND) == "Good"


def test_taking_back_what_was_taken_back_restores_it(peer: GitOrSimulated) -> None:
    """It is its own undo."""
    commit(peer, "Good", 90)
    commit(peer, "Bad", 10)
    made = row_of(peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad")))
    row_of(peer.call("git.revert_and_push", key="undo", repository="app", commit=made["sha"]))
    assert content(peer, SEND) == "Bad"


def test_the_same_call_again_pushes_nothing_new(peer: Peer) -> None:
    """It is known by its key."""
    commit(peer, "Bad", 10)
    bad = sha(peer, "Bad")
    first = row_of(peer.call("git.revert_and_push", repository="app", commit=bad))
    assert row_of(peer.call("git.revert_and_push", repository="app", commit=bad)) == first


def test_what_is_taken_back_already_is_a_conflict(peer: Peer) -> None:
    """An empty commit would say that something was done."""
    commit(peer, "Bad", 10)
    bad = sha(peer, "Bad")
    row_of(peer.call("git.revert_and_push", repository="app", commit=bad))
    again = peer.call("git.revert_and_push", key="another", repository="app", commit=bad)
    assert kind_of(again) == "conflict"


def test_what_was_changed_again_since_is_a_conflict(peer: Peer) -> None:
    """Nothing is merged by guessing."""
    commit(peer, "Bad", 10)
    commit(peer, "On top", 5)
    outcome = peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad"))
    assert kind_of(outcome) == "conflict"
    assert titles(peer) == ["On top", "Bad"]


@pytest.mark.parametrize(("given", "kind"), [("0" * 40, "not_found"), ("HEAD", "invalid")])
def test_a_commit_that_is_not_there_is_refused(peer: Peer, given: str, kind: str) -> None:
    """A name could mean another commit tomorrow."""
    commit(peer, "Bad", 10)
    assert kind_of(peer.call("git.revert_and_push", repository="app", commit=given)) == kind


def test_a_protected_branch_takes_no_push(peer: Peer) -> None:
    """Its hook says so, and nothing is forced."""
    peer.arrange("git.repository", name="app", protected=True)
    commit(peer, "Bad", 10)
    outcome = peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad"))
    assert kind_of(outcome) == "unauthorized"
    assert titles(peer) == ["Bad"]


@pytest.mark.parametrize("fault", ["lost_answer", "garbage_answer"])
def test_a_push_without_answer_is_open_and_settled_by_a_look(fault: FaultKind) -> None:
    """The push was taken; its commit is found by the key."""
    peer = SimulatedPeer()
    commit(peer, "Bad", 10)
    bad = sha(peer, "Bad")
    fetched = timedelta(milliseconds=1)
    peer.fault("git", fault, fetched)
    outcome = peer.call("git.revert_and_push", repository="app", commit=bad)
    assert isinstance(outcome, Unsettled), outcome
    assert peer.settle("git.revert_and_push") is None
    peer.pass_time(timedelta(hours=1))
    assert row_of(peer.settle("git.revert_and_push"))["title"] == 'Revert "Bad"'


def test_a_push_that_never_arrived_is_found_out_by_a_look() -> None:
    """No commit with its key is on the branch."""
    peer = SimulatedPeer()
    commit(peer, "Bad", 10)
    bad = sha(peer, "Bad")
    peer.fault("git", "timeout", timedelta(milliseconds=1))
    outcome = peer.call("git.revert_and_push", repository="app", commit=bad)
    assert isinstance(outcome, Unsettled), outcome
    peer.pass_time(timedelta(hours=1))
    assert kind_of(peer.settle("git.revert_and_push")) == "conflict"


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    commit(simulated, "One", 90)
    simulated.fault("git", fault)
    assert kind_of(simulated.call("git.log", repository="app", since=START)) == kind


def test_what_a_push_changed_is_deployed_a_while_later() -> None:
    """The company's CI, as its world describes it."""
    peer = SimulatedPeer()
    peer.arrange("git.repository", name="app", deploys="functions", after=timedelta(minutes=2))
    peer.arrange("supabase.function", slug="send", verify_jwt=False)
    commit(peer, "Good", 90)
    commit(peer, "Bad", 10)
    row_of(peer.call("git.revert_and_push", repository="app", commit=sha(peer, "Bad")))
    ((moment, deploy),) = peer.company.due_work()
    assert moment > peer.now + timedelta(seconds=100)
    deploy()
    function = peer.company.supabase.functions["send"]
    assert (function["version"], function["verify_jwt"]) == (2, False)
    assert set(peer.company.supabase.functions) == {"send"}


class Unset(SimulatedPeer):
    """A profile that names no checkout."""

    def setting(self, name: str) -> str:
        """As a host without that setting."""
        raise KeyError(name)


def test_a_checkout_that_the_settings_do_not_name_is_not_found() -> None:
    """The text says which setting is missing."""
    outcome = Unset().call("git.log", repository="app", since=START)
    assert kind_of(outcome) == "not_found"
    assert "`git.checkout.app`" in str(outcome)


def test_the_program_of_a_rehearsal_reaches_no_other_machine() -> None:
    """Whatever a repository's settings say."""
    peer = SimulatedPeer()
    commit(peer, "One", 90)
    checkout = peer.company.git.checkout("app")
    subprocess.run(
        ["git", "remote", "set-url", "origin", "https://git.example.test/x.git"],
        cwd=checkout,
        check=True,
    )
    outcome = peer.call("git.log", repository="app", since=START)
    assert kind_of(outcome) == "unavailable"
    assert "not allowed" in str(outcome)
