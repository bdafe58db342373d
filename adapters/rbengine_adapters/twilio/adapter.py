"""Twilio, live: each operation of the signature."""

import re
from datetime import UTC, datetime

import httpx
import pydantic
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.values import Datum, Row, Value
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # the SDK says no types
    TwilioException,
)
from twilio.rest import Client  # type: ignore[import-untyped]  # as above

from rbengine_adapters.twilio.answers import Message
from rbengine_adapters.twilio.http_client import TwilioOverHttpx
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.settings import SettingError, needed_setting

PAGE = 1000
MOST_SCANNED = 20_000
"""How many messages a window is read through for; one that goes on is refused with `too_many`."""

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_KEY_IS_THE_HOSTS = "sent-by-the-host"
_NO_ENVIRONMENT = {"RBENGINE": "nothing of the machine's environment is read"}
"""The SDK takes an empty one for none, and then reads the machine's edge and region."""


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client `twilio`. Raises SettingError where `twilio.account` is missing or none."""
    account = needed_setting(connections, "twilio.account", "the account's SID")
    if _ACCOUNT.fullmatch(account) is None:
        raise SettingError("the setting `twilio.account` is AC and 32 hexadecimal digits")
    return TwilioAdapter(connections.http("twilio"), account)


class TwilioAdapter:
    """All operations; every call has a client and a deadline of its own."""

    def __init__(self, client: httpx.Client, account: str) -> None:
        self._client = client
        self._account = account

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        if invocation.operation != "messages":
            raise ValueError(f"twilio has no operation `{invocation.operation}`")
        try:
            return Succeeded(Datum(self._messages(invocation)))
        except CallEndedError as ended:
            return ended.outcome

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - nothing here changes
        """None: there is nothing to look after."""
        return None

    def _messages(self, invocation: Invocation) -> Value:
        a = invocation.arguments
        since, until, at_most = a["from"], a["to"], a["at_most"]
        if not isinstance(since, datetime) or not isinstance(until, datetime) or until < since:
            raise CallEndedError.refused("invalid", "the window ends before it begins")
        if not isinstance(at_most, int) or at_most < 1:
            raise CallEndedError.refused("invalid", "`at_most` is at least 1")
        way = a["direction"]
        found: list[Row] = []
        for one in self._listed(invocation, since, until):
            row = _row(one)
            at = row["at"]
            # The vendor's filter is documented by whole days only, so the moments are compared here.
            inside = isinstance(at, datetime) and since <= at <= until
            if inside and (way is None or one.direction.partition("-")[0] == way):
                found.append(row)
            if len(found) > at_most:
                raise CallEndedError.refused("too_many", f"Twilio has more than {at_most}")
        return tuple(found)

    def _listed(self, invocation: Invocation, since: datetime, until: datetime) -> list[Message]:
        """Every message that Twilio lists for the window, page by page to the end."""
        wire = TwilioOverHttpx(self._client, Deadline(invocation.timeout))
        client = Client(
            self._account, _KEY_IS_THE_HOSTS, http_client=wire, environment=_NO_ENVIRONMENT
        )
        found: list[Message] = []
        try:
            page = client.api.v2010.account.messages.page(
                date_sent_after=since, date_sent_before=until, page_size=PAGE
            )
            while page is not None:
                found += [Message.model_validate(one) for one in page]
                if len(found) > MOST_SCANNED:
                    text = f"Twilio has more than {MOST_SCANNED} to look through"
                    raise CallEndedError.refused("too_many", text)
                page = page.next_page()
        except (TwilioException, pydantic.ValidationError, KeyError) as error:
            raise CallEndedError(garbled("Twilio", changes=False)) from error
        return found


def _row(one: Message) -> Row:
    """`twilio.message`."""
    at = one.date_created if one.date_sent is None else one.date_sent
    return Row(
        {
            "sid": one.sid,
            "from": one.from_ or "",
            "to": one.to or "",
            "body": one.body or "",
            "direction": one.direction,
            "status": one.status,
            "error_code": one.error_code,
            "at": at.astimezone(UTC),
        }
    )
