"""The words for what is wrong with a text."""

from collections.abc import Callable

import msgspec
from rbengine_grammar.words import WORDS

from rbengine.diagnostics import Diagnostic, Fix, Label, did_you_mean
from rbengine.source import SourceFile
from rbengine.syntax.parts import PART_WORDS
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.table import table


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one problem. `replacement` is what a machine may put in the span's place."""

    message: str
    label: str = ""
    why: str | None = None
    help: str | None = None
    notes: tuple[str, ...] = ()
    replacement: str | None = None


_AS_SEEN = "a reader must see what the machine reads"


def describe(problem: SyntaxProblem, source: SourceFile) -> Diagnostic:
    """One problem in words, with a way out."""
    wording = _WORDINGS[problem.code](problem)
    fixes: tuple[Fix, ...] = ()
    if wording.replacement is not None:
        title = f"write `{wording.replacement}`" if wording.replacement else "remove it"
        fixes = (Fix(title, source.path, problem.span, wording.replacement),)
    secondary: tuple[Label, ...] = ()
    if problem.other is not None:
        secondary = (Label(source.path, problem.other, "opened here"),)
    return Diagnostic(
        code=problem.code,
        message=wording.message,
        primary=Label(source.path, problem.span, wording.label),
        secondary=secondary,
        why=wording.why,
        help=wording.help,
        notes=wording.notes,
        fixes=fixes,
    )


_VALUE = frozenset({"NAME", "STRING", "INT", "LPAR"})
_VALUE_BEGINS = _VALUE | {
    "DECIMAL", "PERCENT", "DURATION", "DATE", "LSQB", "LBRACE", "TRUE", "FALSE", "MINUS", "NOT",
}  # fmt: skip
_GOES_ON = frozenset(
    {
        "AGO", "AND", "COMPARE", "DOT", "EACH", "EQUAL", "FROM", "IF", "IN", "IS", "LPAR", "MINUS", "NOT", "OR",
        "PLUS", "SLASH", "STAR", "WHERE", "CURRENCY",
    }
)  # fmt: skip
_MOST_NAMED = 5
_LINES = {
    "STEP NOTE CHECK": "a statement",
    "SQL UNDO IRREVERSIBLE": "a line of a change",
    "EITHER NAME": "a condition",
    "TABLE STARTS": "a line of a world",
    "FAULT EXPECT": "a line of a scenario",
    "STEP FINDING": "a step or a finding",
}
"""What is meant where all of these words can stand."""


def _word(kind: str) -> str:
    if kind in WORDS:
        return WORDS[kind]
    return f"`{_texts()[kind]}`"


def _texts() -> dict[str, str]:
    """The text of every word and sign by its grammar's name."""
    terminals = table().terminals
    return {name: text for text, name in (*terminals.words.items(), *terminals.signs.items())}


def _expected(kinds: tuple[str, ...]) -> str:
    """What could stand there, in a few words; empty where a list would be too long to help."""
    left = set(kinds) - {"_INDENT", "BROKEN"}
    for words_of, what in _LINES.items():
        if left >= set(words_of.split()):
            return what
    words: list[str] = []
    if left >= _VALUE:
        words.append("a value")
        left -= _VALUE_BEGINS
    elif left >= {"DOT", "AND", "IS"}:
        left -= _GOES_ON
    words += [_word(kind) for kind in sorted(left)]
    if len(words) > _MOST_NAMED:
        return ""
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _unexpected(problem: SyntaxProblem) -> Wording:
    expected = _expected(problem.expected)
    label = f"expected {expected}" if expected else ""
    if problem.detail in ("_NL", "_DEDENT", "$END"):
        here = WORDS[problem.detail]
        message = (
            f"expected {expected}, but here is {here}" if expected else f"{here} comes too early"
        )
        complete = f"complete the line with {expected}" if expected else "complete the line"
        return Wording(message=message, label=label, help=complete)
    shown = problem.found.strip().split("\n")[0]
    message = f"expected {expected}, not `{shown}`" if expected else f"`{shown}` cannot stand here"
    texts = _texts()
    offered = [texts[one] for one in problem.expected if one in texts and texts[one][0].isalpha()]
    help_ = None
    if problem.detail == "NAME" and len(shown) > 1 and shown not in table().terminals.words:
        help_ = did_you_mean(shown, offered) or did_you_mean(shown, table().terminals.words)
    if help_ is None:
        help_ = _instead(expected, shown)
    return Wording(message=message, label=label, help=help_)


def _instead(expected: str, shown: str) -> str:
    """What to do about a word that stands where it cannot."""
    if expected == WORDS["LABEL"] and shown.isidentifier():
        return f"write `{shown}:`"
    if expected in ("", WORDS["_NL"], WORDS["_DEDENT"], WORDS["$END"]):
        return f"take `{shown}` out, or put it on a line of its own"
    return f"write {expected} here"


def _closing(problem: SyntaxProblem) -> Wording:
    if problem.other is None:
        return Wording(
            message=f"`{problem.found}` closes nothing", help="remove it", replacement=""
        )
    return Wording(
        message=f"`{problem.found}` does not close the bracket that is open",
        help="close brackets in the order in which they were opened, the last one first",
    )


def _unknown_part(problem: SyntaxProblem) -> Wording:
    kind, word = problem.detail, problem.found
    offered = PART_WORDS[kind]
    elsewhere = [one for one, words in PART_WORDS.items() if word in words]
    article = "an" if kind == "app" else "a"
    if word in PART_WORDS:
        message = f"a file holds one thing: this is {article} `{kind}`"
        return Wording(
            message=message, label="a second one", help=f"put the `{word}` into a file of its own"
        )
    help_ = did_you_mean(word, offered)
    if help_ is None and elsewhere:
        help_ = f"`{word}` stands in a `{elsewhere[0]}` file"
    message = f"{article} `{kind}` has no part `{word}`"
    return Wording(
        message=message, label="unknown part", help=help_, notes=(f"its parts: {_list(offered)}",)
    )


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _logic(problem: SyntaxProblem) -> Wording:
    word = problem.detail
    return Wording(
        message=f"`{problem.found}` is written `{word}`",
        help=f"write `{word}`",
        replacement=f"{word} " if problem.found == "!" else word,
    )


def _equality(problem: SyntaxProblem) -> Wording:
    if problem.detail == "argument":
        message = "an argument is written with `:`"
        return Wording(message=message, help="write `name: value`", replacement=":")
    word = problem.detail
    return Wording(
        message=f"`{problem.found}` is written `{word}`", help=f"write `{word}`", replacement=word
    )


def _habit(problem: SyntaxProblem) -> Wording:
    found, instead = problem.found, problem.detail
    if instead:
        return Wording(
            message=f"`{found}` is written `{instead}`",
            help=f"write `{instead}`",
            replacement=instead,
        )
    if found in "{}":
        return Wording(message="blocks are indented, without braces", help="remove `{` and `}`")
    if found == ":":
        return Wording(message="this line is written without `:`", help="remove it", replacement="")
    if found == ";":
        return Wording(
            message="the line ends a statement, without `;`", help="remove it", replacement=""
        )
    return Wording(
        message=f"a block is indented, without `{found}`", help="remove it", replacement=""
    )


def _unseen(problem: SyntaxProblem) -> Wording:
    if problem.found:
        return Wording(
            message=f"{problem.detail} looks like a blank and is none",
            why=_AS_SEEN,
            help="write a blank",
            replacement=problem.found,
        )
    return Wording(
        message=f"invisible character {problem.detail}",
        why=_AS_SEEN,
        help="remove it",
        replacement="",
    )


def _unit(problem: SyntaxProblem) -> Wording:
    if problem.detail:
        message = f"`{problem.found}` is written `{problem.detail}`"
        return Wording(
            message=message, help=f"write `{problem.detail}`", replacement=problem.detail
        )
    return Wording(
        message=f"`{problem.found}` is neither a number nor a duration",
        notes=("units: `ms`, `s`, `m`, `h`, `d`, largest first: `1h30m`",),
    )


def _table(problem: SyntaxProblem) -> Wording:
    if problem.detail == "column":
        return Wording(
            message=f"`{problem.found}` is no column name", help="the first line names the columns"
        )
    if problem.detail == "blank":
        return Wording(message="this cell is empty", help="write `null`, or `''` for an empty text")
    return Wording(
        message=f"this row has {problem.found} cells, the first line {problem.detail}",
        help="write `null` for a cell without a value, and `\\|` for the sign itself",
    )


def _out_of_place(problem: SyntaxProblem) -> Wording:
    if problem.found == "answer":
        return Wording(message="`answer` stands only in an `app`", help="did you mean `give`?")
    return Wording(
        message="`sql` stands inside a `change`",
        why="what changes something is planned, shown and approved first",
        help='write `change "…"` above it, or `query` to read',
    )


def _same(
    message: str,
    *,
    label: str = "",
    why: str | None = None,
    help: str | None = None,  # noqa: A002  # the word of the model
    replacement: str | None = None,
) -> Callable[[SyntaxProblem], Wording]:
    """Wording that differs only in the text in question: `{found}` and `{detail}`."""

    def words(problem: SyntaxProblem) -> Wording:
        def filled(text: str | None) -> str | None:
            return text and text.replace("{found}", problem.found).replace(
                "{detail}", problem.detail
            )

        return Wording(
            message=filled(message) or "",
            label=label,
            why=why,
            help=filled(help),
            replacement=replacement,
        )

    return words


_WORDINGS: dict[str, Callable[[SyntaxProblem], Wording]] = {
    "E101": _unexpected,
    "E102": _same(
        "this text is not closed",
        label='no `"` before the end of the line',
        help='close it with `"`; a text of several lines goes into an indented block below `text`',
    ),
    "E103": _same(
        "`{found}` is not closed",
        label="opened here",
        help="close it; what stands between brackets is indented deeper than the line that opens them",
    ),
    "E104": _closing,
    "E105": _same(
        "tab instead of blanks",
        why=_AS_SEEN,
        help="indent with two blanks for each level, here and wherever else a tab stands",
    ),
    "E106": _unseen,
    "E107": _same("the file is not UTF-8", label="here", help="save the file as UTF-8"),
    "E108": _same(
        "the file is larger than a million characters",
        why="nobody can read such a file in an incident",
        help="move what several runbooks need into a `library`",
    ),
    "E109": _same(
        "nested deeper than 100 levels", help="bind parts to names, or move them into a procedure"
    ),
    "E110": _unknown_part,
    "E111": _same(
        "this line is indented deeper, but nothing above it holds a block",
        help="indent it like the line above",
    ),
    "E112": _same(
        "this line's indentation fits no block above it",
        help="indent it like the lines of its block",
    ),
    "E113": _same(
        "nothing stands below this line", help="indent what belongs to it two blanks deeper"
    ),
    "E114": _same(
        "the text that belongs to this line is missing",
        label="",
        help="put it on the lines below, indented deeper",
    ),
    "E115": _same(
        "this line is indented less than the first line of the text above it",
        why="a text ends where a line is indented less than its first one",
        help="indent this line as deep, or deeper",
    ),
    "E116": _logic,
    "E117": _same("a text stands in straight double quotes", help='write `"` instead of `{found}`'),
    "E118": _equality,
    "E119": _habit,
    "E120": _unit,
    "E121": _same("`{found}` lacks a unit", help="write `{found}s`, `{found}m` or `{found}h`"),
    "E122": _same(
        "`{found}` is a word of the language and cannot be a name", help="choose another name"
    ),
    "E123": _same(
        "there is no such date or time as `{found}`",
        help="write a date of the calendar, `2026-02-28`, and a time from `00:00` to `23:59`",
    ),
    "E124": _same(
        "comparisons cannot be chained", help="write two comparisons and join them with `and`"
    ),
    "E125": _same(
        "`{{` opens an expression that does not end",
        help="write `{{ expression }}`, or `\\{` for the sign itself",
    ),
    "E126": _same(
        "this needs parentheses before `where` or `each`",
        why="`where` and `each` bind loosest, which few readers expect here",
        help="put parentheses around the part that is meant",
    ),
    "E127": _same(
        "only a function or an operation of an adapter can be called",
        help="write `function(…)` or `adapter.operation(…)`",
    ),
    "E128": _same("a line of this list begins with `-`", help="write `- ` before it"),
    "E129": _table,
    "E130": _same("there is no `{found}` in a text", help="write `\\\\` for a backslash"),
    "E131": _same("this was said before on the same line", help="remove one of the two"),
    "E133": _out_of_place,
    "E134": _same(
        "the file is empty",
        help="begin with what it holds: `runbook`, `policy`, `calendar`, `library`, `app` or `scenarios`",
    ),
    "E136": _same(
        "this `within` never says what it waits for",
        help="end its block with `until` and a condition, or `until no finding holds`",
    ),
    "E135": _same(
        "this number is too large", help="nothing that is counted here needs more than 18 digits"
    ),
}
