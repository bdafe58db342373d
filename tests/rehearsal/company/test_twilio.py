"""Twilio's manners: keys, dates, pages, and what the model does not know."""

from datetime import timedelta

import httpx
import pytest
from rbengine.rehearsal.company.builders import WorldLineError
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from support.peers import START, SimulatedPeer


@pytest.fixture
def peer() -> SimulatedPeer:
    """An account with three messages, an hour apart."""
    made = SimulatedPeer()
    for number in range(3):
        numbers = {"from": "+391", "to": "+392"}
        made.arrange(
            "twilio.message", body=str(number), at=START - number * timedelta(hours=1), **numbers
        )
    return made


def path(peer: SimulatedPeer) -> str:
    """The account's messages."""
    return f"/2010-04-01/Accounts/{peer.setting('twilio.account')}/Messages.json"


def bodies(peer: SimulatedPeer, **query: str) -> list[str]:
    """What a list gives, by text."""
    answer = peer.http("twilio").get(path(peer), params=query)
    assert answer.status_code == 200, answer.text
    return [one["body"] for one in answer.json()["messages"]]


def test_dates_hold_at_both_ends(peer: SimulatedPeer) -> None:
    """Days as well as moments, in UTC."""
    an_hour_ago = (START - timedelta(hours=1)).isoformat()
    assert bodies(peer, **{"DateSent>": an_hour_ago}) == ["0", "1"]
    assert bodies(peer, **{"DateSent<": an_hour_ago}) == ["1", "2"]
    assert bodies(peer, **{"DateSent>": "2026-01-05"}) == ["0", "1", "2"]
    assert bodies(peer, **{"DateSent>": "2026-01-06"}) == []


def test_a_date_that_is_none_is_refused(peer: SimulatedPeer) -> None:
    """In the vendor's form of an error."""
    answer = peer.http("twilio").get(path(peer), params={"DateSent>": "yesterday"})
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_a_request_without_a_key_is_unauthorized(peer: SimulatedPeer) -> None:
    """Whatever it asks for."""
    bare = httpx.Client(transport=peer.company.transport(), base_url="https://api.twilio.com")
    answer = bare.get(path(peer))
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_another_account_is_not_found(peer: SimulatedPeer) -> None:
    """A wrong SID must never look like no messages."""
    answer = peer.http("twilio").get(f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json")
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_what_the_model_does_not_know_stops_the_rehearsal(peer: SimulatedPeer) -> None:
    """Nothing is made up."""
    with pytest.raises(CannotBeSimulatedError, match="Usage"):
        peer.http("twilio").get(path(peer).replace("Messages", "Usage/Records"))
    with pytest.raises(CannotBeSimulatedError, match="Page2"):
        peer.http("twilio").get(path(peer), params={"Page2": "1"})
    with pytest.raises(CannotBeSimulatedError, match="MediaUrl"):
        peer.http("twilio").post(path(peer), data={"To": "+392", "MediaUrl": "https://x.test"})


@pytest.mark.parametrize("sid", ["SM1", "XX" + "0" * 32])
def test_a_world_names_messages_as_the_vendor_does(peer: SimulatedPeer, sid: str) -> None:
    """A SID of another form would be refused by the vendor everywhere else."""
    with pytest.raises(WorldLineError, match="SM and 32"):
        peer.arrange("twilio.message", sid=sid, **{"from": "+391", "to": "+392"})


def test_a_message_stands_there_once(peer: SimulatedPeer) -> None:
    """A SID is an id."""
    numbers = {"from": "+391", "to": "+392"}
    peer.arrange("twilio.message", sid="SM" + "0" * 32, **numbers)
    with pytest.raises(WorldLineError, match="already"):
        peer.arrange("twilio.message", sid="SM" + "0" * 32, **numbers)
