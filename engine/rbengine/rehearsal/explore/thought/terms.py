"""What a name stands for at one moment of a run: a term over answers, each answer with where and when it was given.

A run that is only thought of has no values. It knows that `late` is `order.placed < 2h ago`, and that `order` is what
the call at counter 12 answered in the first diagnosis. Terms are numbered: equal terms have one number.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from rbengine.contract.values import Datum, Failure, Value
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.domains import EPOCH
from rbengine.rehearsal.explore.thought.blocks import Blocks, free_names
from rbengine.runtime.evaluate import View, evaluate
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES

UNSEEN = -1
"""A name with a value that nothing is known about."""
MAYBE = -2
"""A name that may have no value."""

_TOTAL = frozenset(
    {"all", "any", "contains", "count", "distinct", "ends_with", "first", "join", "last", "length", "lower",
     "starts_with", "text", "trim", "upper"}
)  # fmt: skip
"""Functions that give a value for everything of the right type; the others may leave the bounds of numbers."""


class Given(msgspec.Struct, frozen=True, order=True):
    """An answer. `reading` and `calls` say when: in which diagnosis, called from where."""

    counter: int
    reading: str = ""
    calls: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """How terms name it: no name of a playbook looks so."""
        return f"@{self.counter} {self.reading} {self.calls}"


class Terms:
    """Terms by their numbers."""

    def __init__(self, plan: Plan, *, coarse: bool = False) -> None:
        """`coarse`: nothing is known of any answer, so that there are fewer places to stand at."""
        self.coarse = coarse
        self._view = View(EPOCH, plan)
        self._kinds, self._fields = _asked_of(plan)
        self._numbers: dict[ex.Expr, int] = {}
        self._exprs: list[ex.Expr] = []
        self._sources: list[frozenset[str]] = []
        self._timed: list[bool] = []
        self._known: dict[tuple[int, tuple[int | None, ...]], int] = {}
        self._names: dict[int, tuple[ex.Expr, tuple[str, ...], frozenset[str], bool]] = {}
        self.given: dict[str, Given] = {}
        """What each name of an answer means."""

    def number(self, expr: ex.Expr) -> int:
        """The number of a term."""
        found = self._numbers.get(expr)
        if found is None:
            found = self._numbers[expr] = len(self._exprs)
            names = free_names(expr)
            self._exprs.append(expr)
            self._sources.append(frozenset(names - {"it", "now"}))
            self._timed.append("now" in names or _looks_at_the_clock(expr))
        return found

    def answer(self, given: Given) -> int:
        """The term of an answer."""
        if self.coarse:
            return UNSEEN
        name = given.name
        self.given.setdefault(name, given)
        return self.number(ex.Variable(name))

    def field(self, number: int, name: str) -> int:
        """The term of a field of a term."""
        return number if number < 0 else self.number(ex.FieldOf(self._exprs[number], name))

    def constant(self, value: Value) -> int:
        """The term of a value that is known."""
        return self.number(ex.Constant(Datum(value)))

    def failure(self, kind: str) -> int:
        """The term of what was tried and has failed: kinds that no condition tells apart are one."""
        known = self._kinds is None or kind in self._kinds
        return self.constant(Failure(kind if known else "unavailable", ""))

    def expr(self, number: int) -> ex.Expr:
        """The term itself."""
        return self._exprs[number]

    def sources(self, number: int) -> frozenset[str]:
        """The answers that it is made of; none where the number is UNSEEN or MAYBE."""
        return self._sources[number] if number >= 0 else frozenset()

    def of(self, expr: ex.Expr, names: Mapping[str, int]) -> int:
        """The term that `expr` is where names stand for these terms; UNSEEN or MAYBE where one of them is."""
        _, read, _, _ = self._read(expr)
        given = tuple(names.get(one) for one in read)
        key = (id(expr), given)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._put_in(expr, dict(zip(read, given, strict=True)))
        return found

    def names(self, expr: ex.Expr) -> tuple[str, ...]:
        """The names that `expr` reads."""
        return self._read(expr)[1]

    def raises(self, expr: ex.Expr, names: Mapping[str, int]) -> tuple[bool, bool, bool]:
        """Whether `expr` may have a value here, may want a name, and may go beyond the bounds of numbers."""
        _, read, needed, beyond = self._read(expr)
        goes, lacks = True, False
        for one in read:
            term = names.get(one)
            if term is None:
                lacks = True
                goes = goes and one not in needed
            elif term == MAYBE:
                lacks = True
        return goes, lacks, beyond

    def empty_or_raises(self, expr: ex.Expr, names: Mapping[str, int]) -> ex.Expr | None:
        """The list of a `where` or `each` that needs an unknown name for every item: it has a value only if empty."""
        match expr:
            case ex.Where(items=items, condition=inside) | ex.Each(items=items, value=inside):
                needed = set(_needed(inside)) - _NOT_BOUND
                known = all(one in names for one in self.names(items))
                return items if known and any(one not in names for one in needed) else None
            case _:
                return None

    def _read(self, expr: ex.Expr) -> tuple[ex.Expr, tuple[str, ...], frozenset[str], bool]:
        found = self._names.get(id(expr))
        if found is None:
            read = tuple(sorted(free_names(expr) - _NOT_BOUND))
            needed = frozenset(_needed(expr)) - _NOT_BOUND
            # `expr` is kept, so that its identity stays its own.
            found = self._names[id(expr)] = expr, read, needed, _may_go_beyond(expr)
        return found

    def _put_in(self, expr: ex.Expr, names: Mapping[str, int | None]) -> int:
        if any(one is None or one == MAYBE for one in names.values()):
            return MAYBE
        if any(one == UNSEEN for one in names.values()):
            return UNSEEN
        put = {name: self._exprs[one] for name, one in names.items() if one is not None}
        return self.number(self._folded(expr, put))

    def _folded(self, expr: Any, names: Mapping[str, ex.Expr]) -> Any:
        """`expr` with terms for its names; what is decided by that is left out, and so are fields nobody asks for."""
        match expr:
            case ex.Variable(name=name):
                return names.get(name, expr)
            case ex.Constant() | str() | bool() | None:
                return expr
            case tuple():
                return tuple(self._folded(one, names) for one in expr)
            case ex.MakeRecord(fields=fields):
                kept = (one for one in fields if one.name in self._fields)
                return ex.MakeRecord(tuple(self._folded(one, names) for one in kept))
            case ex.FieldOf(of=of, name=name):
                inside = self._folded(of, names)
                if isinstance(inside, ex.MakeRecord):
                    given = (one.value for one in inside.fields if one.name == name)
                    return next(given, ex.Constant(Datum(None)))
                return ex.FieldOf(inside, name)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                decides = self._folded(condition, names)
                sides = self._folded(then, names), self._folded(otherwise, names)
                if isinstance(decides, ex.Constant):
                    return sides[0 if decides.value.value is True else 1]
                return ex.Conditional(decides, *sides)
            case msgspec.Struct():
                parts = (self._folded(getattr(expr, one), names) for one in expr.__struct_fields__)
                made = type(expr)(*parts)
                return self._decided(made) if isinstance(made, _DECIDED) else made
            case _:
                return expr

    def _decided(self, expr: ex.Expr) -> ex.Expr:
        if not all(isinstance(one, ex.Constant) for one in _parts(expr)):
            return expr
        try:
            return ex.Constant(Datum(evaluate(expr, NO_NAMES, self._view)))
        except (NotKnown, Unevaluable):
            return expr

    def is_involved(self, number: int) -> bool:
        """Whether records that the playbook makes stand inside of it: nothing decides what becomes of those."""
        expr = self._exprs[number]
        return not isinstance(expr, ex.MakeRecord) and any(
            isinstance(one, ex.MakeRecord) for one in _everything(expr)
        )

    def is_timed(self, number: int) -> bool:
        """Whether it may be another at another moment."""
        return self._timed[number]


_NOT_BOUND = frozenset({"it", "now", "incident", "run", "operator", "result"})
"""Names that nothing in a text binds, or that are bound inside the expression alone."""


_DECIDED = ex.StateTest | ex.Matches | ex.Comparison | ex.Not
"""What is folded where it is made of values alone."""


def _asked_of(plan: Plan) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The kinds of failure that conditions tell apart (None: all), and the names of fields that they ask for."""
    deciding = tuple(Blocks(plan).deciding(tuple(plan.code)))
    fields: frozenset[str] = frozenset()
    while True:
        asked = list(_everything(deciding, fields))
        more = frozenset(one.name for one in asked if isinstance(one, ex.FieldOf))
        if more == fields:
            break
        fields = more
    kinds = frozenset(kind for one in asked if isinstance(one, ex.Matches) for kind in one.failures)
    return None if any(map(_asks_for_kind, asked)) else kinds, fields


def _asks_for_kind(expr: object) -> bool:
    """Whether it may be the kind of a failure: a field of an item of a list is none."""
    return (
        isinstance(expr, ex.FieldOf)
        and expr.name == "kind"
        and expr.of != ex.Variable("it")
        and not (isinstance(expr.of, ex.FieldOf) and expr.of.name != "failure")
    )


def _everything(of: object, fields: frozenset[str] | None = None) -> Iterator[object]:
    """All inside `of`; of records that are made those fields alone, where it is said which."""
    waiting: list[object] = [of]
    while waiting:
        one = waiting.pop()
        yield one
        if fields is not None and isinstance(one, ex.MakeRecord):
            waiting += [each.value for each in one.fields if each.name in fields]
        else:
            waiting += _inside(one)


def _looks_at_the_clock(expr: object) -> bool:
    return any(isinstance(one, ex.Ago | ex.FromNow | ex.RenderMessage) for one in _everything(expr))


def _inside(one: object) -> Iterator[object]:
    if isinstance(one, ex.Constant):
        return
    if isinstance(one, msgspec.Struct):
        yield from (getattr(one, name) for name in one.__struct_fields__)
    elif isinstance(one, tuple):
        yield from one


def _needed(expr: ex.Expr) -> Iterator[str]:
    """The names without which it certainly has no value."""
    match expr:
        case ex.Variable(name=name):
            yield name
        case ex.Logic(left=left):
            yield from _needed(left)
        case ex.Conditional(condition=condition):
            yield from _needed(condition)
        case ex.Where(items=items) | ex.Each(items=items):
            yield from _needed(items)
        case ex.Constant():
            return
        case _:
            for one in _parts(expr):
                yield from _needed(one)


def _parts(one: object) -> Iterator[ex.Expr]:
    """The expressions right inside."""
    for each in _inside(one):
        if isinstance(each, ex.Chunk | ex.Slot | ex.NamedExpr | tuple):
            yield from _parts(each)
        elif isinstance(each, msgspec.Struct):
            yield each  # type: ignore[misc]  # what is no chunk, slot or name is an expression


def _may_go_beyond(expr: ex.Expr) -> bool:
    match expr:
        case ex.Arithmetic() | ex.Negate() | ex.RenderMessage():
            return True
        case ex.Function(name=name) if name not in _TOTAL:
            return True
        case ex.Ago(of=of) | ex.FromNow(of=of) if not isinstance(of, ex.Constant):
            return True
        case ex.Comparison(operator="<" | "<=" | ">" | ">=", left=left, right=right):
            sides = (left, right)
            if not any(_is_plain(one) for one in sides):
                return True  # two amounts in two currencies have no order
        case ex.Slot(filters=filters) if filters:
            return True
        case ex.Constant():
            return False
        case _:
            pass
    return any(_may_go_beyond(one) for one in _parts(expr)) or any(
        isinstance(one, ex.Slot) and one.filters for one in getattr(expr, "parts", ())
    )


def _is_plain(expr: ex.Expr) -> bool:
    match expr:
        case ex.Constant(value=datum):
            return not hasattr(datum.value, "currency")
        case ex.Ago() | ex.FromNow() | ex.Variable(name="now") | ex.Function(name="count"):
            return True
        case _:
            return False
