"""The company's own program: what its functions answer, and what its handlers do with a webhook."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rbengine.contract.changes import SqlParameter
from rbengine.contract.policy import PolicyModel
from rbengine.contract.values import Json, Money, Row, Value
from rbengine.plan.program import Plan
from rbengine.rehearsal.app import AppProgram
from rbengine.rehearsal.app_body import AppError, json_of
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.webhooks import Event
from rbengine.rehearsal.errors import LineError
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import App

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)

PLAN = Plan(
    id="", title="", severity="", mttr=None, inputs=(), findings=(), sections=(), procedures=(),
    messages=(), code=(), origins=(), symptoms=(), prevent=(), policy=PolicyModel(name=""), texts=(),
)  # fmt: skip

TEXT = """app "Club"

function "refresh"(member: uuid, times: int) changes, repeatable after 3s
  found = query maybe
    SELECT level FROM members WHERE id = :member
  check found is present
    else "nobody is {{ member }}"
  if found.level is "gold"
    answer {level: found.level, price: 12.50 usd, at: now}
  else if times > 1
    visits = query all
      SELECT id FROM visits WHERE member_id = :member
    for each visit in visits
      sql
        DELETE FROM visits WHERE id = :visit.id
    answer {count: count(visits)}
  else
    answer 202

function "look"() observes
  wanted = query one
    SELECT 1 AS one
  answer {one: wanted.one}

on stripe event "customer.subscription.created" as "entry" after 2s
  check event.tier is present
    else "no tier"
  sql
    UPDATE members SET level = :event.tier WHERE customer = :event.customer
"""


class Backends:
    """Answers what a test says and keeps what was asked."""

    def __init__(self, *answers: Sequence[Row]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, tuple[Value, ...], bool]] = []

    def sql(self, sql: str, parameters: Sequence[SqlParameter], *, reading: bool) -> Sequence[Row]:
        values = tuple(one.value.value for one in parameters)
        self.asked.append((" ".join(sql.split()), tuple(values), reading))
        return self._answers.pop(0)

    def operation(self, name: str, arguments: Mapping[str, Value], now: datetime) -> Value:
        raise AppError(f"{name} {dict(arguments)} at {now}")


def read_event(vendor: str, type_: str, subject: Mapping[str, Any]) -> Row | None:
    assert vendor == "stripe"
    return Row(subject) if type_.startswith("customer") else None


def program(backends: Backends | None = None) -> AppProgram:
    tree = parse(SourceFile("app.rb", TEXT)).tree
    assert isinstance(tree, App)
    return AppProgram(
        tree,
        plan=PLAN,
        backends=backends or Backends(),
        now=lambda: AT,
        read_event=read_event,
        types_of=lambda _: (),
    )


def invoke(backends: Backends, **body: object) -> tuple[int, Any]:
    answer = program(backends).invoke("refresh", {"member": "m1", "times": 1, **body})
    return answer.status, answer.body


def test_a_function_answers_json_or_a_status() -> None:
    """Values of the language leave as JSON does."""
    gold = Backends([Row({"level": "gold"})])
    assert invoke(gold) == (
        200,
        {
            "level": "gold",
            "price": {"amount": 1250, "currency": "usd"},
            "at": "2026-11-23T03:10:00+00:00",
        },
    )
    assert gold.asked == [("SELECT level FROM members WHERE id = $1", ("m1",), True)]
    assert invoke(Backends([Row({"level": "none"})])) == (202, None)


def test_a_function_changes_row_by_row() -> None:
    """`for each` over a query, each statement with its own values."""
    backends = Backends([Row({"level": "none"})], [Row({"id": 4}), Row({"id": 7})], [], [])
    assert invoke(backends, times=2) == (200, {"count": 2})
    assert backends.asked[2:] == [
        ("DELETE FROM visits WHERE id = $1", (4,), False),
        ("DELETE FROM visits WHERE id = $1", (7,), False),
    ]


def test_a_loop_keeps_its_bound() -> None:
    """The program fails before the first item, as it would with a check of its own."""
    text = TEXT.replace("for each visit in visits", "for each visit in visits, at most 1")
    backends = Backends([Row({"level": "none"})], [Row({"id": 4}), Row({"id": 7})])
    tree = parse(SourceFile("app.rb", text)).tree
    assert isinstance(tree, App)
    made = AppProgram(
        tree,
        plan=PLAN,
        backends=backends,
        now=lambda: AT,
        read_event=lambda *_: None,
        types_of=lambda _: (),
    )
    answer = made.invoke("refresh", {"member": "m1", "times": 2})
    assert (answer.status, len(backends.asked)) == (500, 2)


def test_a_failed_check_is_the_functions_own_500() -> None:
    """Its caller sees an error; the sentence stands in the function's logs."""
    answer = program(Backends([])).invoke("refresh", {"member": "m1", "times": 1})
    assert answer.status == 500
    assert answer.logs == ("nobody is m1",)


def test_a_missing_argument_is_a_400() -> None:
    """As most programs answer."""
    assert program().invoke("refresh", {"member": "m1"}).status == 400


def test_what_the_app_does_not_describe_is_never_made_up() -> None:
    """The rehearsal stops instead."""
    with pytest.raises(CannotBeSimulatedError, match="`other`"):
        program().invoke("other", {})


def test_what_only_looks_and_what_says_so_may_be_repeated() -> None:
    """This is what settles a lost answer of an invocation."""
    assert program().is_repeatable("refresh")
    assert program().is_repeatable("look")
    assert not program().is_repeatable("other")
    assert program().duration("refresh") == timedelta(seconds=3)


def event(type_: str = "customer.subscription.created", **subject: object) -> Event:
    return Event(vendor="stripe", id="evt_1", type=type_, at=AT, body={"data": {"object": subject}})


def test_a_handler_does_its_work_and_thanks() -> None:
    """Without an `answer` of its own it is 200; a failed check is 500, and the vendor comes again."""
    backends = Backends([])
    assert program(backends).handle(event(tier="gold", customer="cus_1")) == 200
    assert backends.asked == [
        ("UPDATE members SET level = $1 WHERE customer = $2", ("gold", "cus_1"), False)
    ]
    assert program().handle(event(tier=None, customer="cus_1")) == 500


def test_an_event_nobody_handles_is_thanked_for() -> None:
    """Else the vendor would send it for three days."""
    assert program().handle(event("customer.subscription.deleted")) == 200


def test_a_handler_or_function_is_down_by_its_name_in_its_window() -> None:
    """`fault app "entry" down from 0s to 10s`; a name the app does not have is an error."""
    club = program(Backends([]))
    club.take_down("entry", AT, AT + timedelta(seconds=10))
    club.take_down("refresh", AT + timedelta(seconds=10), None)
    assert club.handle(event(tier="gold", customer="c")) == 503
    assert club.invoke("refresh", {}).status == 400
    with pytest.raises(LineError, match="entry, look, refresh"):
        club.take_down("stripe-webhook", AT, None)


def test_what_has_no_form_in_json_stops_the_rehearsal() -> None:
    """An answer is never guessed."""
    with pytest.raises(CannotBeSimulatedError):
        json_of(b"bytes")  # type: ignore[arg-type]
    assert json_of((Decimal("1.5"), Json({"a": 1}), Money(5, "eur"))) == [
        Decimal("1.5"),
        {"a": 1},
        {"amount": 5, "currency": "eur"},
    ]
