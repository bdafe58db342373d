"""The conformance kit notices what is wrong: a sound adapter is broken in one place, and the check for that fails."""

from collections.abc import Callable

import pytest
from rbengine.conformance import Case, Kit, NonconformanceError
from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine_adapters.email import adapter as email
from rbengine_adapters.twilio import adapter as twilio

MESSAGE = Row({"subject": "Hello", "text": "That is all."})

KIT = Kit(
    adapter="email",
    cases=(
        Case(operation="send", arguments={"to": "a@b.test", "message": MESSAGE}),
        Case(operation="send_each", arguments={"to": ("a@b.test",), "message": MESSAGE}),
        Case(
            operation="domains",
            world=tuple(("email.domain", {"name": f"{number}.test"}) for number in range(130)),
            count=130,
        ),
    ),
)

Perform = Callable[[email.EmailAdapter, Invocation], Outcome]

SOUND: Perform = email.EmailAdapter.perform


TEXTS = Kit(
    adapter="twilio",
    settings={"twilio.from": "+390000000001"},
    cases=(Case(operation="send", arguments={"to": "+390000000002", "message": MESSAGE}),),
)


def failing(kit: Kit = KIT) -> set[str]:
    """Names of the checks that fail."""
    found = set()
    for check in kit.checks():
        try:
            check()
        except NonconformanceError:
            found.add(str(check))
    return found


def certain(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Takes silence for a no."""
    outcome = SOUND(self, invocation)
    return Refused("timeout", "no answer") if isinstance(outcome, Unsettled) else outcome


def hopeful(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Takes silence for a yes."""
    outcome = SOUND(self, invocation)
    sent = Succeeded(Datum(Row({"id": "x"})))
    return sent if invocation.operation == "send" and isinstance(outcome, Unsettled) else outcome


def raising(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Lets a failure through."""
    outcome = SOUND(self, invocation)
    if isinstance(outcome, Refused) and outcome.kind == "unauthorized":
        raise RuntimeError(outcome.text)
    return outcome


def talkative(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Shows its credentials."""
    outcome = SOUND(self, invocation)
    token = self._client.headers["authorization"]
    return Refused(outcome.kind, token) if isinstance(outcome, Refused) else outcome


def undeclared(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Is refused with what nobody was told of."""
    outcome = SOUND(self, invocation)
    if isinstance(outcome, Refused) and outcome.kind == "conflict":
        return Refused("too_many", outcome.text)
    return outcome


def forgetful(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Sends another key each time."""
    self.calls = getattr(self, "calls", 0) + 1
    other = Invocation(
        operation=invocation.operation,
        arguments=invocation.arguments,
        key=f"{invocation.key}/{self.calls}",
        timeout=invocation.timeout,
        now=invocation.now,
    )
    return SOUND(self, other)


def hasty(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Reads the first page only."""
    outcome = SOUND(self, invocation)
    if isinstance(outcome, Succeeded) and isinstance(outcome.value.value, tuple):
        return Succeeded(Datum(outcome.value.value[:100]))
    return outcome


def silent(self: email.EmailAdapter, invocation: Invocation) -> Outcome:
    """Does nothing where it does not know what to do."""
    try:
        return SOUND(self, invocation)
    except ValueError:
        return Succeeded(Datum(None))


def test_a_sound_adapter_passes() -> None:
    """What is found below is the fault's doing."""
    assert failing() == set()


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (certain, "send: under lost_answer"),
        (hopeful, "send: under timeout"),
        (raising, "send: every status is mapped"),
        (talkative, "domains: every status is mapped"),
        (undeclared, "send: every status is mapped"),
        (forgetful, "send: again, with the same key"),
        (forgetful, "send: sent again after lost_answer"),
        (hasty, "domains: ends as it should"),
        (silent, "email: an operation that it does not have is a defect"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_fault_is_noticed(fault: Perform, noticed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the check that is about it."""
    monkeypatch.setattr(email.EmailAdapter, "perform", fault)
    assert noticed in failing()


@pytest.mark.parametrize(
    ("look", "noticed"),
    [
        (lambda *_: None, {"send: looked for after lost_answer"}),
        (
            lambda self, invocation: self.perform(invocation),
            {"send: looked for after timeout", "send: looked for after lost_answer"},
        ),
    ],
    ids=["it finds nothing", "it sends again"],
)
def test_a_look_that_is_none_is_noticed(
    look: Callable[[object, Invocation], Outcome | None],
    noticed: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The signature promised one; and it is the host who decides whether a call is sent again."""
    monkeypatch.setattr(twilio.TwilioAdapter, "settle", look)
    assert noticed <= failing(TEXTS)


def test_an_operation_without_a_case_is_noticed() -> None:
    """Nobody has tried it."""
    kit = Kit(adapter="email", cases=KIT.cases[:2])
    (check,) = (one for one in kit.checks() if "has a case" in str(one))
    with pytest.raises(NonconformanceError, match="domains"):
        check()


def test_an_adapter_that_nobody_offers_is_named() -> None:
    """Most likely its package is not installed."""
    with pytest.raises(NonconformanceError, match="`bells`"):
        Kit(adapter="bells", cases=()).checks()[0]()
