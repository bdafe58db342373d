"""People who are reached by text message, and playbooks that send some."""

from rbengine.facts.postgres.server import Server
from rbengine.host.journal import events_of
from rbengine.runtime.events import CallEnded, Started
from rehearsal.theatre import PLAYBOOK, USUAL, WORLD, Theatre, codes, told

BY_PHONE = WORLD.replace(
    'contact lead email "lead@club.test"', 'contact lead email "lead@club.test" sms "+393331234567"'
).replace('contact on_call email "on.call@club.test"', 'contact on_call sms "+393337654321"')

TEXTING = PLAYBOOK.replace(
    "email.send(to: account.email, message: welcome(account))",
    'twilio.send(to: "+393330000001", message: welcome(account))',
)

TEXTED = USUAL.replace("email", "sms").replace("member@club.test", "+393330000001")

NOBODY = """
  person on_call never answers
  expect found paid
  expect nothing changed
  expect asked 1 time
  expect escalated to lead
"""


def test_an_escalation_arrives_by_text_message(server: Server) -> None:
    """By every channel, and a role that has only a phone is told of questions there."""
    with Theatre(server, world=BY_PHONE) as theatre:
        rehearsal = theatre.play(NOBODY)
        assert rehearsal.ok, told(rehearsal)
        events = list(events_of(rehearsal.lines))
        started = next(one for one in events if isinstance(one, Started))
        assert started.environment.channels == {
            "lead": "email:lead@club.test, sms:+393331234567",
            "on_call": "sms:+393337654321",
        }
        assert started.environment.backends["twilio"] == "simulated"
        assert not [
            one
            for one in events
            if isinstance(one, CallEnded) and "Refused" in type(one.outcome).__name__
        ]


def test_one_way_out_of_order_leaves_the_other(server: Server) -> None:
    """Twilio is down, the mail arrives; the lead has been told."""
    with Theatre(server, world=BY_PHONE) as theatre:
        rehearsal = theatre.play("  fault twilio unavailable from 0s to 3h" + NOBODY)
        assert rehearsal.ok, told(rehearsal)


def test_a_text_message_of_the_playbook_is_expected_by_its_number(server: Server) -> None:
    """As mail is; a mail to the same person is another thing."""
    with Theatre(server, playbook=TEXTING) as theatre:
        assert TEXTING != PLAYBOOK
        rehearsal = theatre.play(TEXTED)
        assert rehearsal.ok, told(rehearsal)
        unnamed = theatre.play(
            "\n".join(one for one in TEXTED.splitlines() if "sent sms" not in one)
        )
        assert codes(unnamed) == ["E810"]
        assert "text message" in told(unnamed)
        assert unnamed.misses[0].help == 'add `expect sent sms to "+393330000001"`'
        missed = theatre.play(TEXTED.replace("Welcome", "Farewell"))
        assert codes(missed) == ["E805"]
        by_mail = theatre.play(TEXTED.replace("sent sms", "sent email"))
        assert "E805" in codes(by_mail)
        assert "no mail was sent" in told(by_mail)


def test_a_lost_text_message_is_looked_for_and_not_sent_twice(server: Server) -> None:
    """Twilio keeps no keys: the message is its own evidence."""
    with Theatre(server, playbook=TEXTING) as theatre:
        rehearsal = theatre.play("  fault twilio lost answer from 1m to 3m20s" + TEXTED)
        assert rehearsal.ok, told(rehearsal)
