"""`rbengine.toml` in an editor: problems as one types, what a key is, what could stand there. Nothing is followed."""

from pathlib import Path

import pytest
from rbengine.facts.adapters import signatures
from rbengine.facts.offered_settings import Offered
from rbengine.facts.setting_words import SettingWords
from rbengine.facts.settings import read_settings
from rbengine.lsp.settings_help import complete_at, hover_at
from rbengine.source import SourceFile
from support.editors import BOOK
from support.lsp_client import LspClient, Message

SETTINGS = "rbengine.toml"
CANARY = "canary-of-the-editor"
WRONG = f"""\
playbooks = "p"

[profiles.staging]
call_limit = 20
[profiles.staging.stripe]
key = "rk_live_{CANARY}"
acount = "acct_1"
[profiles.staging.postgres]
dsn = {{ command = ["touch", "ran"] }}
"""


def codes(problems: list[Message]) -> list[str]:
    return [one["code"] for one in problems]


def test_problems_of_the_settings_come_as_one_types(folder: Path) -> None:
    """Each at its key, without the secret that stands there itself; gone when it is right, and no command is run."""
    with LspClient(folder, options={"trusted": False}) as client:
        client.open(SETTINGS)
        assert client.problems(SETTINGS) == []
        client.type(SETTINGS, WRONG)
        found = client.problems(SETTINGS, lambda its: len(its) == 3)
        assert codes(found) == ["E562", "E565", "E561"]
        assert [one["range"]["start"]["line"] for one in found] == [3, 5, 6]
        assert CANARY not in str(found)
        (fix,) = client.ask_all(
            "codeAction", SETTINGS, range=found[2]["range"], context={"diagnostics": []}
        )
        assert fix["edit"]["changes"][client.uri(SETTINGS)][0]["newText"] == "account"
        client.type(SETTINGS, 'playbooks = "p"\n', version=3)
        assert client.problems(SETTINGS, lambda its: not its) == []
        client.type(SETTINGS, "playbooks = \n", version=4)
        assert codes(client.problems(SETTINGS)) == ["E560"]
        client.type(SETTINGS, '[profiles.staging.stripe]\nkey = "env:KEY"\nli\n', version=5)
        assert "by reference alone" in client.ask("hover", SETTINGS, (1, 1))["contents"]["value"]
        offers = client.ask("completion", SETTINGS, (2, 2))["items"]
        (mode,) = [one["textEdit"] for one in offers if one["label"] == "livemode"]
        assert mode["range"]["start"] == {"line": 2, "character": 0}
        assert mode["newText"] == "livemode = true"
        client.close(SETTINGS)
        assert client.problems(SETTINGS) == []  # what is on disk is right
    assert not list(folder.rglob("ran"))


def test_settings_that_are_wrong_are_told_when_a_playbook_is_opened(folder: Path) -> None:
    """It is judged without them, which nobody would understand."""
    (folder / SETTINGS).write_text('playbooks = "p"\nshema = "p/schema.sql"\n')
    with LspClient(folder, options={"trusted": False}) as client:
        client.open(BOOK)
        assert codes(client.problems(SETTINGS)) == ["E561"]
        (folder / SETTINGS).write_text('playbooks = "p"\n')
        change = {"changes": [{"uri": client.uri(SETTINGS), "type": 2}]}
        client.notify("workspace/didChangeWatchedFiles", change)
        assert client.problems(SETTINGS) == []


WORDS = SettingWords(Offered(signatures()))


def offered(text: str) -> list[str]:
    """What could stand at the `^` in `text`."""
    offset = text.index("^")
    source = SourceFile(SETTINGS, text.replace("^", "", 1))
    return [one.label for one in complete_at(source, offset, WORDS).offers]


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("^", {"playbooks", "schema"}),
        ("[^", {"profiles", "contacts", "state"}),
        ("[profiles.^", {"production", "staging"}),
        ("[profiles.production]\n^", {"hosts", "call_limit", "journal", "policy"}),
        ("[profiles.production]\nproduction = ^", {"true", "false"}),
        ("[profiles.production.^", {"stripe", "backends", "contacts", "postgres"}),
        ("[profiles.production.backends]\n^", {"stripe", "imap"}),
        ("[profiles.production.backends]\nstripe = ^", {'"simulated"', '"recorded"', '"live"'}),
        ('[profiles.production.backends]\nstripe = "^', {'"simulated"', '"recorded"', '"live"'}),
        ("[profiles.production.stripe]\nli^", {"livemode", "key", "account", "url"}),
        ("[profiles.production.stripe]\nlivemode = ^", {"true", "false"}),
        ("[profiles.production]\nstripe.^", {"livemode", "key"}),
        ("[profiles.production.contacts.lead]\n^", {"email", "sms"}),
        ("[contacts.lead]\n^", {"email", "sms"}),
        ("[state]\n^", {"folder", "shared"}),
        ("[profiles.production.journal]\n^", {"folder", "shared"}),
        ("[people.ada]\n^", {"name", "roles", "email"}),
        ("[profiles.production.imap.^", {"password", "token"}),
    ],
)
def test_what_could_stand_there_is_offered(text: str, some: set[str]) -> None:
    """In headers, keys and values, also where it is no TOML yet."""
    assert some <= set(offered(text))


def test_nothing_is_offered_for_what_is_simulated_or_unknown() -> None:
    """There is nothing to say."""
    for text in ("[profiles.simulated]\n^", "[profiles.simulated.stripe]\n^", "[elsewhere]\n^"):
        assert offered(text) == []


def test_what_is_offered_is_right_as_it_stands() -> None:
    """Each key with its example, below its table: the settings take all of them."""
    tables = [
        (), ("state",), ("templates",), ("people", "ada"), ("contacts", "lead"), ("project",),
        ("profiles", "staging"), ("profiles", "staging", "contacts", "lead"), ("profiles", "staging", "backends"),
        *(("profiles", "staging", one) for one in Offered(signatures()).tables()),
    ]  # fmt: skip
    for table in tables:
        lines = [f"{name} = {word.example}" for name, word in WORDS.below(table) if word.example]
        header = [f"[{'.'.join(table)}]"] if table else []
        text = "\n".join([*header, *lines, ""])
        assert [one.message for one in read_settings(SourceFile(SETTINGS, text))[1]] == [], text
        assert all(word.doc for _, word in WORDS.below(table))


def test_every_key_that_can_be_written_is_explained() -> None:
    """Over its name in the text, wherever its table stands."""
    text = (
        '[profiles.staging]\nhosts = []\n[profiles.staging.imap.password]\n"a@b.test" = "env:X"\n'
    )
    source = SourceFile(SETTINGS, text)
    for needle, told in (
        ("hosts", "reached"),
        ("a@b.test", "mailbox"),
        ("imap", "`imap`"),
        ("staging", "place"),
    ):
        found = hover_at(source, text.index(needle) + 1, WORDS)
        assert found is not None, needle
        assert told in found.text
    assert hover_at(source, text.index("env:X"), WORDS) is None
