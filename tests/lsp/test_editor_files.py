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


def test_the_extension_takes_our_files_and_starts_the_server(tmp_path: Path) -> None:
    """In a stand-in for VS Code: Ruby stays Ruby, trust and settings start the server anew, a missing one is told."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing: the extension is a program for it")
    files = [str(ROOT / one) for one in OURS]
    for number, text in enumerate(RUBY):
        (tmp_path / f"{number}.rb").write_text(text, encoding="utf-8")
        files.append(str(tmp_path / f"{number}.rb"))
    done = subprocess.run(
        [node, str(VSCODE / "test" / "activation.js"), *files],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["ours"] == files[: len(OURS)]
    server = {"command": "rbengine", "args": ["lsp"]}
    selector = [
        {"scheme": "file", "language": "rbengine"},
        {"scheme": "file", "pattern": "**/rbengine.toml"},
    ]
    assert told["started"] == [
        {"run": server, "trusted": trusted, "selector": selector} for trusted in (False, True)
    ]
    assert told["stopped"] == 2
    assert len(told["warned"]) == 1
    assert "`missing` cannot be started" in told["warned"][0]


COLOURED = """\
# the row of a step
runbook RB-900 "Title of {{ shop.name }}"
symptoms
  - It is `slow`, covers RB-900/symptoms/1
diagnose
  step "Look", timeout 20s
    row = query one
      SELECT id, name -- the step
      FROM shops WHERE id = :shop.id
    check row.tier is present
resolve stale
  change "Rename {{ row.name | upper }}"
    sql
      UPDATE shops SET name = 'step'
    expect 1 row
  letter = text
    note this step
  note "done"
message late(row: shops) "Late, {{ row.name }}"
  Hello {{ row.name | upper }},
  {% for one in lines %}
    step {{ one }}
  {% endfor %}
recover
  note "late"
"""
SCOPES = [
    (0, "# the row of a step", "comment.line.number-sign.rbengine"),
    (1, "runbook", "keyword.control.file.rbengine"),
    (1, "RB-900", "entity.name.section.rbengine"),
    (1, "Title of ", "string.quoted.double.rbengine"),
    (1, "name", "meta.embedded.line.jinja.rbengine variable.other.property.rbengine"),
    (3, "`slow`", "markup.other.prose.rbengine markup.inline.raw.rbengine"),
    (3, "RB-900/symptoms/1", "constant.other.reference.rbengine"),
    (5, "step", "keyword.control.rbengine"),
    (5, "20s", "constant.numeric.rbengine"),
    (6, "row", "variable.other.definition.rbengine"),
    (6, "query one", "keyword.control.rbengine"),
    (7, "SELECT id, name -- the step", "meta.embedded.block.sql"),
    (8, "shop", "meta.embedded.block.sql variable.parameter.rbengine"),
    (8, ".id", "meta.embedded.block.sql variable.other.property.rbengine"),
    (9, "check", "keyword.control.rbengine"),
    (9, " row", ""),
    (9, "tier", "variable.other.property.rbengine"),
    (9, "present", "constant.language.rbengine"),
    (10, "stale", "entity.name.function.rbengine"),
    (11, "upper", "support.function.filter.rbengine"),
    (12, "sql", "keyword.control.rbengine"),
    (13, "UPDATE shops SET name = 'step'", "meta.embedded.block.sql"),
    (14, "row", "keyword.control.rbengine"),
    (15, "text", "keyword.control.rbengine"),
    (16, "note this step", "string.unquoted.block.rbengine"),
    (17, "note", "keyword.control.rbengine"),
    (18, "late", "entity.name.function.rbengine"),
    (19, "Hello ", "meta.embedded.block.jinja"),
    (19, "name", "meta.embedded.block.jinja variable.other.property.rbengine"),
    (20, "for", "meta.embedded.block.jinja keyword.control.jinja.rbengine"),
    (21, "step ", "meta.embedded.block.jinja"),
    (23, "recover", "keyword.control.section.rbengine"),
]
"""Lines, texts and the scopes that they have at least; `""`: none at all."""


@pytest.mark.slow
def test_a_playbook_is_coloured_as_it_is_meant(tmp_path: Path) -> None:
    """By the programs that VS Code itself colours with: SQL and Jinja2 inside, words of the language as names."""
    coloured = _scopes(tmp_path, {"sample.rb": COLOURED})["sample.rb"]
    for line, text, expected in SCOPES:
        found = [scopes for one, scopes in coloured[line] if one.strip() == text.strip()]
        assert found, (line, text, coloured[line])
        if expected:
            assert set(expected.split()) <= set(found[0]), (line, text, found)
        else:
            assert found[0] == [], (line, text, found)


@pytest.mark.slow
def test_every_shipped_playbook_is_coloured_to_its_end(tmp_path: Path) -> None:
    """No raw text swallows what stands behind it: a part begins with a word of the language in each."""
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "playbooks").rglob("*.rb"))
    }
    for path, lines in _scopes(tmp_path, texts).items():
        written = texts[path].split("\n")
        for number, tokens in enumerate(lines):
            if re.match(r"[a-z]", written[number]):
                assert any("keyword" in scope for scope in tokens[0][1]), (path, written[number])


def _scopes(folder: Path, texts: dict[str, str]) -> dict[str, Any]:
    """By file, the tokens of each line with their scopes."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are missing: VS Code colours with programs for them")
    needed = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    shutil.copytree(VSCODE / "syntaxes", folder / "syntaxes")
    shutil.copytree(VSCODE / "test", folder / "test")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    _installed(
        npm,
        folder,
        ["install", *(f"{one}@{needed[one]}" for one in ("vscode-oniguruma", "vscode-textmate"))],
    )
    files = []
    for number, text in enumerate(texts.values()):
        files.append(str(folder / f"{number}.rb"))
        Path(files[-1]).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [node, str(folder / "test" / "scopes.js"), *files],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(texts, json.loads(done.stdout), strict=True))


def _installed(npm: str, folder: Path, command: list[str]) -> None:
    done = subprocess.run(
        [npm, *command, "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if any(one in done.stderr for one in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT")):
        pytest.skip("npm's registry cannot be reached: the packages come from there")
    assert done.returncode == 0, done.stderr


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


@pytest.mark.slow(seconds=20)
def test_the_extension_can_be_packed(tmp_path: Path) -> None:
    """With the npm tools, from what is committed, its client inside."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing: the extension is packed with its tools")
    folder = tmp_path / "vscode"
    shutil.copytree(VSCODE, folder, ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    _installed(npm, folder, ["ci"])
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
    assert not any("/test/" in one for one in names if "node_modules" not in one)
