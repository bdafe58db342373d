"""Which names mean what at one place of the text, and what is known of their values there."""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace
from rbengine.contract.types import (
    BOOL,
    EMAIL,
    INSTANT,
    TEXT,
    FieldType,
    Record,
    Type,
)
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.inference.facts import KNOWN, Fact, Facts, Path, both
from rbengine.semantics.inference.fitting import join
from rbengine.source import Span
from rpds import HashTrieMap

INCIDENT = Record(
    (FieldType("id", TEXT), FieldType("started", INSTANT), FieldType("severity", TEXT)), "incident"
)
RUN = Record((FieldType("id", TEXT),), "run")
OPERATOR = Record(
    (FieldType("id", TEXT), FieldType("name", TEXT), FieldType("email", EMAIL)), "operator"
)
FAILURE = Record((FieldType("kind", TEXT), FieldType("text", TEXT)), "failure")

BUILTINS: dict[str, Type] = {
    "incident": INCIDENT,
    "run": RUN,
    "operator": OPERATOR,
    "now": INSTANT,
}
RESERVED = frozenset({*BUILTINS, "it", "result"})


class Trail(msgspec.Struct, frozen=True, gc=False):
    """What was bound or learned on the way here, newest first, so that two ways can be compared where they meet
    without looking at everything that both began with."""

    name: str | None
    path: Path | None
    before: "Trail | None"


class FindingFacts(msgspec.Struct, frozen=True):
    """What is known when a finding holds."""

    own: Facts
    """What its lines say."""
    facts: "HashTrieMap[Path, Fact]"
    """What was known where it stands."""
    doubtful: "HashTrieMap[str, Span]"
    """Names that were certainly read before it, as the diagnosis came that far."""

    def all(self) -> Facts:
        """Everything, for a place that knows nothing of the diagnosis."""
        known: dict[Path, Fact] = {(name,): KNOWN for name in self.doubtful}
        return both(known, both(dict(self.facts), self.own))


class Environment(msgspec.Struct, frozen=True):
    """The names visible at one place. Never changed: each statement gives a new one."""

    names: "HashTrieMap[str, Symbol]"
    facts: "HashTrieMap[Path, Fact]"
    partial: "HashTrieMap[str, Span]"
    """Bound on some of the ways that lead here, but not on all: where."""
    doubtful: "HashTrieMap[str, Span]"
    """Bound in `diagnose` behind a `check` that may have ended it: that check."""
    findings: "HashTrieMap[str, FindingFacts]"
    trail: Trail | None = None
    diagnosed: bool = False
    """Behind the diagnosis, in a part that may run whatever it found."""

    def with_symbol(self, symbol: Symbol) -> "Environment":
        """`symbol` is visible from here."""
        return replace(
            self,
            names=self.names.insert(symbol.name, symbol),
            trail=Trail(symbol.name, None, self.trail),
        )

    def knowing(self, facts: Facts) -> "Environment":
        """These facts hold from here, beside those that did."""
        if not facts:
            return self
        known, trail = self.facts, self.trail
        for path, fact in facts.items():
            before = known.get(path)
            known = known.insert(path, before.and_also(fact) if before else fact)
            trail = Trail(None, path, trail)
        return replace(self, facts=known, trail=trail)

    def forgetting_names_of(self, other: "Environment") -> "Environment":
        """This, but with the facts of `other` alone about names that `other` has."""
        known, trail = self.facts, self.trail
        for _, path in self.since(other):
            if path is None or path[0] not in other.names:
                continue
            fact = other.facts.get(path)
            known = known.discard(path) if fact is None else known.insert(path, fact)
            trail = Trail(None, path, trail)
        return replace(self, facts=known, trail=trail)

    def since(self, base: "Environment") -> Iterator[tuple[str | None, Path | None]]:
        """The names bound and the paths learned of since `base`, of which this was made; newest first."""
        step = self.trail
        while step is not None and step is not base.trail:
            yield step.name, step.path
            step = step.before

    def is_known(self, name: str) -> bool:
        """Whether `name` was certainly read before this place."""
        if name not in self.doubtful:
            return True
        fact = self.facts.get((name,))
        return fact is not None and fact.judged


def beginning() -> Environment:
    """The builtins alone."""
    names: HashTrieMap[str, Symbol] = HashTrieMap(
        {name: Symbol(name=name, kind="builtin", type=type_) for name, type_ in BUILTINS.items()}
    )
    return Environment(names, HashTrieMap(), HashTrieMap(), HashTrieMap(), HashTrieMap())


def finding_symbol(name: str, span: Span, file: str) -> Symbol:
    """A finding is a bool for what stands below it."""
    return Symbol(name=name, kind="finding", type=BOOL, span=span, file=file)


def meeting(
    first: Environment | None, second: Environment | None, base: Environment
) -> Environment | None:
    """What is visible and known where two ways from `base` meet; None is a way that does not go on."""
    if first is None or second is None:
        return first or second
    if first is second:
        return first
    touched = dict.fromkeys((*first.since(base), *second.since(base)))
    names, facts, partial, trail = base.names, base.facts, base.partial, base.trail
    for name, path in reversed(tuple(touched)):
        if name is not None:
            one, other = first.names.get(name), second.names.get(name)
            here = first.partial.get(name) or second.partial.get(name)
            symbol = one or other
            if one is not None and other is not None:
                names = names.insert(name, _joined(one, other))
                trail = Trail(name, None, trail)
            elif symbol is not None and symbol.span is not None:
                partial = partial.insert(name, symbol.span)
                trail = Trail(name, None, trail)
            elif here is not None:
                partial = partial.insert(name, here)
                trail = Trail(name, None, trail)
        if path is not None:
            left, right = first.facts.get(path), second.facts.get(path)
            if left is not None and right is not None:
                facts = facts.insert(path, left.or_else(right))
            else:
                facts = facts.discard(path)
            trail = Trail(None, path, trail)
    doubtful = first.doubtful
    for name, _ in second.since(base):
        if name is not None and (span := second.doubtful.get(name)) is not None:
            doubtful = doubtful.insert(name, span)
    return replace(base, names=names, facts=facts, partial=partial, trail=trail, doubtful=doubtful)


def _joined(one: Symbol, other: Symbol) -> Symbol:
    if one is other or one.type == other.type:
        return one
    return replace(one, type=join(one.type, other.type))
