"""Whether what a run has decided so far leaves a further condition open: decided by trying, or by form alone.

A fact is a term that held, or did not. Answers whose values conditions can tell apart are tried, value by value
(`domains`); what no trial reaches (lists, sums, functions of them) is one unknown that is so or not so, the same each
time it is asked. So a *no* is a proof, and whatever is beyond the trials is a *maybe*.
"""

from collections.abc import Iterable, Mapping

from rbengine.contract.types import ListOf, Record
from rbengine.contract.values import Datum, Failure, Row, Value
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.candidates import made
from rbengine.rehearsal.explore.domains import EPOCH, Domains, bare
from rbengine.rehearsal.explore.leaves import Answers, Leaf
from rbengine.rehearsal.explore.reads import Asked, Reads
from rbengine.rehearsal.explore.thought.forms import (
    STATE,
    STATES,
    Compared,
    Form,
    Joined,
    Key,
    Lawful,
    Part,
    Stated,
    Taken,
    Tried,
    Turned,
    Unknown,
)
from rbengine.rehearsal.explore.thought.terms import Terms
from rbengine.runtime.evaluate import View, evaluate
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES

Fact = tuple[int, bool]
Facts = frozenset[Fact]

_MOST = 3_000
"""Combinations that are tried for one set of facts; beyond, it is a maybe."""


class _GivenUpError(Exception):
    """Too many combinations."""


class Judgement:
    """Decides sets of facts about one plan."""

    def __init__(
        self, plan: Plan, terms: Terms, reads: Reads, domains: Domains, answers: Answers
    ) -> None:
        self._terms = terms
        self._reads = reads
        self._domains = domains
        self._answers = answers
        self._view = View(EPOCH, plan)
        self._inputs = {one.name: -1 - number for number, one in enumerate(plan.inputs)}
        self._known: dict[Facts, bool] = {}
        self._forms: dict[int, Form] = {}
        self._asked: dict[int, frozenset[Key]] = {}
        self._taken_from: dict[Part, tuple[Part, Taken]] = {}

    def open(self, facts: Facts, term: int) -> tuple[bool, bool]:
        """Whether `term` may hold beside `facts`, and whether it may not."""
        if term < 0 or self._terms.is_timed(term):
            return True, True
        near = self.near(facts, self.asks(term))
        return self.possible(near | {(term, True)}), self.possible(near | {(term, False)})

    def possible(self, facts: Facts) -> bool:
        """Whether all of them may be so at once; True where that is not decided."""
        found = self._known.get(facts)
        if found is None:
            found = self._known[facts] = self._search(facts)
        return found

    def asks(self, term: int) -> frozenset[Key]:
        """What decides `term`: parts of answers, and what is beyond trials. What can be one way only is none."""
        found = self._asked.get(term)
        if found is None:
            needs = self._form(term).needs
            found = self._asked[term] = frozenset(
                one for one in needs if isinstance(one, int) or len(self._values(one)) > 1
            )
        return found

    def parts(self, expr: ex.Expr) -> tuple[ex.Expr, ...]:
        """The conditions that `expr` is joined of."""
        match expr:
            case ex.Logic(left=left, right=right):
                return self.parts(left) + self.parts(right)
            case ex.Not(of=of):
                return self.parts(of)
            case _:
                return (expr,)

    def near(self, facts: Facts, keys: frozenset[Key]) -> Facts:
        """The facts that bear on `keys`, directly or through others."""
        reached = set(keys)
        left = [(one, self.asks(one[0])) for one in facts]
        found: set[Fact] = set()
        while True:
            joined = [(one, its) for one, its in left if its & reached]
            if not joined:
                return frozenset(found)
            for one, its in joined:
                found.add(one)
                reached |= its
            left = [(one, its) for one, its in left if one not in found]

    def _search(self, facts: Facts) -> bool:
        forms = sorted(
            ((self._form(term), so) for term, so in facts), key=lambda one: len(one[0].needs)
        )
        if not self._is_sound(forms):
            forms = [(self._opaque(term), so) for term, so in sorted(facts)]
        order: list[Key] = []
        for form, _ in forms:
            order += [one for one in form.needs if one not in order]
        places = {one: number + 1 for number, one in enumerate(order)}
        forms += [
            (Lawful(one, *self._taken_from[one]), True)
            for one in order
            if not isinstance(one, int)
            and one in self._taken_from
            and self._taken_from[one][0] in places
        ]
        due: list[list[tuple[Form, bool]]] = [[] for _ in range(len(order) + 1)]
        for form, so in forms:
            due[max((places[one] for one in form.needs), default=0)].append((form, so))
        self._tried = 0
        try:
            return self._extend(order, due, 0, {})
        except _GivenUpError:
            return True

    def _extend(
        self,
        order: list[Key],
        due: list[list[tuple[Form, bool]]],
        place: int,
        chosen: dict[Key, Asked],
    ) -> bool:
        if due[place]:
            self._tried += 1
            if self._tried > _MOST:
                raise _GivenUpError
            if any(form.holds(self._value_of, chosen) is not so for form, so in due[place]):
                return False
        if place == len(order):
            return True
        key = order[place]
        values: Iterable[Asked] = (True, False) if isinstance(key, int) else self._values(key)
        for value in values:
            chosen[key] = value
            if self._extend(order, due, place + 1, chosen):
                return True
        chosen.pop(key, None)
        return False

    def _leaf(self, key: Part) -> Leaf:
        name, path = key
        if name in self._inputs:
            return Leaf(self._inputs[name], path)
        return Leaf(self._terms.given[name].counter, path)

    def _values(self, key: Part) -> tuple[Asked, ...]:
        if key[0] == STATE:
            return STATES
        leaf = self._leaf(key)
        type_, absent = bare(self._answers.type_of(leaf))
        if isinstance(type_, Record):
            return (True, None) if absent else (True,)
        return self._domains.of(leaf).values

    def _is_sound(self, forms: list[tuple[Form, bool]]) -> bool:
        """Not where answers that are compared with each other were given more than once: there are too few values."""
        times: dict[Leaf, set[str]] = {}
        for form, _ in forms:
            for key in form.needs:
                if not isinstance(key, int) and key[0] != STATE:
                    times.setdefault(self._leaf(key), set()).add(key[0])
        return not any(
            len(names) > 1 and leaf in self._reads.uses and len(self._reads.component(leaf)) > 1
            for leaf, names in times.items()
        )

    def _form(self, term: int) -> Form:
        found = self._forms.get(term)
        if found is None:
            found = self._forms[term] = self._formed(self._terms.expr(term))
        return found

    def _opaque(self, term: int) -> Form:
        return self._split(self._terms.expr(term), decided=False)

    def _formed(self, expr: ex.Expr) -> Form:
        return self._split(expr, decided=True)

    def _split(self, expr: ex.Expr, *, decided: bool) -> Form:
        if decided:
            keys = self._keys(expr)
            if keys is not None:
                return Tried(expr, keys)
        match expr:
            case ex.Logic(operator=operator, left=left, right=right):
                return Joined(
                    operator,
                    self._split(left, decided=decided),
                    self._split(right, decided=decided),
                )
            case ex.Not(of=of) if _is_total(of):
                return Turned(self._split(of, decided=decided))
            case ex.Comparison(operator="is not", left=left, right=right):
                return Turned(self._split(ex.Comparison("is", left, right), decided=decided))
            case ex.StateTest(of=of, state=state, negated=False):
                return Stated(self._chain(of), state)
            case ex.Comparison(operator=operator, left=left, right=ex.Constant() as right):
                compared = ex.Comparison(operator, ex.Constant(Datum(None)), right)
                return Compared(self._terms.number(expr), self._chain(left), compared)
            case ex.StateTest(of=of, state=state, negated=True):
                return Turned(self._split(ex.StateTest(of, state, False), decided=decided))
            case _:
                return Unknown(self._terms.number(expr))

    def _chain(self, expr: ex.Expr) -> tuple[Part, ...]:
        """Whether a value is there at all: its key, and the keys of what it is taken from, one after the other."""
        found: list[Part] = []
        inner: ex.Expr | None = expr
        while inner is not None:
            number = self._terms.number(inner)
            key = (STATE, (str(number),))
            match inner:
                case ex.Function(name="first" | "last", arguments=(of,)):
                    taken: tuple[ex.Expr, Taken] | None = of, "item"
                case ex.Where(items=of) | ex.Each(items=of):
                    taken = of, "list"
                case ex.FieldOf(of=of):
                    taken = of, "field"
                case _:
                    taken = None
            found.append(key)
            if taken is not None:
                self._taken_from[key] = (STATE, (str(self._terms.number(taken[0])),)), taken[1]
            inner = None if taken is None else taken[0]
        return tuple(found)

    def _keys(self, expr: ex.Expr) -> tuple[Part, ...] | None:
        """The answers that it reads and those around them that may be absent; None where no trial decides it."""
        found: dict[Part, None] = {}
        return tuple(found) if self._collect(expr, found) else None

    def _collect(self, expr: ex.Expr, found: dict[Part, None]) -> bool:
        match expr:
            case ex.Constant():
                return True
            case ex.Variable() | ex.FieldOf():
                return self._collect_path(expr, found)
            case ex.Not(of=of) | ex.StateTest(of=of) | ex.Matches(of=of):
                return self._collect(of, found)
            case ex.Logic(left=left, right=right) | ex.Comparison(left=left, right=right):
                return self._collect(left, found) and self._collect(right, found)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                return all(self._collect(one, found) for one in (condition, then, otherwise))
            case ex.MakeList(items=items):
                return all(self._collect(one, found) for one in items)
            case _:
                return False

    def _collect_path(self, expr: ex.Expr, found: dict[Part, None]) -> bool:
        path: list[str] = []
        while isinstance(expr, ex.FieldOf):
            path.append(expr.name)
            expr = expr.of
        if isinstance(expr, ex.Constant):
            # Of a failure the kind is known, and what it says is not.
            return not path or not isinstance(expr.value.value, Failure) or path == ["kind"]
        if not isinstance(expr, ex.Variable):
            return False
        name = expr.name
        if name not in self._inputs and name not in self._terms.given:
            return False
        steps = tuple(reversed(path))
        leaf = self._leaf((name, steps))
        type_, _ = bare(self._answers.type_of(leaf))
        if type_ is None or isinstance(type_, ListOf):
            return False
        if not isinstance(type_, Record) and not self._domains.is_told(leaf):
            return False
        for length in range(len(steps) + 1):
            found[name, steps[:length]] = None
        return True

    def _value_of(self, expr: ex.Expr, keys: tuple[Part, ...], chosen: Mapping[Key, Asked]) -> bool:
        """Whether `expr` holds where the answers have these values."""
        names = NO_NAMES
        for name in dict.fromkeys(one for one, _ in keys):
            below = {path: chosen[each, path] for each, path in keys if each == name}
            names = names.insert(name, _made(below, ()))
        try:
            return evaluate(expr, names, self._view) is True
        except (NotKnown, Unevaluable) as error:
            raise _GivenUpError from error


def _made(below: Mapping[tuple[str, ...], Asked], path: tuple[str, ...]) -> Value:
    inside = {one[len(path)] for one in below if len(one) > len(path) and one[: len(path)] == path}
    if not inside:
        return made(below.get(path), EPOCH)
    if below.get(path, True) is None:
        return None
    return Row({one: _made(below, (*path, one)) for one in sorted(inside)})


def _is_total(expr: ex.Expr) -> bool:
    """Whether it is so or not so, and never absent."""
    match expr:
        case ex.Logic() | ex.Comparison() | ex.StateTest() | ex.Matches():
            return True
        case ex.Function(name="any" | "all"):
            return False  # absent of an absent list
        case ex.Not(of=of):
            return _is_total(of)
        case _:
            return False
