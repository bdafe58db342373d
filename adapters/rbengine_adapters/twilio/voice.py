"""Calls: listing them, placing and ending one, and what became of one whose answer was lost."""

import re
from datetime import UTC, timedelta
from xml.sax.saxutils import escape

from rbengine.contract.adapter import Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.twilio.answers import Call
from rbengine_adapters.twilio.calls import PAGE, TwilioCalls
from rbengine_adapters.twilio.messages import CLOCKS_DIFFER, long_over, number, window
from rbengine_adapters.wire.endings import CallEndedError

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

_SID = re.compile(r"CA[0-9a-fA-F]{32}")


def calls_of(calls: TwilioCalls, invocation: Invocation) -> Value:
    """`twilio.calls`."""
    since, until, at_most = window(invocation)
    status = invocation.arguments["status"]
    wanted = {} if status is None else {"status": str(status)}
    listed = calls.listed(
        Call,
        lambda: calls.account.calls.page(
            start_time_after=since, start_time_before=until, page_size=PAGE, **wanted
        ),
    )
    # The vendor's filter is documented by whole days only, so the moments are compared here.
    found = [row for row in map(call_row, listed) if _inside(row, since, until)]
    if len(found) > at_most:
        raise CallEndedError.refused("too_many", f"Twilio has more than {at_most}")
    return tuple(found)


def one_call(calls: TwilioCalls, invocation: Invocation) -> Value:
    """`twilio.call`."""
    sid = _sid(invocation)
    return call_row(calls.one(Call, lambda: calls.account.calls(sid).fetch()))


def place_call(calls: TwilioCalls, invocation: Invocation, caller: str) -> Value:
    """`twilio.place_call`."""
    to = number(invocation.arguments["to"])
    said = str(invocation.arguments["say"]).strip()
    if not said:
        raise CallEndedError.refused("invalid", "a call says something")
    twiml = f"<Response><Say>{escape(said)}</Say></Response>"
    made = calls.one(
        Call,
        lambda: calls.account.calls.create(to=to, from_=caller, twiml=twiml),
        changes=True,
    )
    return call_row(made)


def settle_place_call(calls: TwilioCalls, invocation: Invocation, caller: str) -> Outcome | None:
    """Look for the call: made since ours, to the same number, from the same caller.

    Two such calls cannot be told apart, and one that is missing may still be on its way: then None.
    """
    to = number(invocation.arguments["to"])
    listed = calls.listed(
        Call, lambda: calls.account.calls.page(to=to, from_=caller, page_size=PAGE)
    )
    found = [one for one in listed if one.date_created >= invocation.now - CLOCKS_DIFFER]
    if len(found) == 1:
        return Succeeded(Datum(call_row(found[0])))
    if found or not long_over(calls, invocation):
        return None
    return Refused("not_found", f"Twilio made no call to {to} from this call: not placed")


def end_call(calls: TwilioCalls, invocation: Invocation) -> Value:
    """`twilio.end_call`."""
    sid = _sid(invocation)
    now = calls.one(Call, lambda: calls.account.calls(sid).fetch())
    if now.status in OVER:
        return call_row(now)
    ended = calls.one(
        Call, lambda: calls.account.calls(sid).update(status="completed"), changes=True
    )
    return call_row(ended)


def call_row(one: Call) -> Row:
    """`twilio.call`."""
    at = one.date_created if one.start_time is None else one.start_time
    seconds = one.duration
    return Row(
        {
            "sid": one.sid,
            "from": one.from_ or "",
            "to": one.to or "",
            "direction": one.direction or "",
            "status": one.status,
            "duration": timedelta(seconds=int(seconds)) if seconds and seconds.isdigit() else None,
            "at": at.astimezone(UTC),
        }
    )


def _inside(row: Row, since: object, until: object) -> bool:
    return since <= row["at"] <= until  # type: ignore[operator]  # all three are instants


def _sid(invocation: Invocation) -> str:
    sid = invocation.arguments["call"]
    if not isinstance(sid, str) or _SID.fullmatch(sid) is None:
        raise CallEndedError.refused("invalid", "a call's SID is CA and 32 hexadecimal digits")
    return sid
