"""Webhooks of vendors that other packages simulate."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from rbengine.contract.values import Row
from rbengine.rehearsal.company.exchange import Answer, Request
from rbengine.rehearsal.company.faults import Faults, SaidNo
from rbengine.rehearsal.company.told import Told, Webhook

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
RING = Webhook(id="ev_1", type="bell.rang", subject=Row({"bell": "door"}), at=NOW)


class Bells:
    """A vendor that has one thing to tell, and tries again a minute later."""

    name = "bells"
    latency_ms = (1, 2)

    def __init__(self) -> None:
        self._new = [RING]

    def webhooks(self) -> Sequence[Webhook]:
        new, self._new = self._new, []
        return new

    def answered(self, webhook: Webhook, status: int) -> Webhook | None:
        if status < 300:
            return None
        return msgspec.structs.replace(webhook, at=webhook.at + timedelta(minutes=1))

    def serves(self, host: str) -> bool:
        return host == "bells.test"

    def handle(self, request: Request) -> Answer:
        raise AssertionError(request.path)

    def unavailable(self, request: Request) -> Answer:
        raise AssertionError(request.path)

    def rate_limited(self, request: Request) -> Answer:
        raise AssertionError(request.path)

    def refused(self, request: Request, kind: SaidNo) -> Answer:
        raise AssertionError(f"{request.path} {kind}")

    def objects(self) -> Iterator[tuple[str, Any]]:
        return iter(())


def told(answers: list[int]) -> tuple[Told, Faults, list[tuple[str, str, Row]]]:
    """A company's program that answers so, one after the other, and what it heard."""
    heard: list[tuple[str, str, Row]] = []
    faults = Faults([("bells", "bells")])
    bells = Bells()
    made = Told(lambda: (bells,), faults, lambda work: work())

    def listens(vendor: str, type_: str, subject: Row) -> int:
        heard.append((vendor, type_, subject))
        return answers.pop(0)

    made.on_webhook = listens
    return made, faults, heard


def test_it_is_told_once_and_heard_as_a_record() -> None:
    """What was handed out is not handed out again."""
    company, _, heard = told([200])
    ((vendor, webhook),) = company.due()
    company.tell(vendor, webhook)
    assert heard == [("bells", "bell.rang", Row({"bell": "door"}))]
    assert company.due() == ()


def test_the_vendor_says_when_it_tries_again() -> None:
    """Each has its own manner; the event stays the same."""
    company, _, _ = told([503, 200])
    ((vendor, webhook),) = company.due()
    company.tell(vendor, webhook)
    ((_, again),) = company.due()
    assert (again.id, again.at) == ("ev_1", NOW + timedelta(minutes=1))
    company.tell(vendor, again)
    assert company.due() == ()


def test_a_duplicate_is_heard_twice() -> None:
    """The company's program has to bear it."""
    company, faults, heard = told([200, 200])
    faults.add("bells", "duplicate", NOW)
    ((vendor, webhook),) = company.due()
    company.tell(vendor, webhook)
    assert len(heard) == 2
