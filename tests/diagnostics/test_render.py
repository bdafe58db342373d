"""The drawing of a problem: layouts that are easy to get wrong."""

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.diagnostics.render import MOST_DRAWN, render
from rbengine.source import SourceFile, Span

TEXT = """\
runbook RB-011 "Title"

diagnose
  step "Look"
    account = query one
      SELECT id FROM businesses
    subscription = stripe.latest_subscripton(customer: account.id)
"""


def problem(text: str, wrong: str, label: str = "here", **more: object) -> Diagnostic:
    start = text.index(wrong)
    return Diagnostic(
        code=Code("E204"),
        message="something is wrong",
        primary=Label("a.rb", Span(start, start + len(wrong)), label),
        **more,  # type: ignore[arg-type]  # the rest of a diagnostic, as each test needs it
    )


def drawn(one: Diagnostic, text: str, *, colour: bool = False, width: int = 80) -> str:
    return render([one], {"a.rb": SourceFile("a.rb", text)}, colour=colour, width=width)


def test_a_problem_shows_its_line_and_what_to_do() -> None:
    """The whole shape, as the style sheet shows it."""
    one = problem(
        TEXT,
        "latest_subscripton",
        "unknown operation",
        why="the reason",
        notes=("a fact",),
        help="did you mean `latest_subscription`?",
    )
    assert drawn(one, TEXT) == (
        "error[E204]: something is wrong\n"
        "  --> a.rb:7:27\n"
        "   |\n"
        " 7 |     subscription = stripe.latest_subscripton(customer: account.id)\n"
        "   |                           ^^^^^^^^^^^^^^^^^^ unknown operation\n"
        "   |\n"
        "   = why: the reason\n"
        "   = note: a fact\n"
        "   = help: did you mean `latest_subscription`?\n"
        "   = more: rbengine explain E204\n"
    )


def test_sentences_fold_where_a_screen_asks_for_it() -> None:
    """A terminal would break them within a word; what programs read stays one row each."""
    help_ = "add `expect 1 row`, `at most N rows` or `any number of rows` below it"
    one = problem(TEXT, "latest_subscripton", help=help_)
    sources = {"a.rb": SourceFile("a.rb", TEXT)}
    folded = render([one], sources, colour=False, width=40, fold=True)
    assert folded.endswith(
        "   = help: add `expect 1 row`, `at\n"
        "           most N rows` or `any number\n"
        "           of rows` below it\n"
        "   = more: rbengine explain E204\n"
    )
    assert f"   = help: {help_}\n" in render([one], sources, colour=False, width=40)
    painted = render([one], sources, colour=True, width=26, fold=True)
    assert "error[E204]\x1b[0m\x1b[1m: something\x1b[0m\n  \x1b[1mis wrong\x1b[0m\n" in painted


def test_the_other_half_of_a_contradiction_is_shown_too() -> None:
    """Lines between the two are left out, and said to be."""
    other = Label("a.rb", Span(TEXT.index("account"), TEXT.index("account") + 7), "bound here")
    lines = drawn(problem(TEXT, "account.id", secondary=(other,)), TEXT).splitlines()
    assert lines[3:8] == [
        " 5 |     account = query one",
        "   |     ------- bound here",
        "...",
        " 7 |     subscription = stripe.latest_subscripton(customer: account.id)",
        "   |                                                        ^^^^^^^^^^ here",
    ]


def test_two_labels_of_one_line_are_drawn_below_each_other() -> None:
    """The rightmost first, so that no label is written over."""
    text = "    check lag < 30\n"
    other = Label("a.rb", Span(10, 13), "a duration")
    lines = drawn(problem(text, "30", "a number", secondary=(other,)), text).splitlines()
    assert lines[3:6] == [
        " 1 |     check lag < 30",
        "   |                 ^^ a number",
        "   |           --- a duration",
    ]


def test_a_label_in_another_file_has_its_own_place() -> None:
    """A procedure's mistake may show where it was called."""
    one = problem(TEXT, "account.id", secondary=(Label("b.rb", Span(0, 7), "declared here"),))
    sources = {"a.rb": SourceFile("a.rb", TEXT), "b.rb": SourceFile("b.rb", "library x\n")}
    assert "  ::: b.rb:1:1\n   |\n 1 | library x\n   | ------- declared here\n" in render(
        [one], sources, colour=False, width=80
    )


def test_carets_stand_under_wide_characters() -> None:
    """Two columns each for CJK, none for a combining accent."""
    text = 'note "日本 e\u0301 wrong"\n'
    lines = drawn(problem(text, "wrong"), text).splitlines()
    assert lines[4] == "   |              ^^^^^ here"
    wide = drawn(problem(text, "日本"), text).splitlines()
    assert wide[4] == "   |       ^^^^ here"


def test_a_tab_is_drawn_as_one_blank() -> None:
    """Also in a file with CRLF, where the carriage return is no character of the line."""
    text = "a\tb wrong\r\nc\r\n"
    lines = drawn(problem(text.replace("\r", ""), "wrong"), text).splitlines()
    assert lines[3:5] == [" 1 | a b wrong", "   |     ^^^^^ here"]


def test_a_problem_at_the_end_of_a_file_stands_behind_its_last_character() -> None:
    """There is no line after the last newline that one could look at."""
    one = Diagnostic(
        code=Code("E101"), message="more was expected", primary=Label("a.rb", Span(10, 10), "here")
    )
    assert drawn(one, "abc\nde wxy\n").splitlines()[3:5] == [" 2 | de wxy", "   |       ^ here"]


def test_a_span_over_several_lines_is_underlined_on_its_first() -> None:
    """The first line is where one starts to read."""
    text = "abc def\n  ghi\n"
    assert drawn(problem(text, "def\n  ghi"), text).splitlines()[3:5] == [
        " 1 | abc def",
        "   |     ^^^ here",
    ]


def test_a_long_line_is_cut_around_the_carets() -> None:
    """A narrow screen still shows the wrong text with its carets straight."""
    text = "x" * 60 + " wrong " + "y" * 60 + "\n"
    lines = drawn(problem(text, "wrong"), text, width=40).splitlines()
    assert all(len(one) <= 40 for one in lines[3:6])
    column = lines[3].index("wrong")
    assert lines[4][column : column + 5] == "^^^^^"


def test_a_label_that_has_no_room_goes_below_its_carets() -> None:
    """A label is never cut."""
    text = "    subscription = something that is rather long\n"
    lines = drawn(problem(text, "long", "this is what it says"), text, width=56).splitlines()
    assert lines[4].strip() == "|" + " " * 45 + "^^^^"
    assert lines[5].endswith("this is what it says")
    assert len(lines[5]) <= 56


def test_an_unknown_file_is_named_without_a_line() -> None:
    """A problem may speak of a file that is not there."""
    one = problem(TEXT, "account")
    assert render([one], {}, colour=False, width=80).splitlines()[:2] == [
        "error[E204]: something is wrong",
        "  --> a.rb",
    ]


def test_colour_adds_nothing_but_escapes() -> None:
    """A log without colour says the same."""
    import re

    one = problem(TEXT, "account.id")
    coloured = drawn(one, TEXT, colour=True)
    assert "\x1b[1;31m^^^^^^^^^^ here".replace(" here", "") in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == drawn(one, TEXT)


def test_errors_are_drawn_before_warnings_where_not_all_are() -> None:
    """A hundred warnings must not hide the one error."""
    warning = Diagnostic(code=Code("W701"), message="unused", primary=Label("a.rb", Span(0, 1)))
    error = problem(TEXT, "account.id")
    few, many = [warning, error], [warning] * MOST_DRAWN + [error]
    sources = {"a.rb": SourceFile("a.rb", TEXT)}
    assert render(few, sources, colour=False, width=80).startswith("warning[W701]")
    assert render(many, sources, colour=False, width=80).startswith("error[E204]")


def test_only_the_first_problems_are_drawn() -> None:
    """Nobody reads a thousand; the number is said."""
    text = render(
        [problem(TEXT, "account.id")] * (MOST_DRAWN + 2),
        {"a.rb": SourceFile("a.rb", TEXT)},
        colour=False,
        width=80,
    )
    assert text.count("error[E204]") == MOST_DRAWN
    assert text.endswith("\n\n... and 2 more problems\n")
