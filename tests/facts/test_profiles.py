"""Profiles of `rbengine.toml`: read against what adapters offer, checked in place, secrets never repeated."""

import re
from datetime import timedelta
from random import Random

import msgspec
import pytest
from rbengine.contract.operations import AdapterSignature, HttpProvider, Setting
from rbengine.diagnostics.render import render
from rbengine.facts.adapters import signatures
from rbengine.facts.masking import masked
from rbengine.facts.profiles import Profile
from rbengine.facts.references import FromCommand, FromEnvironment, FromFile, Written
from rbengine.facts.settings import Settings, read_settings
from rbengine.source import SourceFile
from support.golden import ROOT

KLAXON = AdapterSignature(
    name="klaxon",
    title="Klaxon",
    version="1",
    operations=(),
    settings=(
        Setting(name="klaxon.key", doc="", example="env:KLAXON_KEY", secret=True, required=True),
        Setting(name="klaxon.team", doc="", example="shop", says_where=True),
        Setting(name="klaxon.prices", doc=""),
        Setting(name="klaxon.loud", doc="", example="true", one_of=("true", "false")),
        Setting(name="klaxon.door.*", doc="", example="env:DOOR", secret=True),
    ),
    providers=(HttpProvider(name="klaxon"), HttpProvider(name="page_*")),
)
CANARY = "hunter2-canary"


def read(text: str) -> tuple[Settings, list[tuple[str, str]], str]:
    """The settings, codes with what is underlined, and everything as a terminal shows it."""
    source = SourceFile("rbengine.toml", text)
    settings, problems = read_settings(source, lambda: (KLAXON,))
    shown = {"rbengine.toml": masked(source, (KLAXON,))}
    drawn = render(problems, shown, colour=False, width=80)
    return settings, [(one.code, source.slice(one.primary.span)) for one in problems], drawn


def test_a_whole_profile() -> None:
    """Everything that may be said, in the types that it is used in."""
    settings, problems, _ = read("""\
[profiles.production]
hosts = ["10.0.0.0/8", "db.internal", "::1"]
call_limit = "20s"
schema = "schemas/production.sql"
policy = "playbooks/policy.rb"
recording = "last.jsonl"
[profiles.production.backends]
klaxon = "simulated"
[profiles.production.contacts.tech_lead]
sms = "env:TECH_LEAD_PHONE"
email = "lead@example.com"
[profiles.production.klaxon]
key = { command = ["op", "read", "op://a b"], timeout = "5s" }
team = "shop"
prices = { a = "pro" }
door.front = "file:~/door"
door."back@house.test" = "env:BACK"
url = "http://127.0.0.1:8000"
[profiles.production.page_stripe]
url = "http://127.0.0.1:8001"
""")
    assert problems == []
    found = settings.profiles["production"]
    assert (found.name, found.production, found.hosts) == (
        "production", True, ("10.0.0.0/8", "db.internal", "::1"),
    )  # fmt: skip
    assert (found.call_limit, found.schema, found.policy, found.recording) == (
        timedelta(seconds=20), "schemas/production.sql", "playbooks/policy.rb", "last.jsonl",
    )  # fmt: skip
    assert dict(found.backends) == {"klaxon": "simulated"}
    assert dict(found.contacts["tech_lead"]) == {
        "sms": FromEnvironment("TECH_LEAD_PHONE"), "email": Written("lead@example.com"),
    }  # fmt: skip
    assert dict(found.settings) == {
        "klaxon.key": FromCommand(("op", "read", "op://a b"), timedelta(seconds=5)),
        "klaxon.team": Written("shop"),
        "klaxon.prices": Written('{"a": "pro"}'),
        "klaxon.door.front": FromFile("~/door"),
        "klaxon.door.back@house.test": FromEnvironment("BACK"),
        "klaxon.url": Written("http://127.0.0.1:8000"),
        "page_stripe.url": Written("http://127.0.0.1:8001"),
    }
    assert found.lines["klaxon.door.back@house.test"] == 17


@pytest.mark.parametrize(
    ("text", "production"),
    [("[profiles.production]\n", True), ("[profiles.staging]\n", False),
     ("[profiles.production]\nproduction = false\n", False), ("[profiles.eu]\nproduction = true\n", True)],
)  # fmt: skip
def test_what_is_called_production_is_production(text: str, production: bool) -> None:
    """Unless it says that it is not; another one may be."""
    settings, problems, _ = read(text)
    assert ([one.production for one in settings.profiles.values()], problems) == ([production], [])


def test_the_simulated_profile_is_always_there() -> None:
    """It needs no line, and is nobody's to fill; adapters are not even looked for."""
    settings, problems = read_settings(SourceFile("rbengine.toml", "[profiles.simulated]\n"), list)
    assert (dict(settings.profiles), problems) == ({}, ())


IN = "[profiles.production]\n"
KEY = "[profiles.production.klaxon]\n"


@pytest.mark.parametrize(
    ("text", "code", "underlined"),
    [
        ("[profiles.simulated]\nx = 1\n", "E561", "x"),
        ("[profiles.'a b']\n", "E562", "a b"),
        ("profiles.production = 3\n", "E562", "production"),
        (IN + "recodring = 'x'\n", "E561", "recodring"),
        (IN + "production = 'yes'\n", "E562", "production"),
        (IN + "hosts = 'db'\n", "E562", "hosts"),
        (IN + "hosts = ['db', 'a b']\n", "E562", "'a b'"),
        (IN + "hosts = ['10.0.0.0/33']\n", "E562", "'10.0.0.0/33'"),
        (IN + "hosts = ['::/0']\n", "E562", "'::/0'"),
        (IN + "call_limit = 20\n", "E562", "call_limit"),
        (IN + "call_limit = '0s'\n", "E562", "call_limit"),
        (IN + "schema = '../x.sql'\n", "E563", "schema"),
        (IN + "recording = ''\n", "E562", "recording"),
        (IN + "backends.klaxon = 'lively'\n", "E562", "'lively'"),
        (IN + "backends.klaxom = 'live'\n", "E564", "klaxom"),
        (IN + "contacts.boss.fax = '1'\n", "E561", "fax"),
        (IN + "contacts.boss.sms = 'env:'\n", "E566", "sms"),
        ("[profiles.production.klaxom]\nkey = 'env:A'\n", "E564", "klaxom"),
        (KEY + "kye = 'env:A'\n", "E561", "kye"),
        (KEY + "door = 'env:A'\n", "E562", "door"),
        (KEY + "team = []\n", "E562", "team"),
        (KEY + "loud = 'ture'\n", "E562", "'ture'"),
        (KEY + "key = {}\n", "E562", "key"),
        (KEY + f"key = '{CANARY}'\n", "E565", "key"),
        (KEY + "key = 12345\n", "E565", "key"),
        (KEY + f"door.front = '{CANARY}'\n", "E565", "front"),
        (KEY + f"key = 'env:no {CANARY}'\n", "E566", "key"),
        (KEY + f"key = 'command: op read {CANARY}'\n", "E566", "key"),
        (KEY + f"key = {{ command = 'op read {CANARY}' }}\n", "E566", "command"),
        (KEY + "key = { command = [] }\n", "E566", "command"),
        (KEY + "key = { command = ['a', 1] }\n", "E566", "command"),
        (KEY + "key = { command = ['a'], timeout = '1h' }\n", "E566", "timeout"),
        (KEY + "key = { command = ['a'], timeuot = '1s' }\n", "E561", "timeuot"),
    ],
)  # fmt: skip
def test_one_slip_is_one_problem_at_its_place(text: str, code: str, underlined: str) -> None:
    """With the code, under what is wrong, with a way out, and without the value where that may be a secret."""
    _, problems, drawn = read(text)
    assert problems == [(code, underlined)]
    assert CANARY not in drawn
    assert "= help:" in drawn


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY}key = '{CANARY}'",
        f"{KEY}kye = '{CANARY}'",
        f'{KEY}key = """\n{CANARY}"""\n',
        f"[profiles.production.klaxom]\nkey = '{CANARY}'",
        f"[profiles.production.klaxom]\nkey.a = ['{CANARY}', {{ b = '{CANARY}' }}]",
        f"profiles.production.klaxon = {{ key = '{CANARY}' }}",
        f"[klaxon]\nkey = '{CANARY}'",
        f"{KEY}key = '{CANARY}\n",
        f"{KEY}team = 'shop'\nkey = {CANARY}\nteam\n",
        f"{KEY}key = '''\n{CANARY}\n",
        f"[klaxon]\nkey = {CANARY}\n",
        f"{KEY}key = \"file:x', '{CANARY}']\n",
    ],
)
def test_a_line_is_shown_without_what_may_be_a_secret(text: str) -> None:
    """In its place stand as many blots: a typo must not put a key on a screen, nor into the log of a pipeline."""
    source = SourceFile("rbengine.toml", text)
    shown = masked(source, (KLAXON,)).text
    assert CANARY not in shown
    assert [len(one) for one in shown.split("\n")] == [len(one) for one in source.text.split("\n")]


def test_what_is_no_secret_is_shown() -> None:
    """Otherwise nobody could see what is wrong with it."""
    text = f"{IN}hosts = ['10.0.0.0/33']\n{KEY}team = 'shop'\nkey = 'env:KLAXON_KEY'\ndoor.a = 'file:~/x'\nurl = 'u'\n"
    assert masked(SourceFile("rbengine.toml", text), (KLAXON,)).text == text


def test_an_address_stands_with_its_provider() -> None:
    """Which may be called otherwise than the adapter that asks it."""
    siren = msgspec.structs.replace(
        KLAXON, name="siren", settings=(Setting(name="siren.key", doc=""),)
    )
    source = SourceFile("rbengine.toml", "[profiles.eu.siren]\nurl = 'http://x'\n")
    (problem,) = read_settings(source, lambda: (siren,))[1]
    assert problem.help == (
        "the address of a provider stands in [profiles.eu.klaxon] or [profiles.eu.page_*]"
    )


def test_a_profile_knows_its_lines_and_tables() -> None:
    """`doctor` names them, and gives no header to paste that is there."""
    settings, _, _ = read(f"{KEY}# the team\nteam = 'shop'\n")
    assert settings.profiles["production"] == Profile(
        name="production", production=True, settings={"klaxon.team": Written("shop")}, lines={"klaxon.team": 3},
        tables=frozenset({"klaxon"}),
    )  # fmt: skip


def test_the_page_about_profiles_shows_what_can_be_written() -> None:
    """With the settings of the adapters that are installed."""
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    samples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(samples) == 2
    for one in samples:
        assert read_settings(SourceFile("rbengine.toml", one))[1] == ()


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_read_and_blotted_all_the_same(seed: int) -> None:
    """Somebody edits it at three in the morning: it has problems, nothing breaks, and no key is shown."""
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    text = "".join(re.findall(r"```toml\n(.*?)```", page, re.DOTALL))
    text += f"[profiles.eu.stripe]\nkey = '{CANARY}'\naccount = 'a'\n"
    random = Random(seed)
    place = random.randrange(text.index("[profiles.eu.stripe]"))
    damage = random.choice(('"', "'", "[", "]", "{", "=", ",", "\n", "#", '"""', "\\", "é"))
    source = SourceFile(
        "rbengine.toml", text[:place] + damage + text[place + random.randrange(9) :]
    )
    read_settings(source)
    shown = masked(source, signatures())
    assert CANARY not in shown.text
    assert len(shown.text) == len(source.text)
