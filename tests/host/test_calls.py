"""Requests become calls, and calls events: the wall, secrets and channels."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from host import small_adapter
from rbengine.contract.changes import Applied, OperationAction, Planned, UndoPlan
from rbengine.contract.codec import to_line
from rbengine.contract.database import Database
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.policy import ContactChannel
from rbengine.contract.values import Datum, Row, Value
from rbengine.host.adapters import Adapters
from rbengine.host.calls import Calls
from rbengine.host.errors import CannotGoOnError
from rbengine.host.secrets import SecretBox
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    Request,
)
from rbengine.runtime.events import CallEnded, ChangeApplied, ChangePlanned, Event

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


class Door:
    """Connections of a profile that has the one setting."""

    def __init__(self, settings: tuple[str, ...] = ("small",)) -> None:
        self._settings = settings

    def http(self, provider: str) -> httpx.Client:
        raise AssertionError(f"nobody needs {provider}")

    def setting(self, name: str) -> str:
        if name not in self._settings:
            raise KeyError(name)
        return name


def no_database() -> Database:
    raise ConnectionError("there is none")


def signature_of(name: str) -> AdapterSignature | None:
    known = (small_adapter.SIGNATURE, small_adapter.MAIL, small_adapter.TEXTS)
    return {one.name: one for one in known}.get(name)


def calls(door: Door | None = None) -> Calls:
    channels = {
        "cto": (ContactChannel("email", "cto@a.test"),),
        "pager": (ContactChannel("pigeon", "1"),),
        "both": (ContactChannel("email", "both@a.test"), ContactChannel("sms", "+391234567")),
        "phone": (ContactChannel("sms", "+391234567"),),
    }
    return Calls(
        adapters=Adapters(signature_of, door or Door(), SecretBox(b"key")),
        database=no_database,
        channels=lambda contact: channels.get(contact, ()),
        repeatable=lambda _operation, _arguments: False,
    )


def perform(request: Request, made: Calls | None = None) -> Event:
    call = Perform(call=7, request=request, key="k", timeout=timedelta(seconds=5))
    return (made or calls()).perform(call, AT)


def operation(name: str, **arguments: Value) -> OperationRequest:
    return OperationRequest(operation=name, arguments=Datum(Row(arguments)), effect="change")


def action(name: str) -> OperationAction:
    return OperationAction(operation=name, arguments=Datum(Row({})))


def outcome_of(event: Event) -> Outcome:
    assert isinstance(event, CallEnded)
    assert event.call == 7
    return event.outcome


def test_a_defect_of_an_adapter_leaves_the_call_unsettled() -> None:
    """Nobody knows how far it came, and the run must live on to say so."""
    outcome = outcome_of(perform(operation("small.breaks")))
    assert outcome == Unsettled("small.breaks broke: ZeroDivisionError: a defect")


def test_a_secret_that_comes_back_is_kept_and_only_its_reference_written() -> None:
    """The journal is read by many; the next call still gets the value."""
    made = calls()
    event = perform(operation("small.rotates"), made)
    assert "hunter2" not in to_line(event)
    kept = SecretBox(b"key").hide("hunter2", small_adapter.REFERENCE.name)
    assert outcome_of(event) == Succeeded(Datum(Row({"secret": kept})))
    used = perform(operation("small.uses", secret=kept), made)
    assert outcome_of(used) == Succeeded(Datum(True))


def test_a_secret_nobody_remembers_is_refused_before_the_call() -> None:
    """After a crash a secret of the old process is gone; nothing is called with a reference for a value."""
    outcome = outcome_of(perform(operation("small.uses", secret=small_adapter.REFERENCE)))
    assert outcome == Refused("invalid", "a secret is lost that was in memory only: whsec")


def test_what_an_adapter_lacks_stops_the_run_with_its_own_words() -> None:
    """A missing setting is nobody's refusal: no retry will bring it."""
    with pytest.raises(CannotGoOnError, match="cannot work"):
        perform(operation("small.keyed"), calls(Door(())))
    with pytest.raises(CannotGoOnError, match="no adapter `nowhere`"):
        perform(operation("nowhere.at_all"))


def test_people_are_told_by_mail_or_it_is_said_that_they_cannot_be() -> None:
    """An escalation that reaches nobody must not look like one that did."""

    def tell(contact: str) -> NotifyRequest:
        return NotifyRequest(contact=contact, about="escalation", subject="s", text="t")

    assert outcome_of(perform(tell("cto"))) == Succeeded(Datum(None))
    assert small_adapter.BUILT[-1].seen[-1].arguments == Row(
        {"to": "cto@a.test", "message": Row({"subject": "s", "text": "t"})}
    )
    for nobody in ("tech_lead", "pager"):
        outcome = outcome_of(perform(tell(nobody)))
        assert isinstance(outcome, Refused)
        assert outcome.kind == "not_found"


def test_who_has_several_channels_is_told_by_each() -> None:
    """A phone lies nearer than a mailbox; a mail holds all of it. Each way has a key of its own."""
    request = NotifyRequest(contact="both", about="escalation", subject="s", text="t" * 2000)
    assert outcome_of(perform(request)) == Succeeded(Datum(None))
    told = [one for adapter in small_adapter.BUILT[-2:] for one in adapter.seen]
    assert [(one.arguments["to"], one.key) for one in told] == [
        ("both@a.test", "k"),
        ("+391234567", "k/sms"),
    ]
    message = told[1].arguments["message"]
    assert isinstance(message, Row)
    text = message["text"]
    assert isinstance(text, str)
    assert len(text) == 1600
    assert "[…]" in text


def test_one_way_is_enough_to_reach_somebody() -> None:
    """The other one failed, and still they know."""
    request = NotifyRequest(contact="phone", about="escalation", subject="s", text="t")
    assert outcome_of(perform(request)) == Succeeded(Datum(None))


def test_an_operation_is_planned_without_being_done() -> None:
    """What is shown for approval is the call itself; its digest changes with its arguments."""
    undo = UndoPlan(kind="irreversible", text="why")

    def plan(name: str) -> Planned:
        event = perform(PlanRequest(actions=(action(name),), undo=undo))
        assert isinstance(event, ChangePlanned)
        assert isinstance(event.outcome, Planned)
        return event.outcome

    before = len(small_adapter.BUILT)
    one, same, other = plan("small.keyed"), plan("small.keyed"), plan("small.natural")
    assert len(small_adapter.BUILT) == before
    assert one == same
    assert one.plan.digest != other.plan.digest
    assert one.plan.undo == undo
    applied = perform(ApplyRequest(actions=(action("small.keyed"),), approved=one.plan))
    assert isinstance(applied, ChangeApplied)
    assert applied.outcome == Applied(rows=0)


def test_who_may_have_been_told_by_a_process_that_ended_is_looked_for_first() -> None:
    """A text message has no key: it is sent again only where none is found. A mail with its key may be sent again."""
    request = NotifyRequest(contact="both", about="escalation", subject="s", text="t", lost=AT)
    before = len(small_adapter.BUILT)
    assert outcome_of(perform(request)) == Succeeded(Datum(None))
    mail, texts = small_adapter.BUILT[before:]
    assert ([one.key for one in mail.seen], mail.looked_from) == (["k"], [])
    assert (texts.seen, texts.looked_from) == ([], [AT])
