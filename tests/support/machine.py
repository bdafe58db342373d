"""A tiny legal host: it answers the machine's commands from a script, on a clock of its own.

It keeps the protocol that every host keeps: each call begins and ends once, each timer fires when due and not
after it was stopped, questions are answered while they are open. Whatever the script does not name gets a plain
answer. It records events, so that a run can be folded again.
"""

import hashlib
import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from rbengine.contract.changes import (
    Applied,
    ApplyOutcome,
    ChangePlan,
    Planned,
    PlannedOperation,
    PlannedStatement,
    PlanOutcome,
    RowImage,
    SqlAction,
    Undone,
    UndoOutcome,
    UndoPlan,
)
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.notices import Notice

BEGAN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OPERATOR = ev.Person(id="u1", name="Olga", role="on_call")
MANAGER = ev.Person(id="u2", name="Mara", role="manager")

N = TypeVar("N")

Reply = Outcome | PlanOutcome | ApplyOutcome | UndoOutcome | ev.Settled
Answer = ev.Approved | ev.Declined | ev.Gave


class Host:
    """Runs a plan to its end, or until nothing can happen any more.

    `calls(perform) -> reply | None`: None takes the plain answer. `people(ask) -> (delay, person, answer) | None`:
    None means that nobody answers.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        calls: Callable[[co.Perform], Reply | None] = lambda _: None,
        people: "Callable[[co.AskPeople], tuple[timedelta, ev.Person, Answer] | None] | None" = None,
        took: Callable[[co.Perform], timedelta] = lambda _: timedelta(milliseconds=10),
        inputs: Mapping[str, Datum] | None = None,
        began: datetime = BEGAN,
        at: datetime = BEGAN,
        diagnose_only: bool = False,
        channels: Mapping[str, str] | None = None,
        also: Sequence[ev.Event] = (),
    ) -> None:
        self.plan = plan
        self.state = begin(plan)
        self.now = at
        self.events: list[ev.Event] = []
        self.batches: list[tuple[co.Command, ...]] = []
        self.finish: co.Finish | None = None
        self._calls = calls
        self._people = people if people is not None else approve_everything
        self._took = took
        self._queue: list[tuple[datetime, int, ev.Event]] = []
        self._count = 0
        self._stopped: set[int] = set()
        for event in also:
            self._later(event.at, event)
        self._started = ev.Started(
            at=at,
            run="run-1",
            incident="INC-2026-11-23-001",
            began=began,
            operator=OPERATOR,
            plan="",
            inputs=inputs or {},
            environment=ev.Environment(profile="test", backends={}, channels=channels or {}),
            engine="test",
            diagnose_only=diagnose_only,
        )

    def run(self, most: int = 100_000) -> "Host":
        """Until the run is over, nothing is left to happen, or `most` events were taken."""
        self.feed(self._started)
        while self._queue and len(self.events) < most and self.finish is None:
            self.run_one()
        return self

    def run_one(self) -> None:
        """Let the next thing happen."""
        at, _, event = heapq.heappop(self._queue)
        if isinstance(event, ev.TimerFired) and event.timer in self._stopped:
            return
        self.now = max(self.now, at)
        self.feed(event)

    def feed(self, event: ev.Event) -> None:
        """Take one event, then answer what it asks for."""
        self.feed_quietly(event)
        for command in self.batches[-1]:
            self._answer(command)

    def feed_quietly(self, event: ev.Event) -> None:
        """Take one event and answer nothing: the process ends here."""
        self.events.append(event)
        self.state, commands = advance(self.state, event)
        self.batches.append(commands)

    def _later(self, at: datetime, event: ev.Event) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, event))

    def _answer(self, command: co.Command) -> None:
        match command:
            case co.Perform():
                self._later(self.now, ev.CallBegan(at=self.now, call=command.call))
                at = self.now + self._took(command)
                reply = self._calls(command)
                if reply is None:
                    reply = plain_reply(command)
                self._later(at, _ended(command, reply, at))
            case co.StartTimer():
                due = max(command.due, self.now)
                self._later(due, ev.TimerFired(at=due, timer=command.timer))
            case co.StopTimer():
                self._stopped.add(command.timer)
            case co.AskPeople():
                answer = self._people(command)
                if answer is not None:
                    delay, person, said = answer
                    at = self.now + delay
                    self._later(
                        at,
                        ev.Answered(at=at, question=command.question, person=person, answer=said),
                    )
            case co.Finish():
                self.finish = command
            case co.Withdraw() | co.Show():
                pass

    # -- what a test asks about ------------------------------------------------------------

    @property
    def commands(self) -> list[co.Command]:
        return [one for batch in self.batches for one in batch]

    def shown(self, kind: type[N]) -> list[N]:
        """All notices of one kind."""
        return [
            one.notice
            for one in self.commands
            if isinstance(one, co.Show) and isinstance(one.notice, kind)
        ]

    def notices(self) -> list[Notice]:
        return [one.notice for one in self.commands if isinstance(one, co.Show)]

    def requests(self, kind: type[N]) -> list[N]:
        """All requests of one kind, in order."""
        return [
            one.request
            for one in self.commands
            if isinstance(one, co.Perform) and isinstance(one.request, kind)
        ]

    def asked(self, kind: str) -> list[co.AskPeople]:
        return [one for one in self.commands if isinstance(one, co.AskPeople) and one.kind == kind]

    @property
    def outcome(self) -> str:
        return self.finish.outcome if self.finish is not None else "not finished"


def approve_everything(ask: co.AskPeople) -> tuple[timedelta, ev.Person, Answer] | None:
    """The engineer on call says yes to every plan after a minute, and to nothing else."""
    if ask.kind in ("plan", "approve", "doubt"):
        return yes(ask)
    return None


def yes(
    ask: co.AskPeople, person: ev.Person = OPERATOR, after: timedelta = timedelta(minutes=1)
) -> tuple[timedelta, ev.Person, Answer]:
    """An approval of what is shown."""
    return after, person, ev.Approved(digest=ask.plan.digest if ask.plan is not None else "")


def plain_reply(command: co.Perform) -> Reply:
    """Succeed with as little as possible: nothing found, one row changed."""
    request = command.request
    match request:
        case co.OperationRequest() | co.NotifyRequest():
            return Succeeded(Datum(None))
        case co.QueryRequest(query=query):
            return Succeeded(Datum(() if query.kind == "all" else None))
        case co.PlanRequest():
            return Planned(plan=plan_for(request))
        case co.ApplyRequest():
            return Applied(rows=request.approved.rows, images=images_of(request.approved))
        case co.UndoRequest():
            return Undone(rows=len(request.images))
        case co.SettleRequest():
            return ev.Settled(
                at=BEGAN, call=command.call, verdict="not applied", evidence="no marker row"
            )


def plan_for(request: co.PlanRequest, version: int = 1) -> ChangePlan:
    """One row for every statement."""
    parts: list[PlannedStatement | PlannedOperation] = []
    for action in request.actions:
        if isinstance(action, SqlAction):
            parts.extend(
                PlannedStatement(
                    kind="update",
                    table="things",
                    rows=(image(len(parts)),),
                    count=1,
                )
                for _ in action.statements
            )
        else:
            parts.append(PlannedOperation(operation=action.operation, arguments=action.arguments))
    undo = request.undo or UndoPlan(kind="derived", text="put the old values back")
    return ChangePlan(
        parts=tuple(parts),
        digest=hashlib.sha256(f"{version} {request.actions!r}".encode()).hexdigest(),
        undo=undo,
        rows=sum(isinstance(one, PlannedStatement) for one in parts),
    )


def image(key: int) -> RowImage:
    return RowImage(
        table="things",
        key=Datum(Row({"id": key})),
        before=Datum(Row({"state": "old"})),
        after=Datum(Row({"state": "new"})),
    )


def images_of(plan: ChangePlan) -> tuple[RowImage, ...]:
    return tuple(row for one in plan.parts if isinstance(one, PlannedStatement) for row in one.rows)


def _ended(command: co.Perform, reply: Reply, at: datetime) -> ev.Event:
    call = command.call
    match command.request:
        case co.OperationRequest() | co.QueryRequest() | co.NotifyRequest():
            return ev.CallEnded(at=at, call=call, outcome=reply)  # type: ignore[arg-type]
        case co.PlanRequest():
            return ev.ChangePlanned(at=at, call=call, outcome=reply)  # type: ignore[arg-type]
        case co.ApplyRequest():
            return ev.ChangeApplied(at=at, call=call, outcome=reply)  # type: ignore[arg-type]
        case co.UndoRequest():
            return ev.ChangeUndone(at=at, call=call, outcome=reply)  # type: ignore[arg-type]
        case co.SettleRequest():
            assert isinstance(reply, ev.Settled)
            return ev.Settled(
                at=at,
                call=call,
                verdict=reply.verdict,
                evidence=reply.evidence,
                applied=reply.applied,
                outcome=reply.outcome,
            )


def assert_folds_again(host: Host, every: int = 1) -> None:
    """The journal gives the same commands from the start, and from every saved state on the way."""
    from rbengine.runtime.fold import fold
    from rbengine.runtime.saved import decode_state, encode_state

    steps = list(fold(host.plan, host.events))
    lines = [encode_state(state) for _, _, state in steps]
    assert [commands for _, commands, _ in steps] == host.batches
    for place in range(0, len(steps), every):
        line = lines[place]
        state = decode_state(host.plan, line)
        assert encode_state(state) == line
        rest = list(fold(host.plan, host.events[place + 1 :], state))
        assert [commands for _, commands, _ in rest] == host.batches[place + 1 :]
    # A state is a value: what came after has not changed it.
    assert [encode_state(state) for _, _, state in steps] == lines
