"""Hosts that use all the time they may: calls to their last moment, or people to theirs."""

import random
from datetime import timedelta
from typing import Any

from rbengine.contract.changes import Applied, Drifted
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.work import ChangeWork
from rbengine.semantics.worst import Path
from support.machine import MANAGER, OPERATOR, Answer, Host, images_of, plan_for
from support.worst_host import KINDS, SECOND, found, given

ZERO = timedelta(0)
MOMENT = timedelta(microseconds=1)
INPUTS = {"pause": Datum(timedelta(minutes=9))}


class Timed(Host):
    """Keeps how long the run took until it was proven or over: what comes behind that is no longer counted."""

    def __init__(self, plan: Plan, **more: Any) -> None:
        self.took = ZERO
        super().__init__(plan, **more)

    def feed_quietly(self, event: ev.Event) -> None:
        course = self.state.course
        if self.events and course.ending is None and course.verified_at < 0 and self._is_own(event):
            self.took = event.at - self.events[0].at
        super().feed_quietly(event)

    def _is_own(self, event: ev.Event) -> bool:
        """Escalations go on beside it: nobody waits for them."""
        match event:
            case ev.TimerFired(timer=number):
                timer = self.state.timers.get(number)
                return timer is not None and timer.why in (
                    "retry",
                    "wait",
                    "within",
                    "question",
                    "approval",
                )
            case ev.CallEnded(call=number):
                return not isinstance(self.state.calls[number].request, co.NotifyRequest)
            case _:
                return not isinstance(event, ev.CallBegan)

    def longest(self, paths: tuple[Path, ...]) -> timedelta:
        """The bound of the path that was taken; the longest of all where that was more than one, or none."""
        entered = [
            one for one in self.shown(no.SectionEntered) if one.kind in ("resolve", "otherwise")
        ]
        if len(self.state.course.found) <= 1 and entered:
            own = f"resolve {entered[0].finding}" if entered[0].finding else "otherwise"
            return next(one.worst.time for one in paths if one.own == own and one.resolves <= 1)
        return max(one.worst.time for one in paths)


class SlowHost(Timed):
    """Every call takes all the time it may, or some of it, and ends in any way. People answer at once."""

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self._rng = rng
        self._badness = rng.choice([0.1, 0.4, 0.8])
        super().__init__(plan, calls=self._reply, people=self._say, took=self._takes, inputs=INPUTS)

    def _takes(self, call: co.Perform) -> timedelta:
        if isinstance(call.request, co.NotifyRequest):
            return ZERO
        return call.timeout * self._rng.choice([1, 1, 1, 1, 0.5, 0])

    def _reply(self, call: co.Perform) -> Any:
        rng, request = self._rng, call.request
        if isinstance(request, co.SettleRequest):
            return _settled(self, rng.choice(["applied", "not applied", "not applied", "unclear"]))
        if isinstance(request, co.NotifyRequest):
            return None
        if rng.random() < self._badness:
            return self._badly(request)
        if isinstance(request, co.QueryRequest | co.OperationRequest):
            return Succeeded(Datum(found(rng, request)))
        return None

    def _badly(self, request: co.Request) -> Any:
        rng = self._rng
        if isinstance(request, co.ApplyRequest) and rng.random() < 0.4:
            asked = co.PlanRequest(actions=request.actions, undo=request.approved.undo)
            return Drifted(plan=plan_for(asked, rng.randint(4, 10**6)))
        if rng.random() < 0.5:
            return Unsettled("lost")
        return Refused(rng.choice([*KINDS, "timeout", "unavailable"]), "no")

    def _say(self, ask: co.AskPeople) -> tuple[timedelta, ev.Person, Answer]:
        return ZERO, _who(ask), _said(self._rng, ask)

    def _answer(self, command: co.Command) -> None:
        super()._answer(command)
        if isinstance(command, co.AskPeople) and command.how_many > 1:
            self._later(self.now, _answered(self, command, MANAGER))


class LateHost(Timed):
    """No call takes any time, and answers get lost; people answer at their last moment, or let it pass.

    `asked`: how long people took for what the playbook asks, each question and plan once; `again`: how often they were
    asked beyond that.
    """

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self._rng = rng
        self._badness = rng.choice([0.05, 0.3])
        self.asked_for = ZERO
        self.again = 0
        self.most_again = 0
        """How often that may be: as often as the world has done what people are asked again for."""
        self._open: dict[int, Any] = {}
        super().__init__(
            plan, calls=self._reply, people=self._say, took=lambda _: ZERO, inputs=INPUTS
        )

    def _reply(self, call: co.Perform) -> Any:
        rng, request = self._rng, call.request
        match request:
            case co.ApplyRequest():
                roll = rng.random()
                if roll < self._badness:
                    asked = co.PlanRequest(actions=request.actions, undo=request.approved.undo)
                    return Drifted(plan=plan_for(asked, rng.randint(4, 10**6)))
                return Unsettled("lost") if roll < 2 * self._badness else None
            case co.SettleRequest():
                return _settled(self, rng.choice(["applied", "not applied", "unclear", "unclear"]))
            case co.QueryRequest() | co.OperationRequest():
                if rng.random() < self._badness / 2:
                    return Unsettled("lost")
                return Succeeded(Datum(found(rng, request)))
            case _:
                return None

    def _say(self, ask: co.AskPeople) -> tuple[timedelta, ev.Person, Answer] | None:
        if self._rng.random() < 0.1:
            return None
        return ask.due - self.now - MOMENT, _who(ask), _said(self._rng, ask)

    def _answer(self, command: co.Command) -> None:
        super()._answer(command)
        if isinstance(command, co.AskPeople) and command.how_many > 1:
            self._later(command.due - MOMENT, _answered(self, command, MANAGER))

    def feed_quietly(self, event: ev.Event) -> None:
        is_counted = self.state.course.ending is None and self.state.course.verified_at < 0
        super().feed_quietly(event)
        if is_counted:
            self._note_questions(event)

    def _note_questions(self, event: ev.Event) -> None:
        shown_again = False
        limits = self.plan.policy.limits
        for command in self.batches[-1]:
            match command:
                case co.Show(notice=no.ChangeShown(again=again)):
                    shown_again = again
                case co.AskPeople(question=number, kind=kind, due=due) if (
                    number not in self._open and kind != "undo"
                ):
                    once = not (kind == "doubt" or (kind == "plan" and shown_again))
                    self._open[number] = (event.at, once)
                    self.again += not once
                    most = limits.question if kind == "doubt" else self.plan.policy.approvals_expire
                    assert once or due - event.at <= most
                case co.Show(notice=no.WasAnswered(question=number)) if number in self._open:
                    since, once = self._open[number]
                    self._open[number] = (
                        event.at,
                        once,
                    )  # of two approvals the second adds what is left
                    if once:
                        self.asked_for += event.at - since
                case co.Perform(request=co.ApplyRequest()):
                    self.most_again += 1  # its approval may have run out, or what it saw have moved
                case co.Perform(request=co.SettleRequest()):
                    self.most_again += 1
                case _:
                    pass


class LastMomentHost(Timed):
    """Every call takes all its time, and ends well only when nothing is left that may go wrong before."""

    def __init__(self, plan: Plan, tries: int) -> None:
        """`tries`: how often each call is repeated, as its step says."""
        self._tries = tries
        super().__init__(
            plan, calls=self._reply, people=self._say, inputs={one.name: INPUTS[one.name] for one in plan.inputs},
            took=lambda call: ZERO if isinstance(call.request, co.NotifyRequest) else call.timeout,
        )  # fmt: skip

    def _reply(self, call: co.Perform) -> Any:
        last = call.attempt > self._tries
        match call.request:
            case co.SettleRequest(request=co.ApplyRequest(approved=approved)) if last:
                done = Applied(rows=approved.rows, images=images_of(approved))
                return _settled(self, "applied", done)
            case co.SettleRequest(request=request):
                is_done = last or isinstance(request, co.UndoRequest)
                return _settled(self, "applied" if is_done else "not applied")
            case co.UndoRequest() | co.OperationRequest(effect="tell"):
                return Unsettled("lost")
            case co.ApplyRequest(actions=actions, approved=approved):
                work = self.state.fibers[self.state.calls[call.call].fiber].work
                assert isinstance(work, ChangeWork)
                if work.replans == self.plan.policy.limits.replan:
                    return Unsettled("lost")
                asked = co.PlanRequest(actions=actions, undo=approved.undo)
                return Drifted(plan=plan_for(asked, work.replans + 2))
            case co.NotifyRequest():
                return None
            case _ if not last and self.state.course.diagnosis is not None:
                return Refused("timeout", "late")
            case co.QueryRequest() | co.OperationRequest() as request:
                return Succeeded(Datum(_frozen(request)))
            case _:
                return None

    def _say(self, ask: co.AskPeople) -> tuple[timedelta, ev.Person, Answer]:
        return ZERO, _who(ask), _said(random.Random(0), ask)


def _settled(host: Host, verdict: Any, applied: Applied | None = None) -> ev.Settled:
    return ev.Settled(at=host.now, call=0, verdict=verdict, evidence="looked", applied=applied)


def _frozen(request: co.QueryRequest | co.OperationRequest) -> Any:
    """What makes the finding hold, and nothing that is waited for come."""
    if isinstance(request, co.OperationRequest):
        return None if request.operation == "shop.latest_order" else ()
    value = found(random.Random(1), request)
    return Row({**value, "frozen": True}) if isinstance(value, Row) else value


def _who(ask: co.AskPeople) -> ev.Person:
    """Somebody who may answer and does not run the playbook."""
    if MANAGER.role in ask.by and ask.how_many == 1:
        return MANAGER
    return SECOND if SECOND.role in ask.by else OPERATOR


def _said(rng: random.Random, ask: co.AskPeople) -> Answer:
    if ask.kind == "doubt":
        return ev.Gave(values={"answer": Datum(rng.choice(["applied", "not applied"]))})
    if ask.kind in ("ask", "choose", "manual"):
        return given(rng, ask)
    return ev.Approved(digest=ask.plan.digest if ask.plan is not None else "")


def _answered(host: Host, ask: co.AskPeople, person: ev.Person) -> ev.Answered:
    return ev.Answered(
        at=host.now, question=ask.question, person=person, answer=_said(random.Random(0), ask)
    )
