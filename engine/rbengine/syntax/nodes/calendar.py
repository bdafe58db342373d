"""A calendar: daily, weekly and monthly maintenance."""

from typing import Literal

from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.nodes.policy import Timezone
from rbengine.syntax.nodes.runbook import ErrorSection, Use
from rbengine.syntax.nodes.statements import Allow, Body, Covers


class Task(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Without a body it is a reminder that a person ticks off."""

    label: Template
    covers: Covers | None
    body: Body


class Rhythm(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`daily at 09:00 for on_call`, `weekly on monday at …`, `monthly on day 1 at …`."""

    every: Literal["daily", "weekly", "monthly"]
    weekday: Name | None
    day: int | None
    time: str
    by: tuple[Name, ...]
    tasks: tuple[Task, ...]


class Calendar(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Template
    parts: tuple[Timezone | Use | Rhythm | Allow | ErrorSection, ...]
