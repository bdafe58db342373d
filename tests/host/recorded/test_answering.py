"""Answers out of a recording: reads by time, everything else by its place, and nothing that it does not hold."""

from datetime import datetime, timedelta

import msgspec
import pytest
from rbengine.contract.changes import Applied, SqlAction
from rbengine.contract.values import Datum, Row
from rbengine.host.driver import Turn
from rbengine.host.recorded.answering import Answers
from rbengine.host.recorded.aside import RecordedAside
from rbengine.host.recorded.held import Held, HeldCall, held
from rbengine.host.recorded.playing import replayed
from rbengine.host.recorded.unheld import UnheldError
from rbengine.plan.code import Invoke
from rbengine.plan.expressions import Constant
from rbengine.plan.program import Plan
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    OperationRequest,
    Perform,
    PlanRequest,
    Request,
)
from rbengine.runtime.events import CallEnded, ChangeApplied
from rbengine.runtime.machine import advance, begin
from support.recorded import recording

SECOND = timedelta(seconds=1)
LIMIT = 30 * SECOND


@pytest.fixture(scope="module")
def rb011() -> Held:
    """What the committed run of RB-011 holds."""
    return held(recording())


@pytest.fixture
def answers(rb011: Held) -> Answers:
    """Nothing has been asked yet."""
    return Answers(rb011)


def call_of(which: HeldCall, request: Request | None = None) -> Perform:
    """The recorded call made again, or another one at its place."""
    return Perform(
        call=1, request=request or which.request, key=f"INC-1/{which.place}", timeout=LIMIT
    )


def reading(rb011: Held, name: str, *, after: int = 0) -> HeldCall:
    """The first recorded read of `name` after so many changes."""
    return next(one for one in rb011.calls if one.step.startswith(name) and one.after == after)


def change(rb011: Held, sort: type) -> HeldCall:
    """The first recorded change of rows: its plan, or its application."""
    return next(
        one
        for one in rb011.calls
        if isinstance(one.request, PlanRequest | ApplyRequest)
        and isinstance(one.request, sort)
        and isinstance(one.request.actions[0], SqlAction)
    )


def test_a_read_at_its_moment_is_answered_as_it_was(rb011: Held, answers: Answers) -> None:
    """The same answer, and it takes as long."""
    then = reading(rb011, "stripe.latest_subscription")
    event, took = answers.make(call_of(then), then.at)
    assert isinstance(event, CallEnded)
    assert isinstance(then.answer, CallEnded)
    assert (event.outcome, took) == (then.answer.outcome, then.took)


def test_the_latest_answer_at_or_before_the_moment_counts(rb011: Held, answers: Answers) -> None:
    """A minute later the recording knew nothing newer: nothing had been changed, and it had not looked again."""
    then = reading(rb011, "query businesses")
    event, took = answers.make(call_of(then), then.at + 60 * SECOND)
    assert isinstance(event, CallEnded)
    assert took == then.took


def test_a_read_that_comes_a_little_early_waits_for_its_answer(
    rb011: Held, answers: Answers
) -> None:
    """No answer is used before it was known: asked 290 ms sooner, it takes 290 ms longer."""
    then = reading(rb011, "supabase.function_logs")
    early = timedelta(milliseconds=290)
    _, took = answers.make(call_of(then), then.at - early)
    assert took == then.took + early


def test_a_read_long_before_its_first_answer_is_an_error(rb011: Held, answers: Answers) -> None:
    """It would have to wait longer than the call may take."""
    then = reading(rb011, "supabase.function_logs")
    short = msgspec.structs.replace(call_of(then), timeout=timedelta(milliseconds=100))
    with pytest.raises(UnheldError, match="has its first answer 300ms into the incident"):
        answers.make(short, then.at - timedelta(milliseconds=290))


def test_a_moment_among_the_arguments_moves_with_the_call(rb011: Held, answers: Answers) -> None:
    """`24h ago`, asked five minutes later, is another moment and the same question."""
    then = reading(rb011, "supabase.function_logs")
    assert isinstance(then.request, OperationRequest)
    request = then.request
    row = request.arguments.value
    assert isinstance(row, Row)
    since = row["since"]
    assert isinstance(since, datetime)

    def asked(moment: datetime) -> Perform:
        arguments = Datum(Row({**row, "since": moment}))
        return call_of(then, msgspec.structs.replace(request, arguments=arguments))

    later = 300 * SECOND
    answers.make(asked(since + later), then.at + later)
    answers.make(asked(since), then.at + later)
    with pytest.raises(UnheldError, match="does not hold this call: supabase") as unheld:
        answers.make(asked(since - later), then.at + later)
    assert [one.name for one in unheld.value.found.pairs if not one.same] == ["since"]
    assert unheld.value.found.line == then.seq


def test_a_read_after_a_change_is_answered_by_what_was_read_after_it(
    rb011: Held, answers: Answers
) -> None:
    """Counted from the change: it may be made sooner than it was, and is then read sooner."""
    soon = rb011.recording.started.at + 5 * SECOND
    both_changed(rb011, answers, soon)
    then = reading(rb011, "query businesses", after=2)
    event, _ = answers.make(call_of(then), soon)
    assert isinstance(event, CallEnded)
    assert isinstance(then.answer, CallEnded)
    assert event.outcome == then.answer.outcome
    assert event.outcome != reading(rb011, "query businesses").answer.outcome


def test_what_was_read_before_a_change_is_no_answer_after_it(rb011: Held, answers: Answers) -> None:
    """It would say that the change did nothing."""
    then = change(rb011, ApplyRequest)
    answers.make(call_of(then), then.at)
    read = reading(rb011, "query businesses")
    with pytest.raises(
        UnheldError, match="is asked after the first change, and the recording asked it after 2"
    ):
        answers.make(call_of(read), then.at + SECOND)


def test_a_read_after_a_different_change_is_an_error(rb011: Held, answers: Answers) -> None:
    """The change itself is answered, by its place; what the world was then like nobody knows."""
    then = change(rb011, ApplyRequest)
    event, _ = answers.make(call_of(then, other(then)), then.at)
    assert isinstance(event, ChangeApplied)
    assert isinstance(event.outcome, Applied)
    read = reading(rb011, "query businesses", after=2)
    with pytest.raises(
        UnheldError, match="“apply DELETE” was made where the recording made “Copy tier"
    ):
        answers.make(call_of(read), then.at + SECOND)


def test_a_change_that_does_something_else_is_told(rb011: Held, answers: Answers) -> None:
    """Line by line, from its plan on."""
    then = change(rb011, PlanRequest)
    answers.make(call_of(then, other(then)), then.at)
    (unlike,) = answers.unlike
    assert [(one.name, one.now) for one in unlike.pairs if not one.same] == [("plan", "DELETE")]


def test_a_change_at_another_place_is_another_one(rb011: Held, answers: Answers) -> None:
    """A renamed step is a new one, as it is for keys; the message shows both places."""
    then = change(rb011, PlanRequest)
    moved = msgspec.structs.replace(
        call_of(then), key=f"INC-1/{then.place}".replace("Sync", "Synchronise")
    )
    with pytest.raises(UnheldError) as unheld:
        answers.make(moved, then.at)
    place = unheld.value.found.pairs[0]
    assert place.name == "place"
    assert (place.then, place.now) == (
        "resolve webhook_missed/Sync from Stripe/1",
        "resolve webhook_missed/Synchronise from Stripe/1",
    )
    assert "renamed" in unheld.value.found.way_out


def test_changes_are_matched_one_to_one(rb011: Held, answers: Answers) -> None:
    """What was done once has one answer."""
    then = change(rb011, ApplyRequest)
    answers.make(call_of(then), then.at)
    with pytest.raises(UnheldError, match="is made 2 times here, and the recording holds 1"):
        answers.make(call_of(then), then.at)


def test_a_question_that_nobody_was_asked_is_an_error(rb011: Held, answers: Answers) -> None:
    """People's answers are matched by place too; nobody's word is made up."""
    question = AskPeople(question=9, kind="ask", text="How many?", by=("on_call",), due=rb011.ends)
    with pytest.raises(UnheldError, match="nobody was asked this in the recording"):
        answers.asked(question, rb011.ends)


def test_a_plan_that_asks_for_something_else_stops_there() -> None:
    """Whole runs: the machine goes as far as the recording holds, and the journal is parked."""
    rb011 = held(recording())
    plan = other_argument(
        rb011.recording.header.plan, "supabase.function_logs", "function", "other"
    )
    found = replayed(plan, rb011, engine="")
    assert found.finish is None
    assert found.unheld is not None
    differing = [(one.name, one.then, one.now) for one in found.unheld.pairs if not one.same]
    assert differing == [("function", "stripe-webhook", "other")]
    assert '"parked"' in found.lines[-1]


def test_beside_a_live_run_it_answers_as_much_later_as_that_began(rb011: Held) -> None:
    """Another incident, days later; what other adapters have changed since is none of its business."""
    later = timedelta(days=3)
    then = rb011.recording.started
    started = msgspec.structs.replace(
        then, at=then.at + later, began=then.began + later, incident="INC-2026-11-26-004"
    )
    state, commands = advance(begin(rb011.recording.header.plan), started)
    aside = RecordedAside(rb011, {"supabase"})
    aside.see(Turn(event=started, commands=commands, state=state))
    read = reading(rb011, "supabase.function_logs")
    assert isinstance(read.request, OperationRequest)
    row = read.request.arguments.value
    assert isinstance(row, Row)
    since = row["since"]
    assert isinstance(since, datetime)
    moved = msgspec.structs.replace(
        read.request, arguments=Datum(Row({**row, "since": since + later}))
    )
    event = aside.make(call_of(read, moved), read.at + later)
    assert isinstance(event, CallEnded)
    assert isinstance(read.answer, CallEnded)
    assert (event.outcome, event.at) == (read.answer.outcome, read.at + later)
    with pytest.raises(UnheldError):  # Stripe is live there
        aside.make(call_of(reading(rb011, "stripe.latest_subscription")), read.at + later)


def both_changed(rb011: Held, answers: Answers, at: datetime) -> None:
    """Both of its changes, made at once."""
    for one in rb011.calls:
        if isinstance(one.request, ApplyRequest):
            answers.make(call_of(one), at - one.took)


def other(then: HeldCall) -> Request:
    """A change at the same place that does something else."""
    assert isinstance(then.request, ApplyRequest | PlanRequest)
    (action,) = then.request.actions
    assert isinstance(action, SqlAction)
    statement = msgspec.structs.replace(action.statements[0], sql="DELETE")
    return msgspec.structs.replace(then.request, actions=(SqlAction(statements=(statement,)),))


def other_argument(plan: Plan, operation: str, name: str, value: str) -> Plan:
    """The plan with another literal for one argument of one operation."""

    def changed(one: object) -> object:
        if not isinstance(one, Invoke) or one.call.operation != operation:
            return one
        arguments = tuple(
            msgspec.structs.replace(each, value=Constant(Datum(value)))
            if each.name == name
            else each
            for each in one.call.arguments
        )
        return msgspec.structs.replace(
            one, call=msgspec.structs.replace(one.call, arguments=arguments)
        )

    return msgspec.structs.replace(plan, code=tuple(map(changed, plan.code)))
