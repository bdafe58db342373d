"""A run as a row of looks: when the same was asked before, and so between which moments something came about."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from rbengine.contract.changes import Applied, RowImage
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.from_run.moments import Lived, Seen
from rbengine.runtime.commands import QueryRequest, Request

A_MOMENT = timedelta(milliseconds=1)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Call `number` of the run was answered `then`; in a rehearsal `now`, None where it was not made."""

    number: int
    then: Seen
    now: Seen | None


class History:
    """The calls of one run."""

    def __init__(self, run: Lived) -> None:
        self.run = run

    def asked_before(self, then: Seen) -> Seen | None:
        """The last time before that the same was asked and answered."""
        found = None
        for one in self.run.calls:
            if one is then:
                return found
            if not one.refusal and (
                one.asked.text == then.asked.text or _same_statement(one.request, then.request)
            ):
                found = one
        return found

    def all_before(self, then: Seen) -> list[tuple[QueryRequest, Value, datetime]]:
        """Every time before that a query was asked and answered: as what, with what, when."""
        return [
            (one.request, one.value, one.at)
            for one in self.run.calls
            if one.at < then.at
            and isinstance(one.request, QueryRequest)
            and not one.refusal
            and _same_statement(one.request, then.request)
        ]

    def ended_before(self, difference: Difference) -> datetime:
        """When the last call ended before that one was made."""
        at = difference.then.at
        earlier = (one.answer.at for one in self.run.calls[: difference.number])
        return max((one for one in earlier if one <= at), default=self.run.starts)

    def times(self, difference: Difference) -> list[datetime | None]:
        """When what was seen may have come about, the likeliest first. None: before the run."""
        then = difference.then
        if difference.now is None:
            return [None]  # the rehearsal went another way before
        same = self.asked_before(then)
        since = self.run.starts if same is None else same.answer.at
        found: list[datetime | None] = [None, since] if same is None else []
        found += [one for one in _moments(then.value) if since < one <= then.at]
        found += [
            between(max(self.ended_before(difference), since), then.at),
            between(since, then.at),
        ]
        found += [] if same is None else [since + A_MOMENT]
        return list(dict.fromkeys(found))

    def made_before(self, then: Seen) -> list[RowImage]:
        """Rows that changes of the run have touched by then."""
        outcomes = (
            getattr(one.answer, "outcome", None)
            for one in self.run.calls
            if one.answer.at <= then.at
        )
        return [image for one in outcomes if isinstance(one, Applied) for image in one.images]


def between(first: datetime, second: datetime) -> datetime:
    """In the middle, in whole seconds where there is room for them."""
    middle = first + (second - first) / 2
    whole = middle.replace(microsecond=0)
    if first < whole < second:
        return whole
    return middle.replace(microsecond=middle.microsecond // 1000 * 1000)


def _moments(value: Value) -> Iterator[datetime]:
    """Those in an answer."""
    match value:
        case datetime():
            yield value
        case Row():
            for one in value.values():
                yield from _moments(one)
        case tuple():
            for one in value:
                yield from _moments(one)
        case _:
            return


def _same_statement(one: Request, other: Request) -> bool:
    """Whether it asks the same, but for moments."""
    if not isinstance(one, QueryRequest) or not isinstance(other, QueryRequest):
        return False
    first, second = (
        [
            value
            for each in request.query.parameters
            if not isinstance(value := each.value.value, datetime)
        ]
        for request in (one, other)
    )
    return one.query.sql == other.query.sql and first == second
