"""Generated playbooks for the machine, and a legal host that does its worst within the protocol."""

import random
from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from rbengine.contract.changes import Applied, Drifted, Planned
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.policy import ApprovalRule, EscalationRung, SeverityPolicy
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from support.machine import MANAGER, OPERATOR, Host, images_of, plan_for
from support.programs import (
    POLICY,
    call,
    change,
    finding,
    is_,
    k,
    operation,
    program,
    read,
    sql,
    v,
)

KINDS: tuple[Any, ...] = (
    "unavailable",
    "rate_limited",
    "timeout",
    "invalid",
    "conflict",
    "not_found",
)
MINUTE = timedelta(minutes=1)
GOOD = 0.5
"""The roll that means: it succeeds, and is done as asked."""


class Writer:
    """Writes one section: bodies nest, and every jump knows its target."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.code: list[c.Instruction] = []
        self.names = 0

    def fresh(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}_{self.rng.randrange(10**6)}"

    def some(self, depth: int, forms: list[str], most: int = 3) -> None:
        for _ in range(self.rng.randint(0, most)):
            self.one(depth, forms)

    def one(self, depth: int, forms: list[str]) -> None:
        flat = {
            "let",
            "call",
            "tell",
            "read",
            "change",
            "note",
            "escalate",
            "sleep",
            "check",
            "ask",
            "procedure",
        }
        choices = [one for one in forms if depth > 0 or one in flat] or ["note"]
        getattr(self, f"_{self.rng.choice(choices)}")(depth - 1, forms)

    def _let(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(c.Let(name=self.fresh("n"), value=k(self.rng.randint(0, 3))))

    def _call(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(
            call("thing.look", self.fresh("got"), tried=self.rng.random() < 0.2, n=v("seed"))
        )

    def _read(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(read(self.fresh("row"), tried=self.rng.random() < 0.2))

    def _tell(self, _depth: int, _forms: list[str]) -> None:
        to = k("a@b.c") if self.rng.random() < 0.7 else k(("a@b.c", "d@e.f"))
        self.code.append(call(self.fresh("mail.send"), effect="tell", to=to))

    def _note(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(c.TakeNote(k("noted")))

    def _escalate(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(c.EscalateTo(reason=k("help"), to=self.rng.choice([(), ("lead",)])))

    def _sleep(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(c.Sleep(k(MINUTE * self.rng.randint(0, 9))))

    def _check(self, _depth: int, _forms: list[str]) -> None:
        condition = k(True) if self.rng.random() < 0.8 else is_(v("seed"), k(1))
        self.code.append(c.CheckThat(condition=condition, otherwise=k("not so")))

    def _ask(self, _depth: int, _forms: list[str]) -> None:
        kind = self.rng.choice(["ask", "approve", "manual"])
        spec = c.QuestionSpec(
            kind=kind,
            text=k("Well?"),
            within=k(MINUTE * 10),
            by=("on_call",),  # type: ignore[arg-type]
        )
        self.code.append(c.Pose(bind=self.fresh("said"), question=spec))

    def _procedure(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(
            c.CallProcedure(
                bind=self.fresh("gave"),
                procedure="helper",
                arguments=(),
                tried=self.rng.random() < 0.3,
            )
        )

    def _change(self, _depth: int, _forms: list[str]) -> None:
        label = self.fresh("change ")
        form = self.rng.randrange(4)
        made = change(label)
        if form == 1:
            each = c.EachPart(name="m", items=items(self.rng), at_most=3, parts=(sql(),))
            made = change(label, each)
        elif form == 2:
            undo = c.WrittenUndo((operation("thing.remove", made=v("result")),))
            made = change(label, operation("thing.add"), undo=undo)
        elif form == 3:
            made = change(label, operation("thing.burn"), undo=c.IrreversibleUndo(k("burnt")))
        self.code.append(made)

    def _step(self, depth: int, forms: list[str]) -> None:
        retry = None
        if self.rng.random() < 0.7:
            retry = c.RetrySpec(
                times=self.rng.randint(1, 2), every=timedelta(seconds=5), doubling=True
            )
        self.code.append(c.StepBegin(label=k(self.fresh("step ")), retry=retry))
        self.some(depth, forms)
        self.code.append(c.StepEnd())

    def _atomic(self, depth: int, forms: list[str]) -> None:
        self.code.append(c.AtomicBegin())
        self.some(depth, forms)
        self.code.append(c.AtomicEnd())

    def _if(self, depth: int, forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        self.some(depth, forms)
        end = len(self.code)
        condition = is_(v("seed"), k(self.rng.randint(0, 3)))
        self.code[at] = c.JumpUnless(condition=condition, to=end)

    def _try(self, depth: int, forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        self.some(depth, forms)
        ends = len(self.code)
        self.code.append(c.Jump(0))
        entry = len(self.code)
        self.code.append(c.TakeNote(k("handled")))
        end = len(self.code) + 1
        self.code.append(c.Jump(end))
        kinds = tuple(self.rng.sample([*KINDS, "refused", "unanswered", "check"], 4))
        self.code[at] = c.TryBegin(handlers=(c.FailureHandler(kinds=kinds, entry=entry),))
        self.code[ends] = c.TryEnd(to=end)

    def _each(self, depth: int, forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        self.some(depth, forms, 2)
        if self.rng.random() < 0.3:
            self.code.append(c.SkipItem(k("left")))
        elif self.rng.random() < 0.5:
            self.code.append(c.GiveItem(k(1)))
        self.code.append(c.EachEnd(begin=at))
        self.code[at] = self._each_begin(1)

    def _crowd(self, _depth: int, forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        inside = ["call", "read", "let", "step"]
        self.some(1, [*inside, "tell"] if "tell" in forms else inside, 2)
        self.code.append(c.EachEnd(begin=at))
        self.code[at] = self._each_begin(2)

    def _each_begin(self, at_a_time: int) -> c.EachBegin:
        return c.EachBegin(
            name=self.fresh("item"),
            items=items(self.rng),
            at_most=3,
            at_a_time=at_a_time,
            end=len(self.code),
            collect=self.fresh("list"),
        )

    def _fork(self, depth: int, _forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        entries = []
        for _ in range(self.rng.randint(1, 3)):
            entries.append(len(self.code))
            self.some(depth, ["call", "read", "let", "step", "fork"], 2)
            self.code.append(c.BranchEnd())
        self.code[at] = c.Fork(entries=tuple(entries), join=len(self.code))

    def _within(self, depth: int, _forms: list[str]) -> None:
        at = len(self.code)
        self.code.append(c.Jump(0))
        self.some(depth, ["call", "read", "let", "step", "fork"], 2)
        until = len(self.code)
        wanted = is_(v("seed"), k(self.rng.randint(0, 3)))
        self.code.append(c.Until(condition=wanted, begin=at, text="so"))
        done = len(self.code)
        expired = None
        if self.rng.random() < 0.5:
            expired = done
        self.code[at] = c.WithinBegin(
            duration=k(MINUTE * 2), every=k(timedelta(seconds=40)), expired=expired, done=done, until=until
        )  # fmt: skip

    def _rediagnose(self, _depth: int, _forms: list[str]) -> None:
        self.code.append(c.Rediagnose(bind=self.fresh("clean")))


READING = ["let", "call", "read", "check", "step", "if", "try", "each", "fork", "within", "crowd"]
ACTING = [
    *READING, *["change"] * 6, "step", "step", "atomic", "atomic",
    "tell", "note", "escalate", "sleep", "ask", "procedure",
]  # fmt: skip
PROVING = [*READING, "rediagnose"]


def items(rng: random.Random) -> ex.Expr:
    """Zero to three rows, each with an id of its own; sometimes more than the bound allows."""
    count = rng.choice([0, 1, 2, 3, 3, 4])
    return k(tuple(Row({"id": f"i{number}"}) for number in range(count)))


def body(rng: random.Random, forms: list[str], most: int = 4) -> list[c.Instruction]:
    writer = Writer(rng)
    writer.some(3, forms, most)
    return writer.code


def playbook(rng: random.Random) -> Plan:
    """A playbook of all forms, small enough that a run is quick."""
    names = ["one", "two", "three"][: rng.randint(0, 3)]
    diagnose = [c.Let(name="seed", value=ex.Constant(Datum(rng.randint(0, 3))))]
    diagnose += _moved(body(rng, READING, 2), 1)
    stop = c.StopRun(outcome=rng.choice(["resolved", "handed over"]), reason=k("enough"))
    resolves = {}
    for name in names:
        code = body(rng, ACTING)
        if rng.random() < 0.2:
            code.append(stop)
        resolves[name] = code
    rungs = rng.choice(
        [
            (),
            (EscalationRung(when="after", after=MINUTE * 30, to=("lead",)),),
            (
                EscalationRung(when="at once", to=("lead",)),
                EscalationRung(when="again after", after=MINUTE * 15),
            ),
        ]
    )
    approvals = rng.choice(
        [
            (ApprovalRule(about="changes", by=("on_call",)),),
            (
                ApprovalRule(about="changes", by=("manager",)),
                ApprovalRule(about="break glass", by=("on_call",), after=MINUTE * 5),
            ),
            (
                ApprovalRule(about="changes", by=("on_call",)),
                ApprovalRule(about="free changes", threshold=1),
            ),
        ]
    )
    if rng.random() < 0.5:
        letters = ApprovalRule(about="messages", threshold=1, by=("on_call", "manager"))
        approvals = (*approvals, letters)
    severity = SeverityPolicy(name="P2", title="", rungs=rungs, approvals=approvals)
    return program(
        diagnose=diagnose,
        findings=[
            finding(name, is_(v("seed"), k(rng.randint(0, 3))), needs=rng.choice([(), ("seed",), ("gone",)]))
            if rng.random() < 0.25
            else finding(name, k(True))
            for name in names
        ],
        resolves=resolves,
        otherwise=body(rng, ACTING) if rng.random() < 0.9 else None,
        verify=body(rng, PROVING) if rng.random() < 0.7 else None,
        recover=body(rng, ACTING) if rng.random() < 0.5 else None,
        on_breach=[c.EscalateTo(reason=k("late"))] if rng.random() < 0.5 else None,
        procedures={"helper": body(rng, [one for one in ACTING if one != "procedure"], 2)},
        policy=replace(POLICY, severities=(severity,)),
        mttr=rng.choice([None, MINUTE * 3, MINUTE * 60]),
    )  # fmt: skip


def unwinding_playbook(rng: random.Random) -> Plan:
    """Changes and messages in an `all or nothing` that comes to nothing at its end."""
    writer = Writer(rng)
    for _ in range(rng.randint(2, 7)):
        rng.choice([writer._change, writer._change, writer._change, writer._tell])(0, [])
    check = c.CheckThat(condition=k(False), otherwise=k("not so"))
    before = [change("before")] if rng.random() < 0.5 else []
    return program(
        otherwise=[*before, c.AtomicBegin(), *writer.code, check, c.AtomicEnd()],
    )


def _moved(code: list[c.Instruction], by: int) -> list[c.Instruction]:
    from support.programs import _shifted

    return [_shifted(one, by) for one in code]


class WorstHost(Host):
    """Refuses, loses answers, lets rows drift, crashes, and lets people say anything at any time.

    `effects` counts how often each key really took effect: a crash or a lost answer does not undo it.
    """

    def __init__(
        self, plan: Plan, rng: random.Random, *, crashes: bool = True, **more: Any
    ) -> None:
        self.rng = rng
        self.effects: dict[str, int] = {}
        self.undone: set[str] = set()
        self.person_said_not: set[str] = set()
        self.crashes = 3 if crashes else 0
        self.badness = rng.choice([0.05, 0.3, 1.0])
        self._effect_of: dict[int, str] = {}
        super().__init__(plan, calls=self._reply, people=self._say, took=self._took_some, **more)

    def _took_some(self, _: co.Perform) -> timedelta:
        return timedelta(seconds=self.rng.choice([0, 0, 1, 20]))

    def _reply(self, perform: co.Perform) -> Any:
        roll = self.rng.random() if self.rng.random() < self.badness else GOOD
        request = perform.request
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
                if roll < 0.1:
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
                return Unsettled("lost") if roll < 0.2 else Succeeded(Datum(self.rng.randint(0, 3)))
            case _:
                return Refused("unavailable", "no mail") if roll < 0.1 else None

    def _apply(self, perform: co.Perform, request: co.ApplyRequest, roll: float) -> Any:
        if roll < 0.6:
            self._effect_of[perform.call] = perform.key
            return None
        if roll < 0.7:
            self._effect_of[perform.call] = perform.key
            return Unsettled("lost, but done")
        if roll < 0.8:
            return Unsettled("lost, not done")
        if roll < 0.9:
            asked = co.PlanRequest(actions=request.actions, undo=None)
            return Drifted(plan=plan_for(asked, self.rng.randint(4, 10**6)))
        return Refused(self.rng.choice(KINDS), "no")

    def _settle(self, perform: co.Perform) -> ev.Settled:
        assert isinstance(perform.request, co.SettleRequest)
        request = perform.request.request
        done = self.effects.get(perform.key, 0) > 0
        if isinstance(request, co.UndoRequest):
            done = self.rng.random() < 0.5
        if self.rng.random() < 0.2:
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
        roll = self.rng.random() if self.rng.random() < self.badness else GOOD
        after = timedelta(seconds=self.rng.choice([0, 60, 60, 400, 4000]))
        person = self.rng.choice([OPERATOR, OPERATOR, MANAGER])
        if roll < 0.1:
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
        if roll < 0.2:
            return after, person, ev.Declined(reason="no")
        if ask.kind in ("ask", "choose", "manual"):
            return after, person, ev.Gave(values={"answer": Datum("yes")})
        digest = ask.plan.digest if ask.plan is not None else ""
        return after, person, ev.Approved(digest="other" if roll < 0.25 else digest)

    def feed_quietly(self, event: ev.Event) -> None:
        if isinstance(event, ev.CallBegan) and event.call in self._effect_of:
            key = self._effect_of[event.call]
            self.effects[key] = self.effects.get(key, 0) + 1
        super().feed_quietly(event)

    def feed(self, event: ev.Event) -> None:
        super().feed(event)
        if self.crashes and self.finish is None and self.rng.random() < 0.03:
            self.crashes -= 1
            self._queue.clear()
            self._effect_of.clear()
            super().feed(ev.Resumed(at=self.now, host="next", epoch=4 - self.crashes))
