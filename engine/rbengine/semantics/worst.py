"""How long statements may take at worst, by the end that they come to."""

from datetime import timedelta

import msgspec

from rbengine.semantics.bounds import added, repeated
from rbengine.semantics.route import Leg, Route, inside, joined
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Node

ZERO = timedelta(0)


class Worst(msgspec.Struct, frozen=True):
    """How long something may take, its longest single part, and the way on which it does."""

    time: timedelta
    longest: timedelta = ZERO
    span: Span | None = None
    unwritten: bool = False
    """Whether that part is a wait for a time that does not stand there."""
    route: Route = None

    def then(self, other: "Worst") -> "Worst":
        """One after the other."""
        if other is NONE or self is NONE:
            return self if other is NONE else other
        longer = other if other.longest > self.longest else self
        return Worst(
            added(self.time, other.time),
            longer.longest,
            longer.span,
            longer.unwritten,
            joined(self.route, other.route),
        )

    def inside(self, of: Node | str, text: SourceFile | None) -> "Worst":
        """The same, in the step, branch or section `of`."""
        if self.route is None:
            return self
        return Worst(
            self.time, self.longest, self.span, self.unwritten, inside(of, text, self.route)
        )

    def rounds(self, count: int, of: Node, text: SourceFile, span: Span) -> "Worst":
        """So often, one after the other: a single part, at `span`."""
        time = repeated(self.time, count)
        return Worst(time, time, span, route=inside(of, text, self.route, count))


NONE = Worst(ZERO)


def leg(
    node: Node, text: SourceFile, time: timedelta, span: Span, tries: int = 1, words: str = ""
) -> Worst:
    """One statement."""
    return Worst(time, time, span, route=Leg(node, text, time, tries, words)) if time else NONE


class Ways(msgspec.Struct, frozen=True):
    """How long it may take to each of the ends that statements can come to; None for one they never come to."""

    on: Worst | None = None
    """They go on with what stands below."""
    left: Worst | None = None
    """`skip` and `give`: they go on behind the loop or procedure."""
    resolved: Worst | None = None
    """`stop resolved`: `verify` follows."""
    over: Worst | None = None
    """`stop handed over`: nothing follows."""

    def after(self, before: Worst) -> "Ways":
        """The same, with `before` first."""
        if before is NONE:
            return self
        return Ways(
            before.then(self.on) if self.on else None,
            before.then(self.left) if self.left else None,
            before.then(self.resolved) if self.resolved else None,
            before.then(self.over) if self.over else None,
        )

    def inside(self, of: Node | str, text: SourceFile | None) -> "Ways":
        """The same, in the step, branch or section `of`."""
        return Ways(*(one and one.inside(of, text) for one in self._ends()))

    def _ends(self) -> tuple[Worst | None, ...]:
        return self.on, self.left, self.resolved, self.over

    def or_else(self, other: "Ways") -> "Ways":
        """To each end whichever takes longer."""
        return Ways(
            longer(self.on, other.on),
            longer(self.left, other.left),
            longer(self.resolved, other.resolved),
            longer(self.over, other.over),
        )

    @property
    def proven(self) -> Worst | None:
        """To where `verify` follows."""
        return longer(self.on, self.resolved)

    @property
    def longest(self) -> Worst:
        """To whichever end."""
        return longer(self.proven, longer(self.left, self.over)) or NONE


ON = Ways(NONE)


def longer(one: Worst | None, other: Worst | None) -> Worst | None:
    """The first of equals."""
    if one is None or other is None:
        return one or other
    return other if other.time > one.time else one


class Path(msgspec.Struct, frozen=True):
    """A way from the alert to its end: the sections on it, and how long it may take."""

    sections: tuple[str, ...]
    worst: Worst

    @property
    def own(self) -> str:
        """The section that is this path's own."""
        return next((one for one in self.sections if one not in ("diagnose", "verify")), "verify")

    @property
    def resolves(self) -> int:
        """How many findings are resolved on it."""
        return sum(one.startswith("resolve ") for one in self.sections)


class AtWorst(msgspec.Struct, frozen=True):
    """The worst case of every path. The last of each is the longest on which several findings hold, if any can."""

    machine: tuple[Path, ...] = ()
    people: tuple[Path, ...] = ()
