"""Another process takes a run up; a person ends one."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from rbengine.contract.changes import Applied
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.machine import UnexpectedEvent, advance, begin
from rbengine.runtime.saved import UnreadableState, decode_state, encode_state
from support.machine import BEGAN, MANAGER, OPERATOR, Host, approve_everything, assert_folds_again
from support.programs import call, change, k, program, read, step

PLAN = program(
    diagnose=step("Look", read("row")),
    otherwise=[*step("Do", change("Copy")), c.StopRun(outcome="resolved", reason=k("done"))],
)


def until(host: Host, kind: type) -> Host:
    """Run until the host has a command of this kind of request to carry out, and has begun it."""
    host.feed(host._started)
    while not (
        isinstance(host.events[-1], ev.CallBegan)
        and isinstance(host.state.calls[host.events[-1].call].request, kind)
    ):
        host.run_one()
    return host


def resumed(host: Host) -> tuple[co.Command, ...]:
    host.feed_quietly(ev.Resumed(at=host.now, host="other", epoch=2))
    return host.batches[-1]


def test_a_read_cut_off_is_made_again() -> None:
    """Under its number and its key."""
    host = until(Host(PLAN), co.QueryRequest)
    again = [one for one in resumed(host) if isinstance(one, co.Perform)]
    assert [one.call for one in again] == [1]


def test_a_change_cut_off_is_looked_for_and_made_if_it_was_not() -> None:
    """Never blindly; and the crash is not counted as a failed attempt."""
    host = until(Host(PLAN), co.ApplyRequest)
    (settle,) = [one for one in resumed(host) if isinstance(one, co.Perform)]
    assert isinstance(settle.request, co.SettleRequest)
    apply = host.requests(co.ApplyRequest)[0]
    assert settle.request.request == apply
    host.feed_quietly(
        ev.Settled(at=host.now, call=settle.call, verdict="not applied", evidence="no marker")
    )
    (repeated,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert repeated.request == apply
    assert (repeated.key, repeated.attempt) == (settle.key, 1)


@pytest.mark.parametrize("said", ["applied", "not applied"])
def test_a_person_says_what_became_of_a_change_that_was_cut_off(said: str) -> None:
    """It is made now where it was not: the process died over it, the change did not fail."""
    host = until(Host(PLAN), co.ApplyRequest)
    (settle,) = [one for one in resumed(host) if isinstance(one, co.Perform)]
    host.feed_quietly(
        ev.Settled(at=host.now, call=settle.call, verdict="unclear", evidence="nothing to look for")
    )
    (asked,) = [one for one in host.batches[-1] if isinstance(one, co.AskPeople)]
    assert asked.choices[1].text == "It did not, and is done now"
    answer = ev.Gave(values={"answer": Datum(said)})
    who = replace(MANAGER, role=asked.by[0])
    host.feed_quietly(ev.Answered(at=host.now, question=asked.question, person=who, answer=answer))
    again = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert [isinstance(one.request, co.ApplyRequest) for one in again] == [True] * (
        said != "applied"
    )
    if again:
        assert (again[0].key, again[0].attempt) == (settle.key, 1)
        assert encode_state(decode_state(PLAN, encode_state(host.state))) == encode_state(
            host.state
        )


@pytest.mark.parametrize("forced", [False, True])
def test_who_takes_a_run_by_force_says_so_where_it_is_looked_for(forced: bool) -> None:
    """The process before may still finish its call: that nothing of it is found proves nothing then."""
    host = until(Host(PLAN), co.ApplyRequest)
    host.feed_quietly(ev.Resumed(at=host.now, host="other", epoch=2, forced=forced))
    (settle,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert isinstance(settle.request, co.SettleRequest)
    assert settle.request.contested is forced


def test_a_change_cut_off_that_took_effect_counts() -> None:
    """The marker row tells."""
    host = until(Host(PLAN), co.ApplyRequest)
    (settle,) = [one for one in resumed(host) if isinstance(one, co.Perform)]
    host.feed_quietly(
        ev.Settled(
            at=host.now,
            call=settle.call,
            verdict="applied",
            evidence="marker",
            applied=Applied(rows=1),
        )
    )
    assert host.outcome == "not finished"
    ended = host.notices()[-1]
    assert isinstance(ended, no.Ended)
    assert (ended.outcome, ended.changes) == ("resolved", 1)


def test_resuming_names_everything_that_is_outstanding() -> None:
    """A host may forget all earlier commands: timers and questions come again, with their numbers."""
    host = Host(PLAN, people=lambda _: None)
    host.feed(host._started)
    while not host.asked("plan"):
        host.run_one()
    commands = resumed(host)
    timers = {one.timer for one in commands if isinstance(one, co.StartTimer)}
    assert timers == set(host.state.timers)
    assert [one.question for one in commands if isinstance(one, co.AskPeople)] == [1]


def test_a_cancelled_run_begins_nothing_and_offers_the_undo() -> None:
    """What stands is named, and taken back if a person says so."""
    plan = program(
        otherwise=[change("First"), c.Sleep(k(timedelta(hours=1))), change("Second")],
    )
    stop = ev.Cancelled(at=BEGAN + timedelta(minutes=5), person=OPERATOR, reason="wrong customer")

    def people(ask: co.AskPeople) -> Any:
        if ask.kind == "undo":
            return timedelta(minutes=1), OPERATOR, ev.Approved()
        return approve_everything(ask)

    host = Host(plan, people=people, also=[stop]).run()
    assert host.finish == co.Finish(outcome="cancelled", reason="wrong customer")
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["First"]
    assert_folds_again(host)


def test_a_change_in_flight_is_awaited_by_a_cancelled_run() -> None:
    """It may take effect: then it stands, and is counted."""
    stop = ev.Cancelled(at=BEGAN + timedelta(minutes=1, seconds=5), person=OPERATOR, reason="")
    took = lambda p: timedelta(seconds=30 if isinstance(p.request, co.ApplyRequest) else 0)  # noqa: E731
    host = Host(PLAN, took=took, also=[stop], people=lambda a: approve_everything(a)).run()
    assert host.finish is not None
    assert (host.outcome, host.finish.left_applied) == ("cancelled", 1)
    assert_folds_again(host)


def test_a_cancelled_question_is_withdrawn() -> None:
    """Nobody needs to answer it any more; who does is told so."""
    stop = ev.Cancelled(at=BEGAN + timedelta(minutes=2), person=OPERATOR, reason="")
    host = Host(PLAN, people=lambda _: None, also=[stop]).run()
    assert co.Withdraw(1) in host.commands
    assert host.outcome == "cancelled"
    late = ev.Answered(at=host.now, question=1, person=MANAGER, answer=ev.Approved())
    _, commands = advance(host.state, late)
    assert isinstance(commands[0], co.Show)


@pytest.mark.parametrize(
    "event",
    [
        ev.CallEnded(at=BEGAN, call=9, outcome=Succeeded(Datum(None))),
        ev.TimerFired(at=BEGAN, timer=99),
        ev.TimerFired(at=BEGAN, timer=1),
        ev.Answered(at=BEGAN, question=9, person=OPERATOR, answer=ev.Approved()),
        ev.ChangePlanned(at=BEGAN, call=1, outcome=Succeeded(Datum(None))),  # type: ignore[arg-type]
    ],
    ids=["no such call", "no such timer", "too early", "no such question", "another kind of end"],
)
def test_a_host_that_breaks_the_protocol_is_told(event: ev.Event) -> None:
    """It is a bug in the host, and nothing else raises."""
    host = Host(PLAN)
    host.feed_quietly(host._started)
    with pytest.raises(UnexpectedEvent):
        advance(host.state, event)


def test_a_run_begins_once() -> None:
    """And with the inputs that the playbook has."""
    host = Host(PLAN)
    host.feed_quietly(host._started)
    with pytest.raises(UnexpectedEvent):
        advance(host.state, host._started)
    with pytest.raises(UnexpectedEvent):
        advance(begin(PLAN), ev.Parked(at=BEGAN, reason=""))
    with pytest.raises(UnexpectedEvent):
        Host(PLAN, inputs={"business": Datum("b")}).run()


def test_a_state_is_one_line_without_its_plan() -> None:
    """A run that waits two hours costs a row."""
    host = Host(PLAN, people=lambda _: None)
    host.feed(host._started)
    while not host.asked("plan"):
        host.run_one()
    line = encode_state(host.state)
    assert "\n" not in line
    assert PLAN.title not in line
    assert decode_state(PLAN, line).fibers == host.state.fibers
    with pytest.raises(UnreadableState):
        decode_state(PLAN, "{}")


def test_a_stale_end_of_a_call_is_refused() -> None:
    """The second end of one call would be a second effect."""
    plan = program(diagnose=[call("thing.look", "x"), call("thing.look", "y")], otherwise=[])
    host = Host(plan)
    host.feed(host._started)
    host.run_one()
    host.run_one()
    with pytest.raises(UnexpectedEvent):
        advance(host.state, ev.CallEnded(at=host.now, call=1, outcome=Succeeded(Datum(1))))


def test_an_approval_that_expired_while_nobody_ran_it_is_asked_again() -> None:
    """Approved, then the lid was closed for a night: what was approved was the evening's plan."""
    host = Host(PLAN)
    host.feed(host._started)
    while not host.requests(co.ApplyRequest):
        host.run_one()
    later = host.now + timedelta(hours=9)
    host.feed_quietly(ev.Resumed(at=later, host="other", epoch=2))
    commands = host.batches[-1]
    assert not any(
        isinstance(one, co.Perform) and isinstance(one.request, co.ApplyRequest) for one in commands
    )
    assert [one.question for one in commands if isinstance(one, co.AskPeople)] == [2]


def look_at_the_cut_off(plan: Plan, *, later: timedelta, cancelled: bool) -> co.SettleRequest:
    """What the host is asked, of a change that was cut off `later` before."""
    host = until(Host(plan), co.ApplyRequest)
    if cancelled:
        host.feed_quietly(ev.Cancelled(at=host.now, person=OPERATOR, reason=""))
    host.feed_quietly(ev.Resumed(at=host.now + later, host="other", epoch=2))
    (settle,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert isinstance(settle.request, co.SettleRequest)
    return settle.request


@pytest.mark.parametrize(
    ("later", "cancelled", "barred"),
    [
        (timedelta(minutes=1), False, ""),
        (timedelta(hours=9), False, "its approval has expired"),
        (timedelta(minutes=1), True, "the run was cancelled"),
    ],
)
def test_a_change_cut_off_may_be_sent_again_while_what_allowed_it_does(
    later: timedelta, cancelled: bool, barred: str
) -> None:
    """Its key, sent again, makes it where it never arrived: so not after its approval, or its run, is over."""
    asked = look_at_the_cut_off(PLAN, later=later, cancelled=cancelled)
    assert (asked.barred, asked.contested) == (barred, False)


def test_whoever_takes_up_a_look_judges_anew_whether_it_may_be_sent_again() -> None:
    """The process died over the look too: what allowed the change may have passed since, and it may have been taken."""
    host = until(Host(PLAN), co.ApplyRequest)
    began = host.now
    host.feed_quietly(ev.Resumed(at=host.now, host="other", epoch=2))
    (first,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    host.feed_quietly(ev.CallBegan(at=host.now, call=first.call))
    later = host.now + timedelta(hours=9)
    host.feed_quietly(ev.Resumed(at=later, host="third", epoch=3, forced=True))
    (again,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert (again.call, again.key) == (first.call, first.key)
    assert isinstance(again.request, co.SettleRequest)
    assert (again.request.asked, again.request.contested) == (began, True)
    assert again.request.barred == "its approval has expired"
    host.feed_quietly(ev.Resumed(at=later, host="fourth", epoch=4))
    (once_more,) = [one for one in host.batches[-1] if isinstance(one, co.Perform)]
    assert isinstance(once_more.request, co.SettleRequest)
    assert once_more.request.contested
