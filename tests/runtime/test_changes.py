"""Changes: looked at, shown, approved, applied once, settled when in doubt."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from rbengine.contract.changes import Drifted, PlannedOperation
from rbengine.contract.outcomes import Refused
from rbengine.contract.policy import ApprovalRule, PolicyModel, SeverityPolicy
from rbengine.contract.values import Row
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import (
    BEGAN,
    MANAGER,
    Host,
    assert_folds_again,
    plan_for,
    yes,
)
from support.programs import POLICY, call, change, k, operation, program, sql, step, v

ITEMS = k((Row({"id": "a", "n": 1}), Row({"id": "b", "n": 2})))


def with_change(*body: c.Instruction, **more: Any) -> Plan:
    """A playbook whose `otherwise` does it."""
    done = c.StopRun(outcome="resolved", reason=k("done"))
    return program(otherwise=[*body, done], **more)


def ruled(*rules: ApprovalRule) -> PolicyModel:
    severity = SeverityPolicy(name="P2", title="Medium", rungs=(), approvals=rules)
    return replace(POLICY, severities=(severity,))


def performs(host: Host, kind: type) -> list[co.Perform]:
    return [
        one
        for one in host.commands
        if isinstance(one, co.Perform) and isinstance(one.request, kind)
    ]


def test_every_item_of_a_change_has_its_own_key_and_one_approval() -> None:
    """People approve the whole once; each item is its own transaction, safe to repeat."""
    each = c.EachPart(name="m", items=ITEMS, at_most=10, parts=(sql(),))
    host = Host(with_change(change("Copy", each, bind="copy"))).run()
    assert host.outcome == "resolved"
    assert len(host.asked("plan")) == 1
    assert host.asked("plan")[0].plan is not None
    assert host.asked("plan")[0].plan.rows == 2
    keys = [one.key for one in performs(host, co.ApplyRequest)]
    assert keys == [f"INC-2026-11-23-001/place of Copy/{name}" for name in ("a", "b")]
    (done,) = host.shown(no.ChangeDone)
    assert (done.label, done.rows) == ("Copy", 2)
    assert_folds_again(host)


def test_a_loop_around_a_change_gives_its_items_to_the_key() -> None:
    """The same place does different things for different items."""
    plan = with_change(
        c.EachBegin(name="m", items=ITEMS, at_most=10, at_a_time=1, end=3),
        change("Copy"),
        c.EachEnd(begin=0),
    )
    host = Host(plan).run()
    keys = [one.key.rsplit("/", 1)[1] for one in performs(host, co.ApplyRequest)]
    assert keys == ["a", "b"]
    assert len(host.asked("plan")) == 2


def test_what_drifts_is_shown_and_asked_again() -> None:
    """The approval was for a plan that no longer describes the world."""
    drifted: list[bool] = []

    def calls(perform: co.Perform) -> Any:
        request = perform.request
        if isinstance(request, co.ApplyRequest) and not drifted:
            drifted.append(True)
            return Drifted(plan=plan_for(co.PlanRequest(actions=request.actions, undo=None), 2))
        return None

    host = Host(with_change(change("Copy")), calls=calls).run()
    assert [one.again for one in host.shown(no.ChangeShown)] == [False, True]
    assert len(host.asked("plan")) == 2
    first, second = host.requests(co.ApplyRequest)
    assert first.approved.digest != second.approved.digest
    assert host.outcome == "resolved"
    assert_folds_again(host)


def test_what_never_holds_still_is_given_up() -> None:
    """Bounded by the policy's `replan`."""
    versions = iter(range(2, 100))

    def calls(perform: co.Perform) -> Any:
        request = perform.request
        if isinstance(request, co.ApplyRequest):
            asked = co.PlanRequest(actions=request.actions, undo=None)
            return Drifted(plan=plan_for(asked, next(versions)))
        return None

    host = Host(with_change(change("Copy")), calls=calls).run()
    assert host.outcome == "failed"
    assert len(host.asked("plan")) == 1 + POLICY.limits.replan


def test_an_approval_of_another_plan_does_not_count() -> None:
    """Two people look at two screens; only what is shown now can be approved."""

    def people(_: co.AskPeople) -> Any:
        return (
            timedelta(minutes=1),
            ev.Person(id="u1", name="Olga", role="on_call"),
            ev.Approved(digest="x"),
        )

    host = Host(with_change(change("Copy")), people=people).run()
    assert host.requests(co.ApplyRequest) == []
    assert "another plan" in host.shown(no.Noted)[0].text
    assert host.shown(no.ChangeDecided)[0].verdict == "unanswered"


def test_somebody_in_another_role_may_not_approve() -> None:
    """The question stays open for those who may."""
    host = Host(with_change(change("Copy")), people=lambda ask: yes(ask, MANAGER)).run()
    assert host.requests(co.ApplyRequest) == []
    assert host.shown(no.Noted)[0].text == "Mara (manager) may not answer this"


def test_a_refusal_is_a_failure_that_can_be_handled() -> None:
    """`on failure refused` is how a playbook goes on without the change."""
    plan = with_change(
        c.TryBegin(handlers=(c.FailureHandler(kinds=("refused",), entry=3),)),
        change("Copy"),
        c.TryEnd(to=4),
        c.TakeNote(text=k("then not")),
    )

    def people(_: co.AskPeople) -> Any:
        olga = ev.Person(id="u1", name="Olga", role="on_call")
        return timedelta(minutes=1), olga, ev.Declined(reason="not now")

    host = Host(plan, people=people).run()
    assert [one.text for one in host.shown(no.Noted)] == ["then not"]
    assert host.shown(no.StepFailed)[0].handled
    assert host.outcome == "resolved"


def test_free_changes_ask_nobody_up_to_their_rows() -> None:
    """`changes up to 1 row need no approval`."""
    policy = ruled(
        ApprovalRule(about="changes", by=("on_call",)),
        ApprovalRule(about="free changes", threshold=1),
    )
    host = Host(with_change(change("One"), policy=policy)).run()
    assert host.asked("plan") == []
    assert host.shown(no.ChangeShown)[0].approval == "free"
    two = Host(with_change(change("Two", sql(), sql()), policy=policy)).run()
    assert len(two.asked("plan")) == 1


@pytest.mark.parametrize(
    "made",
    [
        change("By", approve_by=("manager",)),
        c.MakeChange(
            bind=None,
            change=replace(change("Absent").change, never_free=True),
        ),
        change("Call", operation("thing.do"), undo=c.IrreversibleUndo(k("gone"))),
    ],
    ids=["approve by", "reached through absence", "an operation"],
)
def test_what_is_never_free(made: c.MakeChange) -> None:
    """The allowance is for a few rows, found by looking, and nobody asked for more."""
    policy = ruled(
        ApprovalRule(about="changes", by=("on_call",)),
        ApprovalRule(about="free changes", threshold=100),
    )
    host = Host(with_change(made, policy=policy)).run()
    assert len(host.asked("plan")) == 1


def test_many_rows_want_two_people_who_do_not_run_it() -> None:
    """M of N, not the operator."""
    policy = ruled(
        ApprovalRule(about="changes", by=("on_call",)),
        ApprovalRule(
            about="changes",
            threshold=1,
            by=("on_call", "manager"),
            how_many=2,
            not_the_operator=True,
        ),
    )
    plan = with_change(change("Two", sql(), sql()), policy=policy)
    host = Host(plan, people=lambda ask: yes(ask)).run()
    assert host.requests(co.ApplyRequest) == []
    assert "may not approve it" in host.shown(no.Noted)[0].text
    ask = host.asked("plan")[0]
    assert (ask.how_many, ask.not_the_operator) == (2, True)
    assert ask.plan is not None
    other = ev.Person(id="u3", name="Nils", role="on_call")
    said = ev.Approved(digest=ask.plan.digest)
    twice = [
        ev.Answered(at=BEGAN + timedelta(minutes=minute), question=1, person=person, answer=said)
        for minute, person in ((2, MANAGER), (3, MANAGER), (4, other))
    ]
    host = Host(plan, people=lambda _: None, also=twice).run()
    assert host.outcome == "resolved"
    assert "has approved already" in host.shown(no.Noted)[0].text
    assert_folds_again(host)


def test_break_glass_lets_others_answer_later() -> None:
    """`after 5m without an answer approval by on_call`: the question keeps its number."""
    policy = ruled(
        ApprovalRule(about="changes", by=("manager",)),
        ApprovalRule(about="break glass", by=("on_call",), after=timedelta(minutes=5)),
    )
    plan = with_change(change("Copy"), policy=policy)

    def people(ask: co.AskPeople) -> Any:
        return yes(ask) if "on_call" in ask.by else None

    host = Host(plan, people=people).run()
    assert [one.question for one in host.asked("plan")] == [1, 1]
    assert host.outcome == "resolved"
    assert host.now - BEGAN > timedelta(minutes=6)


def test_too_many_items_fail_and_change_nothing() -> None:
    """What exceeds its bound fails, never a silent cut."""
    each = c.EachPart(name="m", items=ITEMS, at_most=1, parts=(sql(),))
    host = Host(with_change(change("Copy", each))).run()
    assert host.requests(co.PlanRequest) == []
    assert host.shown(no.StepFailed)[0].kind == "too_many"


def test_a_change_of_no_items_asks_nobody() -> None:
    """There is nothing to approve."""
    each = c.EachPart(name="m", items=k(()), at_most=1, parts=(sql(),))
    host = Host(with_change(change("Copy", each, bind="copy"), c.TakeNote(v("copy.rows")))).run()
    assert host.asked("plan") == []
    assert host.shown(no.Noted)[0].text == "0"
    assert host.outcome == "resolved"


MANY = k(tuple(f"c{number}@example.test" for number in range(11)))
LETTERS = ruled(ApprovalRule(about="messages", threshold=10, by=("manager",)))


def test_a_message_to_many_people_wants_the_policys_approval() -> None:
    """`messages to more than 10 people need approval`: refused, it does not go out."""
    plan = with_change(call("email.send_each", effect="tell", to=MANY), policy=LETTERS)
    yes_host = Host(plan, people=lambda ask: yes(ask, MANAGER)).run()
    assert [one.by for one in yes_host.asked("approve")] == [("manager",)]
    assert len(yes_host.requests(co.OperationRequest)) == 1
    assert yes_host.outcome == "resolved"
    assert_folds_again(yes_host)
    silent = Host(plan, people=lambda _: None).run()
    assert silent.requests(co.OperationRequest) == []
    assert silent.shown(no.StepFailed)[0].kind == "unanswered"


def test_who_approves_a_message_sees_whom_it_tells_what_and_approves_just_that() -> None:
    """A yes to another plan than the one that waits does not count; one without a digest is an older engine's."""
    message = k(Row({"subject": "It is back", "text": "Hello.\nSorry."}))
    plan = with_change(
        call("email.send_each", effect="tell", to=MANY, message=message), policy=LETTERS
    )
    host = Host(plan, people=lambda ask: yes(ask, MANAGER)).run()
    (asked,) = host.asked("approve")
    assert asked.plan is not None
    (part,) = asked.plan.parts
    assert isinstance(part, PlannedOperation)
    eight = ", ".join(f"c{number}@example.test" for number in range(8))
    assert part.text == f"to {eight} and 3 more\nIt is back\n| Hello.\n| Sorry."
    assert part.arguments == host.requests(co.OperationRequest)[0].arguments
    wrong = ev.Approved(digest="0" * 64)
    other = Host(plan, people=lambda _: (timedelta(minutes=1), MANAGER, wrong)).run()
    assert other.requests(co.OperationRequest) == []
    older = Host(plan, people=lambda _: (timedelta(minutes=1), MANAGER, ev.Approved())).run()
    assert len(older.requests(co.OperationRequest)) == 1


def test_an_approve_of_the_playbook_meets_the_policys_rule() -> None:
    """Nobody is asked twice for the same letters."""
    question = c.QuestionSpec(
        kind="approve", text=k("Send?"), within=k(timedelta(minutes=5)), by=("manager",)
    )
    plan = with_change(
        c.Pose(bind=None, question=question),
        call("email.send_each", effect="tell", to=MANY),
        policy=LETTERS,
    )
    host = Host(plan, people=lambda ask: yes(ask, MANAGER)).run()
    assert len(host.asked("approve")) == 1
    assert len(host.requests(co.OperationRequest)) == 1


def test_asking_again_gives_no_tries_back() -> None:
    """An approval that runs out between two tries is asked for anew; else a step with a long pause would never end."""

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.ApplyRequest):
            return Refused("unavailable", "not now")
        return None

    retry = c.RetrySpec(times=2, every=POLICY.approvals_expire)
    host = Host(with_change(*step("Copy", change("Copy"), retry=retry)), calls=calls).run(most=300)
    assert [one.attempt for one in performs(host, co.ApplyRequest)] == [1, 2, 3]
    assert len(host.asked("plan")) == 3
    assert host.outcome == "failed"
    assert_folds_again(host)


def test_what_has_moved_was_no_try() -> None:
    """And gives none back: the tries of an item are counted through every plan of it."""
    answers = iter(
        [Refused("unavailable", "not now"), "moved", Refused("unavailable", "not now"), None]
    )

    def calls(perform: co.Perform) -> Any:
        if not isinstance(perform.request, co.ApplyRequest):
            return None
        answer = next(answers)
        if answer != "moved":
            return answer
        asked = co.PlanRequest(actions=perform.request.actions, undo=None)
        return Drifted(plan=plan_for(asked, 2))

    retry = c.RetrySpec(times=1, every=timedelta(seconds=5))
    host = Host(with_change(*step("Copy", change("Copy"), retry=retry)), calls=calls).run()
    assert [one.attempt for one in performs(host, co.ApplyRequest)] == [1, 2, 2]
    assert host.outcome == "failed"
