"""Meta's manners: tokens, fields, pages, and what the model does not know."""

import httpx
import pytest
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from support.peers import SimulatedPeer

FIELDS = "id,message_id,events{delivery_status}"


@pytest.fixture
def peer() -> SimulatedPeer:
    """A phone number with one message."""
    made = SimulatedPeer()
    made.arrange("meta.message", id="wamid.1")
    return made


def path(peer: SimulatedPeer) -> str:
    """The phone number's history."""
    return f"/v23.0/{peer.setting('meta.phone_number')}/message_history"


def test_a_request_without_a_token_is_unauthorized(peer: SimulatedPeer) -> None:
    """Whatever it asks for."""
    bare = httpx.Client(transport=peer.company.transport(), base_url="https://graph.facebook.com")
    answer = bare.get(path(peer))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_another_number_is_not_found(peer: SimulatedPeer) -> None:
    """A wrong id must never look like no messages."""
    answer = peer.http("meta").get("/v23.0/1/message_history", params={"fields": FIELDS})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 803)


def test_a_cursor_that_nobody_gave_is_refused(peer: SimulatedPeer) -> None:
    """Beginning anew in silence would count messages twice."""
    answer = peer.http("meta").get(path(peer), params={"fields": FIELDS, "after": "nonsense"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_a_page_behind_the_last_is_empty_and_says_no_more(peer: SimulatedPeer) -> None:
    """So a client stops."""
    first = peer.http("meta").get(path(peer), params={"fields": FIELDS}).json()
    after = first["paging"]["cursors"]["after"]
    answer = peer.http("meta").get(path(peer), params={"fields": FIELDS, "after": after})
    assert answer.json() == {"data": []}


@pytest.mark.parametrize("fields", ["", "id", "id,message_id,events{text}"])
def test_what_the_model_does_not_know_stops_the_rehearsal(peer: SimulatedPeer, fields: str) -> None:
    """No field holds content, and none is made up."""
    with pytest.raises(CannotBeSimulatedError, match="fields"):
        peer.http("meta").get(path(peer), params={"fields": fields})
    with pytest.raises(CannotBeSimulatedError, match="message_templates"):
        peer.http("meta").get("/v23.0/1/message_templates")
    with pytest.raises(CannotBeSimulatedError, match="name_status"):
        peer.http("meta").get(
            f"/v23.0/{peer.setting('meta.phone_number')}", params={"fields": "name_status"}
        )


@pytest.mark.parametrize("edge", ["", "/subscriptions", "/subscribed_apps"])
def test_what_is_not_ours_is_not_found(peer: SimulatedPeer, edge: str) -> None:
    """Another number, app or account."""
    answer = peer.http("meta").get(f"/v23.0/1{edge}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 803)
