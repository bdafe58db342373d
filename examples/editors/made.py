"""Makes what editors colour by from the language's own words: `python examples/editors/made.py`.

The words stand in the grammar; types, functions and filters in the engine. What is written, and compared by a test:
`vscode/syntaxes/rbengine.tmLanguage.json` (TextMate) and `vim/syntax/rbengine.vim`.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / one) for one in ("engine", "grammar")]

from rbengine.contract.types import SCALARS  # noqa: E402  (found by the path above)
from rbengine.semantics.functions import FILTERS, FUNCTIONS  # noqa: E402
from rbengine.syntax.parts import PART_WORDS  # noqa: E402
from rbengine_grammar import table as grammar  # noqa: E402

TEXTMATE = HERE / "vscode" / "syntaxes" / "rbengine.tmLanguage.json"
VIM = HERE / "vim" / "syntax" / "rbengine.vim"

OPERATORS = ("and", "or", "not", "is", "in", "where", "each", "ago", "from", "if", "else")
CONSTANTS = ("true", "false", "present", "absent", "empty", "failed", "immediate", "it")
OFTEN_NAMES = frozenset(
    (
        "a",
        "an",
        "the",
        "now",
        "run",
        "operator",
        "price",
        "stripe",
        "text",
        "number",
        "value",
        "time",
        "event",
        "one",
    )
)
"""Words that are bindings and types more often than words of the language: the language server tells them apart."""
SCOPE = "source.rbengine"

_NUMBERS = (
    r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]{2}:[0-9]{2}\b|\b(?:[0-9]+(?:ms|s|m|h|d))+\b"
    r"|\b[0-9]+(?:\.[0-9]+)?%|\b[0-9]+(?:\.[0-9]+)?\b"
)
_QUERY = r"query (?:one|maybe|all|value)\b[^\n]*"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


def words() -> tuple[str, ...]:
    """Every word of the language, sorted."""
    return tuple(sorted(json.loads(grammar.TERMINALS)["words"]))


def textmate() -> str:
    """The TextMate grammar, for VS Code, GitHub and many others."""
    sections = sorted({one for parts in PART_WORDS.values() for one in parts})
    keywords = [one for one in words() if one not in (*OPERATORS, *CONSTANTS, *OFTEN_NAMES)]
    # around a dot, and before a colon or an equals sign, any word is a name
    not_a_name = r"(?<![.\w])(?:%s)(?!\w|\.\w|[ ]*:|[ ]*=(?!=))"
    repository: dict[str, Any] = {
        "comment": _match("comment.line.number-sign.rbengine", r"#.*$"),
        "head": {
            "match": rf"^({_any(PART_WORDS)})\b(?: +(for +)?([A-Z]+-[0-9]+))?",
            "captures": {
                "1": {"name": "keyword.control.file.rbengine"},
                "2": {"name": "keyword.control.rbengine"},
                "3": {"name": "entity.name.section.rbengine"},
            },
        },
        "section": _match("keyword.control.section.rbengine", rf"^(?:{_any(sections)})\b"),
        "named": {
            "match": rf"\b(finding|resolve|world|message|procedure|record|input|contact|role|severity) +({_NAME})",
            "captures": {
                "1": {"name": "keyword.control.rbengine"},
                "2": {"name": "entity.name.function.rbengine"},
            },
        },
        "query": _match("keyword.control.rbengine", r"\bquery (?:one|maybe|all|value)\b"),
        "text_word": _match(
            "keyword.control.rbengine", r"(?<== )\btext(?= *(?:#.*)?$)|^text(?= *(?:#.*)?$)"
        ),
        "covers": _match(
            "constant.other.reference.rbengine", r"\b[A-Z]+-[0-9]+(?:/[A-Za-z0-9._-]+)*"
        ),
        "string": {
            "name": "string.quoted.double.rbengine",
            "begin": '"',
            "end": '"|$',
            "patterns": [
                _match("constant.character.escape.rbengine", r"\\."),
                _include("hole"),
            ],
        },
        "hole": {
            "name": "meta.embedded.line.jinja.rbengine",
            "begin": r"\{\{-?",
            "end": r"-?\}\}|$",
            "beginCaptures": {"0": {"name": "punctuation.section.embedded.begin.rbengine"}},
            "endCaptures": {"0": {"name": "punctuation.section.embedded.end.rbengine"}},
            "patterns": [
                {
                    "match": rf"\|\s*({_any(sorted(FILTERS))})\b",
                    "captures": {"1": {"name": "support.function.filter.rbengine"}},
                },
                _include("expression"),
            ],
        },
        "call": {
            "match": rf"({_NAME})(\.)({_NAME})(?=\()",
            "captures": {
                "1": {"name": "entity.name.namespace.rbengine"},
                "3": {"name": "entity.name.function.operation.rbengine"},
            },
        },
        "function": _match("support.function.rbengine", rf"(?<![.\w])(?:{_any(FUNCTIONS)})(?=\()"),
        "type": {
            "match": rf"(?<=:) *((?:(?:list of|optional|secret) +)*)({_any(one.name for one in SCALARS)})\b",
            "captures": {
                "1": {"name": "storage.modifier.rbengine"},
                "2": {"name": "support.type.rbengine"},
            },
        },
        "binding": {
            "match": rf"(?<![\w.])({_NAME})(?= *=(?!=))",
            "captures": {"1": {"name": "variable.other.definition.rbengine"}},
        },
        "argument": _match("variable.parameter.rbengine", rf"\b{_NAME}(?= *:(?!:))"),
        "field": {
            "match": rf"(?<=\w)\.({_NAME})",
            "captures": {"1": {"name": "variable.other.property.rbengine"}},
        },
        "number": _match("constant.numeric.rbengine", _NUMBERS),
        "operator": {
            "patterns": [
                _match("keyword.operator.word.rbengine", not_a_name % _any(OPERATORS)),
                _match("keyword.operator.rbengine", r"<=|>=|<|>|=|\+|-|\*|/"),
            ]
        },
        "constant": _match("constant.language.rbengine", not_a_name % _any(CONSTANTS)),
        "keyword": _match("keyword.control.rbengine", not_a_name % _any(keywords)),
        "expression": _patterns(
            "call", "function", "field", "argument", "number", "constant", "operator", "string"
        ),
        "code": _patterns(
            "comment",
            "string",
            "call",
            "function",
            "type",
            "binding",
            "query",
            "text_word",
            "named",
            "covers",
            "argument",
            "field",
            "number",
            "constant",
            "operator",
            "keyword",
        ),
        "sql": _block(
            "meta.embedded.block.sql",
            rf'^( *)((?:[^"#\n]*[ =])?(?:{_QUERY}|sql *(?:#.*)?))$',
            [
                {
                    "match": rf"(?<![:\w])(:)({_NAME})((?:\.{_NAME})*)",
                    "captures": {
                        "1": {"name": "punctuation.definition.parameter.rbengine"},
                        "2": {"name": "variable.parameter.rbengine"},
                        "3": {"name": "variable.other.property.rbengine"},
                    },
                },
                {"include": "source.sql"},
            ],
        ),
        "message": _block(
            "meta.embedded.block.jinja", r"^( *)(message\b.*)$", [_include("jinja")], deeper=" +"
        ),
        "text": _block("string.unquoted.block.rbengine", r"^( *)((?:.*= *)?text *(?:#.*)?)$", []),
        "prose": _block(
            "markup.other.prose.rbengine",
            r"^( *)((?:symptoms|prevent) *(?:#.*)?)$",
            [
                _match("markup.list.unnumbered.rbengine", r"\G-(?= )"),
                _match("markup.inline.raw.rbengine", r"`[^`]*`"),
                _include("covers"),
                _match("keyword.control.rbengine", r"\bcovers\b"),
            ],
        ),
        "jinja": {
            "patterns": [
                _include("hole"),
                {"name": "comment.block.jinja.rbengine", "begin": r"\{#", "end": r"#\}"},
                {
                    "name": "meta.embedded.line.jinja.rbengine",
                    "begin": r"\{%-?\s*(\w+)?",
                    "end": r"-?%\}|$",
                    "beginCaptures": {"1": {"name": "keyword.control.jinja.rbengine"}},
                    "patterns": [_include("expression")],
                },
            ]
        },
    }
    made = {
        "comment": "Made by examples/editors/made.py from the grammar's words; edit that, never this.",
        "name": "rbengine",
        "scopeName": SCOPE,
        "patterns": _patterns(
            "sql", "message", "text", "prose", "head", "named", "section", "code"
        )["patterns"],
        "repository": repository,
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def vim() -> str:
    """The syntax file of Vim and Neovim."""
    keywords = [one for one in words() if one not in OFTEN_NAMES and one not in CONSTANTS]
    rows = [
        '" Made by examples/editors/made.py from the grammar\'s words; edit that, never this.',
        "if exists('b:current_syntax')",
        "  finish",
        "endif",
        "",
        "syntax include @rbengineSql syntax/sql.vim",
        "unlet! b:current_syntax",
        "syntax case match",
        "",
        *_wrapped("syntax keyword rbengineWord", keywords),
        *_wrapped("syntax keyword rbengineConstant", CONSTANTS),
        *_wrapped("syntax keyword rbengineType contained", [one.name for one in SCALARS]),
        "",
        r"syntax match rbengineField /\.\h\w*/",
        r"syntax match rbengineCall /\<\h\w*\.\h\w*\ze(/",
        r"syntax match rbengineArgument /\<\h\w*\ze *:/",
        r"syntax match rbengineBinding /^ *\zs\h\w*\ze *=\_[^=]/",
        r"syntax match rbengineTyped /: *\%(list of \|optional \|secret \)*\h\w*/ contains=rbengineType,rbengineWord",
        r"syntax match rbengineNumber /\<\d[0-9.:-]*\%(ms\|[smhd]\|%\)\?\>/",
        r"syntax match rbenginePlace +\<[A-Z]\+-\d\+\%(/[A-Za-z0-9._-]\+\)*+",
        r"syntax match rbengineComment /#.*$/ contains=@Spell",
        r'syntax region rbengineString start=/"/ skip=/\\./ end=/"\|$/ contains=rbengineHole,@Spell',
        r"syntax region rbengineHole matchgroup=Special start=/{{/ end=/}}/ contained contains=rbengineField",
        r"syntax match rbengineParameter /:\@1<!:\h\w*\%(\.\h\w*\)*/ contained containedin=@rbengineSql",
        "",
        '" raw blocks: as long as lines are deeper than the line that opens them',
        r"syntax region rbengineSqlBlock matchgroup=rbengineWord "
        r"start=/^\z( *\)\%([^\"#]*[ =]\)\?\%(query \%(one\|maybe\|all\|value\)\>.*\|sql *\)$/ "
        r"end=/^\%(\z1 \)\@!\ze *\S/ contains=@rbengineSql,rbengineParameter keepend",
        r"syntax region rbengineMessage matchgroup=rbengineWord start=/^message\>/ end=/^\ze\S/ "
        r"contains=rbengineHole,rbengineString,rbengineTag,@Spell keepend",
        r"syntax region rbengineTag matchgroup=Special start=/{%/ end=/%}/ contained",
        r"syntax region rbengineProse matchgroup=rbengineWord start=/^\%(symptoms\|prevent\)\>/ end=/^\ze\S/ "
        r"contains=@Spell keepend",
        "",
        *(
            f"highlight default link rbengine{name} {group}"
            for name, group in (
                ("Word", "Keyword"), ("Constant", "Constant"), ("Type", "Type"), ("Call", "Function"),
                ("Argument", "Identifier"), ("Binding", "Identifier"), ("Number", "Number"), ("Place", "Tag"),
                ("Comment", "Comment"), ("String", "String"), ("Parameter", "Special"),
            )
        ),
        "",
        "syntax sync fromstart",
        "let b:current_syntax = 'rbengine'",
    ]  # fmt: skip
    return "\n".join(rows) + "\n"


def _any(texts: Iterable[str]) -> str:
    return "|".join(texts)


def _match(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "match": pattern}


def _include(name: str) -> dict[str, Any]:
    return {"include": f"#{name}"}


def _patterns(*names: str) -> dict[str, Any]:
    return {"patterns": [_include(one) for one in names]}


def _block(
    content: str, opener: str, inside: list[dict[str, Any]], *, deeper: str = r"\1 +"
) -> dict[str, Any]:
    """A raw text: every line that is deeper than its opener, and blank ones."""
    return {
        "begin": opener,
        "beginCaptures": {"2": _patterns("code")},
        "while": rf"^(?:{deeper}(?=\S)|\s*$)",
        "contentName": content,
        "patterns": inside,
    }


def _wrapped(command: str, texts: Iterable[str]) -> list[str]:
    """Lines of at most 118 columns, each beginning with `command`."""
    rows, row = [], command
    for one in texts:
        if len(row) + len(one) + 1 > 118:
            rows.append(row)
            row = command
        row += f" {one}"
    return [*rows, row]


def main() -> None:
    """Write both."""
    for path, text in ((TEXTMATE, textmate()), (VIM, vim())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
