"""Whole runs, from the first event to the last."""

from datetime import timedelta

from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.runtime import commands as co
from rbengine.runtime import notices as no
from support.machine import Host
from support.programs import call, change, finding, is_, k, program, read, say, step, v

ACCOUNT = Datum(Row({"name": "Acme", "state": "old"}))


def account_reader(after_change: str = "new"):  # type: ignore[no-untyped-def]
    """A database whose row is `old` until something was applied."""
    applied: list[bool] = []

    def calls(perform: co.Perform):  # type: ignore[no-untyped-def]
        match perform.request:
            case co.QueryRequest():
                state = after_change if applied else "old"
                return Succeeded(Datum(Row({"name": "Acme", "state": state})))
            case co.ApplyRequest():
                applied.append(True)
        return None

    return calls


def rb_small(**more):  # type: ignore[no-untyped-def]
    parts = {
        "diagnose": step("Look", read("account")),
        "findings": [finding("stale", is_(v("account.state"), k("old")), needs=["account"])],
        "resolves": {"stale": step("Put it right", change("Set the state"))},
        "otherwise": [c.EscalateTo(reason=say("nothing for {{ account.name }}"))],
        "verify": [
            c.WithinBegin(duration=k(timedelta(minutes=5)), every=k(timedelta(seconds=15)),
                          expired=None, done=3, until=2),
            c.Rediagnose(bind="clean"),
            c.Until(condition=v("clean"), begin=0, text="no finding holds"),
        ],
    }  # fmt: skip
    parts.update(more)
    return program(**parts)


def test_a_finding_is_resolved_and_proven_gone() -> None:
    """The whole spine: read, judge, plan, approve, apply, prove."""
    host = Host(rb_small(), calls=account_reader()).run()
    assert host.finish == co.Finish(outcome="resolved", reason="the symptom is gone")
    assert [one.verdict for one in host.shown(no.FindingJudged)] == ["found", "not found"]
    assert len(host.requests(co.ApplyRequest)) == 1
    assert host.shown(no.Verified) == [no.Verified(text="no finding holds", holds=True)]
    (ended,) = host.shown(no.Ended)
    assert (ended.changes, ended.undone, ended.approvals, ended.escalations) == (1, 0, 1, 0)
    assert timedelta(minutes=1) < ended.took < timedelta(minutes=2)


def test_a_finding_shows_what_decided_it() -> None:
    """A reader at night wants the value, not the rule."""
    host = Host(rb_small(), calls=account_reader()).run()
    (line,) = host.shown(no.FindingJudged)[0].conditions
    assert line == no.ConditionShown(
        text="line 1", verdict="holds", operands=(("account.state", Datum("old")),)
    )


def test_a_read_is_repeated_as_its_step_says() -> None:
    """`retry` repeats the failed call, not what stands before it."""
    refusals = [Refused("unavailable", "down"), Refused("rate_limited", "slow down")]

    def calls(perform: co.Perform):  # type: ignore[no-untyped-def]
        if isinstance(perform.request, co.OperationRequest):
            return refusals.pop(0) if refusals else Succeeded(Datum("there"))
        return None

    retry = c.RetrySpec(times=2, every=timedelta(seconds=5), doubling=True)
    plan = program(
        diagnose=step("Ask", read("row"), call("stripe.thing", "thing"), retry=retry),
        otherwise=[c.StopRun(outcome="handed over", reason=say("it is {{ thing }}"))],
    )
    host = Host(plan, calls=calls).run()
    assert host.finish is not None
    assert (host.outcome, host.finish.reason) == ("handed over", "it is there")
    assert len(host.requests(co.QueryRequest)) == 1
    waits = [one.retry_at - host.events[0].at for one in host.shown(no.CallFailed) if one.retry_at]
    assert [round(one.total_seconds()) for one in waits] == [5, 15]


def test_what_could_not_be_judged_goes_to_people() -> None:
    """A failed step leaves its names unknown; nobody concludes from what was not seen."""

    def calls(perform: co.Perform):  # type: ignore[no-untyped-def]
        if isinstance(perform.request, co.QueryRequest):
            return Refused("unavailable", "the database is down")
        return None

    host = Host(rb_small(), calls=calls).run()
    assert host.outcome == "escalated"
    assert host.shown(no.FindingJudged)[0].missing == ("account",)
    first, clock = host.shown(no.Escalated)
    assert first.cause == "not judged"
    assert "Look: the database is down" in first.reason
    # It stays open until the policy's clock has told its people, too.
    assert clock.cause == "clock"
    assert host.now - host.events[0].at >= timedelta(hours=2)


def test_a_check_of_the_diagnosis_leads_to_otherwise() -> None:
    """Its sentence is the answer; what was read before it is known."""
    plan = rb_small(
        diagnose=step(
            "Look",
            read("account"),
            c.CheckThat(
                condition=is_(v("account.name"), k("Other")), otherwise=k("not a customer")
            ),
        ),
        otherwise=[
            c.StopRun(outcome="handed over", reason=say("{{ account.name }} is somebody else"))
        ],
    )
    host = Host(plan, calls=account_reader()).run()
    assert host.shown(no.DiagnosisStopped) == [no.DiagnosisStopped(reason="not a customer")]
    assert host.finish is not None
    assert host.finish.reason == "Acme is somebody else"
    assert host.outcome == "handed over"


def test_a_failed_change_offers_the_undo_of_what_stands() -> None:
    """Applied changes stay, people are told, and may have them taken back."""
    plan = rb_small(
        resolves={
            "stale": [
                *step("One", change("First")),
                *step("Two", change("Second")),
                *step("Three", call("mail.send", effect="tell", to=k("a@b.c"))),
            ]
        }
    )

    def calls(perform: co.Perform):  # type: ignore[no-untyped-def]
        match perform.request:
            case co.QueryRequest():
                return Succeeded(ACCOUNT)
            case co.OperationRequest(effect="tell"):
                return Refused("invalid", "no such address")
        return None

    def people(ask: co.AskPeople):  # type: ignore[no-untyped-def]
        from support.machine import yes

        return yes(ask)

    host = Host(plan, calls=calls, people=people).run()
    assert host.shown(no.UndoOffered)[0].labels == ("Second", "First")
    assert [one.label for one in host.shown(no.ChangeTakenBack)] == ["Second", "First"]
    assert host.finish is not None
    assert (host.outcome, host.finish.left_applied) == ("failed", 0)


def test_nothing_is_applied_without_an_approval() -> None:
    """Nobody answers: the change stays a plan, the run escalates and says so."""
    host = Host(rb_small(), calls=account_reader(), people=lambda _: None).run()
    assert host.requests(co.ApplyRequest) == []
    assert host.outcome == "failed"
    assert [one.verdict for one in host.shown(no.ChangeDecided)] == ["unanswered"]
    assert [one.cause for one in host.shown(no.Escalated)] == ["failure", "clock"]


def test_otherwise_that_only_escalates_ends_escalated() -> None:
    """Nothing was found and nothing was done: that is no resolution."""
    plan = rb_small(findings=[finding("stale", is_(v("account.state"), k("never")))])
    host = Host(plan, calls=account_reader()).run()
    assert host.outcome == "escalated"
    (only,) = host.shown(no.Escalated)
    assert (only.cause, only.to, only.reason) == ("playbook", ("lead",), "nothing for Acme")
