"""Escalation and MTTR: counted from the incident's start, never paused."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from rbengine.contract.policy import EscalationRung, PolicyModel, SeverityPolicy
from rbengine.plan import code as c
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import BEGAN, MANAGER, OPERATOR, Host, assert_folds_again, yes
from support.programs import POLICY, change, k, program, say

AT_ONCE = EscalationRung(when="at once", to=("manager", "lead"))
AGAIN = EscalationRung(when="again after", after=timedelta(minutes=15))
AFTER = EscalationRung(when="after", after=timedelta(hours=2), to=("lead",))


def laddered(*rungs: EscalationRung) -> PolicyModel:
    severity = SeverityPolicy(name="P2", title="Medium", rungs=rungs, approvals=())
    return replace(POLICY, severities=(severity,))


def waiting(policy: PolicyModel, minutes: int = 60, **more: Any) -> Any:
    """A playbook that does nothing for a while, without progress."""
    return program(
        otherwise=[
            c.Sleep(k(timedelta(minutes=minutes))),
            c.StopRun(outcome="resolved", reason=k("it went away")),
        ],
        policy=policy,
        **more,
    )


def times(host: Host, cause: str = "clock") -> list[int]:
    """Minutes from the incident's start of each escalation."""
    return [
        round((event.at - BEGAN).total_seconds() / 60)
        for event, batch in zip(host.events, host.batches, strict=True)
        for one in batch
        if isinstance(one, co.Show)
        and isinstance(one.notice, no.Escalated)
        and one.notice.cause == cause
    ]


def test_the_clock_counts_from_the_incident_and_not_from_the_run() -> None:
    """`--started 14:02`: what is due already fires at once, the rest when it is due."""
    late = Host(waiting(laddered(AFTER)), at=BEGAN + timedelta(hours=3)).run()
    assert times(late) == [180]
    early = Host(waiting(laddered(AFTER), 180), at=BEGAN + timedelta(minutes=5)).run()
    assert times(early) == [120]
    assert_folds_again(early)


def test_at_once_and_again_without_progress() -> None:
    """The document's P0: immediately, and every 15 minutes in which nothing moves."""
    host = Host(waiting(laddered(AT_ONCE, AGAIN), 50)).run()
    assert times(host) == [0, 15, 30, 45]
    assert host.shown(no.Escalated)[1].to == ("manager", "lead")


def test_progress_delays_the_next_rung() -> None:
    """A step begun is progress."""
    plan = program(
        otherwise=[
            c.Sleep(k(timedelta(minutes=10))),
            c.StepBegin(label=k("Something")),
            c.Sleep(k(timedelta(minutes=20))),
            c.StepEnd(),
            c.StopRun(outcome="resolved", reason=k("done")),
        ],
        policy=laddered(AT_ONCE, AGAIN),
    )
    assert times(Host(plan).run()) == [0, 25]


def test_an_acknowledged_clock_waits_until_nothing_moves() -> None:
    """Somebody has it; if nothing moves for long enough, it fires again."""
    ack = ev.Acknowledged(at=BEGAN + timedelta(minutes=10), person=MANAGER)
    host = Host(waiting(laddered(AT_ONCE, AGAIN), 60), also=[ack]).run()
    assert times(host) == [0, 25, 40, 55]
    held = Host(waiting(laddered(AFTER), 240), also=[ack]).run()
    assert times(held) == []


def test_the_clock_ends_when_verify_passes() -> None:
    """The symptom is gone: nobody is woken for the mail that follows."""
    plan = program(
        otherwise=[],
        recover=[c.Sleep(k(timedelta(hours=3)))],
        policy=laddered(AFTER),
    )
    host = Host(plan).run()
    assert host.outcome == "resolved"
    assert times(host) == []


def test_a_playbooks_own_escalation_fulfils_the_rung() -> None:
    """The lead is told once."""
    plan = program(
        otherwise=[
            c.EscalateTo(reason=say("look"), to=("lead",), impact=say("{{ gone }} customers")),
            c.Sleep(k(timedelta(hours=3))),
        ],
        policy=laddered(AFTER),
    )
    host = Host(plan).run()
    assert [one.cause for one in host.shown(no.Escalated)] == ["playbook"]
    (letter,) = host.requests(co.NotifyRequest)
    assert letter.letter is not None
    assert (letter.letter.incident, letter.letter.severity) == ("INC-2026-11-23-001", "P2")
    assert letter.letter.impact == ("(gone: not known) customers",)
    assert letter.letter.next == ""


def test_a_playbooks_own_escalation_does_not_end_the_repetition() -> None:
    """That somebody was told is no progress: where nothing moves, they are told again."""
    plan = program(
        otherwise=[c.EscalateTo(reason=say("look")), c.Sleep(k(timedelta(minutes=50)))],
        policy=laddered(AT_ONCE, AGAIN),
    )
    host = Host(plan).run()
    assert times(host, "playbook") == [0]
    assert times(host) == [0, 15, 30, 45]


def test_the_letter_names_what_was_done() -> None:
    """Whoever takes over must not do it twice."""
    plan = program(
        otherwise=[change("Set the state"), c.EscalateTo(reason=say("look"), to=("lead",))]
    )
    host = Host(plan).run()
    letter = next(one for one in host.requests(co.NotifyRequest) if one.about == "escalation")
    assert letter.letter is not None
    (done,) = letter.letter.actions
    assert done == co.LetterAction(time="03:01 UTC", text="Set the state (1 row)", by="Olga")


def test_the_clock_goes_on_while_a_person_is_asked() -> None:
    """A question is no excuse for silence."""
    policy = laddered(replace(AFTER, after=timedelta(minutes=10)))
    plan = program(otherwise=[change("Set the state")], policy=policy)
    host = Host(plan, people=lambda ask: yes(ask, OPERATOR, timedelta(minutes=20))).run()
    assert times(host) == [10]
    assert host.outcome == "resolved"


def test_the_mttr_runs_on_breach_beside_the_main_path() -> None:
    """Once, and what it wants to say may still be unknown."""
    plan = waiting(
        laddered(), 60, on_breach=[c.EscalateTo(reason=say("open"), impact=say("{{ lost }} lost"))]
    )
    host = Host(plan).run()
    assert host.shown(no.Breached) == [no.Breached(target=timedelta(minutes=20))]
    (told,) = host.shown(no.Escalated)
    assert (told.cause, told.impact) == ("breach", "(lost: not known) lost")
    assert times(host, "breach") == [20]
    assert host.outcome == "resolved"
    assert_folds_again(host)


def test_an_immediate_mttr_is_breached_at_once() -> None:
    """`mttr immediate`: escalate first, think second."""
    plan = waiting(laddered(), 1, mttr=None, on_breach=[c.EscalateTo(reason=say("open"))])
    assert times(Host(plan).run(), "breach") == [0]


def test_the_next_business_day_is_given_by_the_host_or_counted_in_utc() -> None:
    """The core reads no zone files; a Friday night waits for Monday."""
    rung = EscalationRung(when="next business day", time="09:00", to=("standup",), as_note=True)
    friday = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
    plan = waiting(laddered(rung), 60 * 24 * 4)
    host = Host(plan, began=friday, at=friday).run()
    (note,) = [
        event.at
        for event, batch in zip(host.events, host.batches, strict=True)
        if any(isinstance(one, co.Show) and isinstance(one.notice, no.Escalated) for one in batch)
    ]
    assert note == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert host.requests(co.NotifyRequest) == []
    given = Host(plan, began=friday, at=friday)
    given._started = replace(given._started, due_times={"0": friday + timedelta(hours=1)})
    given.run()
    assert times(given) == [round((friday - BEGAN).total_seconds() / 60) + 60]


def test_a_diagnosis_alone_wakes_nobody() -> None:
    """It can be run at any moment, by anyone, unattended."""
    host = Host(waiting(laddered(AT_ONCE)), diagnose_only=True).run()
    assert host.outcome == "diagnosed"
    assert host.shown(no.Escalated) == []
