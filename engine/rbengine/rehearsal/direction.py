"""What a scenario adds to its world: faults, people, crashes, and things that happen meanwhile."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import msgspec

from rbengine.rehearsal.mishaps import CallFault, Crash, Mishaps
from rbengine.rehearsal.people import PersonRule, ScriptedPeople
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world import rule_of
from rbengine.syntax.nodes import scenarios as tree


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario's lines, ready to be played on one stage."""

    rules: tuple[PersonRule, ...]
    """The scenario's own lines about people."""
    people: ScriptedPeople
    mishaps: Mishaps
    around: tuple[tuple[datetime, Callable[[], None]], ...]


def direct(stage: Stage, scenario: tree.Scenario | None) -> Direction:
    """Order the faults of `scenario` on a stage that is set up, and read the rest. Raises CannotRehearseError."""
    setting = stage.setting
    parts = () if scenario is None else scenario.parts
    for part in parts:
        if isinstance(part, tree.Fault) and part.label is None:
            stage.order(part)
    scope = stage.scope()
    rules = tuple(
        rule_of(one, scope, stage.author) for one in parts if isinstance(one, tree.Person)
    )
    return Direction(
        rules=rules,
        people=ScriptedPeople(rules, setting.rules, stage.person),
        mishaps=Mishaps(
            [_crash(one) for one in parts if isinstance(one, tree.Crash)],
            [
                _of_calls(stage, one, one.label.plain)
                for one in parts
                if isinstance(one, tree.Fault) and one.label is not None
            ],
        ),
        around=tuple(
            (setting.start + one.time.value, partial(stage.actions.do, one.body))
            for one in parts
            if isinstance(one, tree.At)
        ),
    )


def _crash(node: tree.Crash) -> Crash:
    return Crash(label=node.label.plain, moment=node.moment, span=node.span)


def _of_calls(stage: Stage, node: tree.Fault, label: str) -> CallFault:
    begin = partial(stage.begin_fault, node)
    # What cannot be is said before the run, as of every other line.
    begin(stage.setting.start, None)()
    what = "" if node.part is None else f' "{node.part.plain}"'
    refusing = f" with {node.refusals[0].text}" if node.refusals else ""
    return CallFault(
        label=label,
        words=f"{node.target.text}{what} {node.kind}{refusing}",
        begin=begin,
        lasts=None if node.lasts is None else node.lasts.value,
        span=node.span,
    )
