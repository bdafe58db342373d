"""What every operation does with Twilio: a client for one call, answers in the form that is promised, whole lists."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pydantic
from rbengine.contract.adapter import Connections
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # the SDK says no types
    TwilioException,
)
from twilio.rest import Client  # type: ignore[import-untyped]  # as above

from rbengine_adapters.twilio.answers import Answer
from rbengine_adapters.twilio.http_client import TwilioOverHttpx
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled

A = TypeVar("A", bound=Answer)

PAGE = 1000
MOST_SCANNED = 20_000
"""How many entries a window is read through for; one that goes on is refused with `too_many`."""

_KEY_IS_THE_HOSTS = "sent-by-the-host"
_NO_ENVIRONMENT = {"RBENGINE": "nothing of the machine's environment is read"}
"""The SDK takes an empty one for none, and then reads the machine's edge and region."""

_PROVIDERS = {
    "monitor.twilio.com": "twilio_monitor",
    "lookups.twilio.com": "twilio_lookups",
}
"""Hosts besides the API's own, to what the host calls their clients."""


class TwilioCalls:
    """One call's way to Twilio."""

    def __init__(self, connections: Connections, account: str, timeout: timedelta) -> None:
        def client_of(host: str) -> httpx.Client:
            return connections.http(_PROVIDERS.get(host, "twilio"))

        self._wire = TwilioOverHttpx(client_of, Deadline(timeout))
        self.client = Client(
            account, _KEY_IS_THE_HOSTS, http_client=self._wire, environment=_NO_ENVIRONMENT
        )
        self.account = self.client.api.v2010.account

    @property
    def wire(self) -> TwilioOverHttpx:
        """What the requests go over; it knows Twilio's clock."""
        return self._wire

    def one(self, form: type[A], ask: Callable[[], Any], *, changes: bool = False) -> A:
        """What Twilio answers. Ends the call where that is no success or cannot be read."""
        try:
            return form.model_validate(ask())
        except (TwilioException, pydantic.ValidationError, KeyError, ValueError) as error:
            raise CallEndedError(garbled("Twilio", changes=changes)) from error

    def listed(self, form: type[A], first: Callable[[], Any]) -> list[A]:
        """Everything that Twilio lists, page by page to the end."""
        found: list[A] = []
        try:
            page = first()
            while page is not None:
                found += [form.model_validate(one) for one in page]
                if len(found) > MOST_SCANNED:
                    text = f"Twilio has more than {MOST_SCANNED} to look through"
                    raise CallEndedError.refused("too_many", text)
                page = page.next_page()
        except (TwilioException, pydantic.ValidationError, KeyError, ValueError) as error:
            raise CallEndedError(garbled("Twilio", changes=False)) from error
        return found
