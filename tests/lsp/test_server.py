"""The language server as an editor meets it: a real process, over its pipes. Nothing waits for time to pass."""

from pathlib import Path

import pytest
from support.editors import BESIDE, BOOK, FILES, RULES
from support.lsp_client import LspClient, LspError, Message

UNTRUSTED = {"trusted": False}
RUNBOOK = FILES[BOOK]


def place(text: str, needle: str, inside: int = 1) -> tuple[int, int]:
    """Zero-based line and character of `needle`, `inside` letters further on."""
    offset = text.index(needle) + inside
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1


def codes(problems: list[Message]) -> set[str]:
    """Which problems these are."""
    return {one["code"] for one in problems}


def test_it_offers_what_it_can_do(folder: Path) -> None:
    """An editor asks for nothing else."""
    able_itself = {"textDocument": {"rename": {"prepareSupport": True}}}
    with LspClient(folder, options=UNTRUSTED, capabilities=able_itself) as client:
        able = client.capabilities
        for name in (
            "hoverProvider", "completionProvider", "definitionProvider", "referencesProvider", "renameProvider",
            "documentFormattingProvider", "codeActionProvider", "foldingRangeProvider", "semanticTokensProvider",
        ):  # fmt: skip
            assert able[name]
        assert able["renameProvider"] == {"prepareProvider": True}
        assert able["positionEncoding"] == "utf-16"
        assert able["textDocumentSync"]["change"] == 1  # whole texts
    assert client.code == 0


def test_problems_come_as_one_types(folder: Path) -> None:
    """Of the unsaved text, and gone when it is right again."""
    wrong = RUNBOOK.replace("resolve shut", "resolve shutt")
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        assert client.problems(BOOK) == []
        client.type(BOOK, wrong)
        (*_, found) = client.problems(BOOK, lambda its: "E220" in codes(its))
        client.type(BOOK, RUNBOOK, version=3)
        assert client.problems(BOOK, lambda its: not its) == []
    assert found["source"] == "rbengine"
    assert found["severity"] in (1, 2)
    assert (folder / BOOK).read_text(encoding="utf-8") == RUNBOOK


def test_problems_of_files_that_depend_on_it_come_too(folder: Path) -> None:
    """Scenarios speak of their runbook's findings; a policy is everybody's."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        client.type(
            BOOK, RUNBOOK.replace(" shut\n", " closed_now\n").replace(" shut ", " closed_now ")
        )
        assert codes(client.problems(BESIDE, lambda its: "E660" in codes(its)))
        client.open(RULES)
        client.type(RULES, FILES[RULES].replace("severity P2", "severity P3"))
        assert client.problems(BOOK, lambda its: any("P2" in one["message"] for one in its))


def test_places_are_counted_as_the_editor_prefers(folder: Path) -> None:
    """Some count bytes, some letters."""
    typed = RUNBOOK.replace('note "{{ found }}', 'note "ü😀 {{ found }}')
    line, letter = place(typed, "{{ found }}", 3)
    before = typed.splitlines()[line][:letter]
    for encoding, length in (
        ("utf-8", len(before.encode())), ("utf-32", len(before)),
        ("utf-16", len(before.encode("utf-16-le")) // 2),
    ):  # fmt: skip
        wished = {"general": {"positionEncodings": [encoding]}}
        with LspClient(folder, options=UNTRUSTED, capabilities=wished) as client:
            assert client.capabilities["positionEncoding"] == encoding
            client.open(BOOK, typed)
            hover = client.ask("hover", BOOK, (line, length))
        assert hover["range"]["start"] == {"line": line, "character": length}


def test_a_fix_is_offered_where_there_is_one(folder: Path) -> None:
    """And it is the one that `rbengine check` names."""
    wrong = RUNBOOK.replace("call tell(", "call tel(")
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK, wrong)
        problems = client.problems(BOOK, bool)
        at = next(one["range"] for one in problems if "tel" in one["message"])
        actions = client.ask_all("codeAction", BOOK, range=at, context={"diagnostics": []})
    (action,) = [one for one in actions if one["title"] == "write `tell`"]
    assert action["kind"] == "quickfix"
    (edit,) = action["edit"]["changes"][client.uri(BOOK)]
    line, start = place(wrong, "tel(", 0)
    assert edit == {
        "range": {
            "start": {"line": line, "character": start},
            "end": {"line": line, "character": start + 3},
        },
        "newText": "tell",
    }


def test_questions_are_answered_about_what_was_just_typed(folder: Path) -> None:
    """No pause lies between a key and its answer."""
    typed = RUNBOOK.replace(
        "check row.customer is present", 'note "ü😀 {{ row.name }}"\n    check row.'
    )
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        client.type(BOOK, typed)
        line, _ = place(typed, "check row.")
        offered = client.ask("completion", BOOK, (line, len("    check row.")))
        # behind two letters that UTF-16 counts as one and two
        hover = client.ask("hover", BOOK, (line - 1, len('    note "ü😀 {{ r') + 1))
    assert offered["items"] == []  # without a schema nobody knows the columns
    assert "row" in hover["contents"]["value"]
    assert hover["range"]["start"]["character"] == len('    note "ü😀 {{ ') + 1


def test_a_definition_is_in_another_file(folder: Path) -> None:
    """The policy's contact, the library's procedure."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        (found,) = client.ask("definition", BOOK, place(RUNBOOK, "approve by boss", 12))
        assert found["uri"] == client.uri(RULES)
        uses = client.ask(
            "references",
            BOOK,
            place(RUNBOOK, "finding shut", 9),
            context={"includeDeclaration": True},
        )
    assert [one["uri"] for one in uses].count(client.uri(BESIDE)) == 1
    assert len(uses) == 3


def test_renaming_reaches_the_scenarios(folder: Path) -> None:
    """One edit for each place; what cannot be is refused in words."""
    at = place(RUNBOOK, "finding shut", 9)
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        where = client.ask("prepareRename", BOOK, at)
        edit = client.ask("rename", BOOK, at, newName="closed_now")
        with pytest.raises(LspError, match="means something else already"):
            client.ask("rename", BOOK, at, newName="unpaid")
    assert where["end"]["character"] - where["start"]["character"] == len("shut")
    assert {uri: len(its) for uri, its in edit["changes"].items()} == {
        client.uri(BOOK): 2,
        client.uri(BESIDE): 1,
    }


def test_formatting_changes_only_the_lines_that_differ(folder: Path) -> None:
    """A cursor elsewhere stays where it is."""
    options = {"tabSize": 2, "insertSpaces": True}
    ugly = RUNBOOK.replace("mttr 20m", "mttr    20m")
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK, ugly)
        edits = client.ask_all("formatting", BOOK, options=options)
        lines = ugly.splitlines(keepends=True)
        for edit in reversed(edits):
            first, last = edit["range"]["start"]["line"], edit["range"]["end"]["line"]
            lines[first:last] = [edit["newText"]]
        client.type(BOOK, "".join(lines))
        assert client.ask_all("formatting", BOOK, options=options) == []
        client.type(BOOK, "runbook RB-900", version=3)
        assert not client.ask_all("formatting", BOOK, options=options)
    assert edits
    assert "".join(lines).split() == ugly.split()


def test_folds_and_colours_are_told(folder: Path) -> None:
    """Relative to the word before, as the protocol wants it."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        folds = client.ask_all("foldingRange", BOOK)
        data = client.ask_all("semanticTokens/full", BOOK)["data"]
        names = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
    line, _ = place(RUNBOOK, "resolve shut")
    assert line in [one["startLine"] for one in folds]
    assert len(data) % 5 == 0
    assert data[:2] == [0, 0]
    assert data[2] == len("runbook")
    assert names[data[3]] == "keyword"


def test_ruby_is_left_alone(folder: Path) -> None:
    """In a project and outside of one: no problems, no answers."""
    outside = "lib/thing.rb"
    (folder.parent / "lib").mkdir()
    (folder.parent / outside).write_text("class Thing\nend\n", encoding="utf-8")
    with LspClient(folder.parent, options=UNTRUSTED) as client:
        for path in (outside, "shop/p/server.rb"):
            client.open(path)
            assert client.ask("hover", path, (0, 2)) is None
            assert not client.ask("completion", path, (0, 2))
            assert client.ask_all("foldingRange", path) == []
            assert client.ask_all("semanticTokens/full", path)["data"] == []
        client.open(f"shop/{BOOK}")
        assert client.problems(f"shop/{BOOK}") == []
    published = client.kept("textDocument/publishDiagnostics")
    ruby = {client.uri(outside), client.uri("shop/p/server.rb")}
    assert not [one for one in published if one["params"]["uri"] in ruby]


def test_a_file_that_becomes_ruby_loses_its_problems(folder: Path) -> None:
    """As does one that becomes ours gain them."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK, "runbook\n")
        assert client.problems(BOOK, bool)
        client.type(BOOK, "require 'sinatra'\n")
        assert client.problems(BOOK, lambda its: not its) == []
        client.type(BOOK, "runbook\n", version=3)
        assert client.problems(BOOK, bool)


def test_a_playbook_outside_of_any_project_is_checked_with_its_neighbours(tmp_path: Path) -> None:
    """Without settings its folder is what it has."""
    (tmp_path / "scenarios").mkdir()
    for path in (BOOK, BESIDE, RULES):
        (tmp_path / path.removeprefix("p/")).write_text(FILES[path], encoding="utf-8")
    with LspClient(tmp_path, options=UNTRUSTED) as client:
        client.open("shops.rb")
        problems = client.problems("shops.rb")
        (found,) = client.ask("definition", "shops.rb", place(RUNBOOK, "approve by boss", 12))
    assert any("shared" in one["message"] for one in problems)  # the library stayed behind
    assert found["uri"] == client.uri("policy.rb")


def test_closing_a_file_brings_back_what_is_on_disk(folder: Path) -> None:
    """What was typed and not saved is no part of the project any more."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK, RUNBOOK.replace("resolve shut", "resolve shutt"))
        assert client.problems(BOOK, bool)
        client.close(BOOK)
        assert client.problems(BOOK, lambda its: not its) == []


def test_files_that_change_on_disk_are_read_again(folder: Path) -> None:
    """By another program, or another branch."""
    watching = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    with LspClient(folder, options=UNTRUSTED, capabilities=watching) as client:
        asked = client.answer("client/registerCapability")
        (registered,) = asked["params"]["registrations"]
        assert registered["method"] == "workspace/didChangeWatchedFiles"
        client.open(BOOK)
        assert client.problems(BOOK) == []
        (folder / RULES).write_text(
            FILES[RULES].replace("severity P2", "severity P3"), encoding="utf-8"
        )
        changes = [{"uri": client.uri(RULES), "type": 2}]
        client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        assert client.problems(BOOK, lambda its: any("P2" in one["message"] for one in its))
        (folder / RULES).unlink()
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{**changes[0], "type": 3}]})
        assert client.problems(BOOK, lambda its: any("boss" in one["message"] for one in its))


def test_an_untrusted_workspace_loads_no_schema(folder: Path) -> None:
    """A schema that could not be loaded is never noticed, and no server is started."""
    home = folder.parent / "home"
    (folder / "p" / "schema.sql").write_text("SELECT broken FROM nothing;\n", encoding="utf-8")
    environment = {**CLEAN, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    with LspClient(folder, options=UNTRUSTED, environment=environment) as client:
        client.open(BOOK)
        assert client.problems(BOOK) == []
        wrong = RUNBOOK.replace("SELECT id,", "SELECT nonsense,")
        client.type(BOOK, wrong.replace("resolve shut", "resolve shutt"))
        problems = client.problems(BOOK, bool)
        assert not [one for one in problems if "PostgreSQL" in one["message"]]
    assert not home.exists()
    assert client.kept("window/showMessage") == []


def test_in_a_trusted_workspace_sql_is_judged_while_it_is_written(folder: Path) -> None:
    """By PostgreSQL, with the schema; columns and tables are offered."""
    wrong = RUNBOOK.replace("SELECT id, name", "SELECT id, nome")
    with LspClient(folder) as client:
        client.open(BOOK, wrong)
        found = client.problems(BOOK, lambda its: any("nome" in one["message"] for one in its))
        client.type(BOOK, RUNBOOK)
        client.problems(BOOK, lambda its: not its)
        hover = client.ask("hover", BOOK, place(RUNBOOK, "row.state", 6))
        column = client.ask("hover", BOOK, place(RUNBOOK, "name, customer", 8))
        tables = client.ask("completion", BOOK, place(RUNBOOK, "FROM shops", 5))
    assert any("did you mean `name`?" in one["message"] for one in found)
    assert "open or closed" in hover["contents"]["value"]
    assert "may be NULL" in column["contents"]["value"]
    assert {"shops", "visits"} <= {one["label"] for one in tables["items"]}


def test_a_schema_that_cannot_be_loaded_is_told_once(folder: Path) -> None:
    """All else is checked as ever."""
    (folder / "p" / "schema.sql").write_text("CREATE TABLE broken (", encoding="utf-8")
    with LspClient(folder) as client:
        client.open(BOOK)
        told = client.wait_for(lambda one: one.get("method") == "window/showMessage")
        client.type(BOOK, RUNBOOK.replace("resolve shut", "resolve shutt"))
        assert client.problems(BOOK, bool)
    assert "SQL is not checked" in told["params"]["message"]
    assert client.kept("window/showMessage") == []


def test_any_beginning_of_a_file_is_answered(folder: Path) -> None:
    """While somebody types, a file is never whole."""
    with LspClient(folder, options=UNTRUSTED) as client:
        client.open(BOOK)
        for number, end in enumerate(range(0, len(RUNBOOK), 61), start=2):
            text = RUNBOOK[:end]
            client.type(BOOK, text, version=number)
            at = (text.count("\n"), len(text) - text.rfind("\n") - 1)
            for what in ("completion", "hover", "definition", "prepareRename"):
                client.ask(what, BOOK, at)
            client.ask_all("semanticTokens/full", BOOK)
            client.ask_all("foldingRange", BOOK)
    assert client.kept("window/showMessage") == []


CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
