"""Duties of a change: rows expected, a way back, a WHERE, one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rbengine.semantics.analysis import BoundStatement
from rbengine.semantics.problems import duties as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.sql_facts import StatementFacts
from rbengine.semantics.traversal import Placed
from rbengine.source import Span
from rbengine.syntax.nodes import NodeId
from rbengine.syntax.nodes.base import Block
from rbengine.syntax.nodes.changes import (
    ApproveBy,
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    ErrorItem,
    Irreversible,
    Sql,
    Undo,
)

_EXPECTING = frozenset({"insert", "update", "delete", "merge"})


def check_duties(
    file: str,
    placed: Iterable[Placed],
    statements: Mapping[NodeId, BoundStatement],
    report: Report,
) -> None:
    """Report every duty that a change of the file does not keep."""
    for one in placed:
        if isinstance(one.node, Change):
            _Duties(file, statements, report).change(one.node)


class _Duties:
    """One change."""

    def __init__(
        self, file: str, statements: Mapping[NodeId, BoundStatement], report: Report
    ) -> None:
        self._file = file
        self._statements = statements
        self._report = report

    def change(self, node: Change) -> None:
        items = tuple(_flat(node.items))
        ways_back = [one for one in items if isinstance(one, Undo | Irreversible)]
        for again in ways_back[1:]:
            self._report(
                problems.describe(
                    problems.TwoWaysBack(
                        file=self._file,
                        span=_first_line(
                            again, "undo" if isinstance(again, Undo) else "irreversible"
                        ),
                        first=_first_line(ways_back[0], "undo"),
                    )
                )
            )
        for one in ways_back:
            if isinstance(one, Irreversible) and not one.reason.plain.strip():
                self._report(
                    problems.describe(
                        problems.EmptyReason(
                            file=self._file, span=one.reason.span, word="irreversible"
                        )
                    )
                )
        if not ways_back and (reason := self._no_derived_undo(items)):
            self._report(
                problems.describe(
                    problems.NoWayBack(file=self._file, span=node.label.span, reason=reason)
                )
            )
        is_guarded = bool(ways_back) and any(isinstance(one, ApproveBy) for one in items)
        self._statements_of(items, is_guarded=is_guarded)
        for undo in ways_back:
            if isinstance(undo, Undo):
                self._statements_of(tuple(_flat(undo.body)), is_guarded=True)

    def _statements_of(self, items: Sequence[ChangeItem], *, is_guarded: bool) -> None:
        written = [one for one in items if isinstance(one, Sql)]
        for one in written:
            facts = self._facts(one)
            if facts is None:
                continue
            if facts.kind in _EXPECTING and one.expect is None:
                found = problems.NoExpectation(
                    file=self._file, span=verb_span(one.sql, facts.kind), kind=facts.kind
                )
                self._report(problems.describe(found))
            touches_all = not facts.has_where or facts.always_true_where
            if facts.kind in ("update", "delete") and touches_all and not is_guarded:
                every = problems.EveryRow(
                    file=self._file,
                    span=verb_span(one.sql, facts.kind),
                    kind=facts.kind,
                    always_true=facts.always_true_where,
                )
                self._report(problems.describe(every))
            if not facts.transactional and len(written) > 1:
                alone = problems.NotInTransaction(
                    file=self._file, span=verb_span(one.sql, facts.kind)
                )
                self._report(problems.describe(alone))

    def _no_derived_undo(self, items: Sequence[ChangeItem]) -> str | None:
        """Why no undo can be derived; None where one can, or where a problem was reported already."""
        for one in items:
            if isinstance(one, ChangeOperation):
                called = f"{one.call.adapter.text}.{one.call.operation.text}"
                return f"`{called}` has no undo that the engine could derive"
            if isinstance(one, ErrorItem):
                return None
            if isinstance(one, Sql) and (facts := self._facts(one)) is not None:
                reason = underivable(facts)
                if reason is not None:
                    return reason
        return None

    def _facts(self, node: Sql) -> StatementFacts | None:
        bound = self._statements.get(node.id)
        return bound.facts if bound else None


def underivable(facts: StatementFacts) -> str | None:
    """Why the old values cannot simply be put back; None where they can."""
    checks = (
        (facts.kind == "ddl", "it is DDL"),
        (facts.kind == "merge", "it is a MERGE"),
        (facts.writes_in_with, "it also writes inside WITH"),
        (facts.on_conflict_update, "ON CONFLICT DO UPDATE does not tell an old row from a new one"),
        (facts.writes_own_columns, "it computes a column from its own value, which others may change meanwhile"),
        (facts.writing_triggers, "a trigger of the table writes elsewhere"),
        (facts.cascades, "it cascades to other tables"),
        (not facts.has_primary_key, "the table has no primary key"),
    )  # fmt: skip
    return next((reason for holds, reason in checks if holds), None)


def verb_span(block: Block, verb: str) -> Span:
    """The word that does it; the first word where it cannot be found."""
    text = block.text
    place = text.lower().find(verb.lower())
    if place < 0:
        place = len(text) - len(text.lstrip())
    end = place
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(block.offset_in_file(place), block.offset_in_file(max(end - 1, place)) + 1)


def _flat(items: Iterable[ChangeItem]) -> Iterator[ChangeItem]:
    """Items with those inside loops and branches; what an undo holds stays inside it."""
    for item in items:
        yield item
        if isinstance(item, ChangeForEach):
            yield from _flat(item.body)
        elif isinstance(item, ChangeIf):
            yield from _flat((*item.then, *item.otherwise))


def _first_line(node: ChangeItem, word: str) -> Span:
    return Span(node.span.start, node.span.start + len(word))
