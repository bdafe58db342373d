"""What settles a call in doubt, and in which order: the marker, the key, the look, a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.changes import Action, Applied, OperationAction, SqlAction
from rbengine.contract.database import Database
from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.types import TEXT, Secret
from rbengine.contract.values import Datum, Row, SecretReference
from rbengine.host.adapters import Adapters
from rbengine.host.secrets import SecretBox
from rbengine.host.settling import Settling
from rbengine.runtime.commands import OperationRequest, Perform, SettleRequest, UndoRequest
from rbengine.runtime.events import Settled

AT = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
A_DAY = timedelta(days=1)
DONE = Succeeded(Datum(None))
SILENT = Unsettled("no answer")
NONE = Refused("not_found", "there is none")


def operation(name: str, **more: Any) -> Operation:
    return Operation(
        adapter="small", name=name, doc="", effect="change", **{"parameters": (), **more}
    )


SIGNATURE = AdapterSignature(
    name="small",
    title="Small",
    version="1",
    operations=(
        operation("keyed", idempotency="by key", key_window=A_DAY, settles=True),
        operation("only_keyed", idempotency="by key", key_window=A_DAY),
        operation("marked", idempotency="by key", settles=True),
        operation("natural"),
        operation("looked_for", idempotency="no", settles=True),
        operation("blind", idempotency="no"),
        operation("secretive", parameters=(Parameter(name="key", type=Secret(TEXT), doc=""),)),
    ),
    factory=f"{__name__}:factory",
)


class Told:
    """An adapter that answers as it is told, and keeps what it was asked in order."""

    def __init__(self) -> None:
        self.sent: Outcome = DONE
        self.found: Outcome | None = None
        self.asked: list[tuple[str, str]] = []
        self.lost_at: datetime | None = None

    def perform(self, invocation: Invocation) -> Outcome:
        self.asked.append(("sent", invocation.key))
        return self.sent

    def settle(self, invocation: Invocation) -> Outcome | None:
        self.asked.append(("looked", invocation.key))
        self.lost_at = invocation.now
        return self.found


TOLD = [Told()]


def factory(_: Connections) -> Adapter:
    """The one of the test that runs."""
    return TOLD[0]


class Nowhere:
    """Connections that lead nowhere."""

    def http(self, provider: str) -> httpx.Client:
        raise AssertionError(f"nobody needs {provider}")


@pytest.fixture
def told() -> Told:
    TOLD[0] = Told()
    return TOLD[0]


class Markers:
    """A database that knows which keys left a marker."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def settle(self, key: str, timeout: timedelta) -> Applied | None:  # noqa: ARG002 - it answers at once
        return Applied(rows=2) if key in self._keys else None


def no_database() -> Database:
    raise ConnectionError("there is none")


def settled(
    request: OperationRequest | UndoRequest,
    *,
    repeatable: bool = False,
    database: Callable[[], Any] = no_database,
    **doubt: Any,
) -> Settled:
    adapters = Adapters(
        lambda name: SIGNATURE if name == "small" else None,
        Nowhere(),
        SecretBox(b"key"),  # type: ignore[arg-type]
    )
    settling = Settling(adapters, database, lambda _operation, _arguments: repeatable)
    asked = SettleRequest(request=request, **{"asked": AT, **doubt})
    call = Perform(call=7, request=asked, key="k", timeout=timedelta(seconds=5))
    return settling.settled(asked, call, AT)


def lost(name: str, **arguments: Any) -> OperationRequest:
    return OperationRequest(
        operation=f"small.{name}", arguments=Datum(Row(arguments)), effect="change"
    )


def steps(*names: str) -> UndoRequest:
    """An undo of these operations; an empty name is a statement."""
    actions: list[Action] = [
        OperationAction(operation=f"small.{one}", arguments=Datum(Row({})))
        if one
        else SqlAction(statements=())
        for one in names
    ]
    return UndoRequest(actions=tuple(actions))


@pytest.mark.parametrize(
    ("name", "order", "verdict"),
    [
        ("keyed", ["sent"], "applied"),
        ("only_keyed", ["sent"], "applied"),
        ("natural", ["sent"], "applied"),
        ("marked", ["looked"], "not applied"),
        ("looked_for", ["looked"], "not applied"),
        ("blind", [], "unclear"),
    ],
)
def test_the_key_comes_first_then_the_look_then_a_person(
    told: Told, name: str, order: list[str], verdict: str
) -> None:
    """An answer to the key settles it: nobody looks any more. What has none is looked for."""
    told.found = NONE
    event = settled(lost(name))
    assert (event.verdict, [what for what, _ in told.asked]) == (verdict, order)
    assert {key for _, key in told.asked} <= {"k"}
    assert event.evidence


@pytest.mark.parametrize(
    "sent", [SILENT, Refused("unavailable", "down"), Refused("unauthorized", "the key is revoked")]
)
@pytest.mark.parametrize(
    ("found", "verdict", "known"),
    [
        (Succeeded(Datum("found")), "applied", "says that it took effect"),
        (NONE, "not applied", "there is none"),
        (None, "unclear", "nothing can be said yet"),
        (Unsettled("two are there"), "unclear", "two are there"),
    ],
)
def test_a_repetition_without_an_answer_is_followed_by_the_look(
    told: Told, sent: Outcome, found: Outcome | None, verdict: str, known: str
) -> None:
    """And where that cannot tell either, a person is shown what is known of both."""
    told.sent, told.found = sent, found
    event = settled(lost("keyed"))
    assert (event.verdict, told.asked[-1]) == (verdict, ("looked", "k"))
    assert "small.keyed was sent again and gave no answer: " in event.evidence
    assert known in event.evidence


@pytest.mark.parametrize(
    ("name", "found", "verdict"),
    [
        ("keyed", Succeeded(Datum("found")), "applied"),
        ("keyed", None, "not applied"),
        ("only_keyed", None, "not applied"),
    ],
)
def test_a_repetition_that_is_refused_was_not_done_unless_it_is_found(
    told: Told, name: str, found: Outcome | None, verdict: str
) -> None:
    """The provider answers a key as it did the first time; yet what is there counts more."""
    told.sent, told.found = Refused("invalid", "no such payment"), found
    assert settled(lost(name)).verdict == verdict


@pytest.mark.parametrize(
    ("name", "found", "verdict"),
    [("keyed", NONE, "not applied"), ("keyed", None, "unclear"), ("natural", None, "not applied")],
)
def test_a_conflict_may_be_one_with_what_the_first_call_made(
    told: Told, name: str, found: Outcome | None, verdict: str
) -> None:
    """Of what is the same when it is done twice it cannot be."""
    told.sent, told.found = Refused("conflict", "it is there"), found
    assert settled(lost(name)).verdict == verdict


def test_a_key_that_stands_in_what_was_made_is_looked_for_and_sent_where_the_look_tells_nothing(
    told: Told,
) -> None:
    """To send it again is to look and to make it: what a look alone can tell is not made by settling it."""
    event = settled(lost("marked"))
    assert (event.verdict, [what for what, _ in told.asked]) == ("applied", ["looked", "sent"])


@pytest.mark.parametrize("name", ["keyed", "marked", "only_keyed", "natural"])
def test_what_is_no_longer_allowed_is_looked_for_and_not_sent(told: Told, name: str) -> None:
    """To send it again would make it, where it never arrived: the look, which only reads, comes first then."""
    told.found = NONE
    event = settled(lost(name), barred="its approval has expired")
    has_a_look = name in ("keyed", "marked")
    assert [what for what, _ in told.asked] == ["looked"] * has_a_look
    assert event.verdict == ("not applied" if has_a_look else "unclear")
    assert f"small.{name} is not sent again: its approval has expired" in event.evidence


@pytest.mark.parametrize(("hours", "sent"), [(22, 1), (23, 0), (72, 0)])
@pytest.mark.parametrize("name", ["keyed", "only_keyed"])
def test_a_key_that_its_provider_may_have_forgotten_is_not_sent_again(
    told: Told, name: str, hours: int, sent: int
) -> None:
    """A run may lie for days: after the provider's window the same call would be done a second time."""
    event = settled(lost(name), asked=AT - timedelta(hours=hours))
    assert [what for what, _ in told.asked].count("sent") == sent
    assert ("its key may be forgotten since" in event.evidence) is not sent
    assert event.verdict == ("applied" if sent else "unclear")


def test_a_lost_call_whose_secret_is_gone_is_put_to_a_person(told: Told) -> None:
    """It cannot be sent again, and that says nothing about the first time."""
    event = settled(lost("secretive", key=SecretReference("whsec", "d1")))
    assert (event.verdict, told.asked) == ("unclear", [])
    assert event.evidence == "small.secretive cannot be sent again without the whsec"


def test_what_the_app_calls_repeatable_may_be_called_again(told: Told) -> None:
    """The signature of an invocation cannot know what the company's function does; its app says so."""
    event = settled(lost("blind"), repeatable=True)
    assert (event.verdict, event.applied) == ("applied", Applied(rows=0, result=Datum(None)))
    assert told.asked == [("sent", "k")]


@pytest.mark.parametrize(
    ("name", "found", "order", "verdict"),
    [
        ("keyed", NONE, ["sent"], "applied"),
        ("natural", None, ["sent"], "applied"),
        ("looked_for", NONE, ["looked"], "unclear"),
        ("looked_for", DONE, ["looked"], "applied"),
        ("marked", NONE, ["looked"], "unclear"),
        ("marked", DONE, ["looked"], "applied"),
        ("blind", None, [], "unclear"),
    ],
)
def test_a_call_that_somebody_may_still_be_in_is_not_done_because_it_is_not_found(
    told: Told, name: str, found: Outcome | None, order: list[str], verdict: str
) -> None:
    """Taken by force: it may be done a moment later. What its provider does once is done once, whoever sends it."""
    told.found = found
    event = settled(lost(name), contested=True)
    assert (event.verdict, [what for what, _ in told.asked]) == (verdict, order)
    if verdict == "unclear" and found is NONE:
        assert "the process that was in it may still do it" in event.evidence


def test_contested_and_no_longer_allowed_is_not_done_where_the_key_keeps_it_from_happening_twice(
    told: Told,
) -> None:
    """Whoever wakes up later sends it with the same key: people are asked anew, and it is done once."""
    told.found = NONE
    event = settled(lost("keyed"), contested=True, barred="its approval has expired")
    assert (event.verdict, told.asked) == ("not applied", [("looked", "k")])


def test_the_look_is_told_when_the_lost_call_was_made(told: Told) -> None:
    """It may come days later, after a crash: a key may have been forgotten meanwhile."""
    when = AT - timedelta(days=3)
    settled(lost("looked_for"), asked=when)
    assert told.lost_at == when


def test_each_step_of_an_undo_is_settled_by_its_own_key(told: Told) -> None:
    """A statement by its marker, an operation as ever; done is what all of them are."""
    event = settled(steps("", "keyed"), database=lambda: Markers("k/0"))
    assert (event.verdict, event.applied) == ("applied", Applied(rows=2))
    assert told.asked == [("sent", "k/1")]
    assert settled(steps("", "keyed"), database=Markers).verdict == "not applied"


def test_an_undo_is_not_done_again_over_a_step_that_would_be_done_twice(told: Told) -> None:
    """What its look found is done; the rest is not. A person decides, and is told how far it came."""
    told.found = DONE
    event = settled(steps("looked_for", ""), database=Markers)
    assert event.verdict == "unclear"
    assert event.evidence == "1 of its 2 steps are done; then the transaction left no marker row"
    assert settled(steps("natural", ""), database=Markers).verdict == "not applied"
