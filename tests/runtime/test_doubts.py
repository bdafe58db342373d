"""A change whose answer was lost: evidence first, then a person, never a guess."""

from datetime import timedelta
from typing import Any

import pytest
from rbengine.contract.changes import Applied
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import (
    BEGAN,
    Host,
    approve_everything,
    assert_folds_again,
    images_of,
)
from support.programs import change, k, program, step

ITEMS = k((Row({"id": "a", "n": 1}), Row({"id": "b", "n": 2})))


def with_change(*body: c.Instruction, **more: Any) -> Plan:
    """A playbook whose `otherwise` does it."""
    done = c.StopRun(outcome="resolved", reason=k("done"))
    return program(otherwise=[*body, done], **more)


def performs(host: Host, kind: type) -> list[co.Perform]:
    return [
        one
        for one in host.commands
        if isinstance(one, co.Perform) and isinstance(one.request, kind)
    ]


def test_a_lost_answer_is_settled_by_evidence() -> None:
    """The marker row says that it was applied: it counts, once, with what takes it back."""

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.ApplyRequest():
                return Unsettled("the connection was lost")
            case co.SettleRequest(request=co.ApplyRequest(approved=approved)):
                return ev.Settled(
                    at=BEGAN,
                    call=perform.call,
                    verdict="applied",
                    evidence="its marker row is there",
                    applied=Applied(rows=1, images=images_of(approved)),
                )
        return None

    host = Host(with_change(change("Copy")), calls=calls).run()
    assert host.outcome == "resolved"
    (apply,) = performs(host, co.ApplyRequest)
    (settle,) = performs(host, co.SettleRequest)
    assert apply.key == settle.key
    assert [one.verdict for one in host.shown(no.InDoubt)] == ["", "applied"]
    assert_folds_again(host)


@pytest.mark.parametrize("going_on", [False, True])
def test_what_nobody_waits_for_any_more_may_still_be_done(going_on: bool) -> None:
    """The look is told: that it finds nothing then proves nothing."""

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.ApplyRequest):
            return Unsettled("no answer, and none since", going_on=going_on)
        return None

    host = Host(with_change(change("Copy")), calls=calls, people=approve_everything).run()
    assert [one.contested for one in host.requests(co.SettleRequest)] == [going_on]
    assert_folds_again(host)


def test_what_was_lost_and_not_applied_is_repeated_under_the_same_key() -> None:
    """Only where the step says so, and only what certainly did not happen."""
    lost: list[bool] = []

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.ApplyRequest) and not lost:
            lost.append(True)
            return Unsettled("the connection was lost")
        return None

    retry = c.RetrySpec(times=1, every=timedelta(seconds=5))
    plan = with_change(*step("Copy", change("Copy"), retry=retry))
    host = Host(plan, calls=calls).run()
    assert host.outcome == "resolved"
    first, second = performs(host, co.ApplyRequest)
    assert first.key == second.key
    assert (first.attempt, second.attempt) == (1, 2)
    assert len(host.asked("plan")) == 1


@pytest.mark.parametrize(
    ("said", "outcome"),
    [(ev.Gave(values={"answer": Datum("applied")}), "resolved"),
     (ev.Gave(values={"answer": Datum("not applied")}), "failed")],
)  # fmt: skip
def test_where_nothing_can_tell_a_person_does(said: ev.Gave, outcome: str) -> None:
    """Never silently repeated, never silently skipped."""

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.ApplyRequest():
                return Unsettled("lost")
            case co.SettleRequest():
                return ev.Settled(at=BEGAN, call=0, verdict="unclear", evidence="no trace")
        return None

    def people(ask: co.AskPeople) -> Any:
        if ask.kind == "doubt":
            return timedelta(minutes=1), ev.Person(id="u1", name="Olga", role="on_call"), said
        return approve_everything(ask)

    host = Host(with_change(change("Copy")), calls=calls, people=people).run()
    assert host.outcome == outcome
    assert host.finish is not None
    assert host.finish.in_doubt == 0
    assert len(host.requests(co.ApplyRequest)) == 1
    assert_folds_again(host)


def test_a_doubt_that_nobody_settles_is_counted_at_the_end() -> None:
    """And no handler may shrug it off."""

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.ApplyRequest():
                return Unsettled("lost")
            case co.SettleRequest():
                return ev.Settled(at=BEGAN, call=0, verdict="unclear", evidence="no trace")
        return None

    def people(ask: co.AskPeople) -> Any:
        return approve_everything(ask) if ask.kind == "plan" else None

    plan = with_change(
        c.TryBegin(handlers=(c.FailureHandler(kinds=("unanswered", "timeout"), entry=3),)),
        change("Copy"),
        c.TryEnd(to=4),
        c.TakeNote(text=k("never mind")),
    )
    host = Host(plan, calls=calls, people=people).run()
    assert host.finish is not None
    assert (host.outcome, host.finish.in_doubt) == ("failed", 1)
    assert host.shown(no.Noted) == []
