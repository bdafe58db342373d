"""What surrounds the statements of one section, loop or procedure while they are walked."""

import re

import msgspec
from rbengine.contract.types import UNKNOWN, Type
from rbengine.semantics.analysis import Symbol, SymbolKind
from rbengine.semantics.inference.environment import BUILTINS, RESERVED, Environment
from rbengine.semantics.inference.expressions import template
from rbengine.semantics.inference.facts import KNOWN
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names, secrecy
from rbengine.source import Span
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import Expression, Template
from rbengine.syntax.nodes.runbook import Unread
from rbengine.syntax.nodes.statements import ErrorStatement

_BOUND = re.compile(
    r"^[^\S\n]*(?:(?:finding|input|for each)[^\S\n]+([a-z_]\w*)|([a-z_]\w*)[ ]*(?:=|:|\"| in ))",
    re.M,
)
"""Whatever blanks stand before it: they may be what could not be read."""


class Frame:
    """One section, loop or procedure. `gives` collects what its `give` lines give, with their nodes."""

    def __init__(
        self,
        *,
        diagnosed: Environment | None = None,
        in_diagnose: bool = False,
        gives: "list[Given] | None" = None,
    ) -> None:
        self.diagnosed = diagnosed
        """In a resolve: its beginning, to which facts about the diagnosis fall back when people may have acted."""
        self.in_diagnose = in_diagnose
        self.gives = gives
        self.ended_by: Span | None = None
        """The first `check` of a diagnosis: what is bound behind it may never be read."""

    def around(self, gives: "list[Given] | None") -> "Frame":
        """The frame of a loop inside this one."""
        inner = Frame(diagnosed=self.diagnosed, in_diagnose=self.in_diagnose, gives=gives)
        inner.ended_by = self.ended_by
        return inner


class Given(msgspec.Struct, frozen=True):
    """One `give`."""

    node: Expression
    type: Type


def bind(
    bench: Workbench, name: Name, type_: Type, kind: SymbolKind, env: Environment, frame: Frame
) -> Environment:
    """`name` from here on; reports a name that is taken, and leaves it what it was."""
    after = named(bench, name, kind, type_, env)
    if after is not env and frame.in_diagnose and frame.ended_by is not None:
        doubtful = after.doubtful.insert(name.text, frame.ended_by)
        known = after.knowing({(name.text,): KNOWN})
        return msgspec.structs.replace(known, doubtful=doubtful)
    return after


def named(
    bench: Workbench, name: Name, kind: SymbolKind, type_: Type, env: Environment
) -> Environment:
    """The same for what is there from the beginning: no failure before it can have kept it from being bound."""
    if taken(bench, name, env):
        return env
    symbol = Symbol(name=name.text, kind=kind, type=type_, span=name.span, file=bench.file)
    return env.with_symbol(symbol)


def taken(bench: Workbench, name: Name, env: Environment) -> bool:
    """Whether `name` means something already; reported."""
    symbol = env.names.get(name.text)
    if name.text in RESERVED:
        what = "always there" if name.text in BUILTINS else "a word of the language"
        problem = names.BoundTwice(
            file=bench.file, span=name.span, name=name.text, first=None, what=what
        )
    elif symbol is not None:
        problem = names.BoundTwice(
            file=bench.file,
            span=name.span,
            name=name.text,
            first=symbol.span,
            first_file=symbol.file,
            what={"input": "an input", "finding": "a finding"}.get(symbol.kind, ""),
        )
    elif (first := env.partial.get(name.text)) is not None:
        problem = names.BoundTwice(file=bench.file, span=name.span, name=name.text, first=first)
    elif name.text in bench.adapters and bench.signature_of(name.text) is not None:
        problem = names.BoundTwice(
            file=bench.file,
            span=name.span,
            name=name.text,
            first=None,
            what="the name of an adapter",
        )
    else:
        return False
    bench.report(names.describe(problem))
    return True


def show(bench: Workbench, node: Template | None, env: Environment, where: str) -> None:
    """Type a string that people will see; a secret in it is reported."""
    if node is not None and template(bench, node, env):
        bench.report(
            secrecy.describe(secrecy.SecretShown(file=bench.file, span=node.span, where=where))
        )


def unreadable(bench: Workbench, node: Unread, env: Environment) -> Environment:
    """The names that text which could not be read would bind mean anything: one slip, one report."""
    said = node.binds if isinstance(node, ErrorStatement) else ()
    names_bound = (*said, *(match[1] or match[2] for match in _BOUND.finditer(bench.text(node))))
    for name in names_bound:
        if name not in env.names and name not in RESERVED:
            symbol = Symbol(
                name=name, kind="binding", type=UNKNOWN, span=node.span, file=bench.file
            )
            env = env.with_symbol(symbol)
    return env
