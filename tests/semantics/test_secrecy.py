"""Secrets by flow: whatever is made from one is one, and it reaches only what is declared secret."""

import pytest
from support.check import check

KEY = 'resolve stale\n  key = ask "The key?": secret text\n'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('x = join([key], with: ",")', "E306 at `[key]`"),
        ("x = lower(text([key]))", "E306 at `[key]`"),
        ('x = contains([key], "a")', "E306 at `[key]`"),
        ("x = length(key)", "E306 at `key`"),
        ('note "{{ [key] }}"', "E307 at `\"{{ [key] }}\"`"),
        ('note "{{ [[key]] }}"', "E307 at `\"{{ [[key]] }}\"`"),
        ('x = "Bearer {{ key }}"\n  note "{{ x }}"', "E307 at `\"{{ x }}\"`"),
        ('x = {token: key}\n  note "{{ x.token }}"', "E307 at `\"{{ x.token }}\"`"),
        ('x = [key] each "a{{ it }}"\n  note "{{ first(x) }}"', "E307 at `\"{{ first(x) }}\"`"),
        ('x = [key] where it is "a"', 'E308 at `"a"`'),
        ('check row.frozen else "not {{ key }}"', "E307 at `\"not {{ key }}\"`"),
        ('escalate "x"\n    impact "{{ key }}"', "E307 at `\"{{ key }}\"`"),
        ('manual "Enter {{ key }}"', "E307 at `\"Enter {{ key }}\"`"),
        ('step "With {{ key }}"\n    note "x"', "E307 at `\"With {{ key }}\"`"),
        ("order = shop.latest_order(customer: key)", "E306 at `key`"),
        ('order = shop.latest_order(customer: "a{{ key }}")', "E306 at `\"a{{ key }}\"`"),
        ('allow W430 "as long as the key"\n  wait seconds(length(key))', "E306 at `key`"),
        (
            "n = query value\n    SELECT count(*) AS n FROM accounts WHERE name = ANY(:keys)",
            "E309 at `:keys`",
        ),
        (
            "n = query value as authenticated claims {sub: key}\n    SELECT count(*) AS n FROM accounts",
            "E309 at `key`",
        ),
    ],
)  # fmt: skip
def test_a_secret_does_not_leak(line: str, problem: str) -> None:
    """Neither shown nor sent, alone or inside something."""
    keys = "  keys = [key]\n" if ":keys" in line else ""
    check(f"{KEY}{keys}  {line}\n", [problem])


@pytest.mark.parametrize(
    "line",
    [
        "n = count([key])\n  note \"{{ n }} keys\"",
        "x = first([key] each it)\n  check x is present else \"none\"\n  check x is key else \"another\"",
        'x = {token: key, order: "o"}\n  note "{{ x.order }}"',
        'for each one in [key], at most 2\n    change "Set"\n      shop.set_secret(name: "k", value: one)\n'
        '      irreversible "x"',
        'change "Set"\n    shop.set_secret(name: "k", value: "Bearer {{ key }}")\n    irreversible "x"',
    ],
)  # fmt: skip
def test_a_secret_goes_where_it_is_declared(line: str) -> None:
    """And what tells nothing of it may be told."""
    check(f"{KEY}  {line}\n")


def test_a_secret_that_may_be_absent_is_one() -> None:
    """Comparing it tells of it, too."""
    check(
        """
        input key: optional secret text "The key"
        resolve stale
          check key is "x" else "no"
          check key in ["x"] else "no"
          note "{{ key }}"
          check key is present else "no key"
        """,
        ['E308 at `"x"`', 'E308 at `key in ["x"]`', 'E307 at `"{{ key }}"`'],
    )


MADE = """again = ask "Again?": secret text
  line = "Bearer {{ key }}"
  check """


@pytest.mark.parametrize(
    "condition",
    [
        "line is again",
        "again is not line",
        'key is "{{ key }}"',
        "(key if row.frozen else line) is again",
        "(key if row.frozen else line) is line",
        "first([key, line]) is key",
    ],
)
def test_a_text_made_from_a_secret_is_no_whole_one(condition: str) -> None:
    """Only digests are kept, and of a text that of its parts: the two would never be the same."""
    check(f'{KEY}  {MADE}{condition} else "no"\n', [f"E308 at `{condition}`"])


@pytest.mark.parametrize("condition", ["key is again", 'line is "Bearer {{ again }}"'])
def test_like_is_compared_with_like(condition: str) -> None:
    """Whole secrets, or texts made the same way."""
    check(f'{KEY}  {MADE}{condition} else "no"\n  check line is line else "no"\n')


def test_a_message_neither_shows_nor_asks_about_a_secret() -> None:
    """What a condition prints tells of it as well."""
    check(
        """
        recover
          mail.send(to: row.email, message: told(operator.name))
        message told(key: secret text) "Hi"
          {% if key == "a" %}right{% endif %}
          {{ key | upper }}
        """,
        ["E307 at `key`", "E307 at `key`"],
    )
    check(
        """
        recover
          key = ask "The key?": secret text
          mail.send(to: row.email, message: told(key))
        message told(key: text) "Hi {{ key }}"
          Hello.
        """,
        ["E306 at `key`"],
    )


def test_a_procedure_gives_a_secret_only_as_one() -> None:
    """Its promise is what callers see."""
    check(
        """
        use lib
        resolve stale
          word = call fetch()
          note "{{ word }}"
        """,
        ["E306 at `given`"],
        libraries={
            "lib": 'library lib "Lib"\n\nprocedure fetch() gives text\n'
            '  given = ask "The key?": secret text\n  give given\n'
        },
    )
