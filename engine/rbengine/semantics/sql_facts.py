"""What the checker asks about a statement, and what PostgreSQL answers. The asking is IO and lives in `facts`."""

from typing import Protocol

import msgspec

from rbengine.contract.changes import StatementKind
from rbengine.contract.types import Type


class SqlQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One statement with `$1`, `$2`, … and the PostgreSQL types its parameters are sent with."""

    sql: str
    parameter_types: tuple[str, ...]
    """PostgreSQL's names (`uuid`, `text[]`); `unknown` where the value's type is not known."""


class ColumnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One result column."""

    name: str
    type: Type
    """Optional when it may be NULL; an Enum where a CHECK list or a PostgreSQL enum closes it."""
    table: str | None = None
    column: str | None = None
    """The base column it is, where it is one."""


class EnumParameter(msgspec.Struct, frozen=True, kw_only=True):
    """`$number` stands where PostgreSQL has an enum of its own, which no text is without being sent as one."""

    number: int
    type: str
    """PostgreSQL's name, to send the value with: `mood`, `public.mood[]`."""
    values: tuple[str, ...]


class ZonelessColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A `timestamp` column (without zone) that is compared with an instant; `offset` in the question's text."""

    column: str
    offset: int


class UnlistedText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a column whose values are listed never holds; `offset` in the question's text, with its quotes."""

    text: str
    column: str
    values: tuple[str, ...]
    offset: int
    length: int


class ListedParameter(msgspec.Struct, frozen=True, kw_only=True):
    """`$number` is compared with a column whose values are listed, or assigned to it."""

    number: int
    column: str
    values: tuple[str, ...]
    assigned: bool


class StatementFacts(msgspec.Struct, frozen=True, kw_only=True, tag="facts"):
    """A statement that PostgreSQL accepts."""

    kind: StatementKind
    columns: tuple[ColumnFacts, ...]
    target: str | None = None
    """The table it writes."""
    has_where: bool = True
    always_true_where: bool = False
    writes_own_columns: bool = False
    """`c = c + x`: a derived undo cannot know what others added meanwhile."""
    has_primary_key: bool = True
    writes_in_with: bool = False
    on_conflict_update: bool = False
    writing_triggers: bool = False
    cascades: bool = False
    transactional: bool = True
    """False for DDL that cannot run inside a transaction."""
    written_columns: tuple[str, ...] = ()
    optional_parameters: tuple[int, ...] = ()
    """One-based numbers of the parameters that may be NULL: assigned to a nullable column, or beside
    IS NOT DISTINCT FROM."""

    enum_parameters: tuple[EnumParameter, ...] = ()
    zoneless: tuple[ZonelessColumn, ...] = ()
    unlisted: tuple[UnlistedText, ...] = ()
    listed_parameters: tuple[ListedParameter, ...] = ()


class SqlRefusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """A statement that cannot be: PostgreSQL's reason, or a rule of ours."""

    reason: str
    """PostgreSQL's own sentence (`column "teir" does not exist`), or our rule in a sentence."""
    rule: str
    """`postgres`, `not_a_query`, `not_a_change`, `several`, `locks`, `function`, `transaction`, `in_list`,
    `unnamed_column`, `doubled_column`, `syntax`."""
    offset: int
    """Where, in code points into the question's text; -1 where PostgreSQL names no place."""
    length: int = 1
    suggestion: str | None = None
    """A name within edit distance that would fit there."""
    label: str = ""
    """What to say under the carets (``not a column of `orders` ``)."""


class Describer(Protocol):
    """Handed to the checker by whoever can ask a PostgreSQL or a committed cache."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        """`reading`: a `query`, which must be one SELECT, VALUES or TABLE; else a `sql`, which must change."""
        ...

    def table(self, name: str) -> Type | None:
        """The record type of a table of the schema (its columns in order), or None."""
        ...

    def schema_name(self) -> str:
        """For notes: `playbooks/schema.sql`."""
        ...
