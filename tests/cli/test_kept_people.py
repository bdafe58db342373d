"""Approvals of kept runs by the commands that people give: who counts, how often, until when; and secrets."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli import identity, secrets_again
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL
from rbengine.host.whoami import Identity
from rbengine.rehearsal.kept import SimulatedRuns
from rbengine.runtime.events import Answered, Approved, Person
from support.new_key import PLAYBOOK, SCENARIOS

RUN = "RUN-2026-11-23-001"

POLICY = """\
policy "Two pairs of eyes"

contact lead    "Lead"     email "lead@example.com"
contact chief   "Chief"    email "chief@example.com"
role    on_call "On call"  email "on.call@example.com"

approvals expire after 10m

severity P3 "Low"
  escalate after 1h to lead
  changes need approval by 2 of lead, chief, not the operator
"""


class Somebody:
    """An identity provider of the test: whoever it is told to be."""

    def __init__(self) -> None:
        self.id = "olga"

    def whoami(self) -> Identity:
        return Identity(self.id, self.id.title())


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Somebody:
    """Olga begins."""
    provider = Somebody()
    monkeypatch.setattr(identity, "PROVIDER", provider)
    return provider


@pytest.fixture
def kept(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch, somebody: Somebody
) -> Command:
    """A run by Olga that waits for two of lead and chief."""
    del somebody
    (project / "playbooks" / "policy.rb").write_text(POLICY)
    (project / "playbooks" / "rb903.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb903.rb").write_text(SCENARIOS)
    (project / "rbengine.toml").write_text(
        '[people.olga]\nroles = ["lead", "on_call"]\n'
        '[people.ada]\nname = "Ada Lovelace"\nroles = ["lead"]\n'
        '[people.grace]\nname = "Grace Hopper"\nroles = ["chief"]\n'
        '[people.mallory]\nroles = ["on_call"]\n'
    )
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    begun = rbengine("exec", "rb903", "--durable")
    assert (begun.code, begun.err) == (7, ""), begun
    return rbengine


def waits(kept: Command) -> str:
    """What the run waits for, as `runs` says."""
    return kept("runs").out


def test_who_approves_a_message_to_many_sees_whom_it_tells_what(
    kept: Command, project: Path, somebody: Somebody
) -> None:
    """On the screen and on the plan's page, whole; and approves exactly that."""
    kept("cancel", RUN)
    (project / "playbooks" / "policy.rb").write_text(
        POLICY + "  messages to more than 1 people need approval by lead\n"
    )
    text = PLAYBOOK.replace(
        'functions = ["sync"]', 'functions = ["a@example.com", "b@example.com"]'
    )
    sends = """    check count(functions) > 1
      else "There is nobody"
    email.send_each(to: functions, message: back(hour: "noon"))
"""
    change = text[text.index("    change") : text.index("\notherwise")]
    letter = '\nmessage back(hour: text) "It is back"\n  Since {{ hour }}.\n'
    (project / "playbooks" / "rb903.rb").write_text(text.replace(change, sends) + letter)
    begun = kept("exec", "rb903", "--durable")
    for row in ("to a@example.com, b@example.com", "It is back", "| Since noon."):
        assert row in begun.out, begun.out + begun.err
    page = kept("plan", "002").out
    assert "1. email.send_each  POST /emails/batch" in page
    assert 'to: ["a@example.com", "b@example.com"]' in page
    digest = page.split()[page.split().index("plan") + 1]
    assert f"rbengine approve RUN-2026-11-23-002 {digest[:6]}" in begun.out
    assert kept("approve", "002", "ffffff").code == 2
    done = kept("approve", "002", digest[:6])
    assert (done.code, "email to a@example.com, b@example.com" in done.out) == (0, True), done
    del somebody


def test_two_of_the_roles_approve_and_neither_began_the_run(
    kept: Command, somebody: Somebody
) -> None:
    """The policy asks for two pairs of eyes beside the operator's; one person's two words are one."""
    assert "2 of lead or chief" in waits(kept)
    own = kept("approve", RUN)
    assert (own.code, "somebody else must approve it" in own.err) == (2, True)
    somebody.id = "mallory"
    stranger = kept("approve", RUN)
    assert (stranger.code, "`mallory` is none of them" in stranger.err) == (2, True)
    somebody.id = "ada"
    first = kept("approve", RUN)
    assert first.out.startswith("recorded; it counts when"), first
    again = kept("approve", RUN)
    assert again.out.startswith("recorded; it counts when"), again
    somebody.id = "olga"
    first = kept("resume", RUN)
    assert (first.code, "approved by Ada Lovelace (lead)" in first.out) == (7, True), first
    assert f"rbengine approve {RUN}" in first.out
    assert "2 of lead or chief" in waits(kept)
    somebody.id = "grace"
    kept("approve", RUN)
    somebody.id = "olga"
    done = kept("resume", RUN)
    assert (done.code, "RESOLVED" in done.out) == (0, True), done.out + done.err
    assert done.out.count("approved by Grace Hopper (chief)") == 1
    shown = kept("show", RUN).out
    assert shown.count("approved by") == 2
    lines = kept("export", RUN).out
    assert '"name":"Ada Lovelace","role":"lead"' in lines.replace('"email":"",', "")
    assert kept("runs").out == "no run is open\n\nrbengine runs --all\n"


def test_an_approval_is_for_the_plan_that_was_shown(kept: Command, somebody: Somebody) -> None:
    """Its digest stands in the letter and on the screen; another one is refused before anything is recorded."""
    shown = kept("plan", RUN).out
    assert "Set API_KEY" in shown
    somebody.id = "ada"
    wrong = kept("approve", RUN, "000000")
    assert (wrong.code, "it has changed since that one was shown" in wrong.err) == (2, True)
    store = SqliteStore(Path(os.environ["RBENGINE_STATE"]) / JOURNAL)
    assert store.inbox(RUN) == ()
    store.close()


def test_an_approval_is_used_once(kept: Command, somebody: Somebody) -> None:
    """Sent twice by two clicks it is one; after the question was closed it is none."""
    for name in ("ada", "grace"):
        somebody.id = name
        kept("approve", RUN)
        kept("approve", RUN)
    store = SqliteStore(Path(os.environ["RBENGINE_STATE"]) / JOURNAL)
    assert len(store.inbox(RUN)) == 2
    event = store.inbox(RUN)[0].event
    assert isinstance(event, Answered)
    assert isinstance(event.answer, Approved)
    assert event.answer.digest
    late = Person(id="late", name="Late", role="chief")
    store.send(RUN, Answered(at=event.at, question=1, person=late, answer=event.answer), "late")
    store.close()
    somebody.id = "olga"
    done = kept("resume", RUN)
    assert done.code == 0, done.out + done.err
    assert done.out.count("1 change") >= 1
    over = kept("approve", RUN)
    assert (over.code, "is over" in over.err) == (2, True)


def test_an_approval_that_comes_too_late_does_not_count(
    kept: Command, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes, says the policy: what was answered after that is noted, and nothing is changed."""
    begin = SimulatedRuns.__init__

    def later(runs: SimulatedRuns, *arguments: object, **named: object) -> None:
        begin(runs, *arguments, **named)  # type: ignore[arg-type]
        now = runs._real_now
        runs._real_now = lambda: now() + timedelta(minutes=11)

    monkeypatch.setattr(SimulatedRuns, "__init__", later)
    assert "nobody approved in time: nothing was changed" in kept("resume", RUN).out
    somebody.id = "ada"
    refused = kept("approve", RUN)
    assert refused.code == 2, refused


@pytest.mark.usefixtures("kept")
def test_those_who_may_answer_are_told_at_once_with_the_command() -> None:
    """By their own channels, when the question is asked, with what to type and the plan that it is for."""
    folder = Path(os.environ["RBENGINE_STATE"])
    log = (folder / "worlds" / f"{RUN}.jsonl").read_text()
    store = SqliteStore(folder / JOURNAL)
    plan = next(line for line in store.read(RUN) if '"planned"' in line)
    store.close()
    digest = plan.partition('"digest":"')[2][:6]
    for contact in ("lead", "chief"):
        assert f'"contact":"{contact}"' in log
    assert f"rbengine approve {RUN} {digest}" in log
    assert f"rbengine reject {RUN} WHY" in log


SECRET_PLAYBOOK = PLAYBOOK.replace(
    """    change "Set API_KEY"
      supabase.set_secret(name: "API_KEY", value: "new")
""",
    """    key = ask "The new key?": secret text within 1h by on_call
    change "Set API_KEY"
      supabase.set_secret(name: "API_KEY", value: key)
""",
)


@pytest.fixture
def asking(
    kept: Command, project: Path, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """A run that was given its secret by `answer`, whose process is gone, and that was approved since."""
    monkeypatch.setenv("S3CRET", "s3cret")
    kept("cancel", RUN)
    (project / "playbooks" / "rb903.rb").write_text(SECRET_PLAYBOOK)
    assert "waits for on_call: answer" in kept("exec", "rb903", "--durable").out
    answered = kept("answer", "002", "env:S3CRET")
    assert "waits for 2 of lead or chief: approve" in answered.out, answered
    for name in ("ada", "grace"):
        somebody.id = name
        kept("approve", "002")
    somebody.id = "olga"
    return kept


class Terminal(io.StringIO):
    """Where somebody sits who says nothing but secrets."""

    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, *texts: str) -> list[str]:
    """Let somebody sit at the terminal and type these; the prompts they see."""
    prompts: list[str] = []
    left = list(texts)

    def read(prompt: str) -> str:
        prompts.append(prompt)
        return left.pop(0) if left else ""

    monkeypatch.setattr(secrets_again.getpass, "getpass", read)
    monkeypatch.setattr("sys.stdin", Terminal())
    return prompts


def test_a_secret_stands_nowhere(asking: Command) -> None:
    """Neither in the journal nor in what its company remembers: there is its digest, made with a key."""
    folder = Path(os.environ["RBENGINE_STATE"])
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"s3cret" not in file.read_bytes(), file
    assert "The new key?" in asking("export", "002").out


def test_a_secret_that_is_lost_is_asked_for_again(
    asking: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed counts when its digest is that of the one that was lost, and not otherwise."""
    prompts = typed(monkeypatch, "another", "s3cret")
    done = asking("resume", "002")
    assert [one.partition(" was in memory only")[0] for one in prompts] == ["The new key?"] * 2
    assert (done.code, "RESOLVED" in done.out) == (0, True), done.out + done.err


PROOF = """
verify
  step "Look again"
    left = count(functions)
    check left > 0
      else "Nothing is left"
"""


def test_a_secret_is_asked_for_once_however_often_it_is_needed(
    asking: Command, project: Path, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the company that is led through the call that took it, by the next call, and by the proof: once a command."""
    asking("cancel", "002")
    change = SECRET_PLAYBOOK[
        SECRET_PLAYBOOK.index("    change") : SECRET_PLAYBOOK.index("\notherwise")
    ]
    twice = SECRET_PLAYBOOK.replace(change, change + change.replace("API_KEY", "OTHER_KEY"))
    (project / "playbooks" / "rb903.rb").write_text(twice + PROOF)
    assert asking("exec", "rb903", "--durable").code == 7
    assert "waits for 2 of lead or chief" in asking("answer", "003", "env:S3CRET").out
    for code in (7, 0):
        for name in ("ada", "grace"):
            somebody.id = name
            asking("approve", "003")
        somebody.id = "olga"
        prompts = typed(monkeypatch, "s3cret")
        done = asking("resume", "003")
        assert (done.code, len(prompts)) == (code, 1), done.out + done.err
    prompts = typed(monkeypatch, "s3cret")
    assert (asking("verify", "003").code, len(prompts)) == (0, 1)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    lost = asking("verify", "003")
    assert (lost.code, "or give it with --secret" in lost.err) == (2, True), lost
    monkeypatch.setenv("NEW_KEY", "s3cret")
    assert asking("verify", "003", "--secret", "The new key?=env:NEW_KEY").code == 0


def test_a_secret_that_the_command_names_is_not_asked_for(
    asking: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nobody sits there, or a program does: from the environment or a file, never from the command itself."""
    prompts = typed(monkeypatch)
    bare = asking("resume", "002", "--secret", "The new key?=s3cret")
    assert (bare.code, "stands in the shell's history" in bare.err) == (2, True)
    monkeypatch.delenv("NEW_KEY", raising=False)
    unset = asking("resume", "002", "--secret", "The new key?=env:NEW_KEY")
    assert (unset.code, "the environment has no `NEW_KEY`" in unset.err) == (2, True)
    missing = asking("resume", "002", "--secret", f"The new key?=file:{tmp_path}/key")
    assert (missing.code, "cannot be read" in missing.err) == (2, True)
    (tmp_path / "key").write_text("s3cret\n")
    done = asking("resume", "002", "--secret", f"The new key?=file:{tmp_path}/key")
    assert (done.code, "RESOLVED" in done.out, prompts) == (0, True, []), done.out + done.err


def test_another_secret_is_not_taken_for_it(
    asking: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times wrong is lost: the run says which, and nothing was set."""
    prompts = typed(monkeypatch, "a", "b", "c")
    prompts = typed(monkeypatch, "a", "b", "c")
    done = asking("resume", "002")
    assert len(prompts) == 3
    assert "a secret is lost that was in memory only: The new key?" in done.out, done.out + done.err


def test_a_secret_is_given_to_the_process_that_drives_the_run(
    asking: Command, somebody: Somebody
) -> None:
    """One that is only recorded would have to be written down."""
    asking("cancel", "002")
    asking("exec", "rb903", "--durable")
    refused = asking("answer", "003", "env:S3CRET", "--only-record")
    assert (refused.code, "a secret is never written down" in refused.err) == (2, True)
    somebody.id = "mallory"
    another = asking("answer", "003", "env:S3CRET")
    assert (another.code, "a secret is never written down" in another.err) == (2, True)
