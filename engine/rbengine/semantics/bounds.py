"""How long a time may be that is not written where it is waited for: what was bound, checked or asked about before."""

from datetime import timedelta

from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.expressions import (
    Binary,
    Compare,
    DurationLiteral,
    Expression,
    Field,
    NameRef,
)

_AT_MOST = frozenset({"<", "<=", "is"})
_AT_LEAST = frozenset({">", ">=", "is"})
_MORE = frozenset({">", ">="})
_LESS = frozenset({"<", "<="})

FOREVER = timedelta(days=36_500)
"""Times are counted up to a hundred years: nobody waits longer, and nothing that is written can be too much to add."""


def added(one: timedelta, other: timedelta) -> timedelta:
    """Both, one after the other."""
    return min(FOREVER, min(FOREVER, one) + min(FOREVER, other))


def repeated(time: timedelta, rounds: int) -> timedelta:
    """`time`, so often."""
    if not time or rounds <= 0:
        return timedelta(0)
    return FOREVER if rounds > FOREVER // time else time * rounds


class Bounds:
    """Paths (`d`, `input.pause`) with the longest that each can be, on the way that is being followed."""

    def __init__(self, limit: timedelta) -> None:
        self._limit = limit
        """The policy's: the machine fails with `too_many` beyond it."""
        self._known: dict[str, timedelta] = {}

    def of(self, node: Expression) -> timedelta:
        """The longest that `node` can be. What is written stands as it is, however long."""
        if isinstance(node, DurationLiteral):
            return node.value
        return min(self._limit, self._known.get(_path(node), self._limit))

    def bound(self, node: tree.Bind) -> None:
        """A name for a time that is written."""
        if isinstance(node.value, DurationLiteral):
            self._known[node.name.text] = node.value.value

    def given(self, condition: Expression, *, holds: bool = True) -> None:
        """From here on `condition` holds, or does not."""
        if isinstance(condition, Binary) and condition.operator == "and" and holds:
            self.given(condition.left)
            self.given(condition.right)
        elif isinstance(condition, Compare):
            left, right = condition.left, condition.right
            up, down = (_AT_MOST, _AT_LEAST) if holds else (_MORE, _LESS)
            if condition.operator in up:
                self._at_most(left, right)
            if condition.operator in down:
                self._at_most(right, left)

    def _at_most(self, node: Expression, most: Expression) -> None:
        path = _path(node)
        if path and isinstance(most, DurationLiteral):
            self._known[path] = min(most.value, self._known.get(path, most.value))

    def here(self) -> dict[str, timedelta]:
        """What is known, to come `back` to behind a way that is not the only one."""
        return dict(self._known)

    def back(self, known: dict[str, timedelta]) -> None:
        """Forget what was learned since `here`."""
        self._known = dict(known)


def _path(node: Expression) -> str:
    match node:
        case NameRef(name=name):
            return name.text
        case Field(object=inner, name=name):
            before = _path(inner)
            return f"{before}.{name.text}" if before else ""
        case _:
            return ""
