"""Labels of a runbook as its scenarios speak of them: a hole may be any text."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.policy import PolicyModel
from rbengine.semantics.analysis import Analysis
from rbengine.syntax.nodes import Node, walk
from rbengine.syntax.nodes.changes import ApproveBy, Change
from rbengine.syntax.nodes.expressions import Chunk, OperationCall, Template
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.runbook import Severity
from rbengine.syntax.nodes.statements import (
    Approve,
    Ask,
    Bind,
    Choose,
    Manual,
    ProcedureCall,
    Query,
    Step,
    Try,
)

DEFAULT_ROLE = "on_call"

ENGINES_OWN = ("Was this done: ", "Take back what was done?")
"""How questions begin that the engine asks by itself: about a change in doubt, and about undoing."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Something that people are asked: a question, or the plan of a change. `by`: who may answer."""

    node: Node
    file: str
    text: Template
    by: tuple[str, ...]
    yes_or_no: bool


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The labels of a runbook and of the procedures that it calls, in the order of the text."""

    changes: tuple[Template, ...]
    steps: tuple[Template, ...]
    reads: tuple[str, ...]
    """Names to which the answers of calls are bound."""
    asked: tuple[Asked, ...]


def labels_of(analysis: Analysis) -> Labels:
    """Every label that a scenario may speak of."""
    nodes = _nodes(analysis)
    approvers = _approvers(analysis)
    return Labels(
        changes=tuple(node.label for _, node in nodes if isinstance(node, Change)),
        steps=tuple(node.label for _, node in nodes if isinstance(node, Step)),
        reads=tuple(dict.fromkeys(_reads(node for _, node in nodes))),
        asked=tuple(_asked(nodes, approvers, analysis.policy)),
    )


def all_calls(analysis: Analysis) -> tuple[Operation, ...]:
    """The operations of the runbook and of the procedures that it calls."""
    return _calls_in(analysis, _nodes(analysis))


def calls_named(analysis: Analysis, text: str) -> tuple[Operation, ...]:
    """Those that a scenario means by `text`: by a change's or step's label, a name that is bound, or an operation."""
    found: list[tuple[str, Node]] = []
    for file, node in _nodes(analysis):
        match node:
            case Step() | Change() if is_label(text, node.label):
                inside = [(file, one) for one in walk(node)]
                found += [*inside, *_called(analysis, [one for _, one in inside])]
            case Bind() if node.name.text == text:
                found += [(file, one) for one in walk(node)]
            case OperationCall() if f"{node.adapter.text}.{node.operation.text}" == text:
                found.append((file, node))
            case _:
                continue
    return _calls_in(analysis, found)


def _calls_in(analysis: Analysis, nodes: Iterable[tuple[str, Node]]) -> tuple[Operation, ...]:
    tables = {analysis.tables.source.path: analysis.tables}
    tables |= {one.tables.source.path: one.tables for one in analysis.libraries}
    found: dict[str, Operation] = {}
    for file, node in nodes:
        operation = tables[file].operations.get(node.id)
        if operation is not None:
            found[operation.full_name] = operation
    return tuple(found.values())


def _nodes(analysis: Analysis) -> list[tuple[str, Node]]:
    nodes = [(analysis.tables.source.path, node) for node in walk(analysis.tree)]
    return [*nodes, *_called(analysis, [node for _, node in nodes])]


def _reads(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Bind):
            value = node.value.value if isinstance(node.value, Try) else node.value
            if isinstance(value, Query | OperationCall):
                yield node.name.text


def _called(analysis: Analysis, nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    """What stands in the procedures that are called, through others too; each procedure once."""
    procedures = {
        part.name.text: (one.tables.source.path, part)
        for one in analysis.libraries
        for part in one.tree.parts
        if isinstance(part, Procedure)
    }
    waiting = [one.procedure.text for one in nodes if isinstance(one, ProcedureCall)]
    while waiting:
        found = procedures.pop(waiting.pop(0), None)
        if found is None:
            continue
        file, procedure = found
        for node in walk(procedure):
            yield file, node
            if isinstance(node, ProcedureCall):
                waiting.append(node.procedure.text)


def is_label(text: str, label: Template) -> bool:
    """Whether `label` may read exactly `text`."""
    return re.fullmatch(_pattern(label), text, re.DOTALL) is not None


def is_part_of(text: str, label: Template) -> bool:
    """Whether `text` may stand in what `label` reads: a line about a person may name a part of the question."""
    chunks = [one.text for one in label.parts if isinstance(one, Chunk)]
    if any(text in one for one in chunks) or is_label(text, label):
        return True
    # With holes: some end of one chunk, anything, and some beginning of a later one.
    return len(chunks) < len(label.parts) and any(
        one.strip() and one.strip() in text for one in chunks
    )


def is_engines_own(text: str) -> bool:
    """Whether `text` is the beginning of a question that no playbook asks."""
    return any(one.startswith(text) or text.startswith(one) for one in ENGINES_OWN)


def _pattern(label: Template) -> str:
    return "".join(re.escape(one.text) if isinstance(one, Chunk) else ".*" for one in label.parts)


def _asked(
    nodes: list[tuple[str, Node]], approvers: tuple[str, ...], policy: PolicyModel
) -> Iterator[Asked]:
    everybody = (_role_on_call(policy),)
    for file, node in nodes:
        match node:
            case Ask() | Choose() | Manual() | Approve():
                by = tuple(one.text for one in node.to.by) or everybody
                yes_or_no = isinstance(node, Approve)
                yield Asked(node=node, file=file, text=node.text, by=by, yes_or_no=yes_or_no)
            case Change():
                roles = [one for one in walk(node) if isinstance(one, ApproveBy)]
                by = tuple(one.text for one in roles[0].roles) if roles else approvers
                if by:
                    yield Asked(node=node, file=file, text=node.label, by=by, yes_or_no=True)
            case _:
                continue


def _approvers(analysis: Analysis) -> tuple[str, ...]:
    """Whoever the policy lets approve changes of the runbook's severity."""
    severity = next((one.name.text for one in analysis.tree.parts if isinstance(one, Severity)), "")
    rules = analysis.policy.severity(severity)
    if rules is None:
        return ()
    named = (
        name
        for rule in rules.approvals
        if rule.about in ("changes", "break glass")
        for name in rule.by
    )
    return tuple(dict.fromkeys(named))


def _role_on_call(policy: PolicyModel) -> str:
    return next((one.name for one in policy.contacts if one.is_role), DEFAULT_ROLE)
