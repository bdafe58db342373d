"""One request to Meta, and its answer in the form that is promised."""

from collections.abc import Mapping
from typing import TypeVar

import httpx
import pydantic

from rbengine_adapters.meta.answers import Answer
from rbengine_adapters.meta.failures import ending_of
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import Wire
from rbengine_adapters.wire.plain import decoded, encoded

A = TypeVar("A", bound=Answer)


def asked(wire: Wire, path: str, form: type[A], query: Mapping[str, str] | None = None) -> A:
    """What Meta answers to a read. Ends the call where that is no success."""
    response = wire.send("GET", path, changes=False, query=query)
    return _read(wire, response, form, changes=False)


def changed(wire: Wire, path: str, content: object, form: type[A]) -> A:
    """What Meta answers to a change. Ends the call where that is no success."""
    response = wire.send("POST", path, changes=True, content=encoded(content))
    return _read(wire, response, form, changes=True)


def _read(wire: Wire, response: httpx.Response, form: type[A], *, changes: bool) -> A:
    if response.status_code != httpx.codes.OK:
        raise CallEndedError(ending_of(response.status_code, _content(response), changes=changes))
    try:
        return form.model_validate(wire.content(response, changes=changes))
    except pydantic.ValidationError as error:
        raise CallEndedError(garbled("Meta", changes=changes)) from error


def _content(response: httpx.Response) -> object:
    try:
        content: object = decoded(response.content)
    except ValueError:
        return None
    return content
