"""Taking back: newest first, what can be, up to where only a person decides."""

from datetime import timedelta
from typing import Any

from rbengine.contract.changes import Applied, OperationAction
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import (
    BEGAN,
    OPERATOR,
    Host,
    assert_folds_again,
    yes,
)
from support.programs import call, change, k, operation, program, v

ITEMS = k((Row({"id": "a", "n": 1}), Row({"id": "b", "n": 2})))


def with_change(*body: c.Instruction, **more: Any) -> Plan:
    """A playbook whose `otherwise` does it."""
    done = c.StopRun(outcome="resolved", reason=k("done"))
    return program(otherwise=[*body, done], **more)


def test_all_or_nothing_unwinds_newest_first_and_then_fails() -> None:
    """What was done inside is taken back by itself; what stood before stays and is offered."""
    plan = with_change(
        change("Before"),
        c.AtomicBegin(),
        change("First"),
        change("Second"),
        call("thing.look"),
        c.AtomicEnd(),
    )

    def calls(perform: co.Perform) -> Any:
        refuse = isinstance(perform.request, co.OperationRequest)
        return Refused("unavailable", "down") if refuse else None

    host = Host(plan, calls=calls, people=lambda a: yes(a) if a.kind == "plan" else None).run()
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second", "First"]
    assert host.shown(no.UndoOffered)[0].labels == ("Before",)
    assert host.finish is not None
    assert (host.outcome, host.finish.left_applied) == ("failed", 1)
    assert_folds_again(host)


def test_unwinding_stops_at_the_last_message_to_people() -> None:
    """Beyond it a person decides, seeing who was told."""
    plan = with_change(
        c.AtomicBegin(),
        change("First"),
        call("mail.send", effect="tell", to=k("a@b.c")),
        change("Second"),
        call("thing.look"),
        c.AtomicEnd(),
    )

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.OperationRequest(effect="observe"):
                return Refused("unavailable", "down")
        return None

    host = Host(plan, calls=calls, people=lambda a: yes(a) if a.kind == "plan" else None).run()
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second"]
    assert host.shown(no.UndoOffered)[0].labels == ("First",)
    assert "people were told" in host.asked("undo")[0].text


def test_a_written_undo_may_use_the_result_and_the_item() -> None:
    """It is made when the change is done, so a later run of the undo needs nothing but the journal."""
    each = c.EachPart(
        name="m", items=ITEMS, at_most=10, parts=(operation("thing.add", n=v("m.n")),)
    )
    undo = c.WrittenUndo((operation("thing.remove", made=v("result"), n=v("m.n")),))

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.ApplyRequest(actions=(OperationAction(arguments=arguments),)):
                assert isinstance(arguments.value, Row)
                return Applied(rows=0, result=Datum(f"made {arguments.value['n']}"))
            case co.OperationRequest():
                return Refused("invalid", "no")
        return None

    plan = with_change(change("Add", each, undo=undo), call("thing.look"))
    host = Host(plan, calls=calls, people=yes).run()
    undone = [one.actions[0] for one in host.requests(co.UndoRequest)]
    assert undone == [
        OperationAction(
            operation="thing.remove", arguments=Datum(Row({"made": f"made {n}", "n": n}))
        )
        for n in (2, 1)
    ]
    assert host.finish is not None
    assert host.finish.left_applied == 0
    assert_folds_again(host)


def test_one_undo_for_all_items_runs_once() -> None:
    """It names no item, so running it per item would do it twice."""
    each = c.EachPart(name="m", items=ITEMS, at_most=10, parts=(operation("thing.add"),))
    undo = c.WrittenUndo((operation("thing.remove_all"),))

    def calls(perform: co.Perform) -> Any:
        return (
            Refused("invalid", "no") if isinstance(perform.request, co.OperationRequest) else None
        )

    plan = with_change(change("Add", each, undo=undo), call("thing.look"))
    host = Host(plan, calls=calls, people=yes).run()
    assert len(host.requests(co.UndoRequest)) == 1


def test_what_cannot_be_undone_is_named_with_its_reason() -> None:
    """Before it is done and again when undoing."""

    def calls(perform: co.Perform) -> Any:
        return (
            Refused("invalid", "no") if isinstance(perform.request, co.OperationRequest) else None
        )

    gone = change("Refund", operation("pay.refund"), undo=c.IrreversibleUndo(k("money is gone")))
    host = Host(with_change(gone, call("thing.look")), calls=calls).run()
    assert host.requests(co.PlanRequest)[0].undo is not None
    assert host.shown(no.UndoOffered)[0].cannot == (("Refund", "money is gone"),)
    assert host.asked("undo") == []
    assert host.finish is not None
    assert host.finish.left_applied == 1


def test_an_undo_that_fails_leaves_the_older_ones_alone() -> None:
    """A newer change may stand on an older one: the ground stays."""

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.UndoRequest() | co.OperationRequest():
                return Refused("conflict", "somebody was there")
        return None

    plan = with_change(change("First"), change("Second"), call("thing.look"))
    host = Host(plan, calls=calls, people=yes).run()
    assert len(host.requests(co.UndoRequest)) == 1
    assert host.finish is not None
    assert host.finish.left_applied == 2


def test_a_run_that_is_cancelled_while_an_undo_is_in_doubt_ends() -> None:
    """Nobody is asked any more, so nobody's answer is waited for; what may still stand is counted."""

    def calls(perform: co.Perform) -> Any:
        match perform.request:
            case co.OperationRequest():
                return Refused("unavailable", "down")
            case co.UndoRequest():
                return Unsettled("lost")
            case co.SettleRequest():
                return ev.Settled(at=BEGAN, call=0, verdict="unclear", evidence="no trace")
        return None

    cancelled = ev.Cancelled(at=BEGAN + timedelta(minutes=5), person=OPERATOR, reason="enough")
    plan = with_change(change("First"), change("Second"), call("thing.look"))
    host = Host(
        plan, calls=calls, people=lambda a: None if a.kind == "doubt" else yes(a), also=[cancelled]
    ).run()
    assert host.finish is not None
    assert (host.outcome, host.finish.left_applied, host.finish.in_doubt) == ("failed", 2, 1)
    assert host.state.fibers == {}
    assert_folds_again(host)
