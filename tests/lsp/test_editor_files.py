"""The files that editors colour and recognise playbooks by."""

import json
import re
import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rbengine.syntax.parts import PART_WORDS

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "examples" / "editors"
VSCODE = EDITORS / "vscode"

OURS = (
    "playbooks/rb011.rb",
    "playbooks/app.rb",
    "playbooks/policy.rb",
    "playbooks/scenarios/rb011.rb",
)
RUBY = (
    "require 'sinatra'\n",
    "# frozen\n\nclass App\nend\n",
    "app = App.new\n",
    "policy = 1\n",
    "",
)


def made() -> dict[str, Any]:
    """What `made.py` defines."""
    return runpy.run_path(str(EDITORS / "made.py"))


@pytest.mark.parametrize(("function", "path"), [("textmate", "TEXTMATE"), ("vim", "VIM")])
def test_what_is_made_from_the_words_is_current(function: str, path: str) -> None:
    """Somebody changed the grammar and forgot `python examples/editors/made.py`."""
    its = made()
    assert its[path].read_text(encoding="utf-8") == its[function]()


def test_every_word_of_the_language_is_coloured() -> None:
    """In both, but for those that are names more often."""
    its = made()
    text = its["textmate"]() + its["vim"]()
    for word in set(its["words"]()) - its["OFTEN_NAMES"]:
        assert len(re.findall(rf"\b{word}\b", text)) >= 2, word


def test_every_pattern_is_a_regular_expression() -> None:
    """One that is not takes all colours away."""

    def patterns(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node[key] for key in ("match", "begin", "end") if isinstance(node.get(key), str)]
            return own + [one for value in node.values() for one in patterns(value)]
        if isinstance(node, list):
            return [one for value in node for one in patterns(value)]
        return []

    found = patterns(json.loads(made()["textmate"]()))
    assert len(found) > 20
    for one in found:
        re.compile(one.replace(r"\G", ""))


def first_line() -> "re.Pattern[str]":
    """The pattern by which VS Code recognises a file."""
    package = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    (language,) = package["contributes"]["languages"]
    assert "extensions" not in language  # `.rb` stays Ruby's
    return re.compile(language["firstLine"])


def test_vs_code_knows_our_files_by_their_first_line() -> None:
    """Every kind of file, and no Ruby."""
    pattern = first_line()
    for path in OURS:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        line = next(one for one in lines if one.strip() and not one.startswith("#"))
        assert pattern.match(line), line
    for text in RUBY:
        assert not pattern.match(text)
    for kind in PART_WORDS:
        assert kind in pattern.pattern


def test_the_extension_says_what_it_needs() -> None:
    """A package that VS Code would refuse, or that would load code in a folder that nobody trusts."""
    package = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    for named in (package["main"], *(one["path"] for one in package["contributes"]["grammars"])):
        assert (VSCODE / named).is_file()
    (language,) = package["contributes"]["languages"]
    assert json.loads((VSCODE / language["configuration"]).read_text(encoding="utf-8"))
    trust = package["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == ["rbengine.command"]


def test_playbooks_are_not_counted_as_ruby() -> None:
    """On GitHub's bar of languages."""
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "playbooks/**/*.rb -linguist-detectable" in lines


def test_the_client_tells_our_files_from_ruby() -> None:
    """Past comments, which VS Code's own look at the first line does not read."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing: the client's own test of the first word needs it")
    texts = [(ROOT / path).read_text(encoding="utf-8") for path in OURS] + list(RUBY)
    code = (
        f"const {{ isOurs }} = require({json.dumps(str(VSCODE / 'first-word.js'))});"
        f"console.log(JSON.stringify({json.dumps(texts)}.map(isOurs)));"
    )
    done = subprocess.run([node, "-e", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True] * len(OURS) + [False] * len(RUBY)


def test_vim_tells_our_files_from_ruby_and_colours_sql(tmp_path: Path) -> None:
    """In a Vim without any other settings."""
    vim = shutil.which("vim")
    if vim is None:
        pytest.skip("vim is missing: its files can only be tried in it")
    (tmp_path / "ruby.rb").write_text(RUBY[0], encoding="utf-8")
    (tmp_path / "ours.rb").write_text(
        '# a comment\nrunbook RB-900 "Title"\n\ndiagnose\n  step "Look"\n    row = query one\n'
        "      SELECT id\n      FROM shops\n    check row.id is present\n",
        encoding="utf-8",
    )
    told = tmp_path / "told"
    code = (
        f"let told = [] | edit {tmp_path}/ruby.rb | call add(told, &filetype)"
        f" | edit {tmp_path}/ours.rb | call add(told, &filetype)"
        " | for at in [[2, 1], [7, 7], [9, 5]] | call add(told, synIDattr(synID(at[0], at[1], 1), 'name'))"
        f" | endfor | call writefile(told, '{told}') | qa!"
    )
    subprocess.run(
        [vim, "-Nu", "NONE", "-es", "--cmd", f"set rtp^={EDITORS / 'vim'}",
         "-c", "filetype plugin on", "-c", "syntax on", "-c", code],
        check=False, timeout=60, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    kinds = told.read_text(encoding="utf-8").splitlines()
    assert kinds[:3] == ["ruby", "rbengine", "rbengineWord"]
    assert kinds[3].startswith("sql")
    assert kinds[4] == "rbengineWord"


@pytest.mark.slow
def test_the_extension_can_be_packed(tmp_path: Path) -> None:
    """With the npm tools, from what is committed, its client inside."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing: the extension is packed with its tools")
    folder = tmp_path / "vscode"
    shutil.copytree(VSCODE, folder, ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if any(
        one in installed.stderr for one in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT")
    ):
        pytest.skip("npm's registry cannot be reached: the client's packages come from there")
    assert installed.returncode == 0, installed.stderr
    packed = subprocess.run(
        [npm, "run", "package"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert packed.returncode == 0, packed.stderr + packed.stdout
    (package,) = folder.glob("*.vsix")
    names = set(zipfile.ZipFile(package).namelist())
    assert {
        "extension/extension.js", "extension/first-word.js", "extension/syntaxes/rbengine.tmLanguage.json",
        "extension/node_modules/vscode-languageclient/package.json",
    } <= names  # fmt: skip
