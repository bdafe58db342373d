"""Profiles on the command line: found, trusted, and followed only for whoever runs in them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli.profiles import find_profile, read_backends, resolved_profile
from rbengine.cli.trusting import trust
from rbengine.cli.usage import UsageError
from rbengine.facts.project import find_project
from rbengine.lsp.project import Projects

CANARY = "hunter2-canary"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is trusted is kept beside the test's project; nobody types."""
    monkeypatch.setenv("RBENGINE_STATE", str(tmp_path / "state"))
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        yield


@pytest.fixture
def mark(project: Path) -> Path:
    """What a command of the profile `staging` leaves when it is run."""
    left = project.parent / "mark"
    words = [sys.executable, "-c", f"open({str(left)!r}, 'w'); print('{CANARY}')"]
    (project / "rbengine.toml").write_text(
        f"[profiles.staging.stripe]\nkey = {{ command = {words!r} }}\naccount = 'env:STRIPE_ACCOUNT'\n"
        "livemode = false\n"
    )
    return left


def digest(rbengine: Command) -> str:
    (found,) = [one for one in rbengine("trust").out.splitlines() if one.startswith("sha256:")]
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("simulate",),
        ("docs", "build", "-o", "site"),
        ("list",),
        ("show", "rb901"),
        ("exec", "rb901"),
        ("explore", "rb901"),
        ("adapters", "stripe"),
        ("trust", "--revoke"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_only_who_runs_in_a_profile_runs_its_commands(
    arguments: tuple[str, ...], rbengine: Command, mark: Path
) -> None:
    """Neither checking nor rehearsing nor printing does, though the commands are trusted."""
    assert rbengine("trust", "--digest", digest(rbengine)).code == 0
    assert rbengine(*arguments).code in {0, 1, 6}
    assert not mark.exists()


def test_an_editor_runs_no_command(rbengine: Command, project: Path, mark: Path) -> None:
    """Opening a file of somebody's project must be harmless."""
    rbengine("trust", "--digest", digest(rbengine))
    file = project / "playbooks" / "rb901.rb"
    found = Projects({}).of(file, file.read_text())
    assert found is not None
    assert found.problems("playbooks/rb901.rb") == ()
    assert not mark.exists()


def test_a_command_is_shown_and_must_be_trusted(
    rbengine: Command, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; the very same command may then be run, for what was asked and for nothing else."""
    monkeypatch.setenv("STRIPE_ACCOUNT", "acct_1")
    refused = rbengine("doctor", "--profile", "staging", "rb901", "--backend", "email=simulated")
    assert refused.code == 0, "nothing of this playbook needs Stripe"
    project = find_project(Path.cwd())
    with pytest.raises(UsageError, match="nobody has looked at the commands") as untrusted:
        resolved_profile(project, "staging", needed=["stripe"])
    assert "staging.stripe.key: command: " in "".join(untrusted.value.notes)
    assert not mark.exists()
    assert rbengine("trust", "--digest", digest(rbengine)).code == 0
    found = resolved_profile(project, "staging", needed=["stripe"])
    assert dict(found.settings) == {
        "stripe.key": CANARY, "stripe.account": "acct_1", "stripe.livemode": "false",
    }  # fmt: skip
    assert mark.exists()
    settings = Path("rbengine.toml").read_text()
    Path("rbengine.toml").write_text(settings.replace("open(", "open (", 1))
    with pytest.raises(UsageError, match="nobody has looked"):
        resolved_profile(find_project(Path.cwd()), "staging", needed=["stripe"])


def test_trust_asks_whoever_sits_there(
    project: Path,  # noqa: ARG001 (it is where)
    mark: Path,  # noqa: ARG001 (the settings have a command)
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`no`, or anything but `yes`, trusts nothing."""

    class Typed:
        ended = False
        person = True

        def __init__(self, text: str) -> None:
            self._text = text

        def seconds(self) -> float:
            return 0.0

        def line(self, seconds: float | None) -> str | None:  # noqa: ARG002 (nobody waits here)
            return self._text

        def forget(self) -> None:
            """Whole lines only."""

    assert trust(None, Typed("no")) == 1
    assert trust(None, Typed("")) == 1
    assert trust(None, Typed("yes")) == 0
    capsys.readouterr()
    assert trust(None, Typed("no")) == 0
    assert "you trust them already" in capsys.readouterr().out


def test_a_digest_of_other_commands_trusts_nothing(rbengine: Command, mark: Path) -> None:
    """A pipeline that holds the digest of last week notices."""
    done = rbengine("trust", "--digest", "sha256:0")
    assert (done.code, "not the commands of that digest" in done.err) == (2, True)
    asked = rbengine("trust")
    assert (asked.code, "nobody is here" in asked.err) == (2, True)
    assert not mark.exists()


def test_without_commands_there_is_nothing_to_trust(rbengine: Command) -> None:
    """It says so and is content."""
    assert rbengine("trust").out == "rbengine.toml names no commands: there is nothing to trust\n"


def test_a_profile_that_is_none_is_told(rbengine: Command, mark: Path) -> None:
    """With what may have been meant, or what there is; `simulated` is no place to look at."""
    unsaid = rbengine("doctor")
    assert (unsaid.code, "rbengine.toml has: staging" in unsaid.err) == (2, True)
    done = rbengine("doctor", "--profile", "stagin")
    assert (done.code, "did you mean `staging`?" in done.err) == (2, True)
    assert (
        "nothing of the profile `simulated` is real"
        in rbengine("doctor", "--profile", "simulated").err
    )
    assert not mark.exists()


def test_what_leads_nowhere_is_told_at_once(
    rbengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, with the line of the first, and no value of the others."""
    monkeypatch.setenv("TOKEN", CANARY)
    (project / "rbengine.toml").write_text(
        "[profiles.staging.supabase]\nproject = 'abcdefghijklmnopqrst'\naccess_token = 'env:TOKEN'\n"
        "service_key = 'env:NO_KEY'\n[profiles.staging.contacts.lead]\nsms = 'file:no-file'\n"
    )
    with pytest.raises(UsageError) as problem:
        resolved_profile(find_project(Path.cwd()), "staging")
    told = "\n".join(problem.value.lines())
    assert "rbengine.toml:4" in told
    assert "supabase.service_key (env:NO_KEY): the variable NO_KEY is not set" in told
    assert "contacts.lead.sms (file:no-file)" in told
    assert CANARY not in told
    assert rbengine("doctor", "--profile", "staging").code == 1


def test_a_profile_that_is_not_complete_is_told(
    rbengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would prove that it is the right place is as needed as a key."""
    monkeypatch.setenv("STRIPE_KEY", CANARY)
    (project / "rbengine.toml").write_text("[profiles.staging.stripe]\nkey = 'env:STRIPE_KEY'\n")
    found = find_project(project)
    with pytest.raises(
        UsageError, match=r"not complete: stripe\.account, stripe\.livemode not set"
    ):
        resolved_profile(found, "staging", needed=["stripe"])
    assert (
        dict(resolved_profile(found, "staging", ("stripe=simulated",), ["stripe"]).settings) == {}
    )
    assert set(resolved_profile(found, "staging").settings) == {"stripe.key"}
    assert rbengine("check").code == 0


def test_backends_as_typed() -> None:
    """Kinds by adapter, and one recording."""
    assert read_backends(("stripe=recorded", "recorded=a=b.jsonl", "status=live")) == (
        {"stripe": "recorded", "status": "live"}, "a=b.jsonl",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("stripe",), "a backend is `adapter=kind`"),
        (("strip=live",), "did you mean `stripe`?"),
        (("stripe=lve",), "did you mean `live`?"),
        (("stripe=live", "stripe=live"), "given twice"),
        (("recorded=a", "recorded=b"), "given twice"),
    ],
)
def test_a_slip_in_a_backend_is_told(typed: tuple[str, ...], told: str) -> None:
    """Before anything is followed."""
    with pytest.raises(UsageError) as problem:
        read_backends(typed)
    assert told in "\n".join(problem.value.lines())


def test_a_recording_of_the_settings_is_looked_for_from_the_project(project: Path) -> None:
    """Wherever the command is given; one on the command line counts from where it is typed."""
    (project / "rbengine.toml").write_text("[profiles.staging]\nrecording = 'incidents/a.jsonl'\n")
    found = find_project(project)
    assert find_profile(found, "staging").recording == str(found.root / "incidents" / "a.jsonl")
    assert resolved_profile(found, "staging", ("recorded=b.jsonl",), ()).recording == "b.jsonl"


def test_recorded_without_a_recording_is_told(mark: Path, project: Path) -> None:
    """Nothing would answer."""
    with pytest.raises(UsageError, match="which recording answers for stripe"):
        resolved_profile(find_project(project), "staging", ("stripe=recorded",))
    assert not mark.exists()
