"""References of a profile are followed for one process: in bounded time and size, and what they give stands nowhere."""

import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from rbengine.contract.operations import AdapterSignature, HttpProvider, Setting
from rbengine.contract.policy import ContactChannel
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import Profile
from rbengine.facts.references import (
    FromCommand,
    FromEnvironment,
    FromFile,
    Reference,
    Written,
)
from rbengine.host.live.resolving import NotTrustedError, Resolved, Resolver, resolve
from rbengine.host.live.trust import Trust, commands_of, digest_of, files_of

KLAXON = AdapterSignature(
    name="klaxon",
    title="Klaxon",
    version="1",
    operations=(),
    settings=(
        Setting(name="klaxon.key", doc="", secret=True),
        Setting(name="klaxon.team", doc=""),
        Setting(name="klaxon.door.*", doc="", secret=True),
    ),
    providers=(HttpProvider(name="klaxon_*"),),
)
CANARY = "hunter2-canary"


def resolved(
    root: Path,
    settings: Mapping[str, Reference],
    *,
    trusted: bool = True,
    environment: Mapping[str, str] | None = None,
    needed: tuple[AdapterSignature, ...] = (KLAXON,),
) -> Resolved:
    resolver = Resolver(root, trusted=trusted, environment=environment or {"PATH": "/usr/bin:/bin"})
    profile = Profile(name="staging", settings=settings)
    return resolve(profile, {}, needed, Offered((KLAXON,)), resolver)


def python(text: str, seconds: float = 10.0) -> FromCommand:
    return FromCommand((sys.executable, "-c", text), timedelta(seconds=seconds))


def test_every_kind_of_reference(tmp_path: Path) -> None:
    """One newline at the end of a file or an answer belongs to the file, not to the value."""
    (tmp_path / "key").write_text("from a file\n\n")
    (tmp_path / "key").chmod(0o600)
    found = resolved(
        tmp_path,
        {
            "klaxon.team": Written("~/shop"),
            "klaxon.key": FromEnvironment("KEY"),
            "klaxon.door.a": FromFile("key"),
            "klaxon.door.b": python("print('from a program')"),
            "klaxon_eu.url": Written("http://127.0.0.1:1"),
        },
        environment={"KEY": "from the environment", "PATH": "/usr/bin"},
    )
    assert (found.unresolved, found.warnings) == ((), ())
    assert dict(found.profile.settings) == {
        "klaxon.team": str(Path.home() / "shop"),
        "klaxon.key": "from the environment",
        "klaxon.door.a": "from a file\n",
        "klaxon.door.b": "from a program",
        "klaxon_eu.url": "http://127.0.0.1:1",
    }
    assert found.profile.secrets == {"klaxon.key", "klaxon.door.a", "klaxon.door.b"}


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (FromEnvironment("NO_KEY"), "the variable NO_KEY is not set"),
        (FromEnvironment("EMPTY"), "the variable EMPTY is empty"),
        (FromFile("nowhere"), "nowhere: No such file or directory"),
        (FromFile("."), ".: Is a directory"),
        (FromFile("/dev/zero"), "/dev/zero is no file"),
        (FromFile("empty"), "empty gives nothing"),
        (FromFile("binary"), "binary gives no text"),
        (FromFile("long"), "long gives more than 65536 bytes"),
        (FromCommand(("no-such-program",)), "no-such-program cannot be run: No such file or directory"),
        (python(f"import sys; print('{CANARY}'); sys.exit('{CANARY}')"), "ended with status 1"),
        (python(f"print('{CANARY}' * 9000)"), "cannot be run: it says more than 65536 bytes"),
        (python("pass"), "gives nothing"),
        (python("import time; time.sleep(60)", 0.3), "did not end within 0.3 s"),
    ],
)  # fmt: skip
def test_one_that_leads_nowhere_is_told_without_a_value(
    reference: Reference, text: str, tmp_path: Path
) -> None:
    """With the setting, the reference as written and a way out; every other setting is resolved all the same."""
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_text(CANARY * 9000)
    began = time.monotonic()
    found = resolved(
        tmp_path,
        {"klaxon.key": reference, "klaxon.team": Written("shop")},
        environment={"EMPTY": "", "PATH": "/usr/bin"},
    )
    assert time.monotonic() - began < 10
    (problem,) = found.unresolved
    assert text in problem.text
    assert problem.setting == "klaxon.key"
    assert problem.way_out
    assert dict(found.profile.settings) == {"klaxon.team": "shop"}
    if not isinstance(reference, FromCommand):  # whose words are as they were written
        assert CANARY not in repr(found.unresolved)


def test_a_command_gets_no_shell_no_input_and_nothing_of_our_environment(tmp_path: Path) -> None:
    """But for PATH and HOME; it runs in the project's folder."""
    text = "import json, os, sys; print(json.dumps([sorted(os.environ), sys.argv[1:], sys.stdin.read(), os.getcwd()]))"
    command = FromCommand((sys.executable, "-c", text, "$HOME; `id`"))
    environment = {"PATH": "/usr/bin", "HOME": "/", "STRIPE_KEY": CANARY, "PYTHONPATH": "/x"}
    found = resolved(tmp_path, {"klaxon.key": command}, environment=environment)
    said = found.profile.settings["klaxon.key"]
    assert (
        said.replace('"LC_CTYPE", ', "") == f'[["HOME", "PATH"], ["$HOME; `id`"], "", "{tmp_path}"]'
    )


def test_a_command_that_nobody_trusts_is_not_run(tmp_path: Path) -> None:
    """Nor is one for an adapter that is not called."""
    mark = tmp_path / "mark"
    settings = {"klaxon.key": python(f"open({str(mark)!r}, 'w')")}
    with pytest.raises(NotTrustedError):
        resolved(tmp_path, settings, trusted=False)
    assert resolved(tmp_path, settings, trusted=False, needed=()).profile.settings == {}
    assert not mark.exists()


def test_one_command_for_two_settings_runs_once(tmp_path: Path) -> None:
    """It may ask its user for a finger."""
    command = python("open('times', 'a').write('x'); print('v')")
    found = resolved(tmp_path, {"klaxon.key": command, "klaxon.door.a": command})
    assert set(found.profile.settings.values()) == {"v"}
    assert (tmp_path / "times").read_text() == "x"


def test_a_file_that_others_may_read_is_remarked(tmp_path: Path) -> None:
    """It is used all the same: a container may mount it so."""
    (tmp_path / "key").write_text("value")
    (tmp_path / "key").chmod(0o644)
    found = resolved(tmp_path, {"klaxon.key": FromFile("key")})
    assert found.warnings == ("others on this machine may read key: chmod 600 key",)
    assert found.profile.settings["klaxon.key"] == "value"


def test_contacts_of_the_profile_come_before_the_projects(tmp_path: Path) -> None:
    """Contact by contact."""
    profile = Profile(name="p", contacts={"lead": {"sms": FromEnvironment("PHONE")}})
    contacts = {
        "lead": {"email": Written("lead@x.test")},
        "boss": {"email": Written("boss@x.test")},
    }
    resolver = Resolver(tmp_path, trusted=False, environment={"PHONE": "+39333"})
    found = resolve(profile, contacts, (), Offered(()), resolver)
    assert dict(found.profile.channels) == {
        "lead": (ContactChannel("sms", "+39333"),),
        "boss": (ContactChannel("email", "boss@x.test"),),
    }


def test_nothing_shows_a_value(tmp_path: Path) -> None:
    """Neither the resolved profile nor what holds it."""
    found = resolved(tmp_path, {"klaxon.key": FromEnvironment("KEY")}, environment={"KEY": CANARY})
    assert CANARY not in f"{found!r} {found} {found.profile!r} {found.profile}"


def test_trust_is_for_these_very_commands_of_this_project(tmp_path: Path) -> None:
    """Another word, setting, limit or order, or another folder, is something else."""
    one, two = FromCommand(("op", "read", "a")), FromCommand(("op", "read", "b"))

    def digest(**settings: Reference) -> str:
        return digest_of(commands_of({"p": Profile(name="p", settings=settings)}), tmp_path)

    environment = {"RBENGINE_STATE": str(tmp_path / "state")}
    trust = Trust(tmp_path / "a", environment)
    assert not trust.trusts(digest(key=one))
    trust.trust(digest(key=one))
    assert trust.trusts(digest(key=one, team=Written("x")))
    assert Trust(tmp_path / "a", environment).trusts(digest(key=one))
    assert not Trust(tmp_path / "b", environment).trusts(digest(key=one))
    for other in (
        digest(key=two),
        digest(kye=one),
        digest(key=one, other=one),
        digest(key=FromCommand(("op", "read a"))),
        digest(key=FromCommand(one.words, timedelta(seconds=9))),
    ):
        assert not trust.trusts(other)
    assert (tmp_path / "state" / "trusted").stat().st_mode & 0o777 == 0o700


def test_a_script_of_the_project_is_part_of_what_is_trusted(tmp_path: Path) -> None:
    """Its text may come with tomorrow's change as well as the settings."""
    script = tmp_path / "key.sh"
    script.write_text("#!/bin/sh\necho 1\n")
    profile = Profile(
        name="p", settings={"klaxon.key": FromCommand(("sh", "key.sh", "/etc/passwd"))}
    )
    commands = commands_of({"p": profile})
    before = digest_of(commands, tmp_path)
    assert digest_of(commands, tmp_path) == before
    assert files_of(commands, tmp_path) == ("key.sh",)
    script.write_text("#!/bin/sh\necho 2\n")
    assert digest_of(commands, tmp_path) != before
