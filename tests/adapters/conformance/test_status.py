"""The status adapter keeps its signature on whatever answers like status pages."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import START, Peer, SimulatedPeer

MINUTE = timedelta(minutes=1)
MESSAGING: dict[str, Value] = {"page": "twilio", "component": "programmable messaging"}
CLOUD: dict[str, Value] = {"page": "meta", "component": "Cloud API"}
OPENED: dict[str, Value] = {
    "title": "Messages are late",
    "stage": "investigating",
    "says": "We look at it.",
}


def test_a_part_that_is_well_is_up(peer: Peer) -> None:
    """The success of `component`; names are found without regard to case."""
    assert dict(row_of(peer.call("status.component", **MESSAGING))) == {
        "page": "twilio",
        "name": "Programmable Messaging",
        "state": "up",
        "says": "operational",
        "incident": None,
        "at": None,
    }


@pytest.mark.parametrize("page", ["resend", "stripe", "supabase"])
def test_every_page_of_statuspages_form_is_read(peer: Peer, page: str) -> None:
    """By the same two lines."""
    peer.arrange("status.component", page=page, name="One Part", status="partial_outage")
    found = row_of(peer.call("status.component", page=page, component="One Part"))
    assert (found["page"], found["state"]) == (page, "down")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("operational", "up"),
        ("degraded_performance", "degraded"),
        ("under_maintenance", "degraded"),
        ("partial_outage", "down"),
        ("major_outage", "down"),
    ],
)
def test_each_word_is_a_state(peer: Peer, word: str, state: str) -> None:
    """With the title of what is open about it."""
    since = START - 10 * MINUTE
    peer.arrange(
        "status.component",
        page="twilio",
        name="Programmable Messaging",
        status=word,
        incident="SMS to Italy",
        at=since,
    )
    found = row_of(peer.call("status.component", **MESSAGING))
    assert (found["state"], found["says"], found["incident"], found["at"]) == (
        state,
        word,
        "SMS to Italy",
        since,
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [("operational", "up"), ("degraded_performance", "degraded"), ("major_outage", "down")],
)
def test_metas_page_has_a_form_of_its_own(peer: Peer, word: str, state: str) -> None:
    """Phrases instead of words."""
    peer.arrange("status.component", page="meta", name="Cloud API", status=word)
    assert row_of(peer.call("status.component", **CLOUD))["state"] == state


@pytest.mark.parametrize("page", ["meta", "twilio"])
def test_a_part_that_the_page_has_not_is_absent(peer: Peer, page: str) -> None:
    """It is not up."""
    assert value_of(peer.call("status.component", page=page, component="Telex")) is None


def test_a_word_that_nobody_knows_is_unknown() -> None:
    """Vendors invent new ones."""
    peer = SimulatedPeer()
    peer.company.status.pages["twilio"]["Programmable Messaging"].status = "limping"
    found = row_of(peer.call("status.component", **MESSAGING))
    assert (found["state"], found["says"]) == ("unknown", "limping")


@pytest.mark.parametrize("asked", [MESSAGING, CLOUD], ids=["statuspage", "meta"])
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_page_that_cannot_be_read_is_refused_with_its_kind(
    peer: Peer, asked: dict[str, Value], fault: FaultKind, kind: str
) -> None:
    """Never up, whatever comes instead of an answer."""
    peer.fault("status", fault)
    assert kind_of(peer.call("status.component", **asked)) == kind


def test_an_incident_is_opened_updated_and_closed(peer: Peer) -> None:
    """The success of `publish`, `published` and `update`."""
    assert value_of(peer.call("status.published")) == ()
    made = row_of(peer.call("status.publish", **OPENED))
    assert (made["title"], made["stage"]) == ("Messages are late", "investigating")
    assert [one["id"] for one in rows_of(peer.call("status.published"))] == [made["id"]]
    closed = row_of(
        peer.call("status.update", key="2", incident=made["id"], stage="resolved", says="Over.")
    )
    assert closed["stage"] == "resolved"
    assert value_of(peer.call("status.published")) == ()


def test_the_same_call_again_opens_nothing_new(peer: Peer) -> None:
    """It is known by its key, also where it is over meanwhile."""
    made = row_of(peer.call("status.publish", **OPENED))
    assert row_of(peer.call("status.publish", **OPENED)) == made
    closed: dict[str, Value] = {"incident": made["id"], "stage": "resolved", "says": "Over."}
    peer.call("status.update", key="2", **closed)
    assert row_of(peer.call("status.publish", **OPENED))["id"] == made["id"]
    assert value_of(peer.call("status.published")) == ()


def test_what_was_said_is_not_said_twice() -> None:
    """Whoever reads the page would see it twice."""
    peer = SimulatedPeer()
    made = row_of(peer.call("status.publish", **OPENED))
    told: dict[str, Value] = {"incident": made["id"], "stage": "identified", "says": "Found."}
    for _ in range(2):
        peer.call("status.update", **told)
    assert len(peer.company.status.incidents[str(made["id"])]["incident_updates"]) == 2


@pytest.mark.parametrize("fault", ["lost_answer", "garbage_answer"])
def test_a_lost_answer_is_open_and_settled_by_a_look(peer: Peer, fault: FaultKind) -> None:
    """The look that goes before is still answered."""
    made = row_of(peer.call("status.publish", key="first", **OPENED))
    told: dict[str, Value] = {"incident": made["id"], "stage": "identified", "says": "Found."}
    for operation, arguments in (("status.publish", OPENED), ("status.update", told)):
        peer.fault("status", fault, timedelta(milliseconds=1))
        assert isinstance(peer.call(operation, **arguments), Unsettled)
        assert peer.settle(operation) is None
        peer.pass_time(timedelta(hours=1))
        row_of(peer.settle(operation))


def test_what_never_arrived_is_found_out_by_a_look(peer: Peer) -> None:
    """Our page does not say it."""
    made = row_of(peer.call("status.publish", key="first", **OPENED))
    told: dict[str, Value] = {"incident": made["id"], "stage": "identified", "says": "Found."}
    for operation, arguments in (("status.publish", OPENED), ("status.update", told)):
        peer.fault("status", "timeout", timedelta(milliseconds=1))
        assert isinstance(peer.call(operation, **arguments), Unsettled)
        peer.pass_time(timedelta(hours=1))
        assert kind_of(peer.settle(operation)) == "conflict"


@pytest.mark.parametrize(
    ("operation", "wrong", "kind"),
    [
        ("status.publish", {"title": "Two\nlines"}, "invalid"),
        ("status.update", {"incident": "../components"}, "invalid"),
        ("status.update", {"incident": "nosuchone"}, "not_found"),
    ],
    ids=["title", "path", "incident"],
)
def test_what_cannot_be_published_is_refused(
    peer: Peer, operation: str, wrong: dict[str, Value], kind: str
) -> None:
    """Before anybody reads it."""
    usual = OPENED if operation == "status.publish" else {"stage": "resolved", "says": "Over."}
    assert kind_of(peer.call(operation, **{**usual, **wrong})) == kind


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_other_reads_fail_alike(peer: Peer, fault: FaultKind, kind: str) -> None:
    """Our own page, too."""
    peer.fault("status", fault)
    assert kind_of(peer.call("status.published")) == kind


class Unset(SimulatedPeer):
    """A company that has no page of its own."""

    def setting(self, name: str) -> str:
        """As a host without that setting."""
        raise KeyError(name)


@pytest.mark.parametrize("operation", ["status.publish", "status.published"])
def test_without_a_page_of_our_own_nothing_is_published(operation: str) -> None:
    """The text says which setting is missing."""
    outcome = Unset().call(operation, **(OPENED if operation == "status.publish" else {}))
    assert kind_of(outcome) == "not_found"
    assert "`status.page`" in str(outcome)
