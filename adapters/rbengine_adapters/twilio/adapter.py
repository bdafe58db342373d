"""Twilio, live: each operation of the signature."""

import re
from datetime import UTC, datetime, timedelta

from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.signatures.twilio import LINE_TYPE
from rbengine_adapters.twilio import answers, messages, voice
from rbengine_adapters.twilio.calls import PAGE, TwilioCalls
from rbengine_adapters.twilio.codes import meaning_of
from rbengine_adapters.wire.endings import CallEndedError, Ending
from rbengine_adapters.wire.settings import SettingError, maybe_setting, needed_setting

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's clients `twilio`, `twilio_monitor` and `twilio_lookups`.

    Raises SettingError where `twilio.account` is missing or none.
    """
    account = needed_setting(connections, "twilio.account", "the account's SID")
    if _ACCOUNT.fullmatch(account) is None:
        raise SettingError("the setting `twilio.account` is AC and 32 hexadecimal digits")
    return TwilioAdapter(connections, account)


class TwilioAdapter:
    """All operations; every call has a client and a deadline of its own."""

    def __init__(self, connections: Connections, account: str) -> None:
        self._connections = connections
        self._account = account

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        calls = TwilioCalls(self._connections, self._account, invocation.timeout)
        try:
            return Succeeded(Datum(self._done(calls, invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whose balance the key may see. The account itself would come with its auth token."""
        calls = TwilioCalls(self._connections, self._account, timeout)
        try:
            found = calls.one(answers.Balance, lambda: calls.account.balance.fetch())
        except CallEndedError as ended:
            return ended.outcome
        return Whereabouts(
            facts={"twilio.account": found.account_sid},
            version="2010-04-01",
            clock=calls.wire.server_time,
        )

    def settle(self, invocation: Invocation) -> Outcome | None:
        """Look for the message or call that a lost call may have made. None where Twilio cannot say."""
        calls = TwilioCalls(self._connections, self._account, invocation.timeout)
        try:
            match invocation.operation:
                case "send":
                    return messages.settle_send(calls, invocation)
                case "place_call":
                    return voice.settle_place_call(calls, invocation, self._caller())
                case _:
                    return None
        except CallEndedError:
            return None

    def _done(self, calls: TwilioCalls, invocation: Invocation) -> Value:
        match invocation.operation:
            case "messages":
                return messages.messages(calls, invocation)
            case "send":
                return messages.send(calls, invocation, self._sender())
            case "calls":
                return voice.calls_of(calls, invocation)
            case "call":
                return voice.one_call(calls, invocation)
            case "place_call":
                return voice.place_call(calls, invocation, self._caller())
            case "end_call":
                return voice.end_call(calls, invocation)
            case "alerts":
                return _alerts(calls, invocation)
            case "lookup":
                return _lookup(calls, invocation)
            case "balance":
                return _balance(calls)
            case unknown:
                raise ValueError(f"twilio has no operation `{unknown}`")

    def _sender(self) -> str:
        """Who sends. Ends the call where the settings do not say: only some calls need it."""
        found = maybe_setting(self._connections, "twilio.from")
        if found is None or _SENDER.fullmatch(found) is None:
            text = "the setting `twilio.from` must be a number, + and its digits, or a messaging service, MG…"
            raise CallEndedError.refused("invalid", text)
        return found

    def _caller(self) -> str:
        """Who calls: a messaging service cannot."""
        sender = self._sender()
        if sender.startswith("MG"):
            text = "the setting `twilio.from` must be a number: a messaging service places no calls"
            raise CallEndedError.refused("invalid", text)
        return sender


def _alerts(calls: TwilioCalls, invocation: Invocation) -> Value:
    since, at_most = invocation.arguments["since"], messages.bound(invocation)
    if not isinstance(since, datetime) or since > invocation.now:
        raise CallEndedError.refused("invalid", "`since` lies in the future")
    listed = calls.listed(
        answers.Alert,
        lambda: calls.client.monitor.v1.alerts.page(
            log_level="error", start_date=since, page_size=PAGE
        ),
    )
    # The vendor's filter is documented by whole days only, so the moments are compared here.
    found = [one for one in map(_alert_row, listed) if one["at"] >= since]  # type: ignore[operator]  # instants
    if len(found) > at_most:
        raise CallEndedError.refused("too_many", f"Twilio has logged more than {at_most} errors")
    return tuple(found)


def _alert_row(one: answers.Alert) -> Row:
    """`twilio.alert`."""
    code = int(one.error_code) if one.error_code and one.error_code.isdigit() else None
    return Row(
        {
            "sid": one.sid,
            "code": code,
            "error": "other" if code is None else meaning_of(code),
            "resource": one.resource_sid,
            "text": one.alert_text or "",
            "at": one.date_generated.astimezone(UTC),
        }
    )


def _lookup(calls: TwilioCalls, invocation: Invocation) -> Value:
    asked = str(invocation.arguments["number"]).strip()
    if not asked or not set(asked) <= set("+0123456789 ()-./"):
        raise CallEndedError.refused("invalid", f"`{asked}` is no phone number")
    fields = "line_type_intelligence" if invocation.arguments["line_type"] is True else None
    wanted = {} if fields is None else {"fields": fields}
    found = calls.one(
        answers.Number, lambda: calls.client.lookups.v2.phone_numbers(asked).fetch(**wanted)
    )
    line = found.line_type_intelligence
    kind = None if line is None else line.type
    return Row(
        {
            "number": found.phone_number,
            "valid": found.valid,
            "country": found.country_code,
            "line_type": kind if kind is None or kind in LINE_TYPE.values else "unknown",
            "problems": tuple(found.validation_errors or ()),
        }
    )


def _balance(calls: TwilioCalls) -> Value:
    found = calls.one(answers.Balance, lambda: calls.account.balance.fetch())
    return Row({"amount": found.balance, "currency": found.currency.lower()})
