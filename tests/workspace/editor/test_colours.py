"""Colours by meaning, and what can be folded away."""

from rbengine.workspace.editor.colours import Colour, colours
from rbengine.workspace.editor.folding import Fold, folds
from support.editors import BESIDE, BOOK, FILES, RULES, editor


def coloured(path: str) -> list[tuple[str, Colour]]:
    """Each word with its colour."""
    asked = editor()
    source = asked.source(path)
    return [(source.slice(one.span), one.colour) for one in colours(asked, path)]


def test_words_are_told_by_what_they_mean() -> None:
    """A finding, a binding, an operation: the same letters otherwise."""
    found = coloured(BOOK)
    for wanted in (
        ("runbook", "keyword"), ("20m", "number"), ("shop", "parameter"), ("row", "variable"),
        ("stripe", "namespace"), ("latest_subscription", "method"), ("customer", "parameter"),
        ("shut", "event"), ("boss", "enumMember"), ("opened", "function"), ("tell", "function"),
        ("# the state is the database's own word", "comment"), ('"closed"', "string"),
        ("P2", "enumMember"), ("shared", "namespace"), ("uuid", "type"),
    ):  # fmt: skip
        assert wanted in found


def test_sql_is_coloured_inside_its_block() -> None:
    """Keywords, columns, tables, strings and parameters."""
    found = coloured(BOOK)
    for wanted in (
        ("SELECT", "keyword"), ("shops", "class"), ("customer", "property"), ("'open'", "string"),
        ("shop", "parameter"), ("UPDATE", "keyword"),
    ):  # fmt: skip
        assert wanted in found


def test_a_hole_is_no_string() -> None:
    """`{{ found }}` in a note: the text around it is one, the name is a name."""
    found = coloured(BOOK)
    place = found.index(('"{{', "string"))
    assert found[place + 1][1] == "variable"


def test_no_two_colours_overlap_and_none_runs_over_a_line() -> None:
    """Editors draw nonsense otherwise."""
    asked = editor()
    for path in FILES:
        end = 0
        for one in colours(asked, path):
            assert one.span.start >= end
            assert "\n" not in asked.source(path).slice(one.span)
            end = one.span.end


def test_where_a_name_is_bound_is_told() -> None:
    """Themes draw it stronger."""
    asked = editor()
    bound = {asked.source(BOOK).slice(one.span) for one in colours(asked, BOOK) if one.binds}
    assert {"row", "paid", "shut", "shop", "opened"} <= bound
    assert "boss" not in bound


def test_sections_steps_and_blocks_can_be_folded() -> None:
    """From the line that opens them to their last."""
    asked = editor()
    source = asked.source(BOOK)
    found = {source.line(one.first).strip(): one for one in folds(asked, BOOK)}
    assert found['step "Look"'].last == found['step "Look"'].first + 5
    for opener in ("diagnose", "resolve shut", "sql", 'finding shut "The shop is shut"'):
        assert opener in found
    message = next(one for line, one in found.items() if line.startswith("message"))
    assert source.line(message.last).strip() == "{{ shop.name }} is open again."
    assert all(isinstance(one, Fold) and one.last > one.first for one in found.values())


def test_other_files_fold_too() -> None:
    """Worlds, tables, severities."""
    asked = editor()
    assert len(folds(asked, BESIDE)) == 5
    assert len(folds(asked, RULES)) == 1
