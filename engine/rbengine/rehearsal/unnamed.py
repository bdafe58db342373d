"""Effects that no expectation names. Each fails its scenario: what a run does unasked is what hurts in the night."""

from collections.abc import Iterable, Sequence

from rbengine.rehearsal.effects import Effects, Question
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.expectations import Evidence
from rbengine.rehearsal.footprints import Footprint
from rbengine.rehearsal.letters import NAMES, fitting_letters
from rbengine.rehearsal.misses import UNNAMED, Miss
from rbengine.rehearsal.people import PersonRule
from rbengine.runtime.wording import duration_text
from rbengine.source import Span
from rbengine.syntax.nodes import scenarios as tree


def unnamed(
    span: Span,
    expectations: Sequence[tree.Expectation],
    rules: Sequence[PersonRule],
    evidence: Evidence,
    footprints: Sequence[Footprint],
) -> list[Miss]:
    """Every effect that neither `expectations` nor a line about a person names. `span` is the scenario's title."""
    names = _Named(expectations, rules, evidence.scope)
    return [
        *_changes(span, names, evidence.effects),
        *_findings(span, names, evidence.effects),
        *_questions(span, names, evidence.effects),
        *_escalations(span, names, evidence.effects),
        *_letters(span, names, evidence),
        *_footprints(span, names, footprints),
    ]


class _Named:
    """What the expectations speak of."""

    def __init__(
        self,
        expectations: Sequence[tree.Expectation],
        rules: Sequence[PersonRule],
        scope: Scope,
    ) -> None:
        self.labels: set[str] = set()
        self.findings: set[str] = set()
        self.contacts: set[str] = set()
        self.no_escalation = False
        self.nothing = False
        self.letters: list[tuple[str, str | None, str | None]] = []
        self.tables: set[str] = set()
        self.questions = [one.about for one in rules if one.about]
        self.any_question = False
        for one in expectations:
            self._take(one, scope)

    def _take(self, node: tree.Expectation, scope: Scope) -> None:
        match node:
            case tree.ExpectChange(label=label):
                self.labels.add(scope.text(label))
            case tree.ExpectFinding(finding=finding):
                self.findings.add(finding.text)
            case tree.ExpectEscalated(to=None):
                self.no_escalation = True
            case tree.ExpectEscalated(to=to) if to is not None:
                self.contacts.add(to.text)
            case tree.ExpectSent(negated=False):
                self.letters.append(
                    (
                        node.kind.text,
                        None if node.to is None else scope.text(node.to),
                        None if node.containing is None else scope.text(node.containing),
                    )
                )
            case tree.ExpectAsked(about=None):
                self.any_question = True
            case tree.ExpectAsked(about=about) if about is not None:
                self.questions.append(scope.text(about))
            case tree.ExpectTable():
                self.tables.add(node.table.text)
            case tree.ExpectNothingChanged():
                self.nothing = True
            case _:
                return


def _changes(span: Span, names: _Named, effects: Effects) -> Iterable[Miss]:
    if names.nothing:
        return  # it says so itself
    told: set[str] = set()
    for deed in effects.deeds:
        if deed.rows != 0 and deed.label not in names.labels | told:
            told.add(deed.label)
            yield Miss(
                code=UNNAMED, span=span, expected="no change that is not named",
                found=f'changed "{deed.label}" at {duration_text(deed.moment.since)}',
                turn=deed.moment.turn, help=f'add `expect changed "{deed.label}"`',
            )  # fmt: skip


def _findings(span: Span, names: _Named, effects: Effects) -> Iterable[Miss]:
    """A finding is named too by any word about a change of its `resolve`."""
    sections = {effects.shown[label] for label in names.labels if label in effects.shown}
    for name in effects.found:
        if name not in names.findings and f"resolve {name}" not in sections:
            held = next(one for one in effects.verdicts(name) if one.verdict == "found")
            yield Miss(
                code=UNNAMED, span=span, expected="no finding that is not named",
                found=f"found {name} at {duration_text(held.moment.since)}",
                turn=held.moment.turn, help=f"add `expect found {name}`",
            )  # fmt: skip


def _questions(span: Span, names: _Named, effects: Effects) -> Iterable[Miss]:
    """A question about a change that is named is named with it."""
    if names.any_question:
        return
    told: set[str] = set()
    for question in effects.questions:
        text = question.ask.text
        if text not in told and not _is_named(question, names):
            told.add(text)
            yield Miss(
                code=UNNAMED, span=span, expected="no question that is not named",
                found=f'asked "{text}" at {duration_text(question.moment.since)}',
                turn=question.moment.turn, help=f'add `expect asked 1 time "{text}"`',
            )  # fmt: skip


def _is_named(question: Question, names: _Named) -> bool:
    text = question.ask.text
    if any(about in text for about in names.questions):
        return True
    return any(label in text for label in names.labels)


def _escalations(span: Span, names: _Named, effects: Effects) -> Iterable[Miss]:
    if names.no_escalation:
        return  # it says so itself
    told: set[tuple[str, ...]] = set()
    for one in effects.escalations:
        to = one.notice.to
        if to not in told and not names.contacts.intersection(to):
            told.add(to)
            yield Miss(
                code=UNNAMED, span=span, expected="no escalation that is not named",
                found=f"escalated to {', '.join(to)} at {duration_text(one.moment.since)}: {one.notice.reason}",
                turn=one.moment.turn, help=f"add `expect escalated to {to[0] if to else '…'}`",
            )  # fmt: skip


def _letters(span: Span, names: _Named, evidence: Evidence) -> Iterable[Miss]:
    missed = {
        (kind, to)
        for kind, to, words in names.letters
        if not fitting_letters(evidence.letters, kind, to, words)
    }
    for letter in evidence.letters:
        # Where an expectation names its reader and misses for its words, that miss shows the mail already.
        if not any(
            fitting_letters([letter], kind, to, words)
            or ((kind, to) == (letter.kind, letter.to) and (kind, to) in missed)
            for kind, to, words in names.letters
        ):
            yield Miss(
                code=UNNAMED, span=span, expected=f"no {NAMES[letter.kind]} that is not named",
                found=f'"{letter.title}" was sent to {letter.to}',
                help=f'add `expect sent {letter.kind} to "{letter.to}"`',
            )  # fmt: skip


def _footprints(span: Span, names: _Named, footprints: Sequence[Footprint]) -> Iterable[Miss]:
    """What is not what it was, although no change that is named did it, nor anything around the run."""
    if names.nothing:
        return
    for one in footprints:
        if one.label not in names.labels and one.table not in names.tables:
            by = f'by "{one.label}"' if one.label else "by no change"
            yield Miss(
                code=UNNAMED, span=span, expected="nothing else changed", found=f"{one.what} changed, {by}"
            )  # fmt: skip
