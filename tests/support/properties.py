"""What holds of every run, whatever the playbook and the world: each a function that raises AssertionError where not.

They read what the host saw: the events it sent, the commands it was given, and what really took effect. Nothing is
taken from the machine's own books where the journal says it too.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random

from rbengine.contract.changes import (
    ChangePlan,
    Drifted,
    Planned,
    PlannedOperation,
)
from rbengine.contract.policy import SeverityPolicy
from rbengine.plan import code as c
from rbengine.plan.expressions import Chunk, Text
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.fold import fold
from rbengine.runtime.saved import decode_state, encode_state
from support.clockwork import escalation_is_on_time
from support.machine import Host
from support.undone import (
    undo_only_where_the_language_says,
    undo_takes_back_newest_first_what_was_applied,
)
from support.worst_host import WorstHost

Property = Callable[[WorstHost], None]


def ends(host: WorstHost) -> None:
    """The run is over, once, and waits for nothing any more."""
    assert host.finish is not None
    state = host.state
    assert (state.fibers, state.calls, state.questions, state.timers) == ({}, {}, {}, {})
    assert len(host.shown(no.Ended)) == 1


def no_change_without_its_plan_and_approval(host: WorstHost) -> None:
    """What is applied was looked at, shown, and approved as shown by whom the rules want; or free by the policy."""
    looked_at: set[str] = set()
    asked: dict[int, co.AskPeople] = {}
    said: dict[int, list[ev.Person]] = {}
    allowed: list[tuple[ChangePlan, datetime | None]] = []
    expire = host.plan.policy.approvals_expire
    for event, commands in zip(host.events, host.batches, strict=True):
        match event:
            case ev.ChangePlanned(outcome=Planned(plan=plan)):
                looked_at.add(plan.digest)
            case ev.ChangeApplied(outcome=Drifted(plan=plan)):
                looked_at.add(plan.digest)
            case ev.Answered(question=number, answer=ev.Approved(digest=digest), person=person):
                ask = asked.get(number)
                if ask is not None and ask.plan is not None and digest == ask.plan.digest:
                    people = said.setdefault(number, [])
                    if _may_approve(ask, person, people):
                        people.append(person)
                        if len(people) == ask.how_many:
                            allowed.append((ask.plan, event.at))
            case _:
                pass
        for command in commands:
            match command:
                case co.AskPeople(kind="plan"):
                    asked[command.question] = command
                case co.Show(notice=no.ChangeShown(approval="free", plan=plan, label=label)):
                    assert _is_free(host.plan, label, plan), f"{label} is not free"
                    allowed.append((plan, None))
                case co.Perform(request=co.ApplyRequest(approved=plan), call=number):
                    assert plan.digest in looked_at
                    times = [at for one, at in allowed if _covers(one, plan)]
                    assert times, "nobody approved it"
                    assert any(at is None or event.at < at + expire for at in times), "it expired"
                case _:
                    pass


def _may_approve(ask: co.AskPeople, person: ev.Person, before: list[ev.Person]) -> bool:
    if person.role not in ask.by or person.id in [one.id for one in before]:
        return False
    return not (ask.not_the_operator and person.id == "u1")


def _is_free(plan: Plan, label: str, shown: ChangePlan) -> bool:
    """By the words of the policy and of the change."""
    spec = next(
        one.change
        for one in plan.code
        if isinstance(one, c.MakeChange) and _label(one.change) == label
    )
    rules = _severity(plan).approvals
    return (
        not spec.approve_by
        and not spec.never_free
        and not any(isinstance(one, PlannedOperation) for one in shown.parts)
        and any(one.about == "free changes" and shown.rows <= one.threshold for one in rules)
    )


def _label(spec: c.ChangeSpec) -> str:
    label = spec.label
    if isinstance(label, Text):
        return "".join(one.text for one in label.parts if isinstance(one, Chunk))
    return str(label.value.value)  # type: ignore[union-attr]


def _covers(whole: ChangePlan, part: ChangePlan) -> bool:
    return whole.digest == part.digest or all(one in whole.parts for one in part.parts)


def nothing_takes_effect_twice(host: WorstHost) -> None:
    """No change and no message, not after a crash, not after a lost answer."""
    assert [key for key, count in host.effects.items() if count > 1] == []


def what_is_left_is_counted(host: WorstHost) -> None:
    """`left_applied` is what stands; a resolved run leaves nothing to worry about."""
    assert host.finish is not None
    standing = sum(one.kind == "change" for one in host.state.ledger.values())
    expected = 0 if host.finish.outcome == "resolved" else standing
    assert host.finish.left_applied == expected
    undone = len(host.shown(no.ChangeTakenBack))
    assert host.shown(no.Ended)[0].undone == undone


def the_journal_folds_to_the_same_commands(host: WorstHost) -> None:
    """From the start, and from a state that was saved on the way, another one in each run; reading it loses nothing."""
    steps = list(fold(host.plan, host.events))
    assert [commands for _, commands, _ in steps] == host.batches
    place = Random(len(host.events)).randrange(len(steps))
    line = encode_state(steps[place][2])
    state = decode_state(host.plan, line)
    assert encode_state(state) == line
    rest = list(fold(host.plan, host.events[place + 1 :], state))
    assert [commands for _, commands, _ in rest] == host.batches[place + 1 :]


def _severity(plan: Plan) -> SeverityPolicy:
    found = plan.policy.severity(plan.severity)
    assert found is not None
    return found


def calls_keep_their_tries(host: WorstHost) -> None:
    """None is made more often than a step says, and no item of a change more often than that and `replan` allow."""
    steps = [
        one.retry.times for one in host.plan.code if isinstance(one, c.StepBegin) and one.retry
    ]
    most = max(steps, default=0) + 1
    crashes = sum(isinstance(one, ev.Resumed) for one in host.events)
    applied: dict[str, int] = {}
    for command in host.commands:
        if isinstance(command, co.Perform) and not isinstance(command.request, co.NotifyRequest):
            assert command.attempt <= most
            if isinstance(command.request, co.ApplyRequest):
                applied[command.key] = applied.get(command.key, 0) + 1
    bound = most + host.plan.policy.limits.replan + crashes
    assert max(applied.values(), default=0) <= bound


def a_diagnosis_changes_nothing(host: Host) -> None:
    """Read alone, it tells nobody, asks nobody and changes nothing."""
    cancelled = any(isinstance(one, ev.Cancelled) for one in host.events)
    assert host.outcome == "diagnosed" or cancelled
    for command in host.commands:
        assert not isinstance(command, co.AskPeople)
        if isinstance(command, co.Perform):
            assert isinstance(command.request, co.QueryRequest | co.OperationRequest)


PROPERTIES: tuple[Property, ...] = (
    ends,
    no_change_without_its_plan_and_approval,
    nothing_takes_effect_twice,
    undo_takes_back_newest_first_what_was_applied,
    undo_only_where_the_language_says,
    what_is_left_is_counted,
    the_journal_folds_to_the_same_commands,
    escalation_is_on_time,
    calls_keep_their_tries,
)
