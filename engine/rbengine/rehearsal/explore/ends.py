"""Events that end what a waiting run waits for: each made of the state it comes to."""

from collections.abc import Callable
from datetime import timedelta

from rbengine.contract.changes import (
    Applied,
    ChangePlan,
    Drifted,
    Planned,
    PlannedOperation,
    PlannedStatement,
    RowImage,
    SqlAction,
    Undone,
    UndoPlan,
)
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.host.secrets import SecretBox, discreet
from rbengine.rehearsal.explore.candidates import Candidate
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime.state import RunState

A_CALL = timedelta(milliseconds=10)
AN_ANSWER = timedelta(minutes=1)
"""How long calls and people take: enough to order them, too little to decide anything by itself."""

_SECRETS = SecretBox(b"explore")
"""People give secrets too; what a run sees of them is a reference."""

Make = Callable[[RunState], ev.Event]


def person(role: str, number: int) -> ev.Person:
    """Somebody in a role; two numbers are two people."""
    return ev.Person(id=f"{role}-{number}", name=f"{role} {number}", role=role)


def call_ended(outcome: Succeeded | Refused | Unsettled) -> Make:
    def make(state: RunState) -> ev.Event:
        return ev.CallEnded(at=state.now + A_CALL, call=min(state.calls), outcome=outcome)

    return make


def timed(candidate: Candidate) -> Make:
    def make(state: RunState) -> ev.Event:
        at = state.now + A_CALL
        return ev.CallEnded(at=at, call=min(state.calls), outcome=Succeeded(candidate.at(at)))

    return make


def change_planned(outcome: Refused) -> Make:
    def make(state: RunState) -> ev.Event:
        return ev.ChangePlanned(at=state.now + A_CALL, call=min(state.calls), outcome=outcome)

    return make


def change_applied(outcome: Refused) -> Make:
    def make(state: RunState) -> ev.Event:
        return ev.ChangeApplied(at=state.now + A_CALL, call=min(state.calls), outcome=outcome)

    return make


def change_undone(outcome: Refused) -> Make:
    def make(state: RunState) -> ev.Event:
        return ev.ChangeUndone(at=state.now + A_CALL, call=min(state.calls), outcome=outcome)

    return make


def planned(rows: int) -> Make:
    def make(state: RunState) -> ev.Event:
        number = min(state.calls)
        request = state.calls[number].request
        assert isinstance(request, co.PlanRequest)
        shown = plan_of(request, rows, "0")
        return ev.ChangePlanned(at=state.now + A_CALL, call=number, outcome=Planned(plan=shown))

    return make


def plan_of(request: co.PlanRequest | co.ApplyRequest, rows: int, digit: str) -> ChangePlan:
    parts: list[PlannedStatement | PlannedOperation] = []
    for action in request.actions:
        if isinstance(action, SqlAction):
            parts += [
                PlannedStatement(
                    kind="update", table="explored", count=rows,
                    rows=tuple(image(number) for number in range(min(rows, 1))),
                )
                for _ in action.statements
            ]  # fmt: skip
        else:
            parts.append(PlannedOperation(operation=action.operation, arguments=action.arguments))
    undo = request.undo if isinstance(request, co.PlanRequest) else request.approved.undo
    return ChangePlan(
        parts=tuple(parts),
        digest=digit * 64,
        undo=undo or UndoPlan(kind="derived", text="put the old values back"),
        rows=sum(one.count for one in parts if isinstance(one, PlannedStatement)),
    )


def image(number: int) -> RowImage:
    return RowImage(
        table="explored",
        key=Datum(Row({"id": number})),
        before=Datum(Row({"is": "old"})),
        after=Datum(Row({"is": "new"})),
    )


def applied(result: Datum) -> Make:
    def make(state: RunState) -> ev.Event:
        number = min(state.calls)
        request = state.calls[number].request
        assert isinstance(request, co.ApplyRequest)
        plan = request.approved
        images = tuple(
            row for one in plan.parts if isinstance(one, PlannedStatement) for row in one.rows
        )
        outcome = Applied(rows=plan.rows, images=images, result=result)
        return ev.ChangeApplied(at=state.now + A_CALL, call=number, outcome=outcome)

    return make


def drifted(state: RunState) -> ev.Event:
    number = min(state.calls)
    request = state.calls[number].request
    assert isinstance(request, co.ApplyRequest)
    digit = str((int(request.approved.digest[0]) + 1) % 10)
    outcome = Drifted(plan=plan_of(request, max(request.approved.rows, 1), digit))
    return ev.ChangeApplied(at=state.now + A_CALL, call=number, outcome=outcome)


def apply_unsettled(state: RunState) -> ev.Event:
    lost = Unsettled("the answer was lost")
    return ev.ChangeApplied(at=state.now + A_CALL, call=min(state.calls), outcome=lost)


def undo_unsettled(state: RunState) -> ev.Event:
    lost = Unsettled("the answer was lost")
    return ev.ChangeUndone(at=state.now + A_CALL, call=min(state.calls), outcome=lost)


def undone(state: RunState) -> ev.Event:
    return ev.ChangeUndone(at=state.now + A_CALL, call=min(state.calls), outcome=Undone(rows=1))


def settled(verdict: str, applied: Applied | None, outcome: Succeeded | None) -> Make:
    def make(state: RunState) -> ev.Event:
        return ev.Settled(
            at=state.now + A_CALL,
            call=min(state.calls),
            verdict=verdict,  # type: ignore[arg-type]  # one of the three
            evidence="a look",
            applied=applied,
            outcome=outcome,
        )

    return make


def answered(state: RunState, answer: ev.Approved | ev.Declined | ev.Gave) -> ev.Event:
    number = min(state.questions)
    question = state.questions[number]
    who = person(question.ask.by[0], 1 + len(question.approvals))
    if question.ask.by[0] == "operator" and state.begun is not None:
        who = state.begun.operator
    at = state.now + AN_ANSWER
    # Whoever answers does so before the next clock strikes; answering after it is another way.
    for timer in state.timers.values():
        if timer.due <= at:
            at = max(state.now, timer.due - A_CALL)
    return ev.Answered(at=at, question=number, person=who, answer=answer)


def approved(state: RunState) -> ev.Event:
    plan = state.questions[min(state.questions)].ask.plan
    return answered(state, ev.Approved(digest=plan.digest if plan is not None else ""))


def declined(state: RunState) -> ev.Event:
    return answered(state, ev.Declined(reason="not now"))


def gave_choice(number: int) -> Make:
    def make(state: RunState) -> ev.Event:
        choice = state.questions[min(state.questions)].ask.choices[number]
        return answered(state, ev.Gave(values={"answer": choice.value}))

    return make


def gave(candidate: Candidate) -> Make:
    def make(state: RunState) -> ev.Event:
        ask = state.questions[min(state.questions)].ask
        datum = candidate.at(state.now)
        if ask.kind == "manual":
            row = datum.value
            values = {} if not isinstance(row, Row) else {n: Datum(v) for n, v in row.items()}
        else:
            values = {"answer": datum}
        return answered(state, discreet(ev.Gave(values=values), ask, _SECRETS))

    return make


def next_clock(state: RunState) -> ev.Event:
    timer = min(state.timers.values(), key=lambda one: (one.due, one.number))
    return ev.TimerFired(at=max(timer.due, state.now), timer=timer.number)
