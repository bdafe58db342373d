"""People as a host sees them: somebody is asked or told, and an answer may come later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from rbengine.runtime.commands import AskPeople, NotifyRequest
from rbengine.runtime.events import Approved, Declined, Gave, Person


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that comes `after` the question was asked."""

    after: timedelta
    person: Person
    answer: Approved | Declined | Gave


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says, `after` they were told, that they have it."""

    after: timedelta
    person: Person


class People(Protocol):
    """Who answers. Nobody need: the machine has its own timers."""

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:
        """A question is open. What will be answered, if nothing withdraws it first."""
        ...

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:
        """A message reached a contact."""
        ...


class NobodyAnswers:
    """All questions stay open."""

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:  # noqa: ARG002
        return ()

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:  # noqa: ARG002
        return ()
