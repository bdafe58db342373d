"""What the conditions of a plan ask of each leaf, and which leaves they compare with each other."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from rbengine.contract.values import Value
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.leaves import ITEM, Answers, Leaf, Origins

_LOOKING = frozenset({"contains", "starts_with", "ends_with"})
"""Functions that look for a text in another."""


class Ago(msgspec.Struct, frozen=True, order=True):
    """A moment: so long before the one at which the answer comes (below 0: after it)."""

    span: timedelta


Asked = Value | Ago


class Use(msgspec.Struct):
    """How one leaf is read. Filled while the plan is read, not changed afterwards."""

    groups: list[tuple[Asked, ...]]
    """What it is compared with: the values of one `in`, or a single one."""
    sizes: set[int]
    """For a list: numbers its length is compared with."""
    linked: set[Leaf]
    hints: set[str]
    """Texts that are looked for in it."""
    ordered: bool = False
    presence: bool = False
    failed: bool = False
    rough: bool = False
    """Read in a way that its values here may not tell apart: by a function, a sum, or inside a list."""


class Reads:
    """Uses by leaf."""

    def __init__(self, plan: Plan, answers: Answers) -> None:
        self.origins = Origins(plan, answers)
        self.uses: dict[Leaf, Use] = {}
        for expr in conditions(plan):
            self._condition(expr, ())

    def use(self, leaf: Leaf) -> Use:
        """The use of `leaf`, a new one where nothing has read it so far."""
        found = self.uses.get(leaf)
        if found is None:
            found = self.uses[leaf] = Use([], set(), set(), set())
        return found

    def component(self, leaf: Leaf) -> tuple[Leaf, ...]:
        """The leaves that are compared with `leaf`, directly or through others, in the order of the plan."""
        found = {leaf}
        waiting = [leaf]
        while waiting:
            for other in self.uses[waiting.pop()].linked:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return tuple(sorted(found))

    def _condition(self, expr: ex.Expr, it: tuple[Leaf, ...]) -> None:
        """Read `expr` where it decides something."""
        for leaf in self.origins.leaves(expr, it):
            self.use(leaf)
        match expr:
            case ex.Logic() | ex.Arithmetic():
                self._condition(expr.left, it)
                self._condition(expr.right, it)
                if isinstance(expr, ex.Arithmetic):
                    self._roughen(expr, it)
            case ex.Not(of=of) | ex.Negate(of=of) | ex.Ago(of=of) | ex.FromNow(of=of):
                self._condition(of, it)
            case ex.Comparison():
                self._comparison(expr, it)
            case ex.StateTest(of=of, state=state):
                self._condition(of, it)
                for leaf in self.origins.leaves(of, it):
                    use = self.use(leaf)
                    use.presence = True
                    use.failed = use.failed or state == "failed"
                    if state == "empty":
                        use.sizes.add(0)
            case ex.Matches():
                self._matches(expr, it)
            case ex.Conditional():
                for one in (expr.condition, expr.then, expr.otherwise):
                    self._condition(one, it)
            case ex.Where(items=items, condition=inside) | ex.Each(items=items, value=inside):
                self._condition(items, it)
                around = self.origins.leaves(items, it)
                for leaf in around:
                    self.use(leaf).sizes.add(0)
                self._condition(inside, tuple(one.below(ITEM) for one in around))
            case ex.Function(arguments=arguments):
                for one in arguments:
                    self._condition(one, it)
                self._roughen(expr, it)
                self._hint(expr, it)
            case ex.MakeList(items=elements):
                for one in elements:
                    self._condition(one, it)
            case ex.FieldOf(of=of):
                self._condition(of, it)
            case _:
                pass

    def _comparison(self, expr: ex.Comparison, it: tuple[Leaf, ...]) -> None:
        left, right = self.origins.leaves(expr.left, it), self.origins.leaves(expr.right, it)
        ordered = expr.operator not in ("is", "is not", "in", "not in")
        self._against(left, expr.right, ordered)
        self._against(right, expr.left, ordered)
        self._sizes(expr.left, expr.right, it)
        self._sizes(expr.right, expr.left, it)
        for one in left:
            for other in right:
                self.use(one).linked.add(other)
                self.use(other).linked.add(one)
                if expr.operator in ("in", "not in"):
                    self.use(one).rough = self.use(other).rough = True
                for leaf in (one, other):
                    self.use(leaf).ordered = self.use(leaf).ordered or ordered
        self._condition(expr.left, it)
        self._condition(expr.right, it)

    def _against(self, leaves: Iterable[Leaf], other: ex.Expr, ordered: bool) -> None:
        values = constants(other)
        for leaf in leaves:
            use = self.use(leaf)
            if values is not None:
                use.groups.append(values)
            elif not self.origins.leaves(other):
                use.rough = True
            use.ordered = use.ordered or ordered

    def _sizes(self, counted: ex.Expr, other: ex.Expr, it: tuple[Leaf, ...]) -> None:
        if isinstance(counted, ex.Function) and counted.name == "count":
            for leaf in self.origins.leaves(counted.arguments[0], it):
                for value in constants(other) or ():
                    if isinstance(value, int):
                        self.use(leaf).sizes.add(value)

    def _matches(self, expr: ex.Matches, it: tuple[Leaf, ...]) -> None:
        self._condition(expr.of, it)
        for leaf in self.origins.leaves(expr.of, it):
            use = self.use(leaf)
            if expr.texts:
                use.groups.append(expr.texts)
            use.presence = use.presence or bool(expr.states)
            use.failed = use.failed or bool(expr.failures)

    def _hint(self, expr: ex.Function, it: tuple[Leaf, ...]) -> None:
        """`contains(lower(it.text), "refused")`: a text with that in it is worth a try."""
        if expr.name not in _LOOKING or len(expr.arguments) != 2:
            return
        inside, wanted = expr.arguments
        while isinstance(inside, ex.Function) and len(inside.arguments) == 1:
            inside = inside.arguments[0]
        texts = [one for one in constants(wanted) or () if isinstance(one, str)]
        for leaf in self.origins.leaves(inside, it):
            self.use(leaf).hints.update(texts)

    def _roughen(self, expr: ex.Expr, it: tuple[Leaf, ...]) -> None:
        for inside in _parts(expr):
            for leaf in self.origins.leaves(inside, it):
                self.use(leaf).rough = True


def constants(expr: ex.Expr) -> tuple[Asked, ...] | None:
    """The values that `expr` is made of, where it is made of nothing else."""
    match expr:
        case ex.Constant(value=datum):
            return datum.value if isinstance(datum.value, tuple) else (datum.value,)
        case ex.MakeList(items=items):
            found: list[Asked] = []
            for one in items:
                inside = constants(one)
                if inside is None:
                    return None
                found += inside
            return tuple(found)
        case ex.Negate(of=ex.Constant(value=datum)) if isinstance(datum.value, int):
            return (-datum.value,)
        case ex.Ago(of=ex.Constant(value=datum)) if isinstance(datum.value, timedelta):
            return (Ago(datum.value),)
        case ex.FromNow(of=ex.Constant(value=datum)) if isinstance(datum.value, timedelta):
            return (Ago(-datum.value),)
        case ex.Variable(name="now"):
            return (Ago(timedelta(0)),)
        case _:
            return None


def conditions(plan: Plan) -> Iterator[ex.Expr]:
    """Every expression whose value decides where a run goes."""
    for finding in plan.findings:
        for line in finding.conditions:
            yield from line.any_of
    for instruction in plan.code:
        match instruction:
            case c.JumpUnless(condition=one) | c.CheckThat(condition=one) | c.Until(condition=one):
                yield one
            case c.Let(value=one):
                yield one
            case c.EachBegin(items=one):
                yield ex.StateTest(one, "empty", False)
            case c.MakeChange(change=change):
                yield from _of_parts(change.parts)
            case _:
                pass


def _of_parts(parts: Iterable[c.ChangePart]) -> Iterator[ex.Expr]:
    for part in parts:
        match part:
            case c.EachPart(items=items, parts=inside):
                yield ex.StateTest(items, "empty", False)
                yield from _of_parts(inside)
            case c.IfPart(condition=condition, then=then, otherwise=otherwise):
                yield condition
                yield from _of_parts((*then, *otherwise))
            case _:
                pass


def _parts(expr: ex.Expr) -> tuple[ex.Expr, ...]:
    match expr:
        case ex.Function(arguments=arguments):
            return arguments
        case ex.Arithmetic(left=left, right=right):
            return (left, right)
        case _:
            return ()
