"""What an editor knows of the schema: the committed facts at once, PostgreSQL when it is there, else nothing.

An editor never waits for a server. What is not known yet is not judged.
"""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rbengine.contract.types import UNKNOWN, Type
from rbengine.facts.cache import CachedDescriber
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal, StatementFacts

if TYPE_CHECKING:
    from rbengine.facts.postgres.describe import PostgresDescriber

A = TypeVar("A")

NOT_DESCRIBED = "this statement was not described yet"
"""The reason in place of PostgreSQL's; no problem that says so is shown."""


class _NotNowError(Exception):
    """Nobody can be asked at the moment; it never leaves this module."""


class EditorDescriber:
    """Answers from the facts file and, once `attach` was called, from PostgreSQL."""

    def __init__(
        self, facts: Path, schema_sql: str, schema_name: str, functions: Collection[str] = ()
    ) -> None:
        self.functions = frozenset(functions)
        self.schema_sql = schema_sql
        self.missed = False
        """Something was asked that nobody could answer."""
        self._refused = False
        """The last question was one of those."""
        self._schema_name = schema_name
        self._live: PostgresDescriber | None = None
        self._facts = CachedDescriber(
            facts, schema_sql, schema_name, lambda: _Door(lambda: self._live), functions
        )

    @property
    def is_live(self) -> bool:
        """Whether PostgreSQL is asked."""
        return self._live is not None

    def attach(self, live: "PostgresDescriber") -> None:
        """PostgreSQL is there from now on."""
        self._live = live
        self.missed = False

    def close(self) -> None:
        """Give the connection back."""
        if self._live is not None:
            self._live.close()
        self._live = None

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        """What is known of a statement, or that nothing is."""
        found = self._answer(lambda: self._facts.describe(question, reading=reading))
        if found is None:
            return SqlRefusal(reason=NOT_DESCRIBED, rule="postgres", offset=-1)
        return found

    def table(self, name: str) -> Type | None:
        """The record of a table; where nobody can be asked, a type that fits everywhere."""
        self._refused = False
        found = self._answer(lambda: self._facts.table(name))
        return UNKNOWN if self._refused else found

    def tables(self) -> tuple[str, ...]:
        """Names of the schema's tables; those in the facts alone where nobody can be asked."""
        live = self._live
        found = None if live is None else self._answer(live.tables)
        return self._facts.tables() if found is None else found

    def schema_name(self) -> str:
        """For notes."""
        return self._schema_name

    def _answer(self, ask: Callable[[], A]) -> A | None:
        try:
            return ask()
        except _NotNowError:
            self.missed = self._refused = True
        except (
            Exception
        ) as error:  # one call of the backend: a server that goes away ends no session
            print(f"rbengine lsp: PostgreSQL no longer answers: {error}", file=sys.stderr)
            self._live = None
            self.missed = self._refused = True
        return None


class _Door:
    """Whoever is behind it now; the facts keep this one for good, while servers come and go."""

    def __init__(self, behind: "Callable[[], PostgresDescriber | None]") -> None:
        self._behind = behind

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        return self._open().describe(question, reading=reading)

    def table(self, name: str) -> Type | None:
        return self._open().table(name)

    def schema_name(self) -> str:
        return self._open().schema_name()

    def _open(self) -> "PostgresDescriber":
        live = self._behind()
        if live is None:
            raise _NotNowError
        return live
