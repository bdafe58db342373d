"""What a run may still do when it is over, and when only its proof is asked for."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rbengine.contract.outcomes import Refused
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.machine import UnexpectedEvent
from support.machine import OPERATOR, Host, assert_folds_again
from support.programs import call, change, k, program, step


def two_changes() -> Plan:
    """A playbook that makes two changes and is done."""
    return program(
        otherwise=[
            *step("One", change("First")),
            *step("Two", change("Second")),
            c.StopRun(outcome="resolved", reason=k("done")),
        ]
    )


def ordered(host: Host, above: int = 0) -> Host:
    """Somebody has what was done taken back."""
    host.finish = None
    host.feed(ev.Closed(at=host.now, outcome="resolved"))
    host.feed(ev.Resumed(at=host.now, host="other", epoch=2))
    host.feed(ev.UndoOrdered(at=host.now, person=OPERATOR, above=above))
    while host.finish is None and host._queue:
        host.run_one()
    return host


def test_a_run_that_is_over_takes_back_newest_first_and_ends_again() -> None:
    """Nothing of it needs more than the journal: the ledger is part of the state."""
    host = ordered(Host(two_changes()).run())
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second", "First"]
    assert host.finish is not None
    assert (host.outcome, host.finish.left_applied) == ("cancelled", 0)
    assert host.shown(no.Ended)[-1].undone == 2
    assert_folds_again(host)


def test_only_what_stands_above_is_taken_back() -> None:
    """Down to a step, and no further: what is left is counted."""
    host = Host(two_changes()).run()
    first = min(host.state.ledger)
    ordered(host, above=first)
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second"]
    assert host.finish is not None
    assert host.finish.left_applied == 1
    ordered(host)
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second", "First"]
    assert host.finish is not None
    assert host.finish.left_applied == 0


def test_what_cannot_be_taken_back_is_named_again() -> None:
    """Before it was done it was named in the plan; whoever takes back must know that it stays."""
    plan = program(
        otherwise=[
            *step("One", change("First")),
            *step("Two", change("Second", undo=c.IrreversibleUndo(k("it is gone")))),
            c.StopRun(outcome="resolved", reason=k("done")),
        ]
    )
    host = ordered(Host(plan).run())
    (offer,) = host.shown(no.UndoOffered)
    assert offer.cannot == (("Second", "it is gone"),)
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["First"]
    assert host.finish is not None
    assert host.finish.left_applied == 1


def test_an_undo_of_a_run_that_is_not_over_does_nothing() -> None:
    """It is cancelled instead, which offers the same."""
    host = Host(two_changes(), people=lambda _: None)
    host.feed(host._started)
    while not host.state.questions:
        host.run_one()
    host.feed(ev.UndoOrdered(at=host.now, person=OPERATOR))
    assert host.batches[-1] == ()
    assert host.state.questions


def test_a_run_that_is_over_takes_nothing_else_up() -> None:
    """A call that ends after the end is a bug of its host."""
    host = Host(two_changes()).run()
    with pytest.raises(UnexpectedEvent, match="over"):
        host.feed(ev.TimerFired(at=host.now, timer=1))


PROOF = program(
    diagnose=step("Look", call("thing.look")),
    otherwise=[*step("Do", change("Copy")), c.StopRun(outcome="resolved", reason=k("done"))],
    verify=step("Look again", call("thing.prove")),
    recover=step("Tell", call("mail.send", effect="tell")),
)


def proven(host: Host) -> Host:
    """Only the proof."""
    host._started = replace(host._started, verify_only=True)
    return host.run()


def test_only_the_proof_reads_and_nothing_else() -> None:
    """Neither changes nor messages, nor clocks that would tell somebody."""
    host = proven(Host(PROOF, began=Host(PROOF).now - timedelta(days=9)))
    made = [one.operation for one in host.requests(co.OperationRequest)]
    assert made == ["thing.look", "thing.prove"]
    assert host.requests(co.PlanRequest) == []
    assert host.requests(co.NotifyRequest) == []
    assert host.outcome == "resolved"
    assert_folds_again(host)


def test_a_proof_that_fails_tells_nobody() -> None:
    """Whoever asked sees it."""

    def calls(perform: co.Perform) -> object:
        request = perform.request
        proves = isinstance(request, co.OperationRequest) and request.operation == "thing.prove"
        return Refused("invalid", "it is not gone") if proves else None

    host = proven(Host(PROOF, calls=calls))  # type: ignore[arg-type]  # as replies are
    assert host.outcome == "failed"
    assert host.shown(no.Escalated) == []
    assert host.requests(co.NotifyRequest) == []
