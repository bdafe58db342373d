"""What the simulated company answers to each operation's requests is what the vendors' own descriptions allow."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import jsonschema
import pytest
from rbengine.contract.outcomes import Succeeded
from support.every_call import CALLS, arranged
from support.peer_prism import DESCRIPTIONS, Description, adapter_of, mended_description
from support.peers import SimulatedPeer
from support.shapes import differences
from support.vendors import vendor_description

JUDGED = {f"{adapter_of(one)}.{name}": one for one in DESCRIPTIONS for name in one.operations}

NOT_DESCRIBED: Mapping[str, str] = {
    "git.log": "speaks git: a real repository and the real program are behind it",
    "http.get": "asks whatever address there is",
    "http.handshake": "asks whatever address there is, by Meta's protocol",
    "http.notify_signed": "asks whatever address there is, by Meta's protocol",
    "http.notify_unsigned": "asks whatever address there is, by Meta's protocol",
    "imap.messages": "speaks IMAP: standard clients and dovecot are its judges",
    "imap.probe": "speaks IMAP: standard clients and dovecot are its judges",
    "meta.app_subscriptions": "Meta describes no part of the Graph API that is not about business messages",
    "meta.subscribe_app": "Meta describes no part of the Graph API that is not about business messages",
    "realtime.probe": "speaks by a WebSocket: the vendor's own client is its judge",
    "smtp.probe": "speaks SMTP: standard clients and servers are its judges",
    "smtp.send": "speaks SMTP: standard clients and servers are its judges",
    "status.component": "status pages have no description of their vendor's: their recorded answers are read",
    "status.publish": "status pages have no description of their vendor's: their recorded answers are read",
    "status.published": "status pages have no description of their vendor's: their recorded answers are read",
    "stripe.ping_webhook_endpoint": "the description is of version 1, and this is a call of version 2",
    "supabase.buckets": "the Storage API is not described; the vendor's recordings are its judge",
    "supabase.invoke": "answers what the company's own function answers",
    "supabase.limit_uploads": "the Storage API is not described; the vendor's recordings are its judge",
    "supabase.metrics": "answers in the form of Prometheus",
    "supabase.remove_files": "the Storage API is not described; the vendor's recordings are its judge",
}
"""Operations whose answers no description of a vendor judges, and why."""

FIXTURES = "stripe_fixtures3.2026-08-21.json"
OPEN = frozenset({"metadata", "object"})
"""Objects whose keys are up to the customer or depend on the event."""


def test_every_operation_is_judged_or_it_is_said_why_not() -> None:
    """A new one must be added to either."""
    assert JUDGED.keys() | NOT_DESCRIBED.keys() == CALLS.keys()
    assert not JUDGED.keys() & NOT_DESCRIBED.keys()


class Overhearing(SimulatedPeer):
    """A company whose answers are kept as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[httpx.Response] = []

    def http(self, provider: str) -> httpx.Client:
        """As the host hands it out, with an ear to it."""
        client = super().http(provider)
        client.event_hooks = {"response": [self._hear]}
        return client

    def _hear(self, answer: httpx.Response) -> None:
        answer.read()
        self.heard.append(answer)


@cache
def answers() -> Mapping[str, tuple[httpx.Response, ...]]:
    """What each operation was answered, all in one world."""
    peer = Overhearing()
    arranged(peer)
    found = {}
    for name, given in CALLS.items():
        peer.heard = []
        outcome = peer.call(name, key=name, **given)
        assert isinstance(outcome, Succeeded), (name, outcome)
        found[name] = tuple(peer.heard)
    return found


@cache
def document(name: str) -> Mapping[str, Any]:
    """A vendor's description."""
    found: Mapping[str, Any] = (
        vendor_description(name) if name == FIXTURES else mended_description(name)
    )
    return found


def described(description: Description, answer: httpx.Response) -> Mapping[str, Any] | None:
    """The schema of an answer with its references; None where it has no content."""
    whole = document(description.file)
    method, path = answer.request.method.lower(), answer.request.url.path
    fitting = {
        one: methods[method]
        for one, methods in whole["paths"].items()
        if method in methods and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", one), path)
    }
    assert fitting, f"{method} {path} is not described"
    found = fitting.get(path) or next(iter(fitting.values()))
    said = found["responses"]
    assert str(answer.status_code) in said, (
        f"{method} {path} is never answered {answer.status_code}"
    )
    content = said[str(answer.status_code)].get("content", {}).get("application/json")
    if content is None or not answer.content:
        return None
    schema: dict[str, Any] = with_nulls(content["schema"])
    return {**schema, "components": with_nulls(whole["components"])}


def with_nulls(schema: Any) -> Any:
    """The vendor's `nullable: true` in the words of JSON Schema; what forms say of addresses is left to others."""
    if isinstance(schema, list):
        return [with_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: with_nulls(value) for key, value in schema.items() if key not in ("nullable", "format")
    }
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def plain(content: Any) -> Any:
    """Objects that were asked for in the place of their ids are ids again: the description knows no others."""
    if isinstance(content, list):
        return [plain(one) for one in content]
    if not isinstance(content, dict):
        return content
    charge = content.get("latest_charge")
    expanded = {"latest_charge": charge["id"]} if isinstance(charge, dict) else {}
    return {key: plain(one) for key, one in {**content, **expanded}.items()}


@pytest.mark.parametrize("operation", JUDGED)
def test_every_answer_is_one_that_the_vendor_describes(operation: str) -> None:
    """Each request of the operation, as the adapter makes it, and the company's answer to it."""
    heard = answers()[operation]
    assert heard
    for one in heard:
        schema = described(JUDGED[operation], one)
        if schema is not None:
            jsonschema.validate(plain(one.json()), schema)


@pytest.mark.parametrize("operation", [one for one in JUDGED if one.startswith("stripe.")])
def test_every_object_of_stripe_has_the_form_of_its_newest_fixtures(operation: str) -> None:
    """Same keys, same types: the whole description is three years older."""
    theirs = document(FIXTURES)["resources"]
    for one in answers()[operation]:
        content = one.json()
        rows = content["data"] if content["object"] in ("list", "search_result") else [content]
        for row in rows:
            kind = row["object"]
            if row.get("deleted"):
                continue
            if kind == "event":
                row["data"].pop("previous_attributes", None)
            row.pop("secret", None)  # of an endpoint that is new
            assert differences(row, theirs[kind], kind, OPEN) == []
