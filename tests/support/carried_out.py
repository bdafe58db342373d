"""What runs really carried out: each statement with its options, each end of a call, each answer, each clock."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rbengine.contract.changes import Applied, Drifted, Planned, Undone
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime import stepping
from support.machine import Host


@contextmanager
def counting(tally: Counter[str]) -> Iterator[None]:
    """While it lasts, every instruction that a machine carries out is counted under what it is in the language."""
    kept = dict(stepping._RULES)
    try:
        for kind, rule in kept.items():
            stepping._RULES[kind] = _counted(rule, tally)
        yield
    finally:
        stepping._RULES.update(kept)


def _counted(rule: Callable[..., Any], tally: Counter[str]) -> Callable[..., Any]:
    names: dict[int, tuple[c.Instruction, tuple[str, ...]]] = {}

    def carry_out(turn: Any, fiber: Any, instruction: c.Instruction) -> Any:
        known = names.get(id(instruction))
        if known is None or known[0] is not instruction:
            known = names[id(instruction)] = instruction, tuple(_named(instruction))
        tally.update(known[1])
        return rule(turn, fiber, instruction)

    return carry_out


def _named(instruction: c.Instruction) -> Iterator[str]:
    match instruction:
        case c.StepBegin(timeout=timeout, retry=retry):
            yield "step"
            if timeout:
                yield "step, timeout"
            if retry:
                yield "step, retry, doubling" if retry.doubling else "step, retry"
        case c.Let():
            yield "name = value"
        case c.Invoke(call=call, tried=tried):
            yield f"call, {call.effect}"
            if tried:
                yield "try, call"
        case c.Read(query=query, tried=tried):
            yield f"query {query.kind}"
            if tried:
                yield "try, query"
            if query.timeout:
                yield "query, timeout"
            if query.replica:
                yield "query, on replica"
        case c.MakeChange():
            yield from _change(instruction)
        case c.JumpUnless(condition=ex.Matches(texts=texts, failures=failures)):
            yield "match, a value" if texts else "match, failed" if failures else "match, a state"
        case c.JumpUnless():
            yield "if"
        case c.EachBegin(at_a_time=at_a_time, collect=collect):
            yield "for each, N at a time" if at_a_time > 1 else "for each"
            if collect:
                yield "for each, with a list"
        case c.GiveItem():
            yield "give"
        case c.SkipItem():
            yield "skip"
        case c.WithinBegin(expired=expired):
            yield "within, else" if expired is not None else "within"
        case c.Rediagnose():
            yield "until no finding holds"
        case c.Fork():
            yield "parallel"
        case c.Sleep(duration=duration):
            yield "wait" if isinstance(duration, ex.Constant) else "wait, not written"
        case c.Pose(question=question):
            yield question.kind
            if question.source is not None:
                yield "choose, from a list"
            if question.gives:
                yield "manual, give"
        case c.EscalateTo(to=to, impact=impact):
            yield "escalate, to" if to else "escalate"
            if impact:
                yield "escalate, impact and next"
        case c.TakeNote():
            yield "note"
        case c.CheckThat():
            yield "check"
        case c.StopRun(outcome=outcome):
            yield f"stop {outcome}"
        case c.CallProcedure(tried=tried, bind=bind):
            yield "try, procedure" if tried else "procedure, gives" if bind else "procedure"
        case c.TryBegin():
            yield "on failure, above"
        case c.AtomicBegin():
            yield "all or nothing"
        case c.Judge():
            yield "finding"
        case _:
            pass


def _change(instruction: c.MakeChange) -> Iterator[str]:
    spec = instruction.change
    yield f"change, undo {spec.undo.__struct_config__.tag}"
    if spec.approve_by:
        yield "change, approve by"
    if instruction.bind:
        yield "change, bound"
    for part in spec.parts:
        match part:
            case c.EachPart(one_transaction=together):
                yield "change, for each in one transaction" if together else "change, for each"
            case c.IfPart():
                yield "change, if"
            case c.OperationPart():
                yield "change, operation"
            case c.SqlPart(may_drift=drift):
                yield "change, sql"
                if drift:
                    yield "change, may drift"
    if sum(isinstance(one, c.SqlPart) for one in spec.parts) > 1:
        yield "change, two sql"


def happened(host: Host) -> Iterator[str]:
    """What came of a run, by its events and notices."""
    uses: dict[int, str] = {}
    why: dict[int, str] = {}
    kinds: dict[int, str] = {}
    acknowledged = False
    for event, commands in zip(host.events, host.batches, strict=True):
        yield from _came(event, uses, why, kinds)
        acknowledged = acknowledged or isinstance(event, ev.Acknowledged)
        for command in commands:
            match command:
                case co.Perform(request=request):
                    uses[command.call] = str(request.__struct_config__.tag)
                    if command.attempt > 1:
                        yield f"tried again: {uses[command.call]}"
                case co.StartTimer():
                    why[command.timer] = command.why
                case co.AskPeople():
                    kinds[command.question] = command.kind
                case co.Show(notice=notice):
                    for name in _shown(notice):
                        yield name
                        if name == "escalated again" and acknowledged:
                            yield "escalated again, acknowledged"
                            acknowledged = False
                case co.Finish(outcome=outcome):
                    yield f"run {outcome}"
                case _:
                    pass


def _came(
    event: ev.Event, uses: dict[int, str], why: dict[int, str], kinds: dict[int, str]
) -> Iterator[str]:
    match event:
        case (
            ev.CallEnded(call=call, outcome=outcome) | ev.ChangePlanned(call=call, outcome=outcome)
        ):
            yield f"{uses[call]} {_end(outcome)}"
        case (
            ev.ChangeApplied(call=call, outcome=outcome)
            | ev.ChangeUndone(call=call, outcome=outcome)
        ):
            yield f"{uses[call]} {_end(outcome)}"
        case ev.Settled(verdict=verdict):
            yield f"settled: {verdict}"
        case ev.TimerFired(timer=timer):
            yield f"clock of {why[timer]}"
        case ev.Answered(question=question, answer=answer):
            yield f"{kinds[question]}: {type(answer).__name__.lower()}"
        case ev.Acknowledged() | ev.Cancelled() | ev.Resumed() | ev.UndoOrdered():
            yield type(event).__name__.lower()
        case _:
            pass


def _end(outcome: object) -> str:
    match outcome:
        case Succeeded() | Planned() | Applied() | Undone():
            return "succeeded"
        case Refused():
            return "refused"
        case Drifted():
            return "moved"
        case Unsettled():
            return "unknown"
        case _:
            raise AssertionError(type(outcome).__name__)


def _shown(notice: no.Notice) -> Iterator[str]:
    match notice:
        case no.SectionEntered(kind=kind, again=again):
            yield "diagnosis again" if again else f"section {kind}"
        case no.StepFailed(kind=kind, handled=handled):
            yield f"on failure, taken: {kind}" if handled else "step failed"
            if kind == "too_many":
                yield "too many"
        case no.ChangeShown(again=True):
            yield "plan shown again"
        case no.ChangeShown(approval="free"):
            yield "change, free"
        case no.UndoOffered():
            yield "undo offered"
        case no.Breached():
            yield "mttr over"
        case no.Escalated(cause="clock", reason=reason) if "nothing has moved" in reason:
            yield "escalated again"
        case no.Escalated(cause=cause):
            yield f"escalated by {cause}"
        case no.ResolveSkipped():
            yield "resolve skipped"
        case no.FindingJudged(verdict=verdict):
            yield f"finding {verdict}"
        case no.WasAnswered(verdict="unanswered"):
            yield "unanswered"
        case _:
            pass


WHAT_RUNS_DO: tuple[str, ...] = (
    "name = value", "if", "match, a value", "match, a state", "match, failed",
    "call, observe", "call, tell", "try, call", "try, query", "query one", "query maybe", "query all", "query value",
    "query, timeout", "query, on replica",
    "step", "step, timeout", "step, retry", "step, retry, doubling", "on failure, above",
    "on failure, taken: unavailable", "on failure, taken: timeout", "on failure, taken: rate_limited",
    "on failure, taken: invalid", "on failure, taken: conflict", "on failure, taken: not_found",
    "on failure, taken: refused", "on failure, taken: unanswered", "on failure, taken: check",
    "on failure, taken: too_many", "too many",
    "for each", "for each, N at a time", "for each, with a list", "give", "skip", "parallel",
    "wait", "wait, not written", "within", "within, else", "until no finding holds",
    "ask", "choose", "choose, from a list", "manual", "manual, give", "approve", "check", "note",
    "escalate", "escalate, to", "escalate, impact and next", "stop resolved", "stop handed over",
    "procedure", "procedure, gives", "try, procedure", "all or nothing",
    "change, sql", "change, two sql", "change, operation", "change, for each", "change, for each in one transaction",
    "change, if", "change, bound", "change, approve by", "change, may drift", "change, free",
    "change, undo derived", "change, undo written", "change, undo irreversible",
    "section diagnose", "section resolve", "section otherwise", "section verify", "section recover",
    "diagnosis again", "resolve skipped", "finding found", "finding not found", "finding not judged",
    "operation succeeded", "operation refused", "operation unknown", "query succeeded", "query refused",
    "query unknown", "plan succeeded", "plan refused", "apply succeeded", "apply refused", "apply moved",
    "apply unknown", "undo succeeded", "notify succeeded", "notify refused",
    "tried again: query", "tried again: operation", "tried again: plan", "tried again: apply",
    "settled: applied", "settled: not applied", "settled: unclear", "plan shown again",
    "plan: approved", "plan: declined", "approve: approved", "approve: declined", "ask: gave", "choose: gave",
    "manual: gave", "doubt: gave", "undo: approved", "unanswered", "undo offered",
    "clock of retry", "clock of wait", "clock of within", "clock of question", "clock of approval",
    "clock of escalation", "clock of mttr", "mttr over",
    "escalated by clock", "escalated again", "escalated again, acknowledged", "escalated by playbook",
    "escalated by breach", "escalated by failure",
    "escalated by verify", "escalated by not judged",
    "acknowledged", "cancelled", "resumed", "undoordered",
    "run resolved", "run handed over", "run escalated", "run failed", "run cancelled",
)  # fmt: skip
"""Every statement with its options, every end of a call, every answer of people and every clock."""
