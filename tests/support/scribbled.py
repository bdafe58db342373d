"""Files as careless hands write them: made-up playbooks, and layouts that no formatter would choose."""

from random import Random
from typing import NamedTuple

from hypothesis import strategies as st
from rbengine.format.lines import CLOSING, OPENING, Line, lines_of
from rbengine.format.spacing import gaps
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.tokens import Token


class Piece(NamedTuple):
    """A line, with the lines or the raw text below it."""

    text: str
    below: tuple["Piece", ...] = ()
    raw: tuple[str, ...] = ()


NAMES = st.sampled_from(["a", "account", "b_2", "count", "first", "window", "row", "time", "x"])
TEXTS = st.sampled_from(
    ['"a"', '""', '"À la carte"', '"a {{ x.y | local }} b"', r'"\"q\" \{\{"', '"日本語"']
)
DURATIONS = st.sampled_from(["90s", "1m30s", "200ms", "2h", "1d"])
LITERALS = st.one_of(
    TEXTS,
    DURATIONS,
    st.sampled_from(["1", "12.50 usd", "5%", "0.25", "2026-03-02", "true", "false", "[]", "{}"]),
    NAMES,
)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    arguments = st.lists(st.tuples(NAMES, inner), min_size=0, max_size=5).map(
        lambda given: ", ".join(f"{name}: {value}" for name, value in given)
    )
    return st.one_of(
        pair.map(lambda p: f"({p[0]}) + ({p[1]})"),
        pair.map(lambda p: f"({p[0]}) - -({p[1]})"),
        pair.map(lambda p: f"({p[0]}) is not ({p[1]})"),
        pair.map(lambda p: f"({p[0]}) <= ({p[1]}) and not ({p[0]}) is present"),
        pair.map(lambda p: f"(({p[0]}) or ({p[1]}))"),
        pair.map(lambda p: f"({p[0]}) not in [{p[1]}, {p[0]},]"),
        pair.map(lambda p: f"({p[0]}) if ({p[1]}) else ({p[0]})"),
        pair.map(lambda p: f"[{p[0]}] where ({p[1]}) is empty"),
        pair.map(lambda p: f"[{p[0]}] each ({p[1]})"),
        inner.map(lambda one: f"(({one}) ago)"),
        inner.map(lambda one: f"({one}) from now"),
        pair.map(lambda p: f'{{a: {p[0]}, "b c": {p[1]}}}'),
        st.tuples(NAMES, arguments).map(lambda p: f"{p[0]}({p[1]}).field"),
    )


EXPRESSIONS = st.recursive(LITERALS, _joined, max_leaves=8)
ARGUMENTS = st.lists(st.tuples(NAMES, EXPRESSIONS), max_size=4).map(
    lambda given: ", ".join(f"{name}: {value}" for name, value in given)
)
OPERATIONS = st.tuples(NAMES, ARGUMENTS).map(lambda p: f"vendor.{p[0]}({p[1]})")
RAW = st.lists(
    st.sampled_from(
        ["SELECT 1", "  deeper 'text'", "", "# text", "-- of SQL", "a { b }", "WHERE x = :y"]
    ),
    min_size=1,
    max_size=5,
).map(lambda lines: ("first", *lines, "last"))

_SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: Piece(f"{p[0]} = {p[1]}")),
    OPERATIONS.map(Piece),
    TEXTS.map(lambda text: Piece(f"note {text}")),
    st.tuples(EXPRESSIONS, TEXTS).map(lambda p: Piece(f"check ({p[0]}) else {p[1]}")),
    st.tuples(EXPRESSIONS, TEXTS).map(lambda p: Piece(f"check ({p[0]})", (Piece(f"else {p[1]}"),))),
    st.tuples(NAMES, RAW).map(lambda p: Piece(f"{p[0]} = query all at most 20 rows", raw=p[1])),
    st.tuples(NAMES, RAW).map(lambda p: Piece(f"{p[0]} = text", raw=p[1])),
    DURATIONS.map(lambda one: Piece(f"wait {one}")),
    st.tuples(NAMES, TEXTS, TEXTS).map(
        lambda p: Piece(
            f"how = choose {p[1]} within 5m by {p[0]}",
            (Piece(f"{p[0]} {p[1]}"), Piece(f"longer {p[2]}")),
        )
    ),
    st.tuples(NAMES, TEXTS).map(
        lambda p: Piece(
            f"escalate {p[1]} to {p[0]}", (Piece(f"impact {p[1]}"), Piece(f"next {p[1]}"))
        )
    ),
    st.tuples(TEXTS, RAW).map(
        lambda p: Piece(
            f"change {p[0]}",
            (Piece("sql", raw=p[1]), Piece("expect 1 row"), Piece("may drift x, y")),
        )
    ),
)


def _nested(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    body = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(TEXTS, body).map(
            lambda p: Piece(f"step {p[0]}, timeout 20s, covers RB-011/a/1, RB-011/a/2", p[1])
        ),
        st.tuples(EXPRESSIONS, body).map(lambda p: Piece(f"if {p[0]}", p[1])),
        st.tuples(NAMES, EXPRESSIONS, body).map(
            lambda p: Piece(f"for each {p[0]} in {p[1]}, at most 5, 2 at a time", p[2])
        ),
        st.tuples(EXPRESSIONS, body).map(
            lambda p: Piece(
                f"match {p[0]}", (Piece('when "a", absent', p[1]), Piece("otherwise", p[1]))
            )
        ),
        st.tuples(EXPRESSIONS, body).map(
            lambda p: Piece("within 10m checking every 30s", (*p[1], Piece(f"until {p[0]}")))
        ),
        body.map(lambda one: Piece("parallel", one)),
        body.map(lambda one: Piece("on failure timeout, invalid", one)),
    )


STATEMENTS = st.recursive(_SIMPLE, _nested, max_leaves=6)


def _part(pieces: tuple[Piece, ...], word: str) -> str:
    return "\n".join([word, *(line for piece in pieces for line in _rows(piece, 2))])


def _rows(piece: Piece, column: int) -> list[str]:
    rows = [" " * column + piece.text]
    rows += [" " * (column + 2) + line if line else "" for line in piece.raw]
    for one in piece.below:
        rows += _rows(one, column + 2)
    return rows


RUNBOOKS = st.lists(
    st.lists(STATEMENTS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=3
).map(
    lambda parts: (
        'runbook RB-001 "Made"\nseverity P2\nmttr 20m\ninput a: text "A"\ninput bb: int = 3 "B"\n'
        + "\n".join(_part(part, f"resolve f{number}") for number, part in enumerate(parts))
        + "\n"
    )
)
"""Whole files without a mistake in their syntax."""


def scribbled(text: str, random: Random) -> str:
    """`text` with another layout: what it means stays, and so do its comments, to which others come."""
    tokens: list[Token] = []
    parsed = parse(SourceFile("sample.rb", text), tokens)
    assert parsed.problems == ()
    written = lines_of(text, tokens, parsed.trivia)
    columns = [0]
    rows: list[str] = []
    for line in written.lines:
        del columns[line.level + 1 :]
        if line.level == len(columns):
            columns.append(columns[-1] + random.randint(1, 5))
        column = columns[line.level]
        rows.append(random.choice(["", "", "", "\n", "\n\n  \n"]))
        if random.random() < 0.15:
            rows.append(" " * random.choice(columns[: line.level + 1]) + "# new above\n")
        rows += [" " * column + remark.text + "\n" for remark in line.above if remark.text]
        rows.append(" " * column + _line(line, column, random) + "\n")
        if line.block is not None:
            deeper = column + random.randint(1, 6)
            block = list(line.block.split("\n")[1:])
            while not block[0].strip():
                block.pop(0)
            own = len(block[0]) - len(block[0].lstrip(" "))
            rows += [" " * deeper + one[own:] + "\n" if one.strip() else "\n" for one in block]
    rows += [" " * column + remark.text + "\n" for remark in written.below if remark.text]
    return "".join(rows)


def _line(line: Line, column: int, random: Random) -> str:
    text = ""
    depth = 0
    for number, (token, gap) in enumerate(zip(line.tokens, gaps(line.tokens), strict=True)):
        comments = [one.text for one in line.inner if one.after == number - 1]
        at_most = 0 if token.kind == "ROW" else 2
        text += (
            " " * (gap + (random.randint(0, at_most) if random.random() < 0.3 else 0))
            if number
            else ""
        )
        # a colon stands on the line of its name, and a currency on the line of its amount
        may_break = depth and token.kind not in ("COLON", "CURRENCY")
        if comments or (may_break and random.random() < 0.1):
            new = [*comments, *(["# new inside"] if random.random() < 0.3 else [])]
            text += "".join(f" {one}\n" for one in new) or "\n"
            text += " " * (column + random.randint(1, 9))
        elif not depth and number in line.breaks:
            text += "\n" + " " * (column + random.randint(0, 4))
        text += token.text
        depth += (token.kind in OPENING) - (token.kind in CLOSING)
    comment = line.trailing or ("# new behind" if random.random() < 0.1 else "")
    return text + (" " * random.randint(1, 3) + comment if comment else "")
