"""Runs in a profile as users see them: a real database is read, changed and put back; mail is simulated beside it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from cli.conftest import POLICY, Command
from cli.test_doctor import PLAYBOOK, SCHEMA
from rbengine.cli.order import parser_of
from rbengine.facts.postgres.server import OWNER, Server
from rbengine_adapters.postgres.marker import marker_ddl
from support.postgres import postgres_server  # noqa: F401  # fixtures are found by their names

DATABASE = f"lived_in_{os.getpid()}"
SETTINGS = """\
schema = "playbooks/schema.sql"

[profiles.staging.backends]
email = "simulated"
[profiles.staging.postgres]
dsn = "env:DSN"
system = "env:SYSTEM"
[profiles.half.backends]
email = "simulated"
supabase = "simulated"
[profiles.half.postgres]
dsn = "env:DSN"
system = "env:SYSTEM"
[profiles.production.backends]
email = "simulated"
[profiles.production.postgres]
dsn = "env:DSN"
system = "1"
[profiles.real]
production = true
[profiles.real.backends]
email = "simulated"
[profiles.real.postgres]
dsn = "env:DSN"
system = "env:SYSTEM"
[profiles.unreal.backends]
postgres = "live"
stripe = "simulated"
email = "simulated"
[profiles.unreal.postgres]
dsn = "env:DSN"
system = "env:SYSTEM"
"""
GUESSED = """\
runbook RB-903 "A customer is closed"

severity P3
mttr     5m

symptoms
  - Nobody can buy

diagnose
  step "Look"
    customer = stripe.customer(customer: "cus_1")

  finding gone "There is no such customer"
    customer is absent

resolve gone
  step "Close the shop"
    change "Close it"
      sql
        UPDATE shops SET state = 'closed' WHERE id = 1 AND state = 'open'
      expect 1 row

otherwise
  step "Say so"
    note "It is there"
"""
HELD = """\
runbook RB-904 "A shop that is held back"

severity P3
mttr     5m

input shop: int   "Which shop"

symptoms
  - Nobody can buy

diagnose
  step "Look"
    found = query one
      SELECT state FROM shops WHERE id = :shop

  finding closed "It is closed"
    found.state is "closed"

resolve closed
  step "Hold it back"
    change "Hold the hook"
      supabase.hold_function(slug: "hook")
      undo supabase.release_function(slug: "hook")
    wait 1s
  step "Look once more"
    hooks = supabase.functions(slugs: ["hook"])
    for each one in hooks
      note "it wants a token: {{ one.verify_jwt }}"

otherwise
  step "Say so"
    note "It is open"
"""
HELD_IN = """\
scenarios for RB-904

world hooked "It has a hook" default
  shop = 1
  table shops
    | id | name   | state  |
    | 1  | Corner | closed |
  supabase.function(slug: "hook", verify_jwt: false)
"""
RUN = "RUN-"


@pytest.fixture(scope="module")
def server(postgres_server: Server) -> Iterator[Server]:  # noqa: F811
    """A database with a shop that is closed."""
    postgres_server.create_database(DATABASE)
    with postgres_server.connect(DATABASE, OWNER) as connection:
        connection.execute(SCHEMA.encode())
        connection.execute(marker_ddl().encode())
        connection.commit()
    yield postgres_server
    postgres_server.drop_database(DATABASE)


@pytest.fixture
def shops(server: Server) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Its rows."""
    with server.connect(DATABASE, OWNER) as connection:
        connection.autocommit = True
        connection.execute("TRUNCATE shops CASCADE")
        connection.execute("INSERT INTO shops (id, name, state) VALUES (1, 'Corner', 'closed')")
        yield connection


@pytest.fixture
def live(
    project: Path,
    rbengine: Command,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    shops: "psycopg.Connection[tuple[object, ...]]",
) -> Command:
    """The command, in a project with profiles, and nobody at the terminal."""
    (project / "rbengine.toml").write_text(SETTINGS)
    (project / "playbooks" / "schema.sql").write_text(SCHEMA)
    asking = f"{POLICY}  changes need approval by on_call\n"
    (project / "playbooks" / "policy.rb").write_text(asking)
    (project / "playbooks" / "rb902.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "rb903.rb").write_text(GUESSED)
    (project / "playbooks" / "rb904.rb").write_text(HELD)
    (project / "playbooks" / "scenarios" / "rb904.rb").write_text(HELD_IN)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    monkeypatch.setenv("DSN", server.conninfo(DATABASE, OWNER))
    row = shops.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    monkeypatch.setenv("SYSTEM", str(row[0]))
    return rbengine


def state_of(shops: "psycopg.Connection[tuple[object, ...]]") -> object:
    row = shops.execute("SELECT state FROM shops").fetchone()
    assert row is not None
    return row[0]


def run_of(text: str) -> str:
    """The run that a screen names."""
    return next(word for word in text.split() if word.startswith(RUN)).rstrip(",")


def _started(project: Path, *words: str) -> "subprocess.Popen[bytes]":
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "rbengine", *words], cwd=project,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_row_is_really_changed_and_really_put_back(
    live: Command, shops: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """Planned, parked for a person, applied, taken back: by one process each."""
    begun = live("exec", "rb902", "--profile", "staging", "--input", "shop=1")
    assert begun.code == 7, begun.out
    assert "profile staging · live: postgres · simulated: email" in begun.out
    assert "closed  open" in begun.out
    assert state_of(shops) == "closed"
    run = run_of(begun.out)
    done = live("approve", run)
    assert done.code == 0
    assert "RESOLVED" in done.out
    assert state_of(shops) == "open"
    back = live("undo", run)
    assert back.code == 3, back.out
    assert state_of(shops) == "closed"


def test_a_diagnosis_changes_nothing_and_leaves_nothing(
    live: Command, shops: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """Not even a run."""
    done = live("diagnose", "rb902", "--profile", "staging", "--input", "shop=1")
    assert done.code == 0
    assert "found  closed" in done.out
    assert state_of(shops) == "closed"
    assert RUN not in live("runs", "--all").out


def test_a_diagnosis_that_could_not_look_ends_with_another_code(
    live: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script must not take it for one that found nothing; and what is not kept names no journal."""
    monkeypatch.setenv("DSN", "host=127.0.0.1 port=1 dbname=shop user=ada")
    done = live("diagnose", "rb902", "--profile", "staging", "--input", "shop=1")
    assert done.code == 6, done.out
    assert "could not judge closed" in done.out
    assert "journal" not in done.out


def test_production_is_asked_for_by_name(live: Command) -> None:
    """Nobody types a profile's name twice by mistake."""
    refused = live("exec", "rb902", "--profile", "production", "--input", "shop=1")
    assert refused.code == 2
    assert "add --confirm production" in refused.err
    wrong = live(
        "exec", "rb902", "--profile", "production", "--confirm", "staging", "--input", "shop=1"
    )
    assert wrong.code == 2


def test_the_wrong_database_is_not_even_read(live: Command) -> None:
    """It says which system it is before anything is asked of it."""
    options = ("--profile", "production", "--confirm", "production", "--input", "shop=1")
    done = live("exec", "rb902", *options)
    assert done.code == 2
    assert "PostgreSQL is somewhere else: its `postgres.system` is" in done.err
    assert RUN not in live("runs", "--all").out
    looked = live("diagnose", "rb902", *options[:2], *options[4:])
    assert looked.code == 2


def test_a_live_change_must_not_depend_on_what_is_not_real(live: Command) -> None:
    """Said before anything begins, with the place."""
    done = live("exec", "rb903", "--profile", "unreal")
    assert done.code == 2
    assert "stripe is simulated in profile unreal" in done.err
    assert "playbooks/rb903.rb:18" in done.err
    typed = live("exec", "rb903", "--profile", "unreal", "--backend", "twilio=simulated")
    assert "`rbengine diagnose RB-903 --profile unreal --backend twilio=simulated`" in typed.err
    assert "\nDIAGNOSED in " in live("diagnose", "rb903", "--profile", "unreal").out


def test_what_is_simulated_beside_it_outlives_a_killed_process(
    live: Command, project: Path
) -> None:
    """The next process finds the simulated company as the run left it, not as its world began."""
    begun = live("exec", "rb904", "--profile", "half", "--input", "shop=1")
    assert begun.code == 7, begun.out
    run = run_of(begun.out)
    log = project.parent / "state" / "worlds" / f"{run}.jsonl"
    killed = _started(project, "approve", run)
    while b'"type":"apply"' not in log.read_bytes() and killed.poll() is None:
        time.sleep(0.02)
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    done = live("resume", run)
    assert done.code == 0, done.out + done.err
    assert "it wants a token: true" in done.out


def test_a_recording_beside_it_is_found_from_any_folder(
    live: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was named where the run was begun; `tick` and colleagues are elsewhere."""
    options = ("--profile", "half", "--input", "shop=1")
    run = run_of(live("exec", "rb904", *options).out)
    assert live("approve", run).code == 0
    assert live("record", run, "-o", "held.jsonl").code == 0
    recorded = ("--backend", "supabase=recorded", "--backend", "recorded=held.jsonl")
    run = run_of(live("exec", "rb904", *options, *recorded).out)
    monkeypatch.chdir(project / "playbooks")
    done = live("approve", run)
    assert done.code == 0, done.out + done.err
    assert "recorded: supabase" in done.out


def test_what_is_simulated_beside_it_does_not_begin_anew(live: Command, project: Path) -> None:
    """Where nobody knows what the run did to it, the run does not go on as if it had done nothing."""
    run = run_of(live("exec", "rb904", "--profile", "half", "--input", "shop=1").out)
    (project.parent / "state" / "worlds" / f"{run}.jsonl").unlink()
    done = live("approve", run)
    assert done.code == 1
    assert "simulated company beside it is missing" in " ".join(done.out.split())


def test_for_programs_it_says_that_it_was_real(live: Command) -> None:
    """The last line of `--json`."""
    done = live("exec", "rb902", "--profile", "staging", "--input", "shop=1", "--json")
    last = json.loads(done.out.splitlines()[-1])
    assert (last["simulated"], last["outcome"]) == (False, "parked")


def test_a_connection_string_that_is_none_is_told_by_its_setting(
    live: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not by what it holds."""
    monkeypatch.setenv("DSN", "postgresql://somebody:canary@[")
    done = live("exec", "rb902", "--profile", "staging", "--input", "shop=1")
    assert done.code == 2
    assert "`postgres.dsn`" in done.err
    assert "canary" not in done.err


def test_a_world_that_nobody_has_answers_for_nothing(live: Command) -> None:
    """Where some adapters are simulated, a world answers for them."""
    done = live("exec", "rb902", "--profile", "staging", "--input", "shop=1", "--world", "nowhere")
    assert done.code == 2
    assert "there is no world `nowhere`" in done.err


def test_no_list_of_processes_shows_a_secret(
    live: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on a machine may read how its programs were started."""
    del live
    monkeypatch.setenv("DSN", f"{os.environ['DSN']} password=canary-of-the-list")
    running = _started(project, "exec", "rb902", "--profile", "staging", "--input", "shop=1")
    looks = 0
    while running.poll() is None:
        for one in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                assert b"canary-of-the-list" not in one.read_bytes()
        looks += 1
        time.sleep(0.02)
    assert running.returncode == 7
    assert looks > 3


FLAGS: dict[str, list[list[str]]] = {
    "--profile": [["--profile", "real"], ["--profile", "simulated"]],
    "--backend": [
        ["--backend", "postgres=live"], ["--backend", "postgres=simulated"], ["--backend", "stripe=simulated"],
        ["--backend", "postgres=recorded", "--backend", "recorded=nothing.jsonl"],
    ],
    "--confirm": [["--confirm", "real", "--confirm", "real"], ["--confirm", "yes"]],
    "--world": [["--world", "nowhere"], ["--world", "real"]],
    "--input": [["--input", "approve=true"], ["--input", "approved_by=on_call"]],
    "--started": [["--started", "2020-01-01T00:00Z"]],
    "--interactive": [["--interactive"]],
    "--json": [["--json"]],
    "--width": [["--width", "80"]],
    "--no-colour": [["--no-colour"]],
    "--no-color": [["--no-color"]],
    "--durable": [["--durable"], ["--durable", "--scripted"]],
    "--scripted": [["--scripted"], ["--scripted", "--interactive"]],
    "--report": [["--report", "report.md"], ["--report", "report.html", "--json"]],
}  # fmt: skip
"""Each option of `exec`, in every way that may seem to let a change pass."""


def test_each_flag_of_exec_is_tried_below() -> None:
    """From the parser itself: whoever adds one says here how it may be misused."""
    flags = {name for action in parser_of("exec")._actions for name in action.option_strings}
    assert set(FLAGS) == flags


def test_no_flag_stands_for_an_approval(
    live: Command,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    shops: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    """Alone and together, with every word that means yes on the standard input: the policy asks for a person."""
    bare = ("exec", "rb902", "--profile", "real", "--confirm", "real", "--input", "shop=1")
    fitting = [["--json"], ["--no-colour"], ["--width", "100"], ["--started", "2020-01-01T00:00Z"]]
    together = [word for one in fitting for word in one] + ["--report", "all.md"]
    codes = set()
    for number, flags in enumerate(
        [[], together, *(one for ways in FLAGS.values() for one in ways)]
    ):
        monkeypatch.setenv("RBENGINE_STATE", str(project.parent / f"state{number}"))
        monkeypatch.setattr("sys.stdin", io.StringIO("real\nyes\ny\napprove\n" * 9))
        done = live(*bare, *flags)
        codes.add(done.code)
        assert done.code in (1, 2, 3, 7) or "simulated" in flags, (flags, done.out, done.err)
        assert state_of(shops) == "closed", flags
        for sent in live("runs", "--json").out.splitlines():
            run = json.loads(sent)["run"]
            assert '"type":"answered"' not in live("export", run).out, flags
    assert 7 in codes


def test_nothing_but_an_approval_lets_a_change_pass(
    live: Command, project: Path, shops: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """The policy asks for a person, so the run parks and the row stays, whoever takes it up."""
    report = str(project / "report.md")
    options = ("--confirm", "real", "--json", "--report", report, "--backend", "stripe=simulated")
    done = live("exec", "rb902", "--profile", "real", "--input", "shop=1", *options)
    assert done.code == 7
    assert state_of(shops) == "closed"
    run = json.loads(done.out.splitlines()[-1])["run"]
    for command in (("resume", run), ("resume", run, "--take-over"), ("tick",), ("undo", run)):
        live(*command)
        assert state_of(shops) == "closed"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--scripted"], "--scripted is for"),
        (["--interactive"], "--interactive is for simulated runs"),
        (["--started", "2999-01-01T00:00Z"], "has not come yet"),
        (["--input", "shop=2"], "given twice"),
        (["--backend", "stripe=reel"], "reel"),
    ],
)
def test_what_does_not_fit_is_refused(live: Command, options: list[str], told: str) -> None:
    """Before anything is reached."""
    done = live("exec", "rb902", "--profile", "staging", "--input", "shop=1", *options)
    assert done.code == 2
    assert told in done.err


def test_without_its_inputs_it_does_not_begin(live: Command) -> None:
    """No world supplies them."""
    done = live("exec", "rb902", "--profile", "staging")
    assert done.code == 2
    assert "RB-902 needs `shop`" in done.err
