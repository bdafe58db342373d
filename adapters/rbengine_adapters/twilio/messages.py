"""Text messages: listing them, sending one, and what became of one whose answer was lost."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.twilio.answers import Message
from rbengine_adapters.twilio.calls import PAGE, TwilioCalls
from rbengine_adapters.twilio.codes import meaning_of
from rbengine_adapters.wire.endings import CallEndedError

LONGEST_TEXT = 1600
"""Twilio's own limit, in characters."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""How much earlier than our call Twilio may say that it was made."""

SURELY_DONE_AFTER = timedelta(seconds=20)
"""Twilio has answered or given up by then: what it has not made by now, it will not make."""

_E164 = re.compile(r"\+[1-9]\d{6,14}")


def messages(calls: TwilioCalls, invocation: Invocation) -> Value:
    """`twilio.messages`."""
    a = invocation.arguments
    since, until, at_most = window(invocation)
    way = a["direction"]
    listed = calls.listed(
        Message,
        lambda: calls.account.messages.page(
            date_sent_after=since, date_sent_before=until, page_size=PAGE
        ),
    )
    found: list[Row] = []
    for one in listed:
        # The vendor's filter is documented by whole days only, so the moments are compared here.
        inside = since <= _at(one) <= until
        if inside and (way is None or one.direction.partition("-")[0] == way):
            found.append(message_row(one))
        if len(found) > at_most:
            raise CallEndedError.refused("too_many", f"Twilio has more than {at_most}")
    return tuple(found)


def send(calls: TwilioCalls, invocation: Invocation, sender: str) -> Value:
    """`twilio.send`."""
    to, text = _wanted(invocation)
    whose = "messaging_service_sid" if sender.startswith("MG") else "from_"
    made = calls.one(
        Message,
        lambda: calls.account.messages.create(to=to, body=text, **{whose: sender}),
        changes=True,
    )
    return message_row(made)


def settle_send(calls: TwilioCalls, invocation: Invocation) -> Outcome | None:
    """Look for the message: made since the call, to the same number, with the same text.

    Two such messages cannot be told apart, and one that is missing may still be on its way: then None.
    """
    to, text = _wanted(invocation)
    listed = calls.listed(Message, lambda: calls.account.messages.page(to=to, page_size=PAGE))
    found = [
        one
        for one in listed
        if one.body == text
        and one.direction == "outbound-api"
        and one.date_created >= invocation.now - CLOCKS_DIFFER
    ]
    if len(found) == 1:
        return Succeeded(Datum(message_row(found[0])))
    if found or not long_over(calls, invocation):
        return None
    return Refused("not_found", f"Twilio made no message to {to} from this call: not sent")


def long_over(calls: TwilioCalls, invocation: Invocation) -> bool:
    """Whether what Twilio has not made by now was never made. Asks nothing: the last answer said the time."""
    now = calls.wire.server_time
    return now is not None and now - invocation.now >= SURELY_DONE_AFTER


def window(invocation: Invocation) -> tuple[datetime, datetime, int]:
    """From, to, and how many there may be."""
    a = invocation.arguments
    since, until = a["from"], a["to"]
    if not isinstance(since, datetime) or not isinstance(until, datetime) or until < since:
        raise CallEndedError.refused("invalid", "the window ends before it begins")
    return since, until, bound(invocation)


def bound(invocation: Invocation) -> int:
    """How many there may be."""
    at_most = invocation.arguments["at_most"]
    if not isinstance(at_most, int) or at_most < 1:
        raise CallEndedError.refused("invalid", "`at_most` is at least 1")
    return at_most


def number(value: Value) -> str:
    """A number as the world writes it. Ends the call where it is none: before Twilio is asked."""
    if not isinstance(value, str) or _E164.fullmatch(value) is None:
        shown = value if isinstance(value, str) else "this"
        raise CallEndedError.refused("invalid", f"`{shown}` is no phone number: + and its digits")
    return value


def message_row(one: Message) -> Row:
    """`twilio.message`."""
    return Row(
        {
            "sid": one.sid,
            "from": one.from_ or "",
            "to": one.to or "",
            "body": one.body or "",
            "direction": one.direction,
            "status": one.status,
            "error_code": one.error_code,
            "error": None if one.error_code is None else meaning_of(one.error_code),
            "at": _at(one),
        }
    )


def _at(one: Message) -> datetime:
    at = one.date_created if one.date_sent is None else one.date_sent
    return at.astimezone(UTC)


def _wanted(invocation: Invocation) -> tuple[str, str]:
    to, message = number(invocation.arguments["to"]), invocation.arguments["message"]
    text = str(message["text"]).strip() if isinstance(message, Mapping) else ""
    if not text:
        raise CallEndedError.refused("invalid", "a text message has a text")
    if len(text) > LONGEST_TEXT:
        words = f"a text message has at most {LONGEST_TEXT} characters, this one {len(text)}"
        raise CallEndedError.refused("invalid", words)
    return to, text
