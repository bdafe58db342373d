"""What goes wrong around a kept run, by the commands that people give: processes, databases, files and clocks."""

import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from cli.conftest import Command, Done
from rbengine.cli.main import main
from rbengine.host.processes import this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL
from rbengine.rehearsal.kept import world_file
from rbengine.rehearsal.world_log import Made, WorldLog
from rbengine.runtime.commands import ApplyRequest, OperationRequest, SettleRequest
from rbengine_adapters.postgres import database as adapter
from rehearsal.kept_club import watched_log

RUN = "RUN-2026-11-23-001"

POLICY = """\
policy "Nobody is asked"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
"""

CHANGE = """\
    change "Do it"
      {call}
      irreversible "{why}"
"""

PLAYBOOK = """\
runbook RB-905 "The project hangs"

severity P3
mttr     2h

symptoms
  - Nobody knows

diagnose
  step "Look"
    many = count(["a"])

  finding hangs "It hangs"
    many > 0

resolve hangs
  step "Help"
    approve "Shall somebody help?" by on_call
{does}
otherwise
  note "All is well"

message hello() "Hello"
  Somebody helps
"""

SENDING = "    {name}(to: {to}, message: hello())\n"

ALL = {
    "supabase.restart_database": CHANGE.format(
        call="supabase.restart_database()", why="it is only started again"
    ),
    "supabase.invoke": CHANGE.format(
        call='supabase.invoke(function: "refresh")', why="the program only looks again"
    ),
    "twilio.send": SENDING.format(name="twilio.send", to='"+393330000001"'),
    "email.send": SENDING.format(name="email.send", to='"ada@example.com"'),
    "stripe.create_webhook_endpoint": CHANGE.format(
        call='stripe.create_webhook_endpoint(url: "https://a.test/hook", events: ["invoice.paid"])',
        why="it stays until somebody deletes it",
    ),
    "supabase.set_secret": CHANGE.format(
        call='supabase.set_secret(name: "KEY", value: "new")', why="the old one is not known"
    ),
}
"""A call of each kind: nothing tells of it, it is looked for, it has a key, it is the same when it is done twice."""

BLIND = ("supabase.restart_database", "supabase.invoke")
"""What leaves nothing to look for and takes no key, of all operations: `test_woken` looks that these are all."""

APP = """\
app "Small"

function "refresh"() changes
  answer {done: true}
"""

SCENARIOS = """\
scenarios for RB-905

world usual "As always" default
"""


@pytest.fixture
def state(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's state folder."""
    (project / "playbooks" / "policy.rb").write_text(POLICY)
    (project / "playbooks" / "app.rb").write_text(APP)
    (project / "playbooks" / "scenarios" / "rb905.rb").write_text(SCENARIOS)
    folder = project.parent / "state"
    monkeypatch.setenv("RBENGINE_STATE", str(folder))
    return folder


def begun(rbengine: Command, project: Path, name: str, policy: str = POLICY) -> None:
    """A run that waits for the last approval before its one call, this operation."""
    (project / "playbooks" / "policy.rb").write_text(policy)
    (project / "playbooks" / "rb905.rb").write_text(PLAYBOOK.format(does=ALL[name]))
    done = rbengine("exec", "rb905", "--durable")
    assert (done.code, done.err) == (7, ""), done.out + done.err
    if "change" in ALL[name]:
        assert rbengine("approve", RUN).code == 7


def in_a_copy(work: Callable[[], object]) -> int:
    """Do `work` in a copy of this process that writes nowhere; its number."""
    child = os.fork()
    if child:
        return child
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115 (the process ends with them)
        os._exit(int(str(work())))
    finally:
        os._exit(99)


def ended(child: int) -> int:
    """How it ended: its exit code, or the signal below zero."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def cut_off(sent: signal.Signals, *arguments: str, at: str) -> int:
    """Give a command whose process gets a signal around the change's own call; its number."""

    def command() -> int:
        def boundary(kind: str) -> None:
            if kind == at and "apply" in asked:
                os.kill(os.getpid(), sent)

        asked: list[str] = []
        from rbengine.rehearsal.kept_performance import KeptPerformance

        make = KeptPerformance._make

        def noted(self: KeptPerformance, call: object, now: object) -> object:
            asked[:] = ["apply"] if is_the_call(getattr(call, "request", None)) else []
            return make(self, call, now)  # type: ignore[arg-type]  # as they came

        KeptPerformance._make = noted  # type: ignore[assignment,method-assign]  # the process is ours alone
        with watched_log(boundary):
            return main(list(arguments))

    return in_a_copy(command)


def is_the_call(request: object) -> bool:
    """Whether it is what the playbook is about."""
    return isinstance(request, ApplyRequest) or (
        isinstance(request, OperationRequest) and request.effect == "tell"
    )


def effects(state: Path) -> int:
    """How often it was done, as its company remembers."""
    made = [one for one in WorldLog(world_file(state, RUN)).entries() if isinstance(one, Made)]
    return sum(is_the_call(one.call.request) for one in made)


def sent_again(state: Path) -> int:
    """How often it was settled: looked for, or sent again with its key."""
    made = [one for one in WorldLog(world_file(state, RUN)).entries() if isinstance(one, Made)]
    return sum(isinstance(one.call.request, SettleRequest) for one in made)


def put_to_a_person(done: Done, evidence: str, code: int = 7) -> None:
    """It waits, and says what is known."""
    assert done.code == code, done.out + done.err
    assert "Was this done: " in done.out
    assert evidence in " ".join(done.out.split())
    assert f"rbengine answer {RUN} applied" in done.out


@pytest.mark.parametrize("name", BLIND)
@pytest.mark.parametrize(
    ("command", "code", "said", "times"),
    [(("resume", RUN), 7, "applied", 1), (("tick",), 0, "not-applied", 2)],
)
def test_a_change_that_nothing_can_tell_of_is_put_to_a_person(
    rbengine: Command,
    project: Path,
    state: Path,
    name: str,
    command: tuple[str, ...],
    code: int,
    said: str,
    times: int,
) -> None:
    """Its process was killed in the call: nobody sends it again unasked, and what the person says counts."""
    begun(rbengine, project, name)
    assert ended(cut_off(signal.SIGKILL, "approve", RUN, at="behind a call that took effect")) == -9
    assert effects(state) == 1
    assert f"{RUN}  RB-905   its process is gone" in rbengine("runs").out
    put_to_a_person(rbengine(*command), f"{name} leaves nothing to look for", code)
    assert effects(state) == 1
    assert "in doubt: 1 change" in rbengine("runs").out
    done = rbengine("answer", RUN, said)
    assert done.code == 0, done.out + done.err
    assert "RESOLVED" in done.out
    assert effects(state) == times


@pytest.mark.parametrize(
    ("cut", "known"),
    [
        ("before a call took effect", "was looked for: nothing can be said yet"),
        ("behind a call that took effect", "settled Do it: applied"),
    ],
)
def test_a_change_in_doubt_whose_approval_has_expired_is_looked_for_and_not_sent(
    rbengine: Command, project: Path, state: Path, cut: str, known: str
) -> None:
    """Its key, sent again, would make it where it never arrived. What was not done is asked about anew."""
    name = "stripe.create_webhook_endpoint"
    begun(
        rbengine,
        project,
        name,
        policy=POLICY.replace("\nseverity", "\napprovals expire after 1s\n\nseverity"),
    )
    assert ended(cut_off(signal.SIGKILL, "approve", RUN, at=cut)) == -9
    time.sleep(1.1)
    taken = rbengine("resume", RUN)
    assert known in " ".join(taken.out.split())
    if taken.code:
        expired = "is not sent again: its approval has expired; stripe.create_webhook_endpoint was looked for"
        put_to_a_person(taken, expired)
        assert "url: https://a.test/hook" in taken.out
        assert f"with the key {RUN.replace('RUN', 'INC')}/resolve" in " ".join(taken.out.split())
    assert effects(state) == (cut == "behind a call that took effect")


@pytest.mark.parametrize("name", ALL)
def test_a_run_is_taken_from_a_process_that_stands_still_only_by_who_says_so(
    rbengine: Command, project: Path, state: Path, name: str
) -> None:
    """It exists, so it may still act. Taken by force, it writes nothing more, and what it was at is done once at most.

    What only a look could tell of goes to a person, and so does what nothing can tell of.
    """
    begun(rbengine, project, name)
    child = cut_off(signal.SIGSTOP, "approve", RUN, at="before a call took effect")
    try:
        assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
        refused = rbengine("resume", RUN)
        assert (refused.code, f"is driven by process {child} on" in refused.err) == (2, True)
        assert f"rbengine resume {RUN} --take-over" in refused.err
        taken = rbengine("resume", RUN, "--take-over")
        assert "taken by force on" in taken.out
        asked = name in (*BLIND, "twilio.send")
        if asked:
            known = "leaves nothing to look for" if name in BLIND else "was looked for"
            put_to_a_person(taken, f"{name} {known}")
        else:
            assert (taken.code, "RESOLVED" in taken.out) == (0, True), taken.out + taken.err
        before = rbengine("export", RUN).out
        os.kill(child, signal.SIGCONT)
        code, child = ended(child), 0
        assert code not in (0, 99)
        assert rbengine("export", RUN).out == before
        assert (effects(state), sent_again(state)) == (0, 1)
        if asked:
            assert rbengine("answer", RUN, "not-applied").code == 0
            assert effects(state) == 1
        assert rbengine("audit", RUN).code == 0
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


@pytest.mark.parametrize("ends", ["it is killed", "its company cannot be made"])
def test_who_takes_a_run_by_force_and_ends_before_the_first_line_leaves_that_to_the_next(
    rbengine: Command, project: Path, state: Path, ends: str
) -> None:
    """The process that stands still may act all the same: whoever comes third knows, and is not told by anybody."""
    begun(rbengine, project, "twilio.send")
    child = cut_off(signal.SIGSTOP, "approve", RUN, at="before a call took effect")
    try:
        assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
        if ends == "it is killed":
            assert ended(in_a_copy(lambda: taken_and_killed(state))) == -9
        else:
            company = world_file(state, RUN)
            away = company.rename(company.with_suffix(".away"))
            assert "the company cannot be what it was" in rbengine("resume", RUN, "--take-over").out
            away.rename(company)
        third = rbengine("resume", RUN)
        put_to_a_person(third, "twilio.send was looked for: nothing can be said yet")
        assert "taken by force on" in third.out
        assert effects(state) == 0
        os.kill(child, signal.SIGCONT)
        code, child = ended(child), 0
        assert code not in (0, 99)
        assert effects(state) == 0
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def taken_and_killed(state: Path) -> None:
    """Take the run by force, in a process that is gone before it has written a line."""
    store = SqliteStore(state / JOURNAL)
    store.acquire(RUN, this_process(), force=True)
    os.kill(os.getpid(), signal.SIGKILL)


# The database ----------------------------------------------------------------------------------------------------

SCHEMA = "CREATE TABLE shops (id int PRIMARY KEY, visits int NOT NULL);\n"

COUNTING = """\
runbook RB-906 "A visit is missing"

severity P3
mttr     2h

symptoms
  - Nobody knows

diagnose
  step "Look"
    shop = query one
      SELECT id, visits FROM shops WHERE id = 1

  finding missing "A visit is missing"
    shop.visits < 1

resolve missing
  step "Count it"
    change "Count the visit"
      sql
        UPDATE shops SET visits = visits + 1 WHERE id = 1
      expect 1 row
      irreversible "what was counted was counted"

otherwise
  note "All is well"

verify
  step "Look again"
    after = query one
      SELECT id, visits FROM shops WHERE id = 1
    check after.visits is 1
      else "It was counted {{ after.visits }} times"
"""

SHOPS = """\
scenarios for RB-906

world usual "As always" default
  table shops
    | id | visits |
    | 1  | 0      |
"""


@pytest.fixture
def own_server(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a database server that no other process uses: it may be killed."""
    del project  # which names another folder, and comes first
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the account that runs it for root must come in
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        yield Path(folder)


def test_a_database_that_is_killed_in_mid_transaction_costs_nothing_but_time(
    rbengine: Command,
    project: Path,
    state: Path,
    own_server: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rows were written and not committed: the run stops, and taken up it finds no marker and does it once."""
    (project / "rbengine.toml").write_text('schema = "schema.sql"\n')
    (project / "schema.sql").write_text(SCHEMA)
    (project / "playbooks" / "rb906.rb").write_text(COUNTING)
    (project / "playbooks" / "scenarios" / "rb906.rb").write_text(SHOPS)
    assert rbengine("exec", "rb906", "--durable").code == 7
    write = adapter.write_marker

    def killed(connection: "psycopg.Connection[object]", key: str, done: object) -> None:
        session = connection.info.backend_pid
        postmaster = int(Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()[1])
        assert str(own_server) in Path(f"/proc/{postmaster}/cmdline").read_text()
        for process in (postmaster, session):
            os.kill(process, signal.SIGKILL)
        write(connection, key, done)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(adapter, "write_marker", killed)
    stopped = rbengine("approve", RUN)
    monkeypatch.setattr(adapter, "write_marker", write)
    assert stopped.code == 1, stopped.out + stopped.err
    assert "STOPPED: the server of the simulated company's database has gone away" in stopped.out
    done = rbengine("resume", RUN)
    assert done.code == 0, done.out + done.err
    assert "settled  Count the visit: not applied" in done.out
    assert "the transaction left no marker row" in rbengine("export", RUN).out
    assert "RESOLVED" in done.out
    assert rbengine("audit", RUN).code == 0
    assert effects(state) == 1


# Files, clocks and other users -------------------------------------------------------------------------------------


def spoil(state: Path, statement: str) -> None:
    """What a failing disk, or a person with an editor, does to the journal."""
    connection = sqlite3.connect(state / JOURNAL)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "command",
    ["runs", f"show {RUN}", f"resume {RUN}", f"approve {RUN}", f"audit {RUN}", "tick", "exec rb905 --durable"],
)  # fmt: skip
def test_a_journal_of_a_newer_rbengine_is_read_by_no_command(
    rbengine: Command, project: Path, state: Path, command: str
) -> None:
    """Nothing of it is read or changed: an old engine would take from it what only the new one understands."""
    begun(rbengine, project, "supabase.invoke")
    spoil(state, "PRAGMA user_version = 3")
    before = (state / JOURNAL).read_bytes()
    done = rbengine(*command.split())
    assert (done.code, done.out) == (2, "")
    assert "a newer rbengine: it has format 3, this one knows 2" in done.err
    assert (state / JOURNAL).read_bytes() == before


@pytest.mark.parametrize("spoiled", ["replace(text, '20', '21')", "substr(text, 1, 40)"])
def test_a_journal_whose_end_is_corrupt_is_read_up_to_there_and_goes_on_only_by_force(
    rbengine: Command, project: Path, state: Path, spoiled: str
) -> None:
    """Nobody can tell what the run did in the lines that are spoiled: they are set aside, whole ones are shown."""
    begun(rbengine, project, "supabase.invoke")
    lines = rbengine("export", RUN).out.splitlines()
    broken = len(lines)
    spoil(state, f"UPDATE line SET text = {spoiled} WHERE seq = {broken}")
    audited = rbengine("audit", RUN)
    assert (audited.code, f"line {broken}" in audited.out) == (1, True), audited
    for command in ("approve", "resume"):  # what was refused counts for nothing later
        refused = rbengine(command, RUN)
        assert (refused.code, f"is damaged from line {broken} on" in refused.err) == (2, True)
        assert f"rbengine resume {RUN} --take-over" in refused.err
    assert rbengine("export", RUN).out.splitlines() == lines[: broken - 1]
    assert "damaged" in rbengine("runs").out
    assert rbengine("tick").out == ""
    assert rbengine("resume", RUN, "--take-over").code == 7
    assert "waits for on_call: approve" in rbengine("runs").out
    assert "1 damaged lines from" in rbengine("audit", RUN).out
    assert rbengine("approve", RUN).code == 0
    assert effects(state) == 1


def test_a_clock_that_was_set_back_keeps_a_run_from_nothing_but_going_on(
    rbengine: Command, project: Path, state: Path
) -> None:
    """Its last line would be younger than the next: nothing is written, and it waits as it did, for `tick` too."""
    begun(rbengine, project, "supabase.invoke")
    before = rbengine("runs").out
    spoil(state, "UPDATE run SET at = at + 86400000000")
    for command in ("resume", "approve"):
        refused = rbengine(command, RUN)
        assert (refused.code, "the clock was set back: it is" in refused.err) == (5, True), refused
        assert "set the clock right" in refused.err
        assert rbengine("runs").out == before
    spoil(state, "UPDATE run SET at = at - 86400000000")
    assert "RESOLVED" in rbengine("tick").out
    assert effects(state) == 1
