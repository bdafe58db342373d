"""`match`: which values each `when` takes, and which are left."""

from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.contract.types import Enum, Optional, Secret, Tried, Type, Unknown
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expecting import not_in_enum
from rbengine.semantics.inference.facts import LITERAL, STATES, Fact
from rbengine.semantics.inference.fitting import bare, family, widen
from rbengine.semantics.inference.naming import path_of
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names, secrecy, types
from rbengine.syntax.nodes.statements import Match, Pattern, When


class Remaining:
    """What no `when` so far has taken."""

    def __init__(self, bench: Workbench, node: Match, subject: Type) -> None:
        self._bench = bench
        self._node = node
        self._subject = subject
        self._path = path_of(node.subject)
        self._known = not isinstance(bare(subject), Unknown)
        inner = subject.inner if isinstance(subject, Tried) else subject
        states = {"present"}
        if isinstance(inner, Optional):
            states.add("absent")
        if isinstance(subject, Tried):
            states.add("failed")
        self._possible = frozenset(states)
        self._states = set(states)
        value = bare(subject)
        self._enum = value if isinstance(value, Enum) and value.name != LITERAL else None
        self._texts: set[str] = set()

    def take(self, case: When, env: Environment) -> Environment:
        """What is known inside `case`; reports patterns that never fit."""
        fact: Fact | None = None
        for pattern in case.patterns:
            own = self._pattern(pattern)
            fact = own if fact is None else fact.or_else(own)
        if fact is None or self._path is None:
            return env
        return env.knowing({self._path: fact})

    def left(self, env: Environment) -> Environment:
        """What is known where no `when` fits."""
        if self._path is None:
            return env
        fact = Fact(
            states=(STATES - self._possible) | frozenset(self._states),
            excluded=frozenset(self._texts),
        )
        return env.knowing({self._path: fact})

    def must_be_empty(self) -> None:
        """Report what is left where there is no `otherwise`."""
        if not self._known:
            return
        missing: list[str] = [one for one in ("absent", "failed") if one in self._states]
        if "present" in self._states:
            if self._enum is not None:
                values = [one for one in self._enum.values if one not in self._texts]
                missing = [f'"{one}"' for one in values] + missing
            elif self._texts:
                self._report_missing(())
                return
            else:
                missing = ["present", *missing]
        if missing:
            self._report_missing(tuple(missing))

    def _pattern(self, pattern: Pattern) -> Fact:
        bench = self._bench
        if pattern.state == "value":
            return self._value(pattern, pattern.text or "")
        if pattern.state == "failed" and pattern.text is not None:
            if pattern.text not in REFUSAL_KINDS:
                bench.report(
                    names.describe(
                        names.UnknownFailureKind(
                            file=bench.file,
                            span=pattern.span,
                            name=pattern.text,
                            offered=REFUSAL_KINDS,
                        )
                    )
                )
            if "failed" not in self._states:
                self._never(pattern, "failed")
            return Fact(states=frozenset({"failed"}))
        if pattern.state not in self._states or (pattern.state == "present" and self._all_taken()):
            self._never(pattern, pattern.state)
        self._states.discard(pattern.state)
        return Fact(states=frozenset({pattern.state}))

    def _value(self, pattern: Pattern, text: str) -> Fact:
        bench = self._bench
        subject = self._subject.inner if isinstance(self._subject, Optional) else self._subject
        if isinstance(subject, Secret):
            bench.report(
                secrecy.describe(secrecy.SecretCompared(file=bench.file, span=pattern.span))
            )
        elif self._known:
            if self._enum is not None and text not in self._enum.values:
                not_in_enum(bench, pattern.span, Enum((text,), LITERAL), self._enum)
            elif self._enum is None and family(self._subject) != "text":
                self._never(pattern, f'"{text}"')
            elif text in self._texts or "present" not in self._states:
                self._never(pattern, f'"{text}"', earlier=True)
        self._texts.add(text)
        if self._all_taken():
            self._states.discard("present")
        return Fact(states=frozenset({"present"}), values=frozenset({text}))

    def _all_taken(self) -> bool:
        return self._enum is not None and set(self._enum.values) <= self._texts

    def _never(self, pattern: Pattern, shown: str, *, earlier: bool | None = None) -> None:
        if not self._known:
            return
        taken = shown in self._possible if earlier is None else earlier
        self._bench.report(
            types.describe(
                types.NeverMatches(
                    file=self._bench.file,
                    span=pattern.span,
                    pattern=shown,
                    subject=widen(self._subject),
                    earlier=taken,
                )
            )
        )

    def _report_missing(self, missing: tuple[str, ...]) -> None:
        self._bench.report(
            types.describe(
                types.NotExhaustive(
                    file=self._bench.file, span=self._node.subject.span, missing=missing
                )
            )
        )
