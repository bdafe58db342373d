"""What a scenario adds to its world: faults, people, crashes, and things that happen meanwhile."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import msgspec

from rbengine.rehearsal.crashes import Crash, Crashes
from rbengine.rehearsal.people import PersonRule, ScriptedPeople
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world import rule_of
from rbengine.syntax.nodes import scenarios as tree


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario's lines, ready to be played on one stage."""

    rules: tuple[PersonRule, ...]
    """The scenario's own lines about people."""
    people: ScriptedPeople
    crashes: Crashes
    around: tuple[tuple[datetime, Callable[[], None]], ...]


def direct(stage: Stage, scenario: tree.Scenario | None) -> Direction:
    """Order the faults of `scenario` on a stage that is set up, and read the rest. Raises CannotRehearseError."""
    setting = stage.setting
    parts = () if scenario is None else scenario.parts
    for part in parts:
        if isinstance(part, tree.Fault):
            stage.order(part)
    scope = stage.scope()
    rules = tuple(
        rule_of(one, scope, stage.author) for one in parts if isinstance(one, tree.Person)
    )
    return Direction(
        rules=rules,
        people=ScriptedPeople(rules, setting.rules, stage.person),
        crashes=Crashes([_crash(one) for one in parts if isinstance(one, tree.Crash)]),
        around=tuple(
            (setting.start + one.time.value, partial(stage.actions.do, one.body))
            for one in parts
            if isinstance(one, tree.At)
        ),
    )


def _crash(node: tree.Crash) -> Crash:
    return Crash(label=node.label.plain, moment=node.moment, span=node.span)
