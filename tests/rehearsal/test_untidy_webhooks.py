"""Webhooks as they are: late, twice, out of order. They meet the company's own program while a run goes on."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server
from rbengine.rehearsal.result import Rehearsal
from rehearsal.theatre import APP, SCHEMA, USUAL, Theatre, codes, told

HEARD = SCHEMA.replace("  seen_at  timestamptz\n", "  seen_at  timestamptz,\n  heard    text\n")
APP_THAT_BELIEVES = APP.replace(
    """on stripe event "customer.subscription.created" after 2s
""",
    """on stripe event "customer.subscription.updated" after 2s
  member = query maybe
    SELECT id FROM members WHERE customer = :event.customer
  check member is present
    else "nobody has {{ event.customer }}"
  sql
    INSERT INTO visits (member_id) VALUES (:member.id)
  sql
    UPDATE members SET heard = :event.status WHERE id = :member.id
  answer 200

on stripe event "customer.subscription.created" after 2s
""",
)
"""Each delivery leaves a row, and the last one wins: a program that believes whatever came last."""


@pytest.fixture
def theatre(server: Server) -> Iterator[Theatre]:
    with Theatre(server, app=APP_THAT_BELIEVES, schema=HEARD) as open_theatre:
        yield open_theatre


def play(theatre: Theatre, lines: str) -> Rehearsal:
    return theatre.play_as_written(f'scenario "untidy" in waiting\n{lines}{USUAL}')


CHANGED = """  at {at}
    stripe.change_subscription(id: "sub_1", status: "{status}")
"""
VISITS = """  expect table visits where member_id = :member
    | id |
{rows}"""


def visits(count: int) -> str:
    return VISITS.format(rows="".join(f"    | {one + 1}  |\n" for one in range(count)))


def test_a_webhook_comes_by_itself(theatre: Theatre) -> None:
    """Once, when something happens at the vendor."""
    rehearsal = play(theatre, CHANGED.format(at="10s", status="past_due") + visits(1))
    assert rehearsal.ok, told(rehearsal)


def test_a_webhook_that_comes_twice_is_handled_twice(theatre: Theatre) -> None:
    """A program that is not ready for it shows it: nobody hides the second delivery."""
    rehearsal = play(
        theatre,
        "  fault stripe duplicate\n" + CHANGED.format(at="10s", status="past_due") + visits(2),
    )
    assert rehearsal.ok, told(rehearsal)
    once = play(
        theatre,
        "  fault stripe duplicate\n" + CHANGED.format(at="10s", status="past_due") + visits(1),
    )
    assert codes(once) == ["E804"]


LATE = USUAL.replace("resolved within 10m", "resolved within 30m")
SLOW_PEOPLE = "  person on_call approves after 9m\n"


def test_a_webhook_comes_late(theatre: Theatre) -> None:
    """The program was down; the vendor tries again five minutes later, while people still think."""
    down = '  fault app "stripe-webhook" down from 0s to 1m\n'
    lines = down + SLOW_PEOPLE + CHANGED.format(at="10s", status="past_due")
    rehearsal = theatre.play_as_written(f'scenario "late" in waiting\n{lines}{visits(1)}{LATE}')
    assert rehearsal.ok, told(rehearsal)


@pytest.mark.parametrize(
    ("slow", "heard"), [("from 0s to 20s", "past_due"), ("from 1m to 2m", "active")]
)
def test_a_slow_vendor_is_late_with_its_webhooks(theatre: Theatre, slow: str, heard: str) -> None:
    """What it tells half a minute late comes behind what happened ten seconds later."""
    first = CHANGED.format(at="15s", status="past_due")
    second = CHANGED.format(at="21s", status="active")
    last = f"  expect table members where id = :member\n    | heard |\n    | {heard} |\n"
    rehearsal = theatre.play_as_written(
        f'scenario "slow" in waiting\n  fault stripe slow {slow}\n{SLOW_PEOPLE}{first}{second}{visits(2)}{last}{LATE}'
    )
    assert rehearsal.ok, told(rehearsal)


@pytest.mark.parametrize(("down", "last"), [(True, "past_due"), (False, "active")])
def test_webhooks_come_out_of_order(theatre: Theatre, down: bool, last: str) -> None:
    """The first one fails and is tried again behind the second: the older state is written over the newer one."""
    fault = '  fault app "stripe-webhook" down from 0s to 20s\n' if down else ""
    first = CHANGED.format(at="10s", status="past_due")
    second = CHANGED.format(at="30s", status="active")
    heard = f"  expect table members where id = :member\n    | heard |\n    | {last} |\n"
    rehearsal = theatre.play_as_written(
        f'scenario "out of order" in waiting\n{fault}{SLOW_PEOPLE}{first}{second}{visits(2)}{heard}{LATE}'
    )
    assert rehearsal.ok, told(rehearsal)
