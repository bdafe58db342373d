"""Each expectation of a scenario, checked against what was done. None of them trusts the run's own word for rows."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from rbengine.contract.values import Json, Row, Value
from rbengine.rehearsal.app_body import json_of
from rbengine.rehearsal.effects import Called, Decided, Deed, Effects, Escalation
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.letters import NAMES, Letter, fitting_letters
from rbengine.rehearsal.misses import (
    CALL,
    CHANGE,
    CHANGED,
    ESCALATION,
    FINDING,
    MAIL,
    OUTCOME,
    QUESTION,
    Miss,
)
from rbengine.rehearsal.people import headline
from rbengine.runtime.comparison import same
from rbengine.runtime.wording import as_text, duration_text
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.expressions import Template

_EXACT = timedelta(seconds=1)
"""How far a moment may lie from the one that is expected: a call takes a while."""


class Tables(Protocol):
    """Checks `expect table` against the simulated database."""

    def compare(self, node: tree.ExpectTable) -> Miss | None: ...


class Reads(Protocol):
    """Checks `expect stripe.invoice(…)` against what the operation reads."""

    def compare(self, node: tree.ExpectRead) -> Miss | None: ...


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal left behind."""

    effects: Effects
    letters: tuple[Letter, ...]
    """Messages that the playbook sent; not those that told somebody of a question or an escalation."""
    changed: tuple[str, ...]
    """Rows and vendors' objects that the run changed, in words."""
    tables: Tables
    reads: Reads
    scope: Scope
    """The world's values."""


def miss_of(node: tree.Expectation, evidence: Evidence) -> Miss | None:
    """What is wrong with `node`, or None. `expect the same as` must have been replaced before."""
    effects, scope = evidence.effects, evidence.scope
    match node:
        case tree.ExpectFinding():
            return _finding(node, effects)
        case tree.ExpectChange():
            return _change(node, effects, scope.text(node.label))
        case tree.ExpectCall():
            return _call(node, effects, scope)
        case tree.ExpectRead():
            return evidence.reads.compare(node)
        case tree.ExpectTable():
            return evidence.tables.compare(node)
        case tree.ExpectSent():
            return _sent(node, evidence.letters, scope)
        case tree.ExpectAsked():
            return _asked(node, effects, scope)
        case tree.ExpectEscalated():
            return _escalated(node, effects, scope)
        case tree.ExpectOutcome():
            return _outcome(node, effects, scope)
        case tree.ExpectNothingChanged():
            return _nothing_changed(node, evidence)
        case tree.ExpectTheSame():
            raise AssertionError("`the same as` stands for other expectations")


def _finding(node: tree.ExpectFinding, effects: Effects) -> Miss | None:
    name = node.finding.text
    verdicts = effects.verdicts(name)
    held = next((one for one in verdicts if one.verdict == "found"), None)
    first = verdicts[0] if verdicts else None
    fits = {
        "found": held is not None,
        "not found": held is None and first is not None and first.verdict == "not found",
        "not judged": held is None and first is not None and first.verdict == "not judged",
    }
    if fits[node.verdict]:
        return None
    decisive = held or first
    if decisive is None:
        found = f"`{name}` was never looked at"
    else:
        found = f"{decisive.verdict} {name}"
        failing = [one.text for one in decisive.conditions if one.verdict != "holds"]
        if decisive.verdict == "not judged" and decisive.missing:
            found += f": nothing is known of {', '.join(decisive.missing)}"
        elif decisive.verdict != "found" and failing:
            found += f": {failing[0]}"
    return Miss(
        code=FINDING, span=node.span, expected=f"{node.verdict} {name}", found=found,
        turn=None if decisive is None else decisive.moment.turn,
    )  # fmt: skip


def _change(node: tree.ExpectChange, effects: Effects, label: str) -> Miss | None:
    done, undone = effects.done(label), effects.taken_back(label)
    fits = {
        "changed": done is not None,
        "not changed": done is None,
        "undone": undone is not None,
    }
    if fits[node.verdict]:
        return None
    if done is not None:
        found = f"it was changed at {duration_text(done.moment.since)}"
        if node.verdict == "undone":
            found += " and stands"
    elif (empty := effects.touched_nothing(label)) is not None:
        found = f"it was carried out at {duration_text(empty.moment.since)}, and touched no row"
    elif label in effects.shown:
        found = f"its plan was shown, {_fate(effects.decided.get(label))}"
    else:
        near = ", ".join(f'"{one}"' for one in effects.shown) or "none"
        found = f"no such change was planned (planned: {near})"
    return Miss(
        code=CHANGE, span=node.span, expected=f'{node.verdict} "{label}"', found=found,
        turn=_turn_of(label, done, effects),
    )  # fmt: skip


def _turn_of(label: str, done: Deed | None, effects: Effects) -> int | None:
    """Where to look for what became of the change `label`."""
    if done is not None:
        return done.moment.turn
    decided = effects.decided.get(label)
    return None if decided is None else decided.moment.turn


def _fate(decided: Decided | None) -> str:
    """What became of a plan that was not applied."""
    if decided is None:
        return "and it was not applied"
    at = duration_text(decided.moment.since)
    match decided.verdict:
        case "refused":
            return f"and {decided.role or 'somebody'} refused it at {at}"
        case "unanswered":
            return f"and nobody had approved it by {at}"
        case _:
            return f"approved at {at}, and it was not applied"


def _call(node: tree.ExpectCall, effects: Effects, scope: Scope) -> Miss | None:
    name = f"{node.call.adapter.text}.{node.call.operation.text}"
    wanted = {
        one.name.text: scope.value(one.value) for one in node.call.arguments if one.name is not None
    }
    made = [one for one in effects.called if one.operation == name]
    fitting = next((one for one in made if _has(one, wanted)), None)
    if (fitting is None) is node.negated:
        return None
    shown = f"{name}({', '.join(f'{key}: {as_text(one)}' for key, one in wanted.items())})"
    if fitting is not None:
        found, turn = f"it was called at {duration_text(fitting.moment.since)}", fitting.moment.turn
    elif made:
        found, turn = f"only {name}({as_text(made[-1].arguments)})", made[-1].moment.turn
    else:
        found, turn = f"{name} was never called", None
    word = "not called" if node.negated else "called"
    return Miss(code=CALL, span=node.span, expected=f"{word} {shown}", found=found, turn=turn)


def _has(called: Called, wanted: dict[str, Value]) -> bool:
    return all(_alike(called.arguments.get(name), value) for name, value in wanted.items())


def _alike(left: Value, right: Value) -> bool:
    if isinstance(left, Json | Row) and isinstance(right, Json | Row):
        return bool(json_of(left) == json_of(right))
    return same(left, right)


def _sent(node: tree.ExpectSent, letters: Sequence[Letter], scope: Scope) -> Miss | None:
    to = None if node.to is None else scope.text(node.to)
    words = None if node.containing is None else scope.text(node.containing)
    fitting = fitting_letters(letters, node.kind.text, to, words)
    if bool(fitting) is not node.negated:
        return None
    expected = f"{'not ' if node.negated else ''}sent {node.kind.text}"
    if to is not None:
        expected += f" to {to}"
    if words is not None:
        expected += f' with "{words}"'
    if fitting:
        found = f'"{fitting[0].title}" was sent to {fitting[0].to}'
        if words is not None:
            found += f', and it says "{words}"'
    elif to is not None and (others := fitting_letters(letters, node.kind.text, to, None)):
        found = f'only "{others[0].title}" to {to}'
    elif sent := [one.to for one in letters if one.kind == node.kind.text]:
        found = f"sent to {', '.join(sent)}"
    else:
        found = f"no {NAMES.get(node.kind.text, node.kind.text)} was sent"
    return Miss(code=MAIL, span=node.span, expected=expected, found=found)


def _asked(node: tree.ExpectAsked, effects: Effects, scope: Scope) -> Miss | None:
    about = None if node.about is None else scope.text(node.about)
    fitting = [one for one in effects.questions if about is None or about in headline(one.ask)]
    if len(fitting) == node.times:
        return None
    return Miss(
        code=QUESTION, span=node.span,
        expected=f"asked {_times(node.times)}" + ("" if about is None else f' "{about}"'),
        found=f"asked {_times(len(fitting))}",
        turn=fitting[-1].moment.turn if fitting else None,
    )  # fmt: skip


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"


def _escalated(node: tree.ExpectEscalated, effects: Effects, scope: Scope) -> Miss | None:
    if node.to is None:
        if not effects.escalations:
            return None
        return _not_escalated(node, "no escalation", effects.escalations[:1], None)
    at = None if node.at is None else node.at.value
    words = None if node.containing is None else scope.text(node.containing)
    mine = [one for one in effects.escalations if node.to.text in one.notice.to]
    in_time = [one for one in mine if at is None or abs(one.moment.since - at) < _EXACT]
    if any(words is None or any(words in line for line in one.lines) for one in in_time):
        return None
    expected = f"escalated to {node.to.text}"
    if at is not None:
        expected += f" at {duration_text(at)}"
    if words is not None:
        expected += f' with "{words}"'
    near = in_time or mine or effects.escalations
    return _not_escalated(node, expected, near, at, says=bool(in_time))


def _not_escalated(
    node: tree.ExpectEscalated,
    expected: str,
    found: Sequence[Escalation],
    at: timedelta | None,
    *,
    says: bool = False,
) -> Miss:
    """`found`: what comes near; `says`: it is their words that are not as expected."""
    nearest = min(found, key=lambda one: abs(one.moment.since - (at or timedelta(0))), default=None)
    return Miss(
        code=ESCALATION, span=node.span, expected=expected,
        found="; ".join(_shown(one, says=says) for one in found) or "no escalation",
        turn=None if nearest is None else nearest.moment.turn,
    )  # fmt: skip


def _shown(escalation: Escalation, *, says: bool = False) -> str:
    notice = escalation.notice
    shown = (
        f"escalated to {', '.join(notice.to)} at {duration_text(escalation.moment.since)}, "
        f"by {notice.cause}"
    )
    return f'{shown}, with "{" / ".join(escalation.lines)}"' if says else shown


def _outcome(node: tree.ExpectOutcome, effects: Effects, scope: Scope) -> Miss | None:
    within = None if node.within is None else node.within.value
    words = None if node.containing is None else scope.text(node.containing)
    expected = node.outcome + ("" if within is None else f" within {duration_text(within)}")
    if words is not None:
        expected += f' with "{words}"'
    finish = effects.finish
    last = len(effects.turns) - 1
    if finish is None:
        found = "the run did not come to its end"
    elif finish.outcome != node.outcome:
        found = f"{finish.outcome}: {finish.reason}"
    else:
        took = effects.turns[last].event.at - effects.began
        found = f"{finish.outcome} after {duration_text(took)}"
        if within is None or took <= within:
            if words is None or words in finish.reason:
                return None
            found = f'{finish.outcome} with "{finish.reason}"'
    return Miss(code=OUTCOME, span=node.span, expected=expected, found=found, turn=last)


def _nothing_changed(node: tree.ExpectNothingChanged, evidence: Evidence) -> Miss | None:
    deeds = [one for one in evidence.effects.deeds if not one.taken_back and one.rows != 0]
    if not deeds and not evidence.changed:
        return None
    found = f'"{deeds[0].label}"' if deeds else evidence.changed[0]
    return Miss(
        code=CHANGED, span=node.span, expected="nothing changed", found=f"changed: {found}",
        turn=deeds[0].moment.turn if deeds else None,
    )  # fmt: skip


def expanded(
    parts: Sequence[tree.Expectation], others: Callable[[Template], Sequence[tree.Expectation]]
) -> list[tuple[tree.Expectation, tree.ExpectTheSame | None]]:
    """`parts` with the expectations of other scenarios in place of `the same as`, without their durations.

    Beside each the `the same as` by which it came. `others` raises LookupError for a title nobody has.
    """
    found: list[tuple[tree.Expectation, tree.ExpectTheSame | None]] = []
    for one in parts:
        if not isinstance(one, tree.ExpectTheSame):
            found.append((one, None))
            continue
        for inner, _ in expanded(others(one.scenario), others):
            if isinstance(inner, tree.ExpectOutcome):
                inner = msgspec.structs.replace(inner, within=None)
            found.append((inner, one))
    return found
