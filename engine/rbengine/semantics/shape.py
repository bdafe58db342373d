"""The shape of a runbook: which sections there are, how they speak of each other, what is never used."""

from collections.abc import Iterable, Iterator, Mapping

from rbengine.contract.policy import PolicyModel
from rbengine.semantics.analysis import BoundStatement
from rbengine.semantics.inference.workbench import Declared
from rbengine.semantics.problems import shape as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.traversal import Placed
from rbengine.source import Span
from rbengine.syntax.nodes import Calendar, Library, Node, NodeId, Runbook, walk
from rbengine.syntax.nodes import runbook as tree
from rbengine.syntax.nodes.changes import Change, Sql
from rbengine.syntax.nodes.expressions import Apply, NameRef, OperationCall, Template
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.statements import (
    Ask,
    Bind,
    Choose,
    ForEach,
    Manual,
    ProcedureCall,
    Query,
    Step,
    Try,
)
from rbengine.syntax.nodes.types import NamedType

_ONCE: dict[type, str] = {
    tree.Severity: "severity",
    tree.Mttr: "mttr",
    tree.Owner: "owner",
    tree.Symptoms: "symptoms",
    tree.Diagnose: "diagnose",
    tree.Otherwise: "otherwise",
    tree.Verify: "verify",
    tree.Recover: "recover",
    tree.OnBreach: "on breach",
    tree.Prevent: "prevent",
}
_NEEDED: tuple[tuple[type, str, str, str], ...] = (
    (tree.Severity, "severity", "it says who is told, and who approves", "severity P2"),
    (tree.Mttr, "mttr", "it says when the incident is late", "mttr 30m"),
    (tree.Diagnose, "diagnose", "nothing is changed before something was found", "diagnose"),
    (
        tree.Otherwise,
        "otherwise",
        "somebody must be told when none of the findings holds",
        'otherwise` with `escalate "…"',
    ),
)
_ACTING = (tree.Resolve, tree.Otherwise, tree.Recover, tree.OnBreach, Procedure)
_LEARNED = (Try, ProcedureCall, Query, Ask, Choose, Manual, Change, ForEach, OperationCall)
_PROVEN = frozenset({"P0", "P1"})


def check_shape(
    file: str, runbook: Runbook, policy: PolicyModel, placed: Iterable[Placed], report: Report
) -> None:
    """Report sections that are missing, doubled, or speak of what is not there."""
    unread = {one.keyword for one in runbook.parts if isinstance(one, tree.ErrorSection)}
    first: dict[type, Span] = {}
    for part in runbook.parts:
        word = _ONCE.get(type(part))
        if word is None:
            continue
        span = Span(part.span.start, part.span.start + len(word))
        if type(part) in first:
            twice = problems.SectionTwice(
                file=file, span=span, section=word, first=first[type(part)]
            )
            report(problems.describe(twice))
        else:
            first[type(part)] = span
    head = runbook.code.span
    # An unreadable header has its own report, and may have swallowed the parts below it.
    needed = _NEEDED if runbook.code.text else ()
    for kind, word, why, example in needed:
        if kind not in first and word not in unread:
            missing = problems.SectionMissing(
                file=file, span=head, section=word, why=why, example=example
            )
            report(problems.describe(missing))
    _severity(file, runbook, policy, report, has_verify=tree.Verify in first or "verify" in unread)
    _findings(file, runbook, report, unread)
    check_labels(file, placed, report)


def check_use(
    file: str,
    runbook: Runbook | Library | Calendar,
    nodes: Iterable[Node],
    used: Mapping[str, Declared],
    report: Report,
) -> None:
    """Report messages that are never sent and libraries of which nothing is used. `nodes` are all of the file.

    Messages of a library are sent by others.
    """
    own_messages = isinstance(runbook, Runbook)
    spoken: set[str] = set()
    called: set[str] = set()
    typed: set[str] = set()
    for one in nodes:
        if isinstance(one, Apply):
            spoken.add(one.function.text)
        elif isinstance(one, ProcedureCall):
            called.add(one.procedure.text)
        elif isinstance(one, NamedType):
            typed.add(one.name.text)
    for part in runbook.parts:
        if own_messages and isinstance(part, tree.Message) and part.name.text not in spoken:
            unused = problems.UnusedMessage(file=file, span=part.name.span, name=part.name.text)
            report(problems.describe(unused))
        if isinstance(part, tree.Use):
            for name in part.libraries:
                offered = used.get(name.text)
                if offered is None:
                    continue
                hit = (
                    spoken & set(offered.messages)
                    or called & set(offered.procedures)
                    or typed & set(offered.records)
                )
                if not hit:
                    idle = problems.UnusedLibrary(file=file, span=name.span, name=name.text)
                    report(problems.describe(idle))


def check_inputs(
    file: str,
    runbook: Runbook,
    nodes: Iterable[Node],
    statements: Iterable[BoundStatement],
    report: Report,
) -> None:
    """Report inputs that nothing reads. `nodes` are all of the file, `statements` its SQL."""
    read = {one.name.text for one in nodes if isinstance(one, NameRef)}
    read |= {parameter.path[0] for one in statements for parameter in one.parameters}
    for part in runbook.parts:
        if isinstance(part, tree.Input) and part.name.text not in read:
            idle = problems.UnusedInput(file=file, span=part.name.span, name=part.name.text)
            report(problems.describe(idle))


def check_bindings(
    file: str,
    parts: Iterable[Node],
    nodes: Iterable[Node],
    statements: Mapping[NodeId, BoundStatement],
    report: Report,
) -> None:
    """Report values that are worked out where one acts and that nothing in their section, or procedure, reads.

    `nodes` are all of the file.
    What was read or answered is evidence, and shown, whether or not anything depends on it.
    """
    worked_out = [
        one for one in nodes if isinstance(one, Bind) and not isinstance(one.value, _LEARNED)
    ]
    for part in parts if worked_out else ():
        if not isinstance(part, _ACTING):
            continue
        bound = [one for one in worked_out if part.span.start <= one.span.start < part.span.end]
        read = _read_in(part, statements) if bound else frozenset()
        for one in bound:
            if one.name.text not in read:
                idle = problems.UnusedBinding(file=file, span=one.name.span, name=one.name.text)
                report(problems.describe(idle))


def _read_in(part: Node, statements: Mapping[NodeId, BoundStatement]) -> frozenset[str]:
    """The names that expressions and statements of `part` read."""
    read: set[str] = set()
    for node in walk(part):
        if isinstance(node, NameRef):
            read.add(node.name.text)
        elif isinstance(node, Query | Sql) and node.id in statements:
            read.update(one.path[0] for one in statements[node.id].parameters)
    return frozenset(read)


def findings_of(runbook: Runbook) -> Iterator[tree.Finding]:
    """The findings in the order judged."""
    for part in runbook.parts:
        if isinstance(part, tree.Diagnose):
            for one in part.body:
                if isinstance(one, tree.Finding):
                    yield one


def _severity(
    file: str, runbook: Runbook, policy: PolicyModel, report: Report, *, has_verify: bool
) -> None:
    for part in runbook.parts:
        if not isinstance(part, tree.Severity):
            continue
        name = part.name.text
        if policy.severity(name) is None:
            unknown = problems.UnknownSeverity(
                file=file,
                span=part.name.span,
                name=name,
                offered=tuple(one.name for one in policy.severities),
            )
            report(problems.describe(unknown))
        elif name in _PROVEN and not has_verify:
            missing = problems.SectionMissing(
                file=file,
                span=part.name.span,
                section="verify",
                why=f"severity {name} is over only when it is proven that the symptom is gone",
                example="verify",
            )
            report(problems.describe(missing))


def _findings(file: str, runbook: Runbook, report: Report, unread: set[str]) -> None:
    findings = {one.name.text: one for one in findings_of(runbook)}
    broken = [one for part in runbook.parts if isinstance(part, tree.Diagnose) for one in part.body]
    found, diagnose_read = _names_of_unread(broken, "finding")
    diagnose_read = diagnose_read and "diagnose" not in unread
    unread_resolves, resolves_read = _names_of_unread(runbook.parts, "resolve")
    resolved: dict[str, Span] = {}
    for part in runbook.parts:
        if not isinstance(part, tree.Resolve):
            continue
        name = part.finding.text
        if name in resolved:
            twice = problems.ResolvedTwice(
                file=file, span=part.finding.span, name=name, first=resolved[name]
            )
            report(problems.describe(twice))
        elif name not in findings and name not in found and diagnose_read:
            unknown = problems.UnknownFinding(
                file=file, span=part.finding.span, name=name, offered=tuple(findings)
            )
            report(problems.describe(unknown))
        resolved.setdefault(name, part.finding.span)
    if not resolves_read:
        return
    # A `resolve` with a misspelt name was reported; its finding is then not also without one.
    misspelt = sum(1 for name in resolved if name not in findings and name not in found)
    done = resolved.keys() | unread_resolves
    without = [one for name, one in findings.items() if name not in done]
    for finding in without[misspelt:] if misspelt else without:
        report(
            problems.describe(
                problems.FindingWithoutResolve(
                    file=file, span=finding.name.span, name=finding.name.text
                )
            )
        )


def _names_of_unread(parts: Iterable[Node], keyword: str) -> tuple[frozenset[str], bool]:
    """The names of those parts that begin with `keyword` and could not be read, and whether that is all of them."""
    names: set[str] = set()
    for part in parts:
        if isinstance(part, tree.ErrorSection) and part.keyword == keyword:
            if not part.names:
                return frozenset(names), False
            names |= set(part.names)
    return frozenset(names), True


def check_labels(file: str, placed: Iterable[Placed], report: Report) -> None:
    """Report labels of steps and changes that stand twice in one section."""
    first: dict[tuple[str, str, str], Template] = {}
    for one in placed:
        if not isinstance(one.node, Step | Change):
            continue
        word = "step" if isinstance(one.node, Step) else "change"
        label = one.node.label
        before = first.setdefault((one.place.section, word, label.plain), label)
        if before is not label:
            twice = problems.LabelTwice(
                file=file, span=label.span, label=label.plain, first=before.span, word=word
            )
            report(problems.describe(twice))
