"""A run moved to another text: only where everything it did follows from that text too."""

from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime.moving import Difference, moved
from rbengine.runtime.saved import encode_state
from rbengine.runtime.state import RunState
from support.machine import Host
from support.programs import call, change, k, program, step


def plan(first: str = "thing.look", label: str = "Copy", last: str = "done") -> Plan:
    """One call, one change, one end."""
    return program(
        otherwise=[
            *step("Look", call(first)),
            *step("Do", change(label)),
            c.StopRun(outcome="resolved", reason=k(last)),
        ]
    )


def parked() -> Host:
    """A run that waits for its change to be approved."""
    host = Host(plan(), people=lambda _: None)
    host.feed(host._started)
    while not host.state.questions:
        host.run_one()
    return host


def test_what_comes_after_may_be_another() -> None:
    """The end was rewritten, nothing that happened was."""
    host = parked()
    state = moved(plan(), plan(last="done, and written better"), host.events)
    assert isinstance(state, RunState)
    assert state.plan == plan(last="done, and written better")
    assert sorted(state.questions) == sorted(host.state.questions)


def test_the_same_text_gives_the_same_state() -> None:
    """Moving to nothing new moves nothing."""
    host = parked()
    state = moved(plan(), plan(), host.events)
    assert isinstance(state, RunState)
    assert encode_state(state) == encode_state(host.state)


def test_a_call_that_would_have_been_another_parts_them() -> None:
    """The first such line is told with what each text makes of it."""
    host = parked()
    difference = moved(plan(), plan(first="thing.touch"), host.events)
    assert isinstance(difference, Difference)
    event = host.events[difference.seq - 1]
    assert type(event).__name__ == "CallBegan"
    assert "thing.look" in difference.then
    assert "thing.touch" in difference.now


def test_a_call_with_other_arguments_is_another_call() -> None:
    """The journal says what was asked; the new text would have asked something else."""
    old = program(
        otherwise=[*step("Look", call("thing.look", id=k("a"))), *step("Do", change("C"))]
    )
    new = program(
        otherwise=[*step("Look", call("thing.look", id=k("b"))), *step("Do", change("C"))]
    )
    host = Host(old, people=lambda _: None)
    host.feed(host._started)
    while not host.state.questions:
        host.run_one()
    difference = moved(old, new, host.events)
    assert isinstance(difference, Difference)
    request = host.requests(co.OperationRequest)[0]
    assert request.arguments == Datum(Row({"id": "a"}))
    assert '"a"' in difference.then
    assert '"b"' in difference.now
