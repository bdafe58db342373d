"""A legal host that does its worst within the protocol, and keeps what really happened beside what it was told."""

import random
from datetime import datetime, timedelta
from typing import Any

from rbengine.contract.changes import Applied, Drifted, Planned
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.types import Optional, Scalar, Type
from rbengine.contract.values import Datum, Row, Value
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime.frames import (
    AtomicFrame,
    BranchFrame,
    DiagnosisFrame,
    StepFrame,
    WithinFrame,
)
from rbengine.runtime.state import Fiber
from support.machine import BEGAN, MANAGER, OPERATOR, Host, images_of, plan_for

KINDS: tuple[Any, ...] = (
    "unavailable",
    "rate_limited",
    "timeout",
    "invalid",
    "conflict",
    "not_found",
)
SECOND = ev.Person(id="u3", name="Otto", role="on_call")
GOOD = 0.3
"""The roll that means: it succeeds, and is done as asked."""
ORDER_STATES = ("open", "paid", "cancelled")


def found(rng: random.Random, request: co.QueryRequest | co.OperationRequest) -> Value:
    """An answer of the type that the request promises."""
    if isinstance(request, co.QueryRequest):
        count = rng.choice([1, 1, 2]) if request.query.kind == "all" else 1
        rows = tuple(_account(rng, number) for number in range(count))
        match request.query.kind:
            case "all":
                return rows
            case "value":
                return rng.randint(0, 3)
            case "maybe" if rng.random() < 0.3:
                return None
            case _:
                return rows[0]
    orders = tuple(order(rng, number) for number in range(rng.choice([0, 0, 1, 2])))
    if request.operation == "shop.orders":
        return orders
    return orders[0] if orders else None


def order(rng: random.Random, number: int) -> Row:
    """One of the shop."""
    return Row({"id": f"o{number}", "status": rng.choice(ORDER_STATES)})


def _account(rng: random.Random, number: int) -> Row:
    return Row({
        "id": f"a{number}", "name": "Ada", "email": "ada@a.test", "frozen": rng.random() < 0.5,
        "credits": rng.choice([3, 45, 95]), "tier": "free",
    })  # fmt: skip


def given(rng: random.Random, ask: co.AskPeople) -> ev.Gave:
    """What people may answer."""
    if ask.kind == "manual":
        return ev.Gave(values={one.name: Datum(_of(rng, one.type)) for one in ask.gives})
    if ask.choices:
        return ev.Gave(values={"answer": Datum(rng.choice(ask.choices).name)})
    return ev.Gave(values={"answer": Datum(_of(rng, ask.answer_type))})


def _of(rng: random.Random, type_: Type | None) -> Value:
    match type_:
        case Scalar(name="bool"):
            return rng.random() < 0.5
        case Scalar(name="duration"):
            return timedelta(minutes=3)
        case Optional() if rng.random() < 0.5:
            return None
        case _:
            return "yes"


class WorstHost(Host):
    """Refuses, loses answers, lets rows drift, crashes, and lets people say anything at any time.

    `effects` counts how often each key really took effect: a crash or a lost answer does not undo it.
    """

    def __init__(
        self, plan: Plan, rng: random.Random, *, badness: float, crashes: int = 0, **more: Any
    ) -> None:
        """`badness`: how often something other than the plainest thing happens."""
        self.rng = rng
        self._refuses = rng.random() < 0.1
        """Whether no change is ever made here, as if the service were down for all of them."""
        self.effects: dict[str, int] = {}
        self.proven: datetime | None = None
        """When `verify` passed."""
        self.tries: dict[int, int] = {}
        """How often each call may be made where it stands, as its step says."""
        self.in_atomic: set[str] = set()
        """Keys of changes that were made inside an `all or nothing`."""
        self.crashes = crashes
        self.badness = badness
        self._effect_of: dict[int, str] = {}
        inputs = {"pause": Datum(timedelta(minutes=rng.choice([1, 2, 9])))}
        super().__init__(
            plan, calls=self._reply, people=self._say, took=self._took_some, inputs=inputs, **more
        )

    def _took_some(self, _: co.Perform) -> timedelta:
        return timedelta(seconds=self.rng.choice([0, 0, 1, 20]))

    def _roll(self) -> float:
        return self.rng.random() if self.rng.random() < self.badness else GOOD

    def _reply(self, perform: co.Perform) -> Any:
        roll = self._roll()
        request = perform.request
        fiber = self.state.fibers.get(self.state.calls[perform.call].fiber)
        if fiber is not None:
            self.tries[perform.call] = self._tries_at(fiber)
        match request:
            case co.SettleRequest():
                return self._settle(perform)
            case co.ApplyRequest():
                return self._apply(perform, request, roll)
            case co.UndoRequest():
                if roll < 0.1:
                    return Unsettled("lost")
                return Refused("conflict", "moved") if roll < 0.2 else None
            case co.PlanRequest():
                if roll < 0.25:
                    return Refused(self.rng.choice(KINDS), "cannot be planned")
                return Planned(plan=plan_for(request, self.rng.randint(1, 3)))
            case co.OperationRequest(effect="tell"):
                if roll < 0.8:
                    self._effect_of[perform.call] = perform.key
                    return Unsettled("lost") if roll < 0.1 else None
                return Unsettled("lost") if roll < 0.9 else Refused(self.rng.choice(KINDS), "no")
            case co.QueryRequest() | co.OperationRequest():
                if roll < 0.15:
                    return Refused(self.rng.choice(KINDS), "no")
                if roll < 0.2:
                    return Unsettled("lost")
                return Succeeded(Datum(found(self.rng, request)))
            case _:
                return Refused("unavailable", "no mail") if roll < 0.1 else None

    def _tries_at(self, fiber: Fiber) -> int:
        """By the innermost step that says `retry`; what is read in a `within` is repeated by its next look."""
        frames = fiber.frames
        while isinstance(outer := frames[0] if frames else None, BranchFrame):
            frames = self.state.fibers[outer.parent].frames + frames
        for one in reversed(frames):
            if isinstance(one, StepFrame) and one.retry is not None:
                return 1 + one.retry.times
            if isinstance(one, WithinFrame | DiagnosisFrame):
                return 1
        return 1

    def _apply(self, perform: co.Perform, request: co.ApplyRequest, roll: float) -> Any:
        fiber = self.state.fibers[self.state.calls[perform.call].fiber]
        if any(isinstance(one, AtomicFrame) for one in fiber.frames):
            self.in_atomic.add(perform.key)
        if self._refuses:
            return Refused("unavailable", "down")
        if roll < 0.4:
            self._effect_of[perform.call] = perform.key
            return None
        if roll < 0.52:
            self._effect_of[perform.call] = perform.key
            return Unsettled("lost, but done")
        if roll < 0.66:
            return Unsettled("lost, not done")
        if roll < 0.85:
            asked = co.PlanRequest(actions=request.actions, undo=request.approved.undo)
            return Drifted(plan=plan_for(asked, self.rng.randint(4, 10**6)))
        return Refused(self.rng.choice(KINDS[:4]), "no")

    def _settle(self, perform: co.Perform) -> ev.Settled:
        assert isinstance(perform.request, co.SettleRequest)
        request = perform.request.request
        done = self.effects.get(perform.key, 0) > 0
        if isinstance(request, co.UndoRequest):
            done = self.rng.random() < 0.5
        if self.rng.random() < 0.4:
            return ev.Settled(at=self.now, call=0, verdict="unclear", evidence="no trace")
        applied = None
        if done and isinstance(request, co.ApplyRequest):
            applied = Applied(rows=request.approved.rows, images=images_of(request.approved))
        return ev.Settled(
            at=self.now,
            call=0,
            verdict="applied" if done else "not applied",
            evidence="looked",
            applied=applied,
        )

    def _say(self, ask: co.AskPeople) -> Any:
        roll = self._roll()
        after = max(ask.due - self.now, timedelta(0)) * self.rng.choice(
            [0, 0.1, 0.3, 0.5, 0.9, 1.1]
        )
        people = [OPERATOR, SECOND, MANAGER]
        if self.rng.random() > self.badness / 4:  # who may not answer does so now and then
            people = [one for one in people if one.role in ask.by] or people
        person = self.rng.choice(people)
        if roll < 0.06:
            return None
        if ask.kind == "doubt":
            # People tell the truth here: what they get wrong is not the machine's mistake.
            question = self.state.questions[ask.question]
            assert question.of is not None
            done = self.effects.get(question.of.key, 0) > 0
            if not done and roll < 0.5:
                return after, person, ev.Declined(reason="it is not there")
            word = "applied" if done else "not applied"
            return after, person, ev.Gave(values={"answer": Datum(word)})
        if roll < 0.25:
            return after, person, ev.Declined(reason="no")
        if ask.kind in ("ask", "choose", "manual"):
            return after, person, given(self.rng, ask)
        digest = ask.plan.digest if ask.plan is not None else ""
        return after, person, ev.Approved(digest="other" if roll < 0.29 else digest)

    def _answer(self, command: co.Command) -> None:
        super()._answer(command)
        if isinstance(command, co.AskPeople) and command.how_many > 1:
            super()._answer(command)  # a second person says something too

    def feed_quietly(self, event: ev.Event) -> None:
        if isinstance(event, ev.CallBegan) and event.call in self._effect_of:
            key = self._effect_of[event.call]
            self.effects[key] = self.effects.get(key, 0) + 1
        super().feed_quietly(event)
        if self.proven is None and self.state.course.verified_at >= 0:
            self.proven = event.at

    def feed(self, event: ev.Event) -> None:
        super().feed(event)
        if self.crashes and self.finish is None and self.rng.random() < 0.03:
            self.crashes -= 1
            self._queue.clear()
            self._effect_of.clear()
            later = self.now + timedelta(seconds=self.rng.choice([0, 0, 50, 700]))
            self.now = later
            super().feed(ev.Resumed(at=later, host="next", epoch=9 - self.crashes))

    def take_back(self) -> None:
        """The run is over, and somebody has what it left standing taken back."""
        self.finish = None
        self.feed(ev.Closed(at=self.now, outcome="failed"))
        self.feed(ev.Resumed(at=self.now, host="other", epoch=10))
        self.feed(ev.UndoOrdered(at=self.now, person=OPERATOR))
        while self._queue and self.finish is None:
            self.run_one()


def run_of(
    plan: Plan, seed: int, *, badness: float | None = None, diagnose_only: bool = False
) -> WorstHost:
    """The plan's run in the world of this seed, to its end."""
    rng = random.Random(seed)
    also: list[ev.Event] = []
    for _ in range(rng.choice([0, 0, 1, 3])):
        at = BEGAN + timedelta(seconds=rng.randint(0, 2400))
        also.append(ev.Acknowledged(at=at, person=MANAGER))
    if rng.random() < 0.2:
        at = BEGAN + timedelta(seconds=rng.randint(0, 900))
        also.append(ev.Cancelled(at=at, person=OPERATOR, reason="enough"))
    host = WorstHost(
        plan,
        rng,
        badness=rng.choice([0.05, 0.3, 0.6]) if badness is None else badness,
        crashes=rng.choice([0, 0, 3]),
        also=also,
        diagnose_only=diagnose_only,
    )
    host.run(most=20_000)
    if host.finish is not None and len(host.state.ledger) and rng.random() < 0.3:
        host.take_back()
    return host
