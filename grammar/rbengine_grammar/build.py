"""Has Lark turn `rbengine.lark` into `table.py`: `python -m rbengine_grammar.build`.

Lark proves the grammar free of conflicts and computes the LALR(1) automaton; the parser that drives it at run time
is rbengine.syntax.driver, because importing Lark alone costs half of what `rbengine check` may take.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark

HERE = Path(__file__).parent
GRAMMAR = HERE / "rbengine.lark"
TABLE = HERE / "table.py"
_LONGEST_LINE = 118

STARTS = (
    "start",
    *(f"{kind}_head" for kind in ("runbook", "policy", "calendar", "library", "app", "scenarios")),
    *(f"{kind}_part" for kind in ("runbook", "policy", "calendar", "library", "app", "scenarios")),
    "hole",
    "cell",
)
"""The symbols from which a text can be parsed: whole files, heads and parts of files, what stands in a hole or cell."""

CONTEXTUAL = ("BLOCK", "ROW", "PLACE", "ID", "TAG", "CELL", "LABEL", "BINDER", "CURRENCY")
"""Terminals that mean something only where the parser waits for one, in the order in which they are tried."""


def lark(**options: Any) -> "Lark":
    """The grammar as Lark reads it. INVARIANT: the newline is the only token that every state lets pass the lexer."""
    from lark import Lark
    from lark.indenter import Indenter

    class Indentation(Indenter):
        NL_type = "_NL"
        OPEN_PAREN_types = ["LPAR", "LSQB", "LBRACE"]  # noqa: RUF012  # Lark's own interface
        CLOSE_PAREN_types = ["RPAR", "RSQB", "RBRACE"]  # noqa: RUF012
        INDENT_type = "_INDENT"
        DEDENT_type = "_DEDENT"
        tab_len = 8

    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        postlex=Indentation(),
        maybe_placeholders=True,
        start=list(STARTS),
        **options,
    )


def table_text() -> str:
    """The text of `table.py`: the same for the same grammar and the same version of Lark."""
    made = lark()
    rules = sorted(made.rules, key=str)
    parts = {
        "TERMINALS": _terminals(made),
        "RULES": [_rule(rule) for rule in rules],
        **_automaton(made, rules),
    }
    lines = [
        '"""Made from `rbengine.lark` by `python -m rbengine_grammar.build`; never edited by hand.',
        "",
        "JSON texts, so that importing costs nothing and decoding little; see rbengine.syntax.table for the shapes.",
        '"""',
    ]
    for name, value in parts.items():
        lines += ["", f'{name} = r"""', *_wrapped(value), '"""']
    return "\n".join(lines) + "\n"


def _terminals(made: "Lark") -> dict[str, dict[str, str]]:
    """Words and signs by their text; patterns by their name, in the order in which a lexer must try them."""
    words: dict[str, str] = {}
    signs: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for one in sorted(made.terminals, key=lambda terminal: (-terminal.priority, terminal.name)):
        text = one.pattern.value
        if one.pattern.type == "re":
            patterns[one.name] = text
        elif text[0].isalpha():
            words[text] = one.name
        else:
            signs[text] = one.name
    return {"words": words, "signs": signs, "patterns": patterns}


def _rule(rule: Any) -> list[Any]:
    """`[origin, builder, length, identity, kept]`, see rbengine.syntax.table."""
    symbols = list(rule.expansion)
    options = rule.options
    empty = options.empty_indices if not rule.expansion or options.empty_indices else ()
    kept: list[int | list[int] | None] = []
    for index, symbol in enumerate(symbols):
        kept += [None] * _count_empty(empty, index)
        if symbol.is_term and symbol.filter_out and not options.keep_all_tokens:
            continue
        is_inlined = not symbol.is_term and symbol.name.startswith("_")
        kept.append([index] if is_inlined else index)
    kept += [None] * _count_empty(empty, len(symbols))
    may_vanish = bool(options.expand1) and not rule.alias
    identity = -1
    if may_vanish and len(kept) == 1 and isinstance(kept[0], int):
        identity = kept[0]
    return [rule.origin.name, str(rule.alias or rule.origin.name), len(symbols), identity, kept]


def _count_empty(empty: Iterable[bool], index: int) -> int:
    """How many absent `[x]` stand before symbol `index`: Lark writes them as a run of True between False's."""
    seen = 0
    count = 0
    for is_empty in empty:
        if not is_empty:
            seen += 1
        elif seen == index:
            count += 1
    return count


def _automaton(made: "Lark", rules: Sequence[Any]) -> dict[str, Any]:
    """Rows of actions (shift n as n, reduce r as -r-1), which row a state has, and where each start begins and ends.

    Lark numbers states by the order of sets; here they are numbered as they are reached, so that the file is stable.
    """
    parse_table = made.parser.parser._parse_table
    rule_numbers = {rule: number for number, rule in enumerate(rules)}
    reached = {parse_table.start_states[name]: number for number, name in enumerate(STARTS)}
    pending = list(reached)
    rows: dict[str, int] = {}
    states: list[int] = []
    for state in pending:
        row: dict[str, int] = {}
        for symbol, (action, target) in sorted(parse_table.states[state].items()):
            if str(action) != "Shift":
                row[symbol] = -rule_numbers[target] - 1
                continue
            if target not in reached:
                reached[target] = len(reached)
                pending.append(target)
            row[symbol] = reached[target]
        states.append(rows.setdefault(json.dumps(row, separators=(",", ":")), len(rows)))
    ends = parse_table.end_states
    return {
        "ROWS": [json.loads(text) for text in rows],
        "STATES": states,
        "STARTS": {name: [number, reached[ends[name]]] for number, name in enumerate(STARTS)},
    }


def _wrapped(value: object) -> Iterator[str]:
    """`value` as JSON in lines of moderate length, broken after commas only."""
    line = ""
    for piece in (
        json.dumps(value, separators=(",", ":"))
        .replace('",', '",\0')
        .replace("},", "},\0")
        .split("\0")
    ):
        if len(line) + len(piece) > _LONGEST_LINE and line:
            yield line
            line = ""
        line += piece
    yield line


if __name__ == "__main__":
    TABLE.write_text(table_text(), encoding="utf-8")
