"""Which names mean what at one place of the text, and what is known of their values there."""

import msgspec
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
from rbengine.semantics.inference.facts import Fact, Facts, Path, either
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


class Environment(msgspec.Struct, frozen=True):
    """The names visible at one place. Never changed: each statement gives a new one."""

    names: "HashTrieMap[str, Symbol]"
    facts: "HashTrieMap[Path, Fact]"
    partial: "HashTrieMap[str, Span]"
    """Bound on some of the ways that lead here, but not on all: where."""
    doubtful: "HashTrieMap[str, Span]"
    """Bound in `diagnose` behind a `check` that may have ended it: that check."""
    findings: "HashTrieMap[str, Facts]"
    """What is known when a finding holds."""

    def with_symbol(self, symbol: Symbol) -> "Environment":
        """`symbol` is visible from here."""
        return msgspec.structs.replace(self, names=self.names.insert(symbol.name, symbol))

    def knowing(self, facts: Facts) -> "Environment":
        """These facts hold from here, beside those that did."""
        if not facts:
            return self
        known = self.facts
        for path, fact in facts.items():
            before = known.get(path)
            known = known.insert(path, before.and_also(fact) if before else fact)
        return msgspec.structs.replace(self, facts=known)

    def forgetting_names_of(self, other: "Environment") -> "Environment":
        """This, but with the facts of `other` alone about names that `other` has."""
        kept = other.facts
        for path, fact in self.facts.items():
            if path[0] not in other.names:
                kept = kept.insert(path, fact)
        return msgspec.structs.replace(self, facts=kept)

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


def meeting(first: Environment | None, second: Environment | None) -> Environment | None:
    """What is visible and known where two ways meet; None is a way that does not go on."""
    if first is None or second is None:
        return first or second
    if first is second:
        return first
    names = first.names
    partial = first.partial
    for name, span in second.partial.items():
        partial = partial.insert(name, span)
    for name, symbol in first.names.items():
        other = second.names.get(name)
        if other is None:
            names = names.discard(name)
            if symbol.span is not None:
                partial = partial.insert(name, symbol.span)
        elif other is not symbol and other.type != symbol.type:
            merged = msgspec.structs.replace(symbol, type=join(symbol.type, other.type))
            names = names.insert(name, merged)
    for name, symbol in second.names.items():
        if name not in first.names and symbol.span is not None:
            partial = partial.insert(name, symbol.span)
    facts: HashTrieMap[Path, Fact] = HashTrieMap(either(dict(first.facts), dict(second.facts)))
    return Environment(names, facts, partial, first.doubtful, first.findings)
