"""Reads of a recording repeated: a company that answers as it did, and one that does not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value
from rbengine.host.recorded.drift import Drift, Repeat, drifts, is_stand_in
from rbengine.host.recorded.held import Held, held, is_read
from rbengine.host.recorded.recording import Recording
from rbengine.runtime.commands import OperationRequest, Perform
from rbengine.runtime.events import CallEnded, Event
from support.recorded import planted, recording, with_fields

RB011 = held(recording())


def as_then(of: Held, change: Callable[[str, Outcome], Outcome] = lambda _, one: one) -> Repeat:
    """A company that answers what was recorded last, or what `change` makes of it."""
    last = {one.asked.text: one for one in of.calls if is_read(one.request)}
    by = {id(one.request): one for one in last.values()}

    def repeat(call: Perform, now: datetime) -> Event:
        then = by[id(call.request)]
        assert isinstance(then.answer, CallEnded)
        return CallEnded(at=now, call=call.call, outcome=change(then.step, then.answer.outcome))

    return repeat


def checked(repeat: Repeat, of: Held = RB011) -> dict[str, Drift]:
    """By the beginning of the call's name."""
    return {
        one.call.partition("(")[0]: one
        for one in drifts(of, repeat, lambda: of.ends + timedelta(days=30))
    }


def stripe(change: Callable[[Row], Value]) -> Callable[[str, Outcome], Outcome]:
    """Another answer of Stripe's."""

    def changed(step: str, outcome: Outcome) -> Outcome:
        if not step.startswith("stripe") or not isinstance(outcome, Succeeded):
            return outcome
        assert isinstance(outcome.value.value, Row)
        return Succeeded(Datum(change(outcome.value.value)))

    return changed


def test_a_company_that_answers_as_it_did_has_not_drifted() -> None:
    """Every different read once."""
    found = checked(as_then(RB011))
    assert {one.state for one in found.values()} == {"as it was"}
    assert set(found) == {
        "query businesses", "stripe.latest_subscription", "supabase.function_logs",
    }  # fmt: skip


def test_other_values_are_told_and_are_no_drift() -> None:
    """Reads are for finding out; a text that answers now is not shown."""
    found = checked(as_then(RB011, stripe(lambda row: Row({**row, "status": "canceled"}))))
    one = found["stripe.latest_subscription"]
    assert (one.state, one.broke) == ("other values", False)
    assert one.told == ("status: active → another text",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: Row({name: one for name, one in row.items() if name != "tier"}), "tier is gone"),
        (lambda row: Row({**row, "discount": 5}), "discount is new"),
        (lambda row: Row({**row, "quantity": "1"}), "quantity is str, and was int"),
    ],
)  # fmt: skip
def test_fields_that_came_or_went_are_drift(change: Callable[[Row], Row], told: str) -> None:
    """A playbook that reads them would stumble."""
    one = checked(as_then(RB011, stripe(change)))["stripe.latest_subscription"]
    assert (one.state, one.broke, one.told) == ("another shape", True, (told,))


def test_a_refusal_is_drift() -> None:
    """A key that may no longer read, an operation that is gone."""
    refused = Refused("unauthorized", "the key may not read this")

    def change(step: str, outcome: Outcome) -> Outcome:
        return refused if step.startswith("supabase") else outcome

    one = checked(as_then(RB011, change))["supabase.function_logs"]
    assert (one.state, one.told) == ("refused", ("unauthorized: the key may not read this",))


def test_a_stand_in_says_nothing_of_what_it_stands_for() -> None:
    """The address in the row is none, so another one is no difference."""
    events = planted(RB011.recording, 10, with_fields(owner_email="zzzzzzzzzz@aaaaa.example"))
    mine = held(Recording(source="", header=RB011.recording.header, events=tuple(events)))
    found = checked(as_then(mine, lambda _, one: one), mine)
    assert found["query businesses"].state == "as it was"
    assert is_stand_in("zzzzzzzzzz@aaaaa.example")
    assert not is_stand_in("cus_acme")


def test_what_was_asked_with_a_stand_in_is_not_asked() -> None:
    """It would look for somebody who does not exist."""
    calls = tuple(
        msgspec.structs.replace(
            one,
            request=msgspec.structs.replace(
                one.request, arguments=Datum(Row({"customer": "redacted-abcdefghij"}))
            ),
        )
        if isinstance(one.request, OperationRequest) and one.step.startswith("stripe")
        else one
        for one in RB011.calls
    )
    asked: list[str] = []

    def repeat(call: Perform, now: datetime) -> Event:
        asked.append(str(call.request))
        return CallEnded(at=now, call=call.call, outcome=Refused("not_found", "nobody"))

    found = checked(repeat, msgspec.structs.replace(RB011, calls=calls))
    one = found["stripe.latest_subscription"]
    assert (one.state, one.told) == ("not asked", ("it was asked with a stand-in: customer",))
    assert not any("latest_subscription" in text for text in asked)


def test_only_what_reads_is_repeated() -> None:
    """The run changed a row, invoked a function and wrote to on_call; none of that happens again."""
    made: list[Perform] = []
    answers = as_then(RB011)

    def repeat(call: Perform, now: datetime) -> Event:
        made.append(call)
        return answers(call, now)

    checked(repeat)
    assert made
    assert all(is_read(one.request) for one in made)
