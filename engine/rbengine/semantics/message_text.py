"""What the Jinja2 text of a message reads: which values, where, and which of them it tests first.

Most messages only put values in; those are read without loading Jinja2.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from jinja2 import nodes

Path = tuple[str, ...]

TESTS = frozenset(
    {
        "present", "absent", "defined", "undefined", "none", "true", "false", "in", "odd", "even",
        "eq", "ne", "lt", "le", "gt", "ge", "equalto", "sameas", "divisibleby",
        "==", "!=", "<", "<=", ">", ">=", "lessthan", "greaterthan",
    }
)  # fmt: skip
"""What may stand behind `is`: of Jinja2's own tests those that mean something for a value of ours."""

_HOLE = re.compile(r"\{\{-?(.*?)-?\}\}", re.S)
_SIMPLE = re.compile(r"\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:\|\s*([A-Za-z_]\w*)\s*)?")
_SPECIAL = re.compile(r"\{%|\{#|\{\{")


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """`account.name`, at `start` to `end` of the text. `tested`: paths that are known to be there."""

    path: Path
    start: int
    end: int
    printed: bool
    filters: tuple[str, ...] = ()
    tested: frozenset[Path] = frozenset()


class Loop(msgspec.Struct, frozen=True, kw_only=True):
    """`{% for name in path %}`: inside, `name` is an item."""

    name: str
    items: Path


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All uses in order; loops by the name they bind. `mistake`: why it could not be read, and where."""

    uses: tuple[Use, ...]
    loops: tuple[Loop, ...] = ()
    mistake: tuple[str, int] | None = None


def read(text: str) -> Reading:
    """Read the text of a message."""
    return _simple(text) or _parsed(text)


def _simple(text: str) -> Reading | None:
    """A text in which only plain values stand, else None."""
    uses: list[Use] = []
    offset = 0
    while (special := _SPECIAL.search(text, offset)) is not None:
        hole = _HOLE.match(text, special.start())
        inner = _SIMPLE.fullmatch(hole[1]) if hole else None
        if hole is None or inner is None:
            return None
        start = hole.start(1) + inner.start(1)
        uses.append(
            Use(
                path=tuple(inner[1].split(".")),
                start=start,
                end=start + len(inner[1]),
                printed=True,
                filters=(inner[2],) if inner[2] else (),
            )
        )
        offset = hole.end()
    return Reading(uses=tuple(uses))


def _parsed(text: str) -> Reading:
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment(autoescape=False).parse(text)  # parsed, never rendered
    except TemplateSyntaxError as error:
        start = _start_of(text, error.lineno or 1)
        return Reading(uses=(), mistake=((error.message or "").rstrip("."), start))
    unknown = next((one for one in tree.find_all(nodes.Test) if one.name not in TESTS), None)
    if unknown is not None:
        return Reading(
            uses=(), mistake=(f"there is no test `{unknown.name}`", _start_of(text, unknown.lineno))
        )
    walk = _Walk(text)
    for node in tree.body:
        walk.statement(node, frozenset())
    return Reading(uses=tuple(walk.uses), loops=tuple(walk.loops))


def _start_of(text: str, line: int) -> int:
    return sum(len(one) + 1 for one in text.split("\n")[: line - 1])


class _Walk:
    """One walk over a parsed message."""

    def __init__(self, text: str) -> None:
        self.uses: list[Use] = []
        self.loops: list[Loop] = []
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._taken: dict[tuple[int, Path], int] = {}

    def statement(self, node: "nodes.Node", tested: frozenset[Path]) -> None:
        from jinja2 import nodes

        match node:
            case nodes.Output():
                for part in node.nodes:
                    self._expression(part, tested, printed=True)
            case nodes.If():
                self._expression(node.test, tested)
                for one in node.body:
                    self.statement(one, tested | _holding(node.test))
                otherwise = tested | _failing(node.test)
                for one in (*node.elif_, *node.else_):
                    self.statement(one, otherwise)
            case nodes.For():
                self._expression(node.iter, tested)
                items = _path(node.iter)
                if isinstance(node.target, nodes.Name) and items:
                    self.loops.append(Loop(name=node.target.name, items=items))
                for one in (*node.body, *node.else_):
                    self.statement(one, tested)
            case _:
                for one in node.iter_child_nodes():
                    self.statement(one, tested)

    def _expression(
        self,
        node: "nodes.Node",
        tested: frozenset[Path],
        *,
        printed: bool = False,
        filters: tuple[str, ...] = (),
    ) -> None:
        from jinja2 import nodes

        path = _path(node)
        if path is not None:
            start = self._place(node.lineno, path)
            self.uses.append(
                Use(
                    path=path,
                    start=start,
                    end=start + len(".".join(path)),
                    printed=printed,
                    filters=filters,
                    tested=tested,
                )
            )
            return
        match node:
            case nodes.Filter():
                if node.node is not None:
                    self._expression(
                        node.node, tested, printed=printed, filters=(node.name, *filters)
                    )
                for value in node.args:
                    self._expression(value, tested)
            case nodes.CondExpr():
                self._expression(node.test, tested)
                self._expression(node.expr1, tested | _holding(node.test), printed=printed)
                if node.expr2 is not None:
                    self._expression(node.expr2, tested | _failing(node.test), printed=printed)
            case _:
                for one in node.iter_child_nodes():
                    self._expression(one, tested)

    def _place(self, line: int, path: Path) -> int:
        """Jinja2 knows lines only: the next mention of `path` on its line."""
        word = ".".join(path)
        number = min(line, len(self._lines)) - 1
        after = self._taken.get((number, path), 0)
        found = self._lines[number].find(word, after)
        column = max(found, 0)
        self._taken[number, path] = column + len(word)
        return self._starts[number] + column


def _path(node: "nodes.Node | None") -> Path | None:
    from jinja2 import nodes

    fields: list[str] = []
    while isinstance(node, nodes.Getattr):
        fields.append(node.attr)
        node = node.node
    return (node.name, *reversed(fields)) if isinstance(node, nodes.Name) else None


def _holding(node: "nodes.Node") -> frozenset[Path]:
    """The values that are there when `node` holds."""
    from jinja2 import nodes

    path = _path(node)
    if path is not None:
        return frozenset({path})
    match node:
        case nodes.And():
            return _holding(node.left) | _holding(node.right)
        case nodes.Not():
            return _failing(node.node)
        case nodes.Test(name="present" | "defined"):
            return frozenset(_tested(node))
        case _:
            return frozenset()


def _failing(node: "nodes.Node") -> frozenset[Path]:
    """The values that are there when `node` does not hold."""
    from jinja2 import nodes

    match node:
        case nodes.Or():
            return _failing(node.left) | _failing(node.right)
        case nodes.Not():
            return _holding(node.node)
        case nodes.Test(name="absent" | "none" | "undefined"):
            return frozenset(_tested(node))
        case _:
            return frozenset()


def _tested(node: "nodes.Test") -> Iterator[Path]:
    path = _path(node.node)
    if path is not None:
        yield path
