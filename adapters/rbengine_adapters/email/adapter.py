"""Mail through Resend, live: each operation of the signature."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pydantic
from rbengine.contract.adapter import Adapter, Connections, Invocation, Whereabouts
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.email.answers import Accepted, Answer, BatchAccepted, Domains
from rbengine_adapters.email.failures import ending_of, may_only_send
from rbengine_adapters.wire.addresses import one_address
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, Ending, garbled
from rbengine_adapters.wire.http import Wire, server_time
from rbengine_adapters.wire.keys import key_for
from rbengine_adapters.wire.plain import encoded
from rbengine_adapters.wire.settings import needed_setting

A = TypeVar("A", bound=Answer)

MOST_IN_A_BATCH = 100
LONGEST_KEY = 240
"""Resend takes 256 characters; a batch's number is put behind ours."""


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's client `resend`. Raises SettingError where `email.from` is missing."""
    sender = needed_setting(connections, "email.from", "the address that mail is sent from")
    return EmailAdapter(connections.http("resend"), sender)


class EmailAdapter:
    """All operations; the same invocation again sends nothing new while Resend keeps the key."""

    def __init__(self, client: httpx.Client, sender: str) -> None:
        self._client = client
        self._sender = sender

    def perform(self, invocation: Invocation) -> Outcome:
        """Send. Raises ValueError for an operation that the signature does not have."""
        wire = Wire(self._client, Deadline(invocation.timeout), "Resend")
        try:
            match invocation.operation:
                case "send":
                    return Succeeded(Datum(self._send(wire, invocation)))
                case "send_each":
                    return self._send_each(wire, invocation)
                case "domains":
                    return Succeeded(Datum(_domains(wire)))
                case unknown:
                    raise ValueError(f"email has no operation `{unknown}`")
        except CallEndedError as ended:
            return ended.outcome

    def locate(self, timeout: timedelta) -> Whereabouts | Ending:
        """Whether Resend knows the key. One that may only send is known too, and that is all it says."""
        wire = Wire(self._client, Deadline(timeout), "Resend")
        try:
            look = wire.send("GET", "/domains", changes=False, query={"limit": "1"})
        except CallEndedError as ended:
            return ended.outcome
        if look.status_code != httpx.codes.OK and not may_only_send(look):
            return ending_of(look, changes=False)
        return Whereabouts(facts={}, clock=server_time(look))

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - Resend finds no mail by its key
        """None: the same call is sent again with its key instead."""
        return None

    def _send(self, wire: Wire, invocation: Invocation) -> Row:
        mail = self._mail(one_address(invocation.arguments["to"]), invocation.arguments["message"])
        key = key_for(invocation.key, LONGEST_KEY)
        return _row(_posted(wire, "/emails", mail, key, Accepted))

    def _send_each(self, wire: Wire, invocation: Invocation) -> Outcome:
        to = invocation.arguments["to"]
        people = tuple(
            dict.fromkeys(one_address(one) for one in (to if isinstance(to, tuple) else ()))
        )
        sent: list[Row] = []
        for start in range(0, len(people), MOST_IN_A_BATCH):
            batch = people[start : start + MOST_IN_A_BATCH]
            mails = [self._mail(one, invocation.arguments["message"]) for one in batch]
            key = f"{key_for(invocation.key, LONGEST_KEY)}/{start // MOST_IN_A_BATCH + 1}"
            try:
                answer = _posted(wire, "/emails/batch", mails, key, BatchAccepted)
            except CallEndedError as ended:
                if isinstance(ended.outcome, Refused) and sent:
                    # Some have gone out: the call as a whole is neither done nor refused.
                    text = f"{len(sent)} of {len(people)} mails went out, then: {ended}"
                    return Unsettled(text)
                raise
            if len(answer.data) != len(batch):
                raise CallEndedError(garbled("Resend", changes=True))
            sent += [_row(one) for one in answer.data]
        return Succeeded(Datum(tuple(sent)))

    def _mail(self, to: str, message: Value) -> dict[str, Any]:
        if not isinstance(message, Mapping):
            raise CallEndedError.refused("invalid", "a message has a subject and a text")
        subject, text = str(message["subject"]), str(message["text"])
        if "\n" in subject or "\r" in subject:
            raise CallEndedError.refused("invalid", "the subject has a line break")
        return {"from": self._sender, "to": to, "subject": subject, "text": text}


def _posted(wire: Wire, path: str, content: Any, key: str, kind: type[A]) -> A:
    response = wire.send(
        "POST", path, changes=True, content=encoded(content), headers={"idempotency-key": key}
    )
    if response.status_code != httpx.codes.OK:
        raise CallEndedError(ending_of(response))
    try:
        return kind.model_validate(wire.content(response, changes=True))
    except pydantic.ValidationError as error:
        raise CallEndedError(garbled("Resend", changes=True)) from error


def _domains(wire: Wire) -> Value:
    """`email.domain` for each, page by page to the end."""
    found: list[Row] = []
    query: dict[str, str] = {"limit": str(MOST_IN_A_BATCH)}
    while True:
        response = wire.send("GET", "/domains", changes=False, query=query)
        if response.status_code != httpx.codes.OK:
            raise CallEndedError(ending_of(response, changes=False))
        try:
            page = Domains.model_validate(wire.content(response, changes=False))
        except pydantic.ValidationError as error:
            raise CallEndedError(garbled("Resend", changes=False)) from error
        found += [
            Row({"name": one.name, "status": one.status, "region": one.region}) for one in page.data
        ]
        if not page.has_more or not page.data:
            return tuple(found)
        query["after"] = page.data[-1].id


def _row(one: Accepted) -> Row:
    """`email.sent`."""
    return Row({"id": one.id})
