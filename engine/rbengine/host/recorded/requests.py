"""Requests compared: the same one asked at another moment names other moments, as far from it as before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rbengine.contract.codec import to_line
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    PlanRequest,
    QueryRequest,
    Request,
    SettleRequest,
    UndoRequest,
)

SAME_MOMENT = timedelta(seconds=2)
"""A host may take a moment between a turn and its call."""


class Asked(msgspec.Struct, frozen=True):
    """A request with its moments taken out of it. Equal `text` means the same call, but for when."""

    text: str
    moments: tuple[datetime, ...]
    at: datetime

    def same(self, other: "Asked") -> bool:
        """Whether both ask for the same: each moment the same one, or as long before or after the call."""
        return self.text == other.text and all(
            one == two or abs((one - self.at) - (two - other.at)) <= SAME_MOMENT
            for one, two in zip(self.moments, other.moments, strict=True)
        )


def asked(request: Request, at: datetime) -> Asked:
    """What `request`, made `at`, asks for. What was approved on the way is no part of it."""
    match request:
        case ApplyRequest(actions=actions):
            thing: object = PlanRequest(actions=actions, undo=None)
        case PlanRequest(actions=actions):
            thing = PlanRequest(actions=actions, undo=None)
        case SettleRequest(request=inner):
            return asked(inner, at)
        case _:
            thing = request
    moments: list[datetime] = []
    data = _without(msgspec.json.decode(to_line(thing)), moments)
    return Asked(msgspec.json.encode(data, order="sorted").decode(), tuple(moments), at)


def described(request: Request) -> list[tuple[str, str]]:
    """A request in lines for people: what it calls, then each argument or parameter."""
    match request:
        case OperationRequest(operation=operation, arguments=arguments):
            return [("call", operation), *_fields(arguments)]
        case QueryRequest(query=query):
            sql = ("query", " ".join(query.sql.split()))
            return [sql, *((f":{one.name}", _shown(one.value)) for one in query.parameters)]
        case NotifyRequest(contact=contact, about=about, subject=subject):
            return [("tell", contact), ("about", about), ("subject", subject)]
        case PlanRequest(actions=actions) | ApplyRequest(actions=actions):
            verb = "plan" if isinstance(request, PlanRequest) else "apply"
            return [line for one in actions for line in _action(verb, one)]
        case UndoRequest(images=images, actions=actions):
            rows = [("undo", f"{len(images)} rows")] if images else []
            return [*rows, *(line for one in actions for line in _action("undo", one))]
        case SettleRequest(request=inner):
            (first, told), *rest = described(inner)
            return [("look for", f"{first} {told}"), *rest]


def title(request: Request) -> str:
    """The first line of it."""
    name, told = described(request)[0]
    return told if name == "call" else f"{name} {told}"


def _action(verb: str, action: Any) -> Iterator[tuple[str, str]]:
    if hasattr(action, "operation"):
        yield verb, action.operation
        yield from _fields(action.arguments)
        return
    for statement in action.statements:
        yield verb, " ".join(statement.sql.split())
        for one in statement.parameters:
            yield f":{one.name}", _shown(one.value)


def _fields(arguments: Any) -> Iterator[tuple[str, str]]:
    for name, value in arguments.value.items():
        yield name, _shown(value)


def _shown(value: Any) -> str:
    from rbengine.contract.values import Datum
    from rbengine.runtime.wording import as_text

    return as_text(value.value if isinstance(value, Datum) else value)


def _without(data: Any, moments: list[datetime]) -> Any:
    match data:
        case {"$instant": str() as text}:
            moments.append(datetime.fromisoformat(text))
            return {"$instant": ""}
        case dict():
            return {name: _without(one, moments) for name, one in data.items()}
        case list():
            return [_without(one, moments) for one in data]
        case _:
            return data
