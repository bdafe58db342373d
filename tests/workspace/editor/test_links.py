"""From a name to where it was bound, and to all its uses, across files."""

import pytest
from rbengine.workspace.editor import Editor
from rbengine.workspace.editor.links import definitions_at, references_at
from rbengine.workspace.editor.rename import CannotBeRenamedError, name_to_change, rename
from support.editors import APP, BESIDE, BOOK, FILES, RULES, SHELF, after, editor


def lines(asked: Editor, places: object) -> list[str]:
    """Each place as `file:line`."""
    return [
        f"{one.file}:{asked.source(one.file).line_and_column(one.span.start)[0]}"
        for one in places  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize(
    ("path", "text", "bound"),
    [
        (BOOK, "check r▮ow.", (BOOK, "row = query")),
        (BOOK, "id = :ro▮w.id", (BOOK, "row = query")),
        (BOOK, "id = :sh▮op", (BOOK, "shop: uuid")),
        (BOOK, "resolve sh▮ut", (BOOK, "shut \"The shop")),
        (BOOK, "{{ fou▮nd }}", (BOOK, "found = ask")),
        (BOOK, "  {{ sh▮op.name }} is open again", (BOOK, "shop: shops")),
        (BOOK, 'shops) "{{ sh▮op.name', (BOOK, "shop: shops")),
        (BOOK, "message: ope▮ned(", (BOOK, "opened(shop:")),
        (BOOK, "call te▮ll", (SHELF, "tell(text")),
        (BOOK, "use sha▮red", (SHELF, "shared \"")),
        (BOOK, "approve by bo▮ss", (RULES, "boss \"")),
        (BOOK, "by on▮_call", (RULES, "on_call \"")),
        (BOOK, "severity P▮2", (RULES, "P2 \"")),
        (BESIDE, "for RB-▮900", (BOOK, "RB-900")),
        (BESIDE, "in clo▮sed", (BESIDE, "closed \"")),
        (BESIDE, "found sh▮ut", (BOOK, "shut \"The shop")),
        (BESIDE, "| :sh▮op |", (BOOK, "shop: uuid")),
        (BESIDE, "WHERE id = :sh▮op", (BOOK, "shop: uuid")),
        (APP, "id = :sh▮op", (APP, "shop: uuid")),
        (SHELF, "{{ te▮xt }}", (SHELF, "text: text")),
    ],
)  # fmt: skip
def test_a_name_leads_to_where_it_is_bound(path: str, text: str, bound: tuple[str, str]) -> None:
    """In the file itself, its libraries, the policy, the runbook of scenarios."""
    asked, offset = after(path, text)
    (place,) = definitions_at(asked, path, offset)
    file, beginning = bound
    assert place.file == file
    assert asked.source(file).text[place.span.start :].startswith(beginning)


def test_a_label_in_scenarios_leads_to_its_change() -> None:
    """Also where the text is that of no hole."""
    text = FILES[BESIDE].replace("Open Acme", "Open it")
    asked = editor({BOOK: FILES[BOOK].replace("Open {{ row.name }}", "Open it"), BESIDE: text})
    (place, *_) = definitions_at(asked, BESIDE, text.index("Open it") + 2)
    assert place.file == BOOK


def test_references_go_through_scenarios() -> None:
    """A finding is named where it is expected."""
    asked, offset = after(BOOK, "finding sh▮ut")
    found = lines(asked, references_at(asked, BOOK, offset))
    assert found == [f"{BESIDE}:15", f"{BOOK}:17", f"{BOOK}:22"]
    without = references_at(asked, BOOK, offset, with_definitions=False)
    assert lines(asked, without) == [f"{BESIDE}:15", f"{BOOK}:22"]


def test_people_are_found_in_every_file() -> None:
    """Who is asked, and where."""
    asked, offset = after(RULES, "contact bo▮ss")
    found = lines(asked, references_at(asked, RULES, offset))
    assert {one.rpartition(":")[0] for one in found} == {BOOK, BESIDE, RULES}
    assert len(found) == 7


def test_two_bindings_of_one_name_are_kept_apart() -> None:
    """A parameter of a message is not the input of the same name."""
    asked, offset = after(BOOK, "input sh▮op")
    found = references_at(asked, BOOK, offset)
    assert all(asked.source(one.file).line_and_column(one.span.start)[0] < 45 for one in found)
    asked, offset = after(BOOK, "opened(sh▮op")
    assert len(references_at(asked, BOOK, offset)) == 3


def renamed(path: str, text: str, name: str) -> dict[str, str]:
    """The files after a renaming."""
    asked, offset = after(path, text)
    changed = dict(FILES)
    for place in reversed(rename(asked, path, offset, name)):
        whole = changed[place.file]
        changed[place.file] = whole[: place.span.start] + name + whole[place.span.end :]
    return changed


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (BOOK, "ro▮w = query", "line"),
        (BOOK, "finding sh▮ut", "closed_now"),
        (BESIDE, "found sh▮ut", "closed_now"),
        (BOOK, "input sh▮op", "which"),
        (BESIDE, "  sh▮op =", "which"),
        (BOOK, "fou▮nd = ask", "payer"),
        (BOOK, "message ope▮ned", "is_open"),
        (BOOK, "opened(sh▮op", "its"),
        (SHELF, "procedure te▮ll", "say"),
        (SHELF, "library sha▮red", "common_steps"),
        (RULES, "contact bo▮ss", "chief"),
        (BESIDE, "world clo▮sed", "at_night"),
        (APP, "(sh▮op: uuid)", "which"),
    ],
)
def test_a_renamed_thing_means_the_same(path: str, text: str, name: str) -> None:
    """The project has the problems it had, and the old name is nowhere where it meant this."""
    before, after_it = editor(), editor(renamed(path, text, name))
    asked, offset = after(path, text)
    many = len(references_at(asked, path, offset))
    for file in FILES:
        told = [one.code for one in before.workspace.problems(file)]
        assert [one.code for one in after_it.workspace.problems(file)] == told
    found = sum(one.name == name for file in FILES for one in after_it.names(file).mentions)
    assert found == many > 1


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("ro▮w = query", "paid", "means something else"),
        ("ro▮w = query", "shut", "means something else"),
        ("ro▮w = query", "is", "a word of the language"),
        ("ro▮w = query", "incident", "a word of the language"),
        ("ro▮w = query", "stripe", "name of an adapter"),
        ("ro▮w = query", "two words", "is no name"),
        ("ro▮w = query", "", "is no name"),
        ("message ope▮ned", "count", "a function"),
        ("RB-9▮00", "other", "there is no name here"),
        ('step "Lo▮ok', "other", "there is no name here"),
    ],
)
def test_a_name_that_would_mean_something_else_is_refused(text: str, name: str, why: str) -> None:
    """A renaming never changes what a playbook does."""
    asked, offset = after(BOOK, text)
    with pytest.raises(CannotBeRenamedError, match=why):
        rename(asked, BOOK, offset, name)


def test_an_editor_is_told_beforehand_where_nothing_can_be_renamed() -> None:
    """Before it asks for the new name."""
    asked, offset = after(BOOK, "severity P▮2")
    assert name_to_change(asked, BOOK, offset) is None
    asked, offset = after(BOOK, "finding sh▮ut")
    span = name_to_change(asked, BOOK, offset)
    assert span is not None
    assert asked.source(BOOK).slice(span) == "shut"


def test_a_name_bound_in_both_branches_is_one_name() -> None:
    """It is visible after them, whichever was taken."""
    text = BRANCHES
    asked = editor({BOOK: text})
    found = references_at(asked, BOOK, text.index("{{ who }}") + 3)
    assert [asked.source(BOOK).slice(one.span) for one in found] == ["who"] * 3
    assert len(definitions_at(asked, BOOK, text.index("{{ who }}") + 3)) == 2


BRANCHES = """runbook RB-900 "Shops"

severity P2
mttr 20m

diagnose
  finding shut "Shut"
    "a" is "a"
resolve shut
  if shut
    who = "me"
  else
    who = "you"
  note "{{ who }}"
otherwise
  note "fine"
"""
