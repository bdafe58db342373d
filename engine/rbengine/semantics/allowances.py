"""`allow CODE "why"`: accepts one warning on the statement or part below it, or on the change that it stands in.

As the first line of `otherwise` it speaks of that section too.
"""

import re
from collections.abc import Collection, Iterable, Iterator

import msgspec

from rbengine.diagnostics import Diagnostic
from rbengine.semantics.problems import duties
from rbengine.semantics.problems import shape as problems
from rbengine.source import Span
from rbengine.syntax.nodes import Name, Node, walk
from rbengine.syntax.nodes.changes import AllowInChange, Change
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.nodes.runbook import Otherwise
from rbengine.syntax.nodes.statements import Allow

OF_SCENARIOS = frozenset({"W668"})
"""Warnings about a runbook that show only beside its scenarios."""

AMONG_FILES = frozenset({"W682"})
"""Warnings about a library that show only beside the other files of the project."""

_LATER = OF_SCENARIOS | AMONG_FILES
_CODE = re.compile(r"W[0-9]{3}")


class Allowance(msgspec.Struct, frozen=True):
    """The code, the reason given, and the stretch of text in which it is accepted."""

    code: Name
    reason: Template
    span: Span


def accept(
    file: str,
    tree: Node,
    problems_found: Iterable[Diagnostic],
    *,
    codes: frozenset[str] = frozenset(),
    is_shared: bool = False,
    nodes: Collection[Node] | None = None,
) -> Iterator[Diagnostic]:
    """The problems that nobody accepted, and those of the acceptances themselves.

    `codes`: the problems are those that show only beside other files; without, all the others. `is_shared`: an
    acceptance that hits nothing here may be needed beside the scenarios of another runbook. `nodes` are those of
    `tree`, for whoever has them.
    """
    allowances = tuple(
        one
        for one in _allowances(tuple(walk(tree)) if nodes is None else nodes)
        if (one.code.text in codes if codes else one.code.text not in _LATER)
    )
    hit: set[int] = set()
    for one in problems_found:
        accepted = False
        for index, allowance in enumerate(allowances):
            inside = allowance.span.start <= one.primary.span.start < allowance.span.end
            if (
                one.severity == "warning"
                and one.code == allowance.code.text
                and one.primary.file == file
                and inside
            ):
                hit.add(index)
                accepted = True
        if not accepted:
            yield one
    for index, allowance in enumerate(allowances):
        name = allowance.code
        if not _CODE.fullmatch(name.text):
            unknown = problems.UnknownAllowance(file=file, span=name.span, name=name.text)
            yield problems.describe(unknown)
        elif index not in hit:
            if is_shared:
                continue
            idle = problems.AllowanceOfNothing(file=file, span=name.span, name=name.text)
            yield problems.describe(idle)
        elif not allowance.reason.plain.strip():
            mute = duties.EmptyReason(file=file, span=allowance.reason.span, word="allow")
            yield duties.describe(mute)


def _allowances(nodes: Collection[Node]) -> Iterator[Allowance]:
    if not any(isinstance(one, Allow | AllowInChange) for one in nodes):
        return
    for node in nodes:
        for field in node.__struct_fields__:
            value = getattr(node, field)
            if not isinstance(value, tuple):
                continue
            for index, one in enumerate(value):
                if isinstance(one, Allow):
                    below = next((b for b in value[index + 1 :] if not isinstance(b, Allow)), None)
                    span = below.span if isinstance(below, Node) else one.span
                    if isinstance(node, Otherwise) and all(
                        isinstance(b, Allow) for b in value[:index]
                    ):
                        span = node.span.to(span)  # what is said of the section itself
                    yield Allowance(one.code, one.reason, span)
        if isinstance(node, Change):
            for inside in walk(node):
                if isinstance(inside, AllowInChange):
                    yield Allowance(inside.code, inside.reason, node.span)
