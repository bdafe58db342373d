"""What expressions of a plan are for answers that a walk was given, and where in those answers it comes from."""

from collections.abc import Iterator

import msgspec

from rbengine.contract.values import Value
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.given import Given, Spot
from rbengine.rehearsal.explore.leaves import Leaf
from rbengine.rehearsal.explore.names import Gives, Item, Meaning, Meanings, Place
from rbengine.rehearsal.explore.thought.blocks import free_names
from rbengine.runtime.evaluate import View, evaluate
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES

DEEPEST = 24
"""How far names are followed."""

_LONGEST = 300
"""How many instructions of a procedure are followed."""


class Here(msgspec.Struct, frozen=True):
    """Where an expression stands: its place, what `it` is there, and how many names led to it."""

    place: Place
    it: "Spot | Bound | None" = None
    depth: int = 0


class Bound(msgspec.Struct, frozen=True):
    """An expression where it stands: what is no spot of an answer itself."""

    expr: ex.Expr
    here: Here


Ref = Spot | Bound


class Reckoning:
    """Expressions of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._meanings = Meanings(plan)
        self._plan = plan
        self._code = tuple(plan.code)

    def _holds(self, given: Given, expr: ex.Expr, here: Here) -> bool | None:
        """None where nobody knows."""
        try:
            return self._value(given, expr, here) is True
        except (NotKnown, Unevaluable):
            return None

    def _known(self, given: Given, expr: ex.Expr, here: Here) -> Value:
        """Its value; absent where nobody knows."""
        try:
            return self._value(given, expr, here)
        except (NotKnown, Unevaluable):
            return None

    def _value(self, given: Given, expr: ex.Expr, here: Here) -> Value:
        """Raises NotKnown and Unevaluable."""
        if isinstance(expr, ex.Constant):
            return expr.value.value
        names = NO_NAMES
        for name in free_names(expr):
            if name == "it":
                if here.it is not None:
                    names = names.insert(name, self._of(given, here.it))
            elif name != "now":
                names = names.insert(name, self._named(given, name, here))
        return evaluate(expr, names, View(given.now, self._plan))

    def _held(self, given: Given, ref: Ref) -> Value:
        """As `_known`."""
        return given.value(ref) if isinstance(ref, Spot) else self._known(given, ref.expr, ref.here)

    def _of(self, given: Given, ref: Ref) -> Value:
        if isinstance(ref, Spot):
            return given.value(ref)
        return self._value(given, ref.expr, ref.here)

    def _named(self, given: Given, name: str, here: Here) -> Value:
        for ref in self._refs(given, name, here):
            return self._of(given, ref)
        raise NotKnown(name)

    def _refs(self, given: Given, name: str, here: Here) -> Iterator[Ref]:
        """What a name stands for, as far as the walk was given it."""
        if here.depth > DEEPEST:
            return
        for meaning in self._meanings.of(name, here.place):
            what, place = meaning
            if isinstance(what, Gives):
                yield from self._returned(given, what, Here(place, None, here.depth + 1))
            elif (ref := self._ref(given, meaning, here)) is not None:
                yield ref

    def _returned(self, given: Given, what: Gives, here: Here) -> Iterator[Ref]:
        """What a procedure gives: first what it gives for these answers."""
        taken = self._leads_to(given, here)
        for counter, value in sorted(what.values, key=lambda one: one[0] != taken):
            place = msgspec.structs.replace(here.place, counter=counter)
            yield Bound(value, msgspec.structs.replace(here, place=place))

    def _leads_to(self, given: Given, here: Here) -> int:
        """Where a procedure that begins here returns, if nothing in it fails."""
        counter = here.place.counter
        for _ in range(_LONGEST):
            place = msgspec.structs.replace(here.place, counter=counter)
            there = msgspec.structs.replace(here, place=place)
            match self._code[counter]:
                case c.Return():
                    return counter
                case c.Jump(to=to) | c.TryEnd(to=to):
                    counter = to
                case c.JumpUnless(condition=condition, to=to):
                    counter = counter + 1 if self._holds(given, condition, there) else to
                case c.Until(condition=condition, begin=begin):
                    loop = self._code[begin]
                    assert isinstance(loop, c.WithinBegin)
                    holds = self._holds(given, condition, there)
                    counter = loop.done if holds or loop.expired is None else loop.expired
                case c.EachBegin(end=end):
                    counter = end
                case _:
                    counter += 1
        return counter

    def _ref(self, given: Given, meaning: Meaning, here: Here) -> Ref | None:
        what, place = meaning
        there = Here(place, None, here.depth + 1)
        assert not isinstance(what, Gives)
        match what:
            case Leaf(source=source, path=path):
                return Spot(source, path) if given.knows(source) else None
            case Item(items=items):
                return next(iter(self._items(given, items, there)), None)
            case _:
                return Bound(what, there)

    def _items(self, given: Given, expr: ex.Expr, here: Here) -> list[Ref]:
        """The items of a list, each where it comes from; none where that is not known."""
        match expr:
            case ex.Where(items=items, condition=condition):
                return [
                    one
                    for one in self._items(given, items, here)
                    if self._holds(given, condition, about(here, one))
                ]
            case ex.Each(items=items, value=value):
                return [Bound(value, about(here, o)) for o in self._items(given, items, here)]
            case ex.MakeList(items=elements):
                return [Bound(one, here) for one in elements]
            case ex.Function(name="distinct", arguments=(items,)):
                return self._items(given, items, here)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                side = then if self._holds(given, condition, here) else otherwise
                return self._items(given, side, here)
            case _:
                return self._items_there(given, expr, here)

    def _items_there(self, given: Given, expr: ex.Expr, here: Here) -> list[Ref]:
        """The items of what a name stands for, or a field."""
        for ref in self._targets(given, expr, here):
            if isinstance(ref, Bound):
                return [] if ref.expr is expr else self._items(given, ref.expr, ref.here)
            shape = given.at(ref)
            if isinstance(shape, tuple):
                return [ref.below(number) for number in range(len(shape))]
        if isinstance(expr, ex.FieldOf):
            below = ex.FieldOf(ex.Variable("it"), expr.name)
            return [Bound(below, about(here, one)) for one in self._items(given, expr.of, here)]
        return []

    def _targets(self, given: Given, expr: ex.Expr, here: Here) -> Iterator[Ref]:
        """What a name, or a field of one, is taken from."""
        match expr:
            case ex.Variable(name="it"):
                if here.it is not None:
                    yield here.it
            case ex.Variable(name=name):
                yield from self._refs(given, name, here)
            case ex.Function(name="first", arguments=(items,)):
                yield from self._items(given, items, here)[:1]
            case ex.Function(name="last", arguments=(items,)):
                yield from self._items(given, items, here)[-1:]
            case ex.FieldOf(of=of, name=name):
                for ref in self._targets(given, of, here):
                    yield from self._field(given, ref, name)
            case ex.MakeRecord():
                yield Bound(expr, here)
            case _:
                return

    def _field(self, given: Given, ref: Ref, name: str) -> Iterator[Ref]:
        if isinstance(ref, Spot):
            if not isinstance(given.at(ref), tuple):
                yield ref.below(name)
        elif isinstance(ref.expr, ex.MakeRecord):
            for one in ref.expr.fields:
                if one.name == name:
                    yield Bound(one.value, ref.here)
        else:
            for inside in self._targets(given, ref.expr, ref.here):
                if inside != ref:
                    yield from self._field(given, inside, name)


def about(here: Here, it: Ref) -> Here:
    """The same place, with this `it`."""
    return msgspec.structs.replace(here, it=it)
