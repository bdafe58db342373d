"""A secret of each kind is planted in each world, and every provider repeats what it is sent: nobody ever reads one.

Kinds: a variable, a file, what a command writes, and what a person is asked for. Worlds: live, recorded, simulated.
Looked through is everything that commands write, on both streams and into files, what stands in the folder of runs, and
how programs were started.
"""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Command, Done
from rbengine.host.live.hidden import INSTEAD
from support.talking import Conversation, answer, talking

CANARIES = {
    "env": "sk_test_canary-by-variable",
    "file": "re_canary-by-file",
    "command": "canary-by-command",
    "typed": "canary-by-somebody",
}
WORD = "canary"
PLAYBOOK = """\
runbook RB-907 "Keys come back"

severity P3
mttr     5m

symptoms
  - Somebody repeats what they are told

diagnose
  step "Look"
    customer = try stripe.customer(customer: "cus_1")
    deployed = try supabase.functions()

  finding shut "Stripe lets nobody in"
    customer is failed

resolve shut
  step "Renew"
    value = ask "The new key?": secret text within 10m by on_call
    change "Set it"
      supabase.set_secret(name: "HOOK_KEY", value: value)
      irreversible "The former one is not shown"
    on failure invalid, unauthorized, unavailable, conflict, rate_limited, timeout
      note "It was not taken"

otherwise
  step "Say so"
    note "Stripe is well"
"""
SCENARIOS = f"""\
scenarios for RB-907

world empty "Nobody is a customer" default
  person on_call answers "The new key?" with "{CANARIES["typed"]}"
"""
SETTINGS = """\
[profiles.staging]
hosts = ["127.0.0.1"]
[profiles.staging.stripe]
key = "env:CANARY"
account = "acct_1"
livemode = false
url = "{base}"
[profiles.staging.email]
key = "file:../key"
from = "on-call@example.com"
[profiles.staging.resend]
url = "{base}"
[profiles.staging.supabase]
access_token = {{ command = ["cat", "../token"] }}
project = "abcdefghijklmnopqrst"
url = "{base}"
[profiles.staging.supabase_project]
url = "{base}"
"""
PROJECT = "abcdefghijklmnopqrst"
PLACES = {
    "/v1/account": {"id": "acct_1", "object": "account"},
    f"/v1/projects/{PROJECT}": {
        "ref": PROJECT, "status": "ACTIVE_HEALTHY", "organization_slug": "s", "name": "s", "region": "eu",
    },
    "/domains": {"object": "list", "data": []},
}  # fmt: skip
RUN = "RUN-"


class Vendor:
    """Says where it is, and repeats everything else in an error, in a header and as it came."""

    def __init__(self) -> None:
        self.heard = ""

    def __call__(self, conversation: Conversation) -> None:
        request = conversation.request().decode("latin-1")
        self.heard += request
        path = request.split(" ")[1].partition("?")[0] if " " in request else ""
        said = request.replace("\r\n", " ~ ")
        error = {"message": said, "code": "x", "type": "x", "name": "x", "statusCode": said}
        place = PLACES.get(path)
        content = (
            place if place is not None else {"error": error, "message": said, "name": "invalid"}
        )
        headers = (
            {"connection": "close"}
            if place is not None
            else {"connection": "close", "x-heard": said}
        )
        conversation.say(answer(200 if place is not None else 422, content, headers))


class Reader:
    """Everything that anybody could read."""

    def __init__(self, command: Command, folder: Path) -> None:
        self._command = command
        self._folder = folder
        self.read: list[tuple[str, str]] = []

    def __call__(self, *words: str) -> Done:
        done = self._command(*words)
        self.read.append((" ".join(words), done.out + done.err))
        return done

    def files(self) -> None:
        """What stands on the disk, but for where secrets are kept."""
        kept = {"key", "token"}
        for file in self._folder.rglob("*"):
            if file.is_file() and not (file.parent == self._folder and file.name in kept):
                self.read.append((str(file), file.read_bytes().decode("latin-1")))

    def assert_clean(self, *but: str) -> None:
        """None is in it, in whatever form it was sent; `but` are files that an author wrote one into."""
        forms = [WORD]
        for one in CANARIES.values():
            coded = base64.b64encode(f"{one}:".encode()).decode()
            forms.append(coded[4:20])
        for where, text in self.read:
            if not where.endswith(but):
                assert not any(one in text for one in forms), where


@pytest.fixture
def reader(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The command, in a project of that playbook."""
    (project / "playbooks" / "rb907.rb").write_text(PLAYBOOK)
    (project.parent / "key").write_text(CANARIES["file"])
    (project.parent / "token").write_text(CANARIES["command"])
    for secret in ("key", "token"):
        (project.parent / secret).chmod(0o600)
    monkeypatch.setenv("CANARY", CANARIES["env"])
    monkeypatch.setenv("TYPED", CANARIES["typed"])
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    return Reader(rbengine, project.parent)


@contextmanager
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How programs are started meanwhile: what a list of processes shows, and what is handed on to them."""
    started: list[str] = []
    real = subprocess.Popen.__init__

    def noted(self: "subprocess.Popen[Any]", *given: Any, **named: Any) -> None:
        started.append(f"{given} {named}")
        real(self, *given, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    yield started


def given(read: Reader, run: str) -> Done:
    """The key, by who began the run, and the approval that lets it be sent."""
    assert read("answer", run, "env:TYPED").code == 7
    assert read("approve", run, "--only-record").code == 0
    return read("resume", run, "--secret", "The new key?=env:TYPED")


def looked_at(read: Reader, run: str, folder: Path) -> None:
    """Everything that tells of a run."""
    for words in (
        ("runs", "--all"), ("runs", "--all", "--json"), ("show", run), ("show", run, "--json"), ("export", run),
        ("report", run), ("report", run, "--markdown", str(folder / "r.md"), "--html", str(folder / "r.html")),
        ("report", run, "--review"), ("audit", run), ("replay", run, "--whole"), ("replay", run, "--json"),
        ("scenario", "from", run), ("tick",),
    ):  # fmt: skip
        read(*words)


def test_live(reader: Reader, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And from the recording of that run: what is replayed, and what another run is answered with."""
    vendor = Vendor()
    with talking(vendor) as server, programs(monkeypatch) as started:
        (project / "rbengine.toml").write_text(
            SETTINGS.format(base=f"http://127.0.0.1:{server.port}")
        )
        shown = reader("trust", "--digest", "sha256:0").out.split()
        digest = next(one for one in shown if one.startswith("sha256:"))
        assert reader("trust", "--digest", digest).code == 0
        seen = reader("doctor", "rb907", "--profile", "staging", "--json")
        assert seen.code == 0, seen.out
        reader("diagnose", "rb907", "--profile", "staging", "--json")
        begun = reader(
            "exec", "rb907", "--profile", "staging", "--report", str(project / "begun.html")
        )
        run = next(one for one in begun.out.split() if one.startswith(RUN))
        assert reader("answer", run, CANARIES["typed"]).code == 2  # and not repeated
        assert "It was not taken" in given(reader, run).out
        looked_at(reader, run, project)
        file = str(project.parent / "incident.jsonl")
        recorded = reader("record", run, "-o", file)
        assert recorded.code == 0, recorded.err
    for kind, canary in CANARIES.items():
        assert canary in vendor.heard, f"nobody was sent the one by {kind}"
    assert any(INSTEAD in text for _, text in reader.read)  # it was repeated, and taken out
    assert any("cat" in one for one in started)
    assert not any(WORD in one for one in started)
    for words in (("exec", "rb907", "--backend", f"recorded={file}"), ("replay", file, "--json")):
        reader(*words)
        reader(*words, *(["--json"] if words[0] == "exec" else ["--whole"]))
    reader.files()
    reader.assert_clean()


def test_simulated(reader: Reader, project: Path) -> None:
    """What its author wrote into a scenario stands in the scenario, and nowhere else."""
    beside = project / "playbooks" / "scenarios" / "rb907.rb"
    beside.write_text(SCENARIOS)
    for words in ((), ("--json",), ("--report", str(project / "once.md"))):
        assert reader("exec", "rb907", *words).code in (0, 3, 6)
    beside.write_text(SCENARIOS[: SCENARIOS.index("  person")])
    begun = reader("exec", "rb907", "--durable")
    run = next(one for one in begun.out.split() if one.startswith(RUN))
    assert "RESOLVED" in given(reader, run).out
    assert reader("answer", run, "env:NOBODY", "--json").code == 2
    looked_at(reader, run, project)
    reader("record", run, "-o", str(project / "drill.jsonl"))
    reader.files()
    reader.assert_clean()
    told = [json.loads(one) for one in reader("export", run).out.splitlines()]
    assert any("$secret" in str(one) or "digest" in str(one) for one in told)
