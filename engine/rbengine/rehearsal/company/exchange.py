"""Requests and answers as the vendors' models see them: plain data, no HTTP library.

The same models can so be driven by an in-process transport or by a server on a port.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from rbengine.host.errors import CannotGoOnError

Object = dict[str, Any]
"""A JSON object of a vendor, mutable while it lives in a model, copied when it leaves."""


_ENCODER = msgspec.json.Encoder(decimal_format="number")


class CannotBeSimulatedError(CannotGoOnError):
    """The rehearsal asked for something no model knows. It stops the run: nothing is ever made up."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request. Header names are lower-case; `path` is decoded; `query` keeps order and repeats."""

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def parameter(self, name: str) -> str | None:
        """The first query parameter `name`, or None."""
        for key, value in self.query:
            if key == name:
                return value
        return None

    def json(self) -> Any:
        """The decoded body; numbers with a fraction are decimals. Raises ValueError where it is no JSON."""
        return json.loads(self.body, parse_float=Decimal)

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path: `("v1", "refunds")`."""
        return tuple(one for one in self.path.split("/") if one)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer. `body` is JSON data (None: empty); `raw`, where given, is sent instead of it."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}
    raw: bytes | None = None
    logs: tuple[str, ...] = ()
    """Lines that a project's function wrote while it worked; the vendor keeps them in its logs."""

    def content(self) -> bytes:
        """The bytes on the wire."""
        if self.raw is not None:
            return self.raw
        if self.body is None:
            return b""
        return _ENCODER.encode(self.body)
