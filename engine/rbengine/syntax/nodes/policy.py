"""A policy: severities, contacts, roles, who may approve what, limits, time zone."""

from typing import Literal

from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, Template
from rbengine.syntax.nodes.runbook import ErrorSection
from rbengine.syntax.nodes.statements import Allow


class Timezone(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Template


class Holidays(Node, frozen=True, kw_only=True, eq=False, gc=False):
    country: Template


class BusinessHours(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Days are lower-case English names; times are `HH:MM` as written."""

    first_day: Name
    last_day: Name
    opens: str
    closes: str


class Limit(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`question 30m`, `loop 500 items`, `replan 3 times`."""

    name: Name
    value: Expression
    unit: Name | None


class Limits(Node, frozen=True, kw_only=True, eq=False, gc=False):
    limits: tuple[Limit, ...]


class Channel(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`email "a@b.c"`; kind is the word before the address."""

    kind: Name
    address: Template


class Contact(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`contact name "Title" channel…` or `role name "Title" …`; no channels and `from_settings` for `from settings`."""

    word: Literal["contact", "role"]
    name: Name
    title: Template
    channels: tuple[Channel, ...]
    from_settings: bool


class FunctionsAllowed(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`sql may call name, name`: the project's own functions that SQL may call."""

    names: tuple[Name, ...]


class ApprovalsExpire(Node, frozen=True, kw_only=True, eq=False, gc=False):
    after: DurationLiteral


class EscalateRule(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`escalate at once|after D|again after D without progress|next business day at HH:MM to who [as a note]`."""

    when: Literal["at once", "after", "again after", "next business day"]
    after: DurationLiteral | None
    time: str | None
    to: tuple[Name, ...]
    """Empty for `again after …`: the same people. `team standup` is the contact `team_standup`, note only."""
    as_note: bool


class ApprovalRule(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`changes [above N rows] need approval by [M of] role or role[, not the operator]`;
    `messages to more than N people need approval by …`;
    `changes up to N rows need no approval` (then `by` is empty);
    `after D without an answer approval by …` (break glass)."""

    about: Literal["changes", "messages", "free changes", "break glass"]
    threshold: int | None
    """Rows or people above (for free changes: up to) which the rule speaks."""
    after: DurationLiteral | None
    by: tuple[Name, ...]
    how_many: int
    not_the_operator: bool


class SeverityRules(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name
    title: Template
    rules: tuple[EscalateRule | ApprovalRule, ...]


PolicyPart = (
    Timezone | Holidays | BusinessHours | Limits | Contact | FunctionsAllowed | ApprovalsExpire | SeverityRules
    | Allow | ErrorSection
)  # fmt: skip


class Policy(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Template
    parts: tuple[PolicyPart, ...]
