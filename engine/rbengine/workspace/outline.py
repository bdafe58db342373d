"""A runbook in outline: its sections, their steps, and what each step does, in the order they run."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from rbengine.source import SourceFile
from rbengine.syntax.nodes import changes as c
from rbengine.syntax.nodes import runbook as r
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.base import Node, walk
from rbengine.syntax.nodes.expressions import OperationCall, Template
from rbengine.workspace.card import Card, card_of

Does = Literal[
    "reads", "changes", "calls", "asks", "waits", "escalates", "checks", "notes", "stops"
]
SectionKind = Literal["diagnose", "resolve", "otherwise", "verify", "recover", "on breach"]


class Act(msgspec.Struct, frozen=True):
    """One thing that a step does, in a line."""

    does: Does
    text: str


class OutlineStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step. Statements outside of any step are one without a label."""

    label: str
    line: int
    acts: tuple[Act, ...]


class OutlineSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section. Of a `resolve`, `finding` is its name and `title` what it found."""

    kind: SectionKind
    finding: str = ""
    title: str = ""
    line: int
    steps: tuple[OutlineStep, ...]
    hands_over: bool = False
    """Whoever comes to its end has handed the incident over: nothing is proven then."""


class OutlineFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its lines as they are written; those of one `either` together."""

    name: str
    title: str
    line: int
    lines: tuple[str | tuple[str, ...], ...]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it."""

    card: Card
    inputs: tuple[tuple[str, str], ...]
    """Name with type, and its line of help."""
    findings: tuple[OutlineFinding, ...]
    sections: tuple[OutlineSection, ...]
    prevent: tuple[str, ...]


def outline(source: SourceFile, tree: r.Runbook) -> Outline:
    """The outline of a runbook. It needs no check: what is wrong in it stands as it is written."""
    found = tuple(
        _finding(source, one)
        for part in tree.parts
        for one in walk(part)
        if isinstance(one, r.Finding)
    )
    titles = {one.name: one.title for one in found}
    return Outline(
        card=card_of(source.path, tree),
        inputs=tuple(
            (f"{one.name.text}: {_text(source, one.type)}", one.help.plain)
            for one in tree.parts
            if isinstance(one, r.Input)
        ),
        findings=found,
        sections=tuple(_sections(source, tree, titles)),
        prevent=tuple(
            item.text for one in tree.parts if isinstance(one, r.Prevent) for item in one.items
        ),
    )


def _sections(
    source: SourceFile, tree: r.Runbook, titles: dict[str, str]
) -> Iterator[OutlineSection]:
    for part in tree.parts:
        name, title = "", ""
        kind: SectionKind
        match part:
            case r.Diagnose():
                kind = "diagnose"
            case r.Resolve(finding=finding):
                kind, name, title = "resolve", finding.text, titles.get(finding.text, "")
            case r.Otherwise():
                kind = "otherwise"
            case r.Verify():
                kind = "verify"
            case r.Recover():
                kind = "recover"
            case r.OnBreach():
                kind = "on breach"
            case _:
                continue
        yield OutlineSection(
            kind=kind,
            finding=name,
            title=title,
            line=_line(source, part),
            steps=tuple(_steps(source, part.body)),
            hands_over=_hands_over(part.body),
        )


def _hands_over(body: Sequence[Node]) -> bool:
    last = body[-1] if body else None
    if isinstance(last, s.Step | s.AllOrNothing):
        return _hands_over(last.body)
    return isinstance(last, s.Stop) and last.outcome == "handed over"


def _steps(source: SourceFile, body: Iterable[Node]) -> Iterator[OutlineStep]:
    """The steps, also of `all or nothing`; what stands between them belongs to one without a label."""
    loose: list[Node] = []
    for one in body:
        if isinstance(one, s.Step | s.AllOrNothing):
            if loose:
                yield _step(source, "", loose)
                loose = []
            if isinstance(one, s.Step):
                yield _step(source, one.label.plain, one.body, one)
            else:
                yield from _steps(source, one.body)
        elif not isinstance(one, r.Finding | r.ErrorSection):
            loose.append(one)
    if loose:
        yield _step(source, "", loose)


def _step(
    source: SourceFile, label: str, body: Iterable[Node], at: Node | None = None
) -> OutlineStep:
    nodes = tuple(body)
    acts = dict.fromkeys(act for one in nodes for act in _acts(source, one))
    return OutlineStep(label=label, line=_line(source, at or nodes[0]), acts=tuple(acts))


def _acts(source: SourceFile, statement: Node) -> Iterator[Act]:
    """What a statement does, with what it holds; a change is one act, whatever it is made of."""
    nodes = walk(statement)
    inside_change: set[int] = set()
    for node in nodes:
        if id(node) in inside_change:
            continue
        match node:
            case c.Change(label=label):
                inside_change.update(id(one) for one in walk(node))
                yield Act("changes", label.plain)
            case s.Query(sql=sql):
                yield Act("reads", _tables(sql.text))
            case OperationCall(adapter=adapter, operation=operation):
                yield Act("calls", f"{adapter.text}.{operation.text}")
            case s.ProcedureCall(procedure=procedure):
                yield Act("calls", procedure.text)
            case (
                s.Ask(text=text) | s.Choose(text=text) | s.Manual(text=text) | s.Approve(text=text)
            ):
                yield Act("asks", _asked(text, node))
            case s.Wait(duration=duration):
                yield Act("waits", _text(source, duration))
            case s.Within(duration=duration, every=every, until=until):
                yield Act(
                    "waits",
                    f"up to {_text(source, duration)}, looking every {_text(source, every)}, "
                    f"until {' '.join(_text(source, until).split())}",
                )
            case s.Escalate(reason=reason):
                yield Act("escalates", reason.plain)
            case s.Check(condition=condition):
                yield Act("checks", " ".join(_text(source, condition).split()))
            case s.Note(text=text):
                yield Act("notes", text.plain)
            case s.Stop(outcome=outcome, reason=reason):
                yield Act("stops", f"{outcome}: {reason.plain}")
            case _:  # what holds others, and names: nothing by itself
                continue


def _asked(text: Template, node: Node) -> str:
    to = (
        ""
        if not isinstance(node, s.Ask | s.Choose | s.Manual | s.Approve)
        else " or ".join(one.text for one in node.to.by)
    )
    return f"{to}: {text.plain}" if to else text.plain


def _tables(sql: str) -> str:
    """What a query reads from, for people: the words behind FROM and JOIN."""
    words = sql.replace("(", " ( ").replace(",", " ").split()
    found = [
        behind.strip(";)")
        for word, behind in pairwise(words)
        if word.lower() in {"from", "join"} and behind[0].isalpha()
    ]
    return ", ".join(dict.fromkeys(found)) or "the database"


def _finding(source: SourceFile, finding: r.Finding) -> OutlineFinding:
    return OutlineFinding(
        name=finding.name.text,
        title=finding.title.plain,
        line=_line(source, finding),
        lines=tuple(
            tuple(_text(source, each) for each in one.conditions)
            if isinstance(one, r.Either)
            else _text(source, one)
            for one in finding.conditions
        ),
    )


def _text(source: SourceFile, node: Node) -> str:
    return " ".join(source.text[node.span.start : node.span.end].split())


def _line(source: SourceFile, node: Node) -> int:
    return source.line_and_column(node.span.start)[0]
