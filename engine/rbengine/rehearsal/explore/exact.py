"""Whether conditions can hold together: decided by trying every value that matters, or left undecided.

Only what conditions can tell apart is tried (`domains`), so a *no* is a proof. Whatever a proof does not reach, such
as sums, functions, items of lists and what happened at two moments, is undecided, never a *no*.
"""

from collections.abc import Iterator, Sequence

from rbengine.contract.types import ListOf, Record
from rbengine.contract.values import Row, Value
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import FindingSpec, Plan
from rbengine.rehearsal.explore.candidates import made
from rbengine.rehearsal.explore.domains import EPOCH, Domains, bare
from rbengine.rehearsal.explore.flow import Wanted
from rbengine.rehearsal.explore.leaves import Answers, Leaf
from rbengine.rehearsal.explore.reads import Asked, Reads
from rbengine.runtime.evaluate import View, holds
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES, Names

MOST_TRIED = 200_000


class _UndecidedError(Exception):
    """No proof reaches this."""


class Exact:
    """Decides conditions of one plan."""

    def __init__(self, plan: Plan, reads: Reads, domains: Domains, answers: Answers) -> None:
        self._plan = plan
        self._reads = reads
        self._domains = domains
        self._answers = answers
        self._findings = {one.name: one for one in plan.findings}
        self._view = View(EPOCH, plan)

    def possible(
        self, wanted: Sequence[Wanted], *, moments: int = 1, tries: int = MOST_TRIED
    ) -> bool | None:
        """Whether some world makes all of `wanted` so; None where that is not decided.

        `tries`: after how many combinations it is given up. `moments`: at how many moments they are judged; with more
        than one, what depends on the time is undecided.
        """
        try:
            plain: list[tuple[ex.Expr, bool]] = []
            for any_of, so in wanted:
                joined = self._plain(any_of[0], ())
                for one in any_of[1:]:
                    joined = ex.Logic("or", joined, self._plain(one, ()))
                plain.append((joined, so))
            if moments > 1 and any(_is_timed(one) for one, _ in plain):
                return None
            self._most = tries
            return self._search(plain)
        except _UndecidedError:
            return None

    def lines(self, finding: FindingSpec) -> list[Wanted]:
        """What must be so for `finding` to hold."""
        return [(line.any_of, True) for line in finding.conditions]

    def _plain(self, expr: ex.Expr, seen: tuple[str, ...]) -> ex.Expr:
        """`expr` with every name put in that is not an answer itself. Raises _UndecidedError."""
        match expr:
            case ex.Variable(name="now") | ex.Constant():
                return expr
            case ex.Variable(name=name):
                return self._name(expr, name, seen)
            case ex.FieldOf(of=of, name=name):
                return ex.FieldOf(self._plain(of, seen), name)
            case ex.Not(of=of):
                return ex.Not(self._plain(of, seen))
            case ex.Ago(of=of):
                return ex.Ago(self._plain(of, seen))
            case ex.FromNow(of=of):
                return ex.FromNow(self._plain(of, seen))
            case ex.Logic(operator=operator, left=left, right=right):
                return ex.Logic(operator, self._plain(left, seen), self._plain(right, seen))
            case ex.Comparison(operator=operator, left=left, right=right):
                return ex.Comparison(operator, self._plain(left, seen), self._plain(right, seen))
            case ex.StateTest(of=of, state=state, negated=negated):
                return ex.StateTest(self._plain(of, seen), state, negated)
            case ex.Matches(of=of, texts=texts, states=states, failures=()):
                return ex.Matches(self._plain(of, seen), texts, states)
            case ex.MakeList(items=items):
                return ex.MakeList(tuple(self._plain(one, seen) for one in items))
            case _:
                raise _UndecidedError

    def _name(self, expr: ex.Variable, name: str, seen: tuple[str, ...]) -> ex.Expr:
        finding = self._findings.get(name)
        if finding is not None:
            parts = [self._either(line.any_of, seen) for line in finding.conditions]
            whole = parts[0]
            for one in parts[1:]:
                whole = ex.Logic("and", whole, one)
            return whole
        bound = self._reads.origins.bound.get(name, [])
        if len(bound) != 1 or name in seen:
            raise _UndecidedError
        source = bound[0]
        if not isinstance(source, Leaf):
            return self._plain(source, (*seen, name))
        instruction = self._plan.code[source.source] if source.source >= 0 else None
        if source.path or (isinstance(instruction, c.Invoke | c.Read) and instruction.tried):
            raise _UndecidedError
        return expr

    def _either(self, any_of: tuple[ex.Expr, ...], seen: tuple[str, ...]) -> ex.Expr:
        whole = self._plain(any_of[0], seen)
        for one in any_of[1:]:
            whole = ex.Logic("or", whole, self._plain(one, seen))
        return whole

    def _search(self, wanted: list[tuple[ex.Expr, bool]]) -> bool | None:
        needs = [frozenset(self._leaves(one)) for one, _ in wanted]
        order: list[Leaf] = []
        for one in sorted(needs, key=len):
            order += sorted(one - set(order))
        values: dict[Leaf, tuple[Asked, ...]] = {}
        for leaf in order:
            values[leaf] = self._values(leaf)
        due: list[list[tuple[ex.Expr, bool]]] = [[] for _ in range(len(order) + 1)]
        for need, condition in zip(needs, wanted, strict=True):
            due[max((order.index(one) + 1 for one in need), default=0)].append(condition)
        self._tried = 0
        return self._extend(order, values, due, 0, {})

    def _extend(
        self,
        order: list[Leaf],
        values: dict[Leaf, tuple[Asked, ...]],
        due: list[list[tuple[ex.Expr, bool]]],
        place: int,
        chosen: dict[Leaf, Asked],
    ) -> bool:
        if due[place]:
            self._tried += 1
            if self._tried > self._most:
                raise _UndecidedError
            names = self._names(chosen)
            try:
                if any(holds(one, names, self._view) is not so for one, so in due[place]):
                    return False
            except (NotKnown, Unevaluable) as error:
                raise _UndecidedError from error
        if place == len(order):
            return True
        return any(
            self._extend(order, values, due, place + 1, {**chosen, order[place]: value})
            for value in values[order[place]]
        )

    def _values(self, leaf: Leaf) -> tuple[Asked, ...]:
        type_, absent = bare(self._answers.type_of(leaf))
        if isinstance(type_, ListOf):
            raise _UndecidedError
        if isinstance(type_, Record):
            return (True, None) if absent else (True,)
        domain = self._domains.of(leaf)
        if not domain.exact:
            raise _UndecidedError
        return domain.values

    def _leaves(self, expr: ex.Expr) -> Iterator[Leaf]:
        """The leaves that `expr` reads, and those around them that may be absent."""
        match expr:
            case ex.Variable(name="now") | ex.Constant():
                return
            case ex.Variable() | ex.FieldOf():
                found = self._reads.origins.leaves(expr)
                if len(found) != 1:
                    raise _UndecidedError
                leaf = found[0]
                for length in range(len(leaf.path) + 1):
                    yield Leaf(leaf.source, leaf.path[:length])
            case ex.Not(of=of) | ex.Ago(of=of) | ex.FromNow(of=of):
                yield from self._leaves(of)
            case ex.StateTest(of=of) | ex.Matches(of=of):
                yield from self._leaves(of)
            case ex.Logic(left=left, right=right) | ex.Comparison(left=left, right=right):
                yield from self._leaves(left)
                yield from self._leaves(right)
            case ex.MakeList(items=items):
                for one in items:
                    yield from self._leaves(one)
            case _:
                raise _UndecidedError

    def _names(self, chosen: dict[Leaf, Asked]) -> Names:
        names = NO_NAMES
        roots = {one.source for one in chosen}
        for name, bound in self._reads.origins.bound.items():
            for one in bound:
                if isinstance(one, Leaf) and one.source in roots and not one.path:
                    names = names.insert(name, self._value(one, chosen))
        return names

    def _value(self, leaf: Leaf, chosen: dict[Leaf, Asked]) -> Value:
        type_, _ = bare(self._answers.type_of(leaf))
        if isinstance(type_, Record):
            if chosen.get(leaf, True) is None:
                return None
            below = (leaf.below(one.name) for one in type_.fields)
            return Row(
                {
                    one.path[-1]: self._value(one, chosen)
                    for one in below
                    if any(other.path[: len(one.path)] == one.path for other in chosen
                           if other.source == one.source)
                }
            )  # fmt: skip
        return made(chosen.get(leaf), EPOCH)


def _is_timed(expr: ex.Expr) -> bool:
    match expr:
        case ex.Ago() | ex.FromNow() | ex.Variable(name="now"):
            return True
        case ex.Not(of=of) | ex.StateTest(of=of) | ex.Matches(of=of) | ex.FieldOf(of=of):
            return _is_timed(of)
        case ex.Logic(left=left, right=right) | ex.Comparison(left=left, right=right):
            return _is_timed(left) or _is_timed(right)
        case _:
            return False
