"""Every code of this package: why it is a rule, what breaks it, and what is right."""

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry

_HEAD = 'runbook RB-001 "Title"\n'


def _entry(code: str, title: str, why: str, wrong: str, right: str) -> Entry:
    """Samples are parts of a runbook, unless they begin with the word of another kind of file."""
    return Entry(code=Code(code), title=title, why=why, wrong=_HEAD + wrong, right=_HEAD + right)


CATALOGUE = (
    _entry(
        "E101", "a word that cannot stand there",
        "every line has one form, so that a reader never has to guess what is meant",
        'resolve a\n  note "x" "y"\n',
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E102", "a text that is not closed",
        "a quoted text ends on its line; a longer one is an indented block, without quotes and escapes",
        'resolve a\n  note "x\n',
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E103", "a bracket that is not closed",
        "lines between brackets are indented deeper than the line that opens them, so an open one shows at once",
        "resolve a\n  x = max(1, 2\n  y = 3\n",
        "resolve a\n  x = max(1,\n          2)\n  y = 3\n",
    ),
    _entry(
        "E104", "a closing bracket without its opening one",
        "brackets come in pairs of one kind",
        "resolve a\n  x = max(1, 2]\n",
        "resolve a\n  x = max(1, 2)\n",
    ),
    _entry(
        "E105", "a tab",
        "blocks are indentation, and a tab is as wide as each editor likes",
        'resolve a\n\tnote "x"\n',
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E106", "an invisible character, or a blank that is none",
        "characters without width, and those that turn the direction of writing, show another text than is run",
        'resolve a\n  note "x\u202e"\n',
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E107", "a file that is not UTF-8",
        "the same bytes must be the same text on every machine",
        'resolve a\n  note "caf\udce9"\n',
        'resolve a\n  note "café"\n',
    ),
    _entry(
        "E108", "a file that is too large",
        "a runbook is read by a person at 3 a.m.; a million characters are not",
        "#" * 1_000_000 + "\n",
        "# short\n",
    ),
    _entry(
        "E109", "nesting that is too deep",
        "nobody can follow a hundred levels, and every tool can rely on there being no more",
        "resolve a\n  x = " + "(" * 101 + "1" + ")" * 101 + "\n",
        "resolve a\n  x = ((1))\n",
    ),
    _entry(
        "E110", "an unknown part",
        "a line without indentation begins a part of the file, and each kind of file has its own",
        'resolv a\n  note "x"\n',
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E111", "a line that is indented too deep",
        "a deeper line belongs to the one above it, and that one holds no block",
        'resolve a\n  note "x"\n    note "y"\n',
        'resolve a\n  note "x"\n  note "y"\n',
    ),
    _entry(
        "E112", "an indentation between two levels",
        "a line belongs to the block whose lines begin in the same column",
        'resolve a\n  if b\n      note "x"\n    note "y"\n',
        'resolve a\n  if b\n    note "x"\n    note "y"\n',
    ),
    _entry(
        "E113", "a line whose block is missing",
        "a line that holds others does nothing without them",
        'resolve a\n  if b\n  note "x"\n',
        'resolve a\n  if b\n    note "x"\n',
    ),
    _entry(
        "E114", "a text that is missing",
        "SQL, texts and messages stand below their line, indented deeper, without quotes",
        "diagnose\n  step \"s\"\n    x = query one\n    SELECT 1 AS one\n",
        "diagnose\n  step \"s\"\n    x = query one\n      SELECT 1 AS one\n",
    ),
    _entry(
        "E115", "a text whose later line is shallower than its first",
        "the first line of a text says how deep it is indented; a shallower one would end it",
        "diagnose\n  step \"s\"\n    x = query one\n        SELECT 1 AS one\n      LIMIT 1\n",
        "diagnose\n  step \"s\"\n    x = query one\n      SELECT 1 AS one\n      LIMIT 1\n",
    ),
    _entry(
        "E116", "`&&`, `||` or `!`",
        "the words `and`, `or` and `not` can be read aloud",
        "resolve a\n  check b && c\n",
        "resolve a\n  check b and c\n",
    ),
    _entry(
        "E117", "other quotes",
        "one kind of quote is enough; single quotes belong to SQL, and curved ones to letters",
        "resolve a\n  note 'x'\n",
        'resolve a\n  note "x"\n',
    ),
    _entry(
        "E118", "`==`, `=` or `!=` between values",
        "`is` and `is not` compare; `=` binds a name, and the two must not be confused",
        'resolve a\n  check b == "x"\n',
        'resolve a\n  check b is "x"\n',
    ),
    _entry(
        "E119", "a sign or word of another language",
        "blocks are indentation alone: no braces, no `then`, no `:` and no `;`",
        'resolve a\n  if b then\n    note "x"\n',
        'resolve a\n  if b\n    note "x"\n',
    ),
    _entry(
        "E120", "a unit that does not exist",
        "durations are written one way, so that they can be compared by eye",
        "resolve a\n  wait 5min\n",
        "resolve a\n  wait 5m\n",
    ),
    _entry(
        "E121", "a duration without a unit",
        "a bare number with a unit in somebody's head is how waits become a thousand times too long",
        'resolve a\n  step "s", timeout 20\n    note "x"\n',
        'resolve a\n  step "s", timeout 20s\n    note "x"\n',
    ),
    _entry(
        "E122", "a word of the language as a name",
        "what is bound to it could not be read again: the word would mean itself",
        "resolve a\n  present = 1\n",
        "resolve a\n  gift = 1\n",
    ),
    _entry(
        "E123", "a date or time that does not exist",
        "a wait until the 30th of February would never end",
        "resolve a\n  x = 2026-02-30\n",
        "resolve a\n  x = 2026-02-28\n",
    ),
    _entry(
        "E124", "chained comparisons",
        "`a < b < c` means different things in different languages",
        "resolve a\n  check 1 < b < 3\n",
        "resolve a\n  check 1 < b and b < 3\n",
    ),
    _entry(
        "E125", "an expression in a text that does not end",
        "between `{{` and `}}` stands one expression",
        'resolve a\n  note "{{ b"\n',
        'resolve a\n  note "{{ b }}"\n',
    ),
    _entry(
        "E126", "`where` or `each` after a comparison",
        "`where` and `each` bind loosest: `x in xs where b` would ask whether `x in xs` fits `b`",
        "resolve a\n  y = x in xs where it.b\n",
        "resolve a\n  y = x in (xs where it.b)\n",
    ),
    _entry(
        "E127", "a call of something that is no function",
        "only functions of the language, messages, and operations of adapters can be called",
        "resolve a\n  x = b.c.d(1)\n",
        "resolve a\n  x = b.d(c: 1)\n",
    ),
    _entry(
        "E128", "a line of a list without `-`",
        "each symptom and each task begins with `-`; a line without one goes on with the line above",
        "symptoms\n  It is slow\n",
        "symptoms\n  - It is slow\n",
    ),
    Entry(
        code=Code("E129"), title="a table with uneven rows",
        why="each row has a cell for each column that the first line names",
        wrong='scenarios for RB-001\nworld w "W"\n  table t\n    | a | b |\n    | 1 |\n',
        right='scenarios for RB-001\nworld w "W"\n  table t\n    | a | b |\n    | 1 | 2 |\n',
    ),
    _entry(
        "E130", "an escape that does not exist",
        "in a text `\\n`, `\\t`, `\\\"`, `\\\\`, `\\{` and `\\}` mean something; other letters would be lost silently",
        'resolve a\n  note "C:\\dir"\n',
        'resolve a\n  note "C:\\\\dir"\n',
    ),
    _entry(
        "E131", "a clause said twice",
        "the second one would silently win",
        'resolve a\n  step "s", timeout 5s, timeout 9s\n    note "x"\n',
        'resolve a\n  step "s", timeout 5s\n    note "x"\n',
    ),
    _entry(
        "E133", "`sql` or `answer` outside its place",
        "what changes something is planned, shown and approved first; only an `app` acts without being asked",
        "resolve a\n  sql\n    DELETE FROM t\n",
        'resolve a\n  change "c"\n    sql\n      DELETE FROM t\n    expect 1 row\n',
    ),
    Entry(
        code=Code("E134"), title="an empty file",
        why="the first word says what a file holds",
        wrong="# nothing yet\n",
        right='runbook RB-001 "Title"\n',
    ),
    _entry(
        "E135", "a number that is too large",
        "more than 18 digits count nothing that a runbook speaks of",
        "resolve a\n  x = 1234567890123456789\n",
        "resolve a\n  x = 123456789012345678\n",
    ),
    _entry(
        "E136", "a `within` without `until`",
        "waiting ends when something is true, and the reader must see what",
        "verify\n  within 5m checking every 15s\n    note \"x\"\n",
        "verify\n  within 5m checking every 15s\n    note \"x\"\n    until no finding holds\n",
    ),
)  # fmt: skip
