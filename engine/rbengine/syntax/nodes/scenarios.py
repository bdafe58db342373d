"""Worlds and rehearsals of one runbook."""

from typing import Literal

from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, OperationCall, Template
from rbengine.syntax.nodes.policy import Channel
from rbengine.syntax.nodes.runbook import ErrorSection, Use


class Cell(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One cell: a literal of its column's type (`text`), `:name`, `= expression`, `null`, or `''` (empty text).

    Exactly one of `text`, `name`, `expression` is set, none for `null`.
    """

    text: str | None
    name: Name | None
    expression: Expression | None


class TableRow(Node, frozen=True, kw_only=True, eq=False, gc=False):
    cells: tuple[Cell, ...]


class Table(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`table name` over rows; the first line names the columns."""

    table: Name
    schema: Name | None
    columns: tuple[Name, ...]
    rows: tuple[TableRow, ...]


class Given(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`name = literal` in a world: a value that tables speak of as `:name`, and an input where one has the name."""

    name: Name
    value: Expression


class Provide(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`stripe.subscription(…)`: an object of a simulated vendor, or something it does."""

    call: OperationCall


class Starts(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`starts 2026-03-02 09:00`, in the policy's zone; `incident_ago` for `alert 14m before the run`."""

    date: str | None
    time: str | None
    alert_before: DurationLiteral | None


class WorldContact(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`contact tech_lead email "…"`: the channel that the policy leaves to the settings."""

    name: Name
    channels: tuple[Channel, ...]


class Person(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`person on_call approves|refuses ["label"] [after D]`, `answers "…" with v`, `never answers`,
    `acknowledges [after D]`."""

    role: Name
    does: Literal["approves", "refuses", "answers", "never answers", "acknowledges"]
    about: Template | None
    value: Expression | None
    after: DurationLiteral | None


class Fault(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`fault stripe unavailable from 0s to 8s`, `fault app "send-mail" down`, `fault postgres lock timeout`,
    `fault stripe refuses with not_found or conflict during "Refund"`.

    `kind` is the words joined by one blank, `refuses` where calls are refused with one of the kinds `refusals`: the
    scenario is then played once for each. Without a window it is there all the time; with `during "label"` while the
    calls that `label` names are made, with `during "label" for D` from the first of them on.
    """

    target: Name
    part: Template | None
    kind: str
    refusals: tuple[Name, ...]
    start: DurationLiteral | None
    end: DurationLiteral | None
    label: Template | None
    lasts: DurationLiteral | None


class At(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`at 2m` over things that happen then."""

    time: DurationLiteral
    body: tuple[Sql | Table | Provide, ...]


class Crash(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`crash during "label" before|after the answer`."""

    label: Template
    moment: Literal["before", "after"]


class ExpectFinding(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect [not] found F`, `expect not judged F`."""

    verdict: Literal["found", "not found", "not judged"]
    finding: Name


class ExpectChange(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect [not] changed "label"`, `expect undone "label"`."""

    verdict: Literal["changed", "not changed", "undone"]
    label: Template


class ExpectCall(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect [not] called stripe.refund(amount: …)`: with at least these arguments."""

    negated: bool
    call: OperationCall


class ExpectRead(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect stripe.invoice(invoice: "in_1")` with rows: what the operation reads when the run is over, exactly these.

    `containing`: at least these; `absent`: nothing.
    """

    call: OperationCall
    manner: Literal["exactly", "containing", "absent"]
    columns: tuple[Name, ...]
    rows: tuple[TableRow, ...]


class ExpectTable(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect table t where column = value` with rows that must be there, exactly these rows among those chosen.

    `containing` for `expect table t containing`: at least these; `absent` for `expect table t where … absent`.
    """

    table: Name
    schema: Name | None
    where_column: Name | None
    where_value: Cell | None
    manner: Literal["exactly", "containing", "absent"]
    columns: tuple[Name, ...]
    rows: tuple[TableRow, ...]


class ExpectSent(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect [not] sent email to "…" [with "text"]`."""

    negated: bool
    kind: Name
    to: Template | None
    containing: Template | None


class ExpectAsked(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect asked 1 time ["label"]`."""

    times: int
    about: Template | None


class ExpectEscalated(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect escalated to C [at D] [with "text"]`; `to` is None for `expect no escalation`."""

    to: Name | None
    at: DurationLiteral | None
    containing: Template | None


class ExpectOutcome(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect resolved|handed over|escalated|failed [within D] [with "text"]`."""

    outcome: Literal["resolved", "handed over", "escalated", "failed"]
    within: DurationLiteral | None
    containing: Template | None


class ExpectNothingChanged(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect nothing changed`."""


class ExpectTheSame(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect the same as "other scenario"`: all its expectations but the duration."""

    scenario: Template


Expectation = (
    ExpectFinding | ExpectChange | ExpectCall | ExpectRead | ExpectTable | ExpectSent | ExpectAsked
    | ExpectEscalated | ExpectOutcome | ExpectNothingChanged | ExpectTheSame
)  # fmt: skip


class World(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`world name "…" [like other] [default]`."""

    name: Name
    title: Template
    base: Name | None
    is_default: bool
    parts: tuple[Given | Table | Provide | Person | WorldContact | Starts | ErrorSection, ...]


class Scenario(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`scenario "…" in world`."""

    title: Template
    world: Name
    parts: tuple[Fault | Person | At | Crash | Expectation | ErrorSection, ...]


class PointName(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A decision point as the coverage report writes it: `"Give the level" unanswered`."""

    text: str


class NotCovered(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`not covered "why"` over decision points that no scenario passes, a line each."""

    reason: Template
    points: tuple[PointName, ...]


class Scenarios(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`scenarios for RB-011`."""

    runbook: Name
    parts: tuple[Use | World | Scenario | NotCovered | ErrorSection, ...]
