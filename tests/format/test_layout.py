"""How lines are written, case by case: what is typed, and what comes of it."""

from textwrap import dedent

import pytest
from rbengine.format import format_source
from rbengine.source import SourceFile

HEAD = 'runbook RB-001 "Title"\n\n'


def check(typed: str, written: str, head: str = HEAD) -> None:
    """The parts `typed` become the parts `written`, which stay as they are."""
    for text in (typed, written):
        found = format_source(SourceFile("a.rb", head + dedent(text).lstrip("\n")))
        assert found.problems == ()
        assert found.text == head + dedent(written).lstrip("\n")


def test_blocks_are_two_blanks_a_level() -> None:
    """However deep they were typed."""
    check(
        """
        resolve a
            if b
                  note "x"
            else
             note "y"
        """,
        """
        resolve a
          if b
            note "x"
          else
            note "y"
        """,
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("x=1", "x = 1"),
        ("x  =  f( a :1 ,b:[ 1,2 , ] , )", "x = f(a: 1, b: [1, 2])"),
        ("x = - 1 - -  2", "x = -1 - -2"),
        ("x = (a) -1", "x = (a) - 1"),
        ("x = not(a)", "x = not (a)"),
        ("x = a . b . c", "x = a.b.c"),
        ("x = count (a)", "x = count(a)"),
        ("x = {a:1,'b':2}".replace("'", '"'), 'x = {a: 1, "b": 2}'),
        ("x = 12.50   usd+ 5%*3", "x = 12.50 usd + 5% * 3"),
        ("x = a if b else c", "x = a if b else c"),
        ("x = a in[1,2]", "x = a in [1, 2]"),
        ("x = a is not-1.5", "x = a is not -1.5"),
        ("x = 10m ago", "x = 10m ago"),
        ("vendor . do( )", "vendor.do()"),
        ('ask "q" :int within 5m by a or b', 'ask "q": int within 5m by a or b'),
        ('note "{{a}}"', 'note "{{a}}"'),
        ('step "a" ,timeout 5s  ,  covers RB-1/a ,RB-1/b\n    wait 1s',
         'step "a", timeout 5s, covers RB-1/a, RB-1/b\n    wait 1s'),
    ],
)  # fmt: skip
def test_blanks_stand_where_words_need_them(typed: str, written: str) -> None:
    """One between words, none inside of brackets, calls and signs."""
    check(f"resolve a\n  {typed}\n", f"resolve a\n  {written}\n")


def test_arguments_that_do_not_fit_go_on_below_their_bracket() -> None:
    """As many on a line as there is room for; what fits is put on one line again."""
    long = ", ".join(f'argument_{number}: "{"x" * 20}"' for number in range(4))
    check(
        f"""
        resolve a
          vendor.do({long})
          vendor.do(a: 1,
                b: 2)
        """,
        """
        resolve a
          vendor.do(argument_0: "xxxxxxxxxxxxxxxxxxxx", argument_1: "xxxxxxxxxxxxxxxxxxxx",
                    argument_2: "xxxxxxxxxxxxxxxxxxxx", argument_3: "xxxxxxxxxxxxxxxxxxxx")
          vendor.do(a: 1, b: 2)
        """,
    )


def test_an_argument_that_does_not_fit_is_broken_inside() -> None:
    """And brackets around a condition before its `and` and `or`."""
    words = ", ".join(f'"{number}{"x" * 24}"' for number in range(3))
    check(
        f"""
        resolve a
          vendor.do(name: [{words}], other: 1)
          x = ({"a" * 40} and {"b" * 40} and {"c" * 40})
        """,
        f"""
        resolve a
          vendor.do(name: ["0{"x" * 24}", "1{"x" * 24}",
                           "2{"x" * 24}"], other: 1)
          x = ({"a" * 40} and {"b" * 40}
               and {"c" * 40})
        """,
    )


def test_what_stands_behind_a_bracket_is_no_reason_to_break_inside() -> None:
    """The title of a message is as long as it is."""
    check(
        f"""
        message hello(name: text, other: text) "{"x" * 90}"
          Hi
        """,
        f"""
        message hello(name: text, other: text) "{"x" * 90}"
          Hi
        """,
    )


def test_a_condition_stays_broken_where_its_author_broke_it() -> None:
    """Outside of brackets `and` and `or` may begin a line; how a condition reads is the author's."""
    check(
        """
        diagnose
          finding a "A"
            one is present
                and two is present   or  three
        """,
        """
        diagnose
          finding a "A"
            one is present
              and two is present or three
        """,
    )


def test_a_check_that_does_not_fit_has_its_else_below() -> None:
    """The `else` of a condition belongs to it, and stays."""
    text = "x" * 80
    check(
        f"""
        resolve a
          check a is present else "short"
          check a is present and b is present else "{text}"  # why
          check a if b else "{text}{text}"
        """,
        f"""
        resolve a
          check a is present else "short"
          check a is present and b is present
            else "{text}"  # why
          check a if b else "{text}{text}"
        """,
    )


def test_comments_stay_with_the_block_they_were_written_in() -> None:
    """A comment at the end of a block is not about what follows it."""
    check(
        """
        resolve a
            # about the step
            step "s"   # behind
                note "x"
                # more to come
            # about the resolve

        # about b
        resolve b
            note "y"
        # the end
        """,
        """
        resolve a
          # about the step
          step "s"  # behind
            note "x"
            # more to come
          # about the resolve

        # about b
        resolve b
          note "y"
        # the end
        """,
    )


def test_comments_between_arguments_keep_their_lines() -> None:
    """Each says something about what stands beside it."""
    check(
        """
        resolve a
          vendor.do( a:1, # one
              # about two
              b: 2,
            c: 3)
        """,
        """
        resolve a
          vendor.do(a: 1,  # one
                    # about two
                    b: 2,
                    c: 3)
        """,
    )


def test_blank_lines_part_groups_once() -> None:
    """None below the line that opens a block, one between parts, and never two."""
    check(
        """
        severity P2
        resolve a

          note "x"



          note "y"

        resolve b
          note "z"
        otherwise
          note "o"

        """,
        """
        severity P2

        resolve a
          note "x"

          note "y"

        resolve b
          note "z"

        otherwise
          note "o"
        """,
    )


def test_raw_texts_are_only_moved() -> None:
    """What SQL looks like inside is its author's; `#` and blank lines are text there."""
    check(
        """
        resolve a
          x = query all   # read
                 SELECT a,
                        b   -- as it is

                 FROM   t  # text
          note "x"
        """,
        """
        resolve a
          x = query all  # read
            SELECT a,
                   b   -- as it is

            FROM   t  # text
          note "x"
        """,
    )


def test_neighbours_of_a_kind_stand_in_columns() -> None:
    """First words, inputs, bindings, choices and what an escalation says."""
    check(
        """
        severity P2
        mttr 20m
        # between
        tags a, b

        input a: int "A"
        input bb: int = 3 "B"

        resolve a
          x = 1
          longer = 2
          y = query one
            SELECT 1 AS one
          z = 4

          much_longer = 5
          how = choose "How?" by lead
            a "A"
            bb "B"
          escalate "help"
            impact "i"
            next "n"
        """,
        """
        severity P2
        mttr     20m
        # between
        tags     a, b

        input a: int        "A"
        input bb: int = 3   "B"

        resolve a
          x      = 1
          longer = 2
          y = query one
            SELECT 1 AS one
          z = 4

          much_longer = 5
          how = choose "How?" by lead
            a  "A"
            bb "B"
          escalate "help"
            impact "i"
            next   "n"
        """,
    )


def test_columns_count_what_is_seen() -> None:
    """Wide characters take two columns of a terminal, combining marks none."""
    check(
        """
        world w "W"
          table t
            |  name|n|
            | 日本 | 1  |
            | a\\|b | = 40d ago |
        """,
        """
        world w "W"
          table t
            | name | n         |
            | 日本 | 1         |
            | a\\|b | = 40d ago |
        """,
        head="scenarios for RB-001\n\n",
    )


def test_a_policy_keeps_its_groups() -> None:
    """Its parts are short, and read as lists; contacts and limits stand in columns."""
    check(
        """
        timezone "UTC"
        limits
          question 5m
          loop 500 items
        contact a "A" email "a@x.test" sms "+39000"
        # who is called
        role on_call "On call" from settings
        severity P0 "Bad"
          escalate at once to a
        severity P1 "Less bad"
          escalate after 5m to a
        """,
        """
        timezone "UTC"
        limits
          question 5m
          loop     500 items
        contact a       "A"       email "a@x.test" sms "+39000"
        # who is called
        role    on_call "On call" from settings
        severity P0 "Bad"
          escalate at once to a
        severity P1 "Less bad"
          escalate after 5m to a
        """,
        head='policy "P"\n\n',
    )


def test_a_last_newline_is_added_and_blanks_at_ends_are_taken() -> None:
    """Files end like files."""
    found = format_source(SourceFile("a.rb", '\n\n# c  \nrunbook RB-001 "T"   \nmttr 5m  \n\n\n'))
    assert found.text == '# c\nrunbook RB-001 "T"\n\nmttr 5m\n'


def test_what_is_none_of_ours_is_left_alone() -> None:
    """Ruby has its own formatters; a file without a word has nothing to format, and is a problem."""
    assert format_source(SourceFile("a.rb", "require 'x'\n")).text is None
    assert format_source(SourceFile("a.rb", "require 'x'\n")).problems == ()
    (problem,) = format_source(SourceFile("a.rb", "# only a comment\n")).problems
    assert problem.code == "E134"


def test_an_acceptance_stands_on_the_line_above_what_it_accepts() -> None:
    """A blank line between them would part them."""
    check(
        """
        symptoms
          - slow
        allow W701 "soon"
        message hello(name: text) "Hi"
          Hi.
        """,
        """
        symptoms
          - slow

        allow W701 "soon"
        message hello(name: text) "Hi"
          Hi.
        """,
    )
