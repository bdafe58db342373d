"""The automaton that Lark made of the grammar, decoded once for each process."""

import re
from functools import cache

import msgspec
from rbengine_grammar import table as made

Row = dict[str, int]
"""What a state does on each symbol: n shifts to state n (or goes there), -n-1 reduces by rule n."""


class Rule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`kept` says what becomes of the symbols: a number is kept, a number in brackets is a list whose members are
    kept, None is an optional part that is absent. `identity` is the one symbol whose value the rule hands on, or -1.
    """

    origin: str
    builder: str
    length: int
    identity: int
    kept: tuple[int | tuple[int] | None, ...]


class Terminals(msgspec.Struct, frozen=True):
    """Words and signs by their text; patterns by name, in the order in which they must be tried."""

    words: dict[str, str]
    signs: dict[str, str]
    patterns: dict[str, str]


CONTEXTUAL: tuple[str, ...] = (
    "BLOCK",
    "ROW",
    "PLACE",
    "ID",
    "TAG",
    "CELL",
    "LABEL",
    "BINDER",
    "CURRENCY",
)
"""Terminals that are looked for only where the parser waits for one, in this order."""


class Table:
    """The automaton and the patterns of its lexer. `waits[state]` are the contextual terminals of a state."""

    def __init__(self) -> None:
        rows = msgspec.json.decode(made.ROWS, type=list[Row])
        numbers = msgspec.json.decode(made.STATES, type=list[int])
        some = frozenset(CONTEXTUAL)
        waits = [
            () if some.isdisjoint(row) else tuple(one for one in CONTEXTUAL if one in row)
            for row in rows
        ]
        self.rows = [rows[number] for number in numbers]
        self.waits = [waits[number] for number in numbers]
        self.rules = msgspec.json.decode(made.RULES, type=list[Rule])
        self.starts = msgspec.json.decode(made.STARTS, type=dict[str, tuple[int, int]])
        self.terminals = msgspec.json.decode(made.TERMINALS, type=Terminals)
        patterns = self.terminals.patterns
        self.contextual = {name: re.compile(patterns[name]) for name in CONTEXTUAL}
        free = "|".join(
            f"(?P<{name}>{pattern})"
            for name, pattern in patterns.items()
            if name not in CONTEXTUAL and name not in ("_CONTINUED", "_NL") and pattern != "[ ]+"
        )
        signs = "|".join(re.escape(sign) for sign in self.terminals.signs)
        self.free = re.compile(f"[ ]*(?:{free}|(?P<SIGN>{signs}))")
        self.line_end = re.compile(patterns["_NL"])
        self.short_steps: dict[tuple[int, int, str], int] = {}
        """Where a run of rules that only hand a value on ends: by the state below, the state, and the next token."""


@cache
def table() -> Table:
    """The one table of this process."""
    return Table()
