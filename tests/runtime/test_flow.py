"""Loops, branches, `within`, procedures, handlers, questions: where a run goes next."""

from datetime import timedelta
from typing import Any

import pytest
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.types import INT, TEXT
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import BEGAN, OPERATOR, Host, assert_folds_again
from support.programs import call, change, finding, is_, k, program, read, say, step, v


def notes(host: Host) -> list[str]:
    return [one.text for one in host.shown(no.Noted)]


def otherwise(*body: c.Instruction, **more: Any) -> Any:
    done = c.StopRun(outcome="resolved", reason=k("done"))
    return program(otherwise=[*body, done], **more)


def test_a_loop_gives_a_list_and_skips_with_a_reason() -> None:
    """`skip` goes on, and the report lists the item."""
    plan = otherwise(
        c.EachBegin(name="n", items=k((1, 2, 3)), at_most=3, at_a_time=1, end=5, collect="kept"),
        c.JumpUnless(condition=is_(v("n"), k(2)), to=3),
        c.SkipItem(reason=say("{{ n }} is odd enough")),
        c.GiveItem(ex.Arithmetic("*", v("n"), k(10))),
        c.EachEnd(begin=0),
        c.TakeNote(say("{{ kept }}")),
    )
    host = Host(plan).run()
    assert notes(host) == ["10, 30"]
    assert host.shown(no.Skipped) == [no.Skipped(item="2", reason="2 is odd enough")]
    assert_folds_again(host)


def test_a_loop_over_more_than_its_bound_fails() -> None:
    """Never a silent cut."""
    plan = otherwise(
        c.EachBegin(name="n", items=k((1, 2, 3)), at_most=2, at_a_time=1, end=2),
        c.EachEnd(begin=0),
    )
    host = Host(plan).run()
    assert [one.kind for one in host.shown(no.StepFailed)] == ["too_many"]
    assert host.outcome == "failed"


def test_items_at_a_time_end_in_any_order_and_give_in_theirs() -> None:
    """Two at a time; the list has the order of the items, not of the answers."""
    plan = otherwise(
        c.EachBegin(name="n", items=k((30, 20, 10)), at_most=9, at_a_time=2, end=4, collect="all"),
        call("thing.look", "seen", n=v("n")),
        c.GiveItem(v("seen")),
        c.EachEnd(begin=0),
        c.TakeNote(say("{{ all }}")),
    )

    def calls(perform: co.Perform) -> Outcome:
        assert isinstance(perform.request, co.OperationRequest)
        arguments = perform.request.arguments.value
        assert isinstance(arguments, Row)
        return Succeeded(Datum(arguments["n"]))

    def took(perform: co.Perform) -> timedelta:
        outcome = calls(perform)
        assert isinstance(outcome, Succeeded)
        assert isinstance(outcome.value.value, int)
        return timedelta(seconds=outcome.value.value)

    host = Host(plan, calls=calls, took=took).run()
    assert notes(host) == ["30, 20, 10"]
    assert host.now - BEGAN == timedelta(seconds=30)
    assert_folds_again(host)


def test_branches_run_together_and_their_names_are_known_after() -> None:
    """`parallel` takes as long as its longest branch."""
    plan = otherwise(
        c.Fork(entries=(1, 3), join=5),
        call("thing.slow", "slow"),
        c.BranchEnd(),
        call("thing.quick", "quick"),
        c.BranchEnd(),
        c.TakeNote(say("{{ slow }} {{ quick }}")),
    )

    def calls(perform: co.Perform) -> Outcome:
        assert isinstance(perform.request, co.OperationRequest)
        return Succeeded(Datum(perform.request.operation))

    def took(perform: co.Perform) -> timedelta:
        return timedelta(seconds=9 if "slow" in repr(perform.request) else 1)

    host = Host(plan, calls=calls, took=took).run()
    assert notes(host) == ["thing.slow thing.quick"]
    assert host.now - BEGAN == timedelta(seconds=9)
    assert_folds_again(host)


def test_the_first_branch_in_written_order_says_why_all_failed() -> None:
    """Not the first in time: the same under every order of answers."""
    plan = otherwise(
        *step(
            "Both",
            c.Fork(entries=(2, 4), join=6),
            call("thing.slow"),
            c.BranchEnd(),
            call("thing.quick"),
            c.BranchEnd(),
        )
    )

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.OperationRequest):
            return Refused("invalid", perform.request.operation)
        return None

    def took(perform: co.Perform) -> timedelta:
        return timedelta(seconds=9 if "slow" in repr(perform.request) else 1)

    host = Host(plan, calls=calls, took=took).run()
    (failed,) = host.shown(no.StepFailed)
    assert (failed.label, failed.text) == ("Both", "thing.slow")


def within(expired: int | None, done: int) -> list[c.Instruction]:
    return [
        c.WithinBegin(
            duration=k(timedelta(seconds=25)),
            every=k(timedelta(seconds=10)),
            expired=expired,
            done=done,
            until=2,
        ),
        call("thing.look", "seen"),
        c.Until(condition=is_(v("seen"), k("there")), begin=0, text="seen is there"),
    ]


def test_within_looks_at_once_and_a_last_time_at_the_end() -> None:
    """At 0, 10, 20 and 25 seconds."""
    plan = otherwise(*within(None, 3))
    host = Host(plan, took=lambda _: timedelta(0)).run()
    at = [event.at - BEGAN for event in host.events if isinstance(event, ev.CallEnded)]
    assert [one.total_seconds() for one in at[:4]] == [0, 10, 20, 25]
    assert host.shown(no.StepFailed)[0].kind == "timeout"
    assert_folds_again(host)


def too_long(doubled: timedelta) -> ex.Expr:
    return ex.Arithmetic("+", k(doubled), k(doubled))


@pytest.mark.parametrize(
    "wait",
    [
        c.Sleep(too_long(timedelta(hours=3))),
        c.WithinBegin(
            duration=too_long(timedelta(hours=3)), every=k(timedelta(seconds=1)), expired=None, done=1, until=0
        ),
    ],
)  # fmt: skip
def test_a_wait_that_nobody_wrote_is_bounded_by_the_policy(wait: c.Instruction) -> None:
    """Every playbook ends; what exceeds its bound fails and is never cut short in silence."""
    host = Host(otherwise(wait)).run()
    (failed,) = host.shown(no.StepFailed)
    assert (failed.kind, failed.text) == ("too_many", "a wait of 6h, and at most 4h are allowed")
    assert_folds_again(host)


def test_a_wait_that_is_written_is_as_long_as_it_says() -> None:
    """It is bounded by its own clause."""
    host = Host(otherwise(c.Sleep(k(timedelta(hours=6))), c.TakeNote(say("done")))).run()
    assert notes(host) == ["done"]


def test_within_takes_a_refused_read_as_not_yet() -> None:
    """Unavailable, rate limited and timeout are no answers."""
    answers: list[Outcome] = [Refused("unavailable", "down"), Succeeded(Datum("there"))]

    def calls(perform: co.Perform) -> Any:
        return answers.pop(0) if isinstance(perform.request, co.OperationRequest) else None

    plan = otherwise(*within(None, 3), c.TakeNote(say("{{ seen }}")))
    host = Host(plan, calls=calls).run()
    assert notes(host) == ["there"]
    assert host.outcome == "resolved"


def test_within_has_an_else() -> None:
    """What to do when it never comes true."""
    plan = otherwise(*within(3, 4), c.TakeNote(k("never came")))
    assert notes(Host(plan).run()) == ["never came"]


def test_a_handler_takes_its_kinds_only() -> None:
    """`on failure unavailable`: the rest fails as before."""
    body = [
        c.TryBegin(handlers=(c.FailureHandler(kinds=("unavailable",), entry=3),)),
        call("thing.look"),
        c.TryEnd(to=5),
        c.TakeNote(k("it is down")),
        c.Jump(5),
    ]
    down = Host(otherwise(*body), calls=lambda _: Refused("unavailable", "down")).run()
    assert (notes(down), down.outcome) == (["it is down"], "resolved")
    wrong = Host(
        otherwise(*body),
        calls=lambda p: (
            Refused("invalid", "no") if isinstance(p.request, co.OperationRequest) else None
        ),
    ).run()
    assert (notes(wrong), wrong.outcome) == ([], "failed")


def test_a_tried_call_binds_its_failure() -> None:
    """`x = try …`: present, absent or failed."""
    plan = otherwise(
        call("thing.look", "seen", tried=True),
        c.JumpUnless(condition=ex.Matches(v("seen"), failures=("not_found",)), to=3),
        c.TakeNote(say("{{ seen }}")),
    )
    host = Host(plan, calls=lambda _: Refused("not_found", "no such thing")).run()
    assert notes(host) == ["not_found: no such thing"]


def test_a_procedure_has_names_of_its_own() -> None:
    """It sees the builtins and its arguments, and gives one value back."""
    plan = otherwise(
        c.Let(name="mine", value=k("mine")),
        c.CallProcedure(bind="got", procedure="twice", arguments=(ex.NamedExpr("n", k(4)),)),
        c.TakeNote(say("{{ got }} {{ mine }}")),
        procedures={"twice": [c.Return(ex.Arithmetic("*", v("n"), k(2)))]},
    )
    assert notes(Host(plan).run()) == ["8 mine"]


def test_a_failed_procedure_may_be_tried() -> None:
    """Its failure comes back to the caller's names."""
    plan = otherwise(
        c.CallProcedure(bind="got", procedure="look", arguments=(), tried=True),
        c.TakeNote(say("{{ got }}")),
        procedures={"look": [call("thing.look")]},
    )
    host = Host(plan, calls=lambda _: Refused("conflict", "taken")).run()
    assert notes(host) == ["conflict: taken"]


def pose(kind: Any, **more: Any) -> c.Pose:
    spec = c.QuestionSpec(
        kind=kind, text=k("Well?"), within=k(timedelta(minutes=5)), by=("on_call",), **more
    )
    return c.Pose(bind="said", question=spec)


def answering(**values: Any) -> Any:
    given = {name: Datum(value) for name, value in values.items()}
    return lambda _: (timedelta(minutes=1), OPERATOR, ev.Gave(values=given))


def test_an_answer_of_the_wrong_type_does_not_count() -> None:
    """A number was asked for; the question stays open until its time is over."""
    plan = otherwise(pose("ask", type=INT), c.TakeNote(say("{{ said }}")))
    assert notes(Host(plan, people=answering(answer=500)).run()) == ["500"]
    wrong = Host(plan, people=answering(answer="many")).run()
    assert notes(wrong) == ["the answer is not of the type asked for"]
    assert wrong.shown(no.StepFailed)[0].kind == "unanswered"


def test_a_choice_gives_its_value() -> None:
    """By name, or by the item it stands for."""
    items = k((Row({"title": "one"}), Row({"title": "two"})))
    plan = otherwise(
        pose("choose", source=items, showing=v("it.title")), c.TakeNote(say("{{ said.title }}"))
    )
    host = Host(plan, people=answering(answer="2")).run()
    assert notes(host) == ["two"]
    assert [one.text for one in host.asked("choose")[0].choices] == ["one", "two"]


def test_nobody_is_asked_to_choose_from_nothing() -> None:
    """A question that has no answer would keep the run until its time is over."""
    plan = otherwise(pose("choose", source=k(()), showing=v("it.title")))
    host = Host(plan).run()
    assert host.asked("choose") == []
    (failed,) = host.shown(no.StepFailed)
    assert (failed.kind, failed.text) == ("invalid", "there is nothing to choose from")


def manual_plan(*after: c.Instruction) -> Any:
    gives = (c.EvidenceSpec(name="link", type=TEXT, text=k("Where?")),)
    return program(
        diagnose=step("Look", read("row")),
        findings=[finding("stale", is_(v("row.state"), k("old")), needs=["row"])],
        resolves={"stale": [*step("By hand", pose("manual", gives=gives)), *after]},
        otherwise=[c.EscalateTo(reason=k("nothing"))],
    )


def test_after_a_manual_the_finding_is_judged_anew() -> None:
    """People did something: what no longer holds is not changed."""
    states = ["old", "new"]

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.QueryRequest):
            return Succeeded(Datum(Row({"state": states.pop(0)})))
        return None

    plan = manual_plan(change("Set the state"))
    host = Host(plan, calls=calls, people=answering(link="http://x")).run()
    assert host.shown(no.ResolveSkipped) == [no.ResolveSkipped(finding="stale")]
    assert host.requests(co.PlanRequest) == []
    assert host.outcome == "resolved"
    assert_folds_again(host)


def test_a_manual_at_the_end_reads_nothing_again() -> None:
    """`verify` comes next and looks for itself."""

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.QueryRequest):
            return Succeeded(Datum(Row({"state": "old"})))
        return None

    host = Host(manual_plan(), calls=calls, people=answering(link="x")).run()
    assert len(host.requests(co.QueryRequest)) == 1


def test_a_second_finding_is_judged_at_its_turn() -> None:
    """The first resolve may have cured it."""
    states = ["old", "new"]

    def calls(perform: co.Perform) -> Any:
        if isinstance(perform.request, co.QueryRequest):
            return Succeeded(Datum(Row({"state": states.pop(0)})))
        return None

    old = is_(v("row.state"), k("old"))
    plan = program(
        diagnose=step("Look", read("row")),
        findings=[finding("one", old, needs=["row"]), finding("two", old, needs=["row"])],
        resolves={"one": step("First", c.TakeNote(k("first"))), "two": [c.TakeNote(k("second"))]},
        otherwise=[],
    )
    host = Host(plan, calls=calls).run()
    assert notes(host) == ["first"]
    assert host.shown(no.ResolveSkipped) == [no.ResolveSkipped(finding="two")]
    assert [one.again for one in host.shown(no.SectionEntered) if one.kind == "diagnose"] == [
        False,
        True,
    ]


def test_a_finding_is_a_bool_for_those_after_it() -> None:
    """And in `verify` and `recover`."""
    plan = program(
        diagnose=[c.Let(name="n", value=k(1))],
        findings=[
            finding("one", is_(v("n"), k(1)), needs=["n"]),
            finding("none_of_it", ex.Not(v("one")), needs=["one"]),
        ],
        resolves={"one": [], "none_of_it": []},
        otherwise=[],
        recover=[c.TakeNote(say("{{ one }} {{ none_of_it }}"))],
    )
    assert notes(Host(plan).run()) == ["true false"]


def test_a_failed_verify_escalates() -> None:
    """The incident is unresolved."""
    verify = [c.CheckThat(condition=k(False), otherwise=k("still broken"), text="it works")]
    host = Host(program(otherwise=[], verify=verify)).run()
    assert host.shown(no.Verified) == [no.Verified(text="it works", holds=False)]
    assert host.shown(no.Escalated)[0].cause == "verify"
    assert host.outcome == "escalated"


def test_verify_does_not_run_after_handing_over() -> None:
    """Somebody else proves it."""
    stop = c.StopRun(outcome="handed over", reason=k("yours"))
    host = Host(program(otherwise=[stop], verify=[c.TakeNote(k("verify"))])).run()
    assert (notes(host), host.outcome) == ([], "handed over")


def test_a_failing_recover_leaves_what_resolved_it() -> None:
    """Only what `recover` itself did is offered to be taken back."""
    plan = program(
        otherwise=[change("The cure")],
        recover=[change("The replay"), call("thing.look")],
    )

    def calls(perform: co.Perform) -> Any:
        bad = isinstance(perform.request, co.OperationRequest)
        return Refused("invalid", "no") if bad else None

    host = Host(plan, calls=calls).run()
    assert host.shown(no.UndoOffered)[0].labels == ("The replay",)
    assert host.outcome == "failed"


def test_a_failed_step_of_diagnose_leaves_the_others_alone() -> None:
    """What needs its names is skipped, what does not is read."""
    plan = program(
        diagnose=[
            *step("One", read("row"), call("thing.look", "lost")),
            *step("Two", c.Let(name="needs", value=v("lost.name"))),
            *step("Three", c.Let(name="fine", value=k(1))),
        ],
        findings=[finding("found", is_(v("fine"), k(1)), needs=["fine"])],
        resolves={"found": []},
        otherwise=[],
    )

    def calls(perform: co.Perform) -> Any:
        bad = isinstance(perform.request, co.OperationRequest)
        return Refused("invalid", "no") if bad else None

    host = Host(plan, calls=calls).run()
    assert [(one.label, one.kind) for one in host.shown(no.StepFailed)] == [
        ("One", "invalid"),
        ("Two", "not known"),
    ]
    assert host.outcome == "resolved"


def test_an_if_over_something_unknown_is_skipped_whole() -> None:
    """Neither branch: nobody knows which."""
    plan = program(
        diagnose=[
            c.JumpUnless(condition=is_(v("gone"), k(1)), to=3),
            c.TakeNote(k("then")),
            c.Jump(4),
            c.TakeNote(k("else")),
            c.TakeNote(k("after")),
        ],
        otherwise=[],
    )
    assert notes(Host(plan).run()) == ["after"]
