"""People as a host sees them: somebody is asked or told, and an answer may come later."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from rbengine.contract.values import Datum, Row, Value
from rbengine.runtime.commands import AskPeople, NotifyRequest
from rbengine.runtime.events import Approved, Declined, Gave, Person

_AT_ONCE = timedelta(0)


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


class AskedBefore:
    """People who were asked already, at `moments` by question: they have been thinking since then."""

    def __init__(self, people: People, moments: Mapping[int, datetime]) -> None:
        self._people = people
        self._moments = moments

    def asked(self, question: AskPeople, now: datetime) -> Sequence[Reply]:
        """Their replies, sooner by the time that has passed."""
        passed = now - self._moments.get(question.question, now)
        return [
            msgspec.structs.replace(one, after=max(one.after - passed, _AT_ONCE))
            for one in self._people.asked(question, now)
        ]

    def told(self, notice: NotifyRequest, now: datetime) -> Sequence[Acknowledgement]:
        """As they are."""
        return self._people.told(notice, now)


def approval(question: AskPeople, person: Person, after: timedelta = _AT_ONCE) -> Reply:
    """Yes, to exactly the plan that was shown."""
    digest = "" if question.plan is None else question.plan.digest
    return Reply(after=after, person=person, answer=Approved(digest=digest))


def refusal(person: Person, reason: str = "", after: timedelta = _AT_ONCE) -> Reply:
    """No."""
    return Reply(after=after, person=person, answer=Declined(reason=reason))


def answer(question: AskPeople, person: Person, value: Value, after: timedelta = _AT_ONCE) -> Reply:
    """What was asked for. To a question with several evidences `value` is a Row of them."""
    names = [one.name for one in question.gives]
    if not names:
        values = {"answer": Datum(value)}
    elif len(names) == 1 and not isinstance(value, Row):
        values = {names[0]: Datum(value)}
    elif isinstance(value, Row):
        values = {name: Datum(one) for name, one in value.items()}
    else:
        raise ValueError(f"it takes a record of {', '.join(names)}")
    return Reply(after=after, person=person, answer=Gave(values=values))
