"""`rbengine world serve`: a world for programs outside."""

import imaplib
import itertools
import json
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cli.conftest import Command
from rbengine.cli.served_profile import Addresses, profile_lines
from rbengine.facts.references import FromEnvironment, Written
from rbengine.facts.settings import read_settings
from rbengine.rehearsal.company.imap.model import PASSWORD as IMAP_PASSWORD
from rbengine.rehearsal.company.smtp.model import PASSWORD, USER
from rbengine.source import SourceFile
from support.golden import ROOT

BUSINESS = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"


class World:
    """A world that is served, and what it said of itself."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.bases: dict[str, str] = {}
        self.database = ""
        assert process.stdout is not None
        self.first = process.stdout.readline()
        assert self.first.startswith("SIMULATED"), self.first + process.stdout.read()
        for row in process.stdout:
            found = re.fullmatch(r"  (\w+) +(\S.*)\n", row)
            if found and found[1] == "postgres":
                self.database = found[2]
                break
            if found:
                self.bases[found[1]] = found[2]

    def ask(
        self, provider: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one request."""
        request = urllib.request.Request(
            f"{self.bases[provider]}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"authorization": "Bearer sk_test_any", "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def end(self) -> str:
        """Ctrl-C; what it wrote meanwhile."""
        self.process.send_signal(signal.SIGINT)
        written, _ = self.process.communicate(timeout=30)
        return written


@contextmanager
def served(*arguments: str) -> Iterator[World]:
    process = subprocess.Popen(
        [sys.executable, "-m", "rbengine", "world", "serve", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield World(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_program_outside_uses_vendors_and_database() -> None:
    """What one of them is told the others know: it is one company."""
    with served("rb011") as world:
        assert 'world "A customer paid, the webhook never arrived"' in world.first
        assert set(world.bases) >= {"stripe", "supabase", "supabase_project", "resend"}
        status, listed = world.ask("stripe", "/v1/subscriptions?customer=cus_acme")
        assert (status, [one["id"] for one in listed["data"]]) == (200, ["sub_1"])
        status, answered = world.ask(
            "supabase_project", "/functions/v1/check-subscription", {"business_id": BUSINESS}
        )
        assert (status, answered) == (200, {"tier": "starter"})
        with psycopg.connect(world.database) as connection:
            found = connection.execute(
                "SELECT subscription_tier FROM businesses WHERE id = %s", (BUSINESS,)
            ).fetchall()
        assert found == [("starter",)]
        written = world.end()
        assert "stripe GET /v1/subscriptions 200" in written
        assert world.process.returncode == 0


@pytest.mark.slow
def test_what_is_not_simulated_is_said_and_not_made_up() -> None:
    """501 for what no model knows, 404 for a vendor that nobody has."""
    with served("rb011", "--world", "cancelled") as world:
        status, told = world.ask("stripe", "/v1/nothing_of_the_kind")
        assert status == 501
        assert "this is not simulated" in told["error"]
        world.bases["nobody"] = world.bases["stripe"].replace("/stripe", "/nobody")
        status, told = world.ask("nobody", "/v1/anything")
        assert status == 404
        assert "stripe" in told["there_are"]


@pytest.mark.slow
def test_webhooks_arrive_while_it_is_served() -> None:
    """The company's program hears of what a program outside did, a moment later, and changes its rows."""
    with served("rb011") as world:
        request = urllib.request.Request(
            f"{world.bases['stripe']}/v1/subscriptions/sub_1", method="DELETE",
            headers={"authorization": "Bearer sk_test_any"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["status"] == "canceled"
        with psycopg.connect(world.database, autocommit=True) as connection:
            for _ in range(100):
                row = connection.execute(
                    "SELECT subscription_status FROM businesses WHERE id = %s", (BUSINESS,)
                ).fetchone()
                if row == ("canceled",):
                    break
                connection.execute("SELECT pg_sleep(0.1)")
            assert row == ("canceled",)
        assert "webhook customer.subscription.deleted" in world.end()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["look", "rb901"], "look"),
        (["serve"], "PLAYBOOK"),
        (["serve", "rb901", "--world", "nowhere"], "there are: few, many"),
        (["serve", "rb901", "--port", "70000"], "70000"),
        (["serve", "rb999"], "rb999"),
    ],
)
def test_bad_input_is_told(rbengine: Command, arguments: list[str], words: str) -> None:
    """Exit code 2, and nothing is served."""
    done = rbengine("world", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_port_that_is_taken_is_told(rbengine: Command) -> None:
    """With a way out."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = rbengine("world", "serve", "rb901", "--port", port)
    assert done.code == 2
    assert f"port {port} cannot be had" in done.err


@pytest.mark.slow
def test_mail_servers_speak_to_standard_clients() -> None:
    """SMTP takes a mail after the login, IMAP shows the mailboxes of the world; a wrong password is refused."""
    with served("rb006", "--world", "over") as world:
        host, _, port = world.bases["smtp"].partition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("somebody", "wrong")
            client.login(USER, PASSWORD)
            client.sendmail(
                "a@b.test", ["c@d.test"], "Subject: Hello\r\nFrom: a@b.test\r\n\r\nHi.\r\n"
            )
        host, _, port = world.bases["imap"].partition(":")
        with imaplib.IMAP4(host, int(port), timeout=30) as mailbox:
            mailbox.login("inbox@beta.test", IMAP_PASSWORD)
            status, found = mailbox.select("INBOX", readonly=True)
            assert (status, found) == ("OK", [b"1"])
        written = world.end()
        assert "smtp mail to c@d.test: Hello" in written
        assert "imap connected" in written


@pytest.mark.slow
def test_the_database_has_a_port_for_its_ordinary_role_alone() -> None:
    """Its socket is nobody else's; a port is everybody's, so it leads only where nothing can be broken."""
    with served("rb011") as world:
        uri = world.bases["postgres_port"]
        with psycopg.connect(uri) as connection:
            found = connection.execute("SELECT current_user, count(*) FROM businesses").fetchone()
            assert found == ("rbengine", 1)
        for other in (
            uri.replace("rbengine@", "postgres@"),
            uri.rpartition("/")[0] + "/postgres",
        ):
            with pytest.raises(psycopg.OperationalError, match="only rbengine may enter here"):
                psycopg.connect(other)


NEEDED = ("cron", "email", "git", "imap", "postgres", "smtp", "stripe", "supabase", "twilio")
AT = Addresses(
    vendors={
        one: f"http://127.0.0.1:4010/{one}"
        for one in (
            "resend", "stripe", "supabase", "supabase_project", "twilio", "twilio_lookups", "twilio_monitor",
        )
    },
    smtp=4025, database="postgresql://rbengine@127.0.0.1:4032/shop", system="77",
)  # fmt: skip


def test_a_served_world_is_a_profile_to_copy() -> None:
    """The settings take it as it stands; what is not served is simulated, and what opens something a variable."""
    known = {
        "smtp.host": "elsewhere",
        "smtp.user": USER,
        "smtp.password": "canary of mail",
        "stripe.livemode": "false",
    }
    contacts = {"lead": {"email": "lead@example.com"}}
    lines, exports = profile_lines("served", NEEDED, known, contacts, AT)
    text = "\n".join(lines)
    settings, problems = read_settings(SourceFile("rbengine.toml", text))
    assert problems == ()
    profile = settings.profiles["served"]
    assert dict(profile.backends) == {"git": "simulated", "imap": "simulated"}
    assert profile.settings["smtp.host"] == Written("127.0.0.1")
    assert profile.settings["smtp.port"] == Written("4025")
    assert profile.settings["stripe.url"] == Written("http://127.0.0.1:4010/stripe")
    assert profile.settings["stripe.livemode"] == Written("false")
    assert profile.settings["smtp.password"] == FromEnvironment("SERVED_SMTP_PASSWORD")
    assert "canary" not in text
    assert "export SERVED_SMTP_PASSWORD='canary of mail'" in exports
    variables = {
        one.variable for one in profile.settings.values() if isinstance(one, FromEnvironment)
    }
    assert variables == {one.split("=")[0].removeprefix("export ") for one in exports}


@pytest.mark.slow
def test_a_live_run_is_possible_on_a_served_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it prints and nothing else: `doctor` finds every adapter where it must be."""
    shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")
    monkeypatch.setenv("RBENGINE_STATE", str(tmp_path / "state"))
    with served("rb011", "--profile", "served") as world:
        assert world.process.stdout is not None
        rows = iter(world.process.stdout.readline, "")
        told = "".join(itertools.takewhile(lambda row: "Ctrl-C" not in row, rows))
        before, _, after = told.partition("# for the shell that runs in it\n")
        (tmp_path / "rbengine.toml").write_text(before)
        for name, value in re.findall(r"export (\w+)=(\S+)", after):
            monkeypatch.setenv(name, value)
        command = [
            sys.executable,
            "-m",
            "rbengine",
            "doctor",
            "rb011",
            "--profile",
            "served",
            "--json",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    seen = json.loads(done.stdout)
    assert {one["adapter"]: one["state"] for one in seen["adapters"]} == dict.fromkeys(
        ("email", "postgres", "stripe", "supabase"), "ok"
    )
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["production", "simulated", "two words"])
def test_a_served_world_takes_no_name_that_means_something(rbengine: Command, name: str) -> None:
    """Nobody types the name of the real place for a toy."""
    done = rbengine("world", "serve", "rb901", "--profile", name)
    assert done.code == 2
    assert "no name for a profile" in done.err
