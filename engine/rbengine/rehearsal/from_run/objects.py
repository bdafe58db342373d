"""Vendors' objects as a run has read them, in the lines by which a world makes them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import ListOf, Optional, Record, Type
from rbengine.contract.values import Json, Money, Row, SecretReference, Value
from rbengine.rehearsal.from_run.known import listed
from rbengine.rehearsal.from_run.moments import Lived
from rbengine.rehearsal.from_run.sayings import IN_TABLES, SAYINGS
from rbengine.rehearsal.from_run.secrets import Secrets
from rbengine.rehearsal.literals import Literals
from rbengine.runtime.commands import OperationRequest
from rbengine.runtime.shapes import fits

_CALLED_OTHERWISE: Mapping[str, str] = {
    "supabase.log_entry": "supabase.log",
    "supabase.service_health": "supabase.health",
}
"""Lines of worlds that are not called like the records they make."""
_KEYS: Mapping[str, tuple[str, ...]] = {
    "git.repository": ("name",),
    "http.page": ("url",),
    "http.webhook": ("url",),
    "status.component": ("page", "name"),
    "stripe.customer": ("id",),
    "stripe.invoice": ("id",),
    "stripe.payment": ("id",),
    "stripe.subscription": ("id",),
    "stripe.webhook_endpoint": ("id",),
    "supabase.auth": (),
    "supabase.function": ("slug",),
    "supabase.health": ("service",),
    "supabase.machine": (),
    "supabase.organization": (),
    "supabase.secret": ("name",),
}
"""Lines that say how one thing is, by what names it; others say that something happened, or that one more is there."""
_SOME_PRICE = "price_unknown"
_OF_MONEY = ("amount", "currency")


class Line(msgspec.Struct, frozen=True):
    """`stripe.subscription(id: "sub_1", …)`: its full name and its arguments."""

    name: str
    given: Mapping[str, Value]

    @property
    def is_of_a_thing(self) -> bool:
        """Whether it says how something is."""
        return self.name in _KEYS

    def is_about(self, other: "Line") -> bool:
        """Whether both say how the same thing is."""
        keys = _KEYS.get(self.name)
        return (
            self.name == other.name
            and keys is not None
            and all(self.given.get(one) == other.given.get(one) for one in keys)
        )

    def text(self, write: Literals) -> str:
        """As it is written where it happens."""
        inside = ", ".join(f"{name}: {write.literal(one)}" for name, one in self.given.items())
        return f"{self.name}({inside})"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says of the world. `whole`: nothing of it is left that no line says."""

    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[str, Row], ...] = ()
    """Rows of the database's own tables among it."""
    whole: bool = True


class Objects:
    """`builders`: the lines that a world may hold, by full name; `operations`: what was called, by name."""

    def __init__(
        self,
        builders: Mapping[str, Operation],
        operations: Mapping[str, Operation],
        run: Lived,
        secrets: Secrets,
    ) -> None:
        self._builders = builders
        self._operations = operations
        self._secrets = secrets
        self._asked_of: dict[Value, dict[str, Value]] = {}
        """What an address was asked with, by any operation."""
        self._seen: dict[Value, dict[str, Value]] = {}
        """Everything that was read of an object, by its id."""
        self._checked: set[Value] = set()
        """Names of secrets of which it was read whether they are right."""
        for seen in run.calls:
            if "supabase.secrets_check" in seen.names:
                self._checked |= {one["name"] for one in listed(seen.value) if isinstance(one, Row)}
            if isinstance(seen.request, OperationRequest):
                arguments = seen.request.arguments.value
                if isinstance(arguments, Row) and "url" in arguments:
                    self._asked_of.setdefault(arguments["url"], {}).update(arguments)
            for one in seen.value if isinstance(seen.value, tuple) else (seen.value,):
                if isinstance(one, Row) and "id" in one and "type" not in one:
                    self._seen.setdefault(one["id"], _present(one))

    def answered(self, operation: str, arguments: Value, value: Value, at: datetime) -> Answered:
        """What `operation`, asked `at` and answered with `value`, says of the world."""
        known = self._operations.get(operation)
        if known is None:
            return Answered(whole=False)
        type_ = _bare(known.result)
        name = type_.name if isinstance(type_, Record) else ""
        asked = arguments if isinstance(arguments, Row) else Row({})
        own = next((one for one in ("token", "app_secret") if one in asked), None)
        asked = Row({
            **self._asked_of.get(asked.get("url"), {}), **asked, "call": operation, "own": own,
            "checked": own is not None and asked[own] in self._checked,
        })  # fmt: skip
        items = value if isinstance(value, tuple) else (value,)
        # What came first is said first: vendors number and list by that.
        rows = sorted((one for one in items if isinstance(one, Row)), key=_moment)
        if name in IN_TABLES:
            return Answered(rows=tuple(IN_TABLES[name](one) for one in rows))
        said: list[tuple[str, Mapping[str, Value]]]
        saying = SAYINGS.get(operation) or SAYINGS.get(name)
        if saying is None:
            builder = self._builders.get(_CALLED_OTHERWISE.get(name, name))
            if builder is None:
                return Answered(whole=not rows)
            said = [(builder.full_name, {**asked, **_present(one)}) for one in rows]
        else:
            said = [line for one in rows for line in saying(asked, one, at)]
        lines = [self._line(*one) for one in said]
        whole = all(one is not None for one in lines)
        return Answered(lines=tuple(one for one in lines if one is not None), whole=whole)

    def _line(self, name: str, given: Mapping[str, Value]) -> Line | None:
        """None where less is known than a world must say."""
        builder = self._builders.get(name)
        if builder is None:
            return None
        money = next((one for one in given.values() if isinstance(one, Money)), None)
        found: dict[str, Value] = {}
        given = {**self._seen.get(given.get("id"), {}), **_present(given)}
        for parameter in builder.parameters:
            value = self._secrets.put(str(given.get("name")), given.get(parameter.name))
            if money is not None and parameter.name in _OF_MONEY:
                # Worlds say an amount and its currency, answers say money.
                value = money.minor if parameter.name == "amount" else money.currency
            if value is None and parameter.name == "price":
                value = _SOME_PRICE  # what it costs nobody has asked
            if _can_be_said(parameter, value):
                found[parameter.name] = value
            elif parameter.default is None:
                return None
        usual = {
            one.name: one.default.value for one in builder.parameters if one.default is not None
        }
        return Line(
            name, {key: one for key, one in found.items() if not _is_usual(one, usual.get(key))}
        )


def _is_usual(value: Value, usual: Value) -> bool:
    return value == usual or (isinstance(value, Json) and not value.content)


def _can_be_said(parameter: Parameter, value: Value) -> bool:
    if value is None or isinstance(value, SecretReference):
        return False
    return isinstance(value, Json) or fits(value, parameter.type)


def _present(row: Mapping[str, Value]) -> dict[str, Value]:
    return {name: one for name, one in row.items() if one is not None}


def _moment(row: Row) -> float:
    found = row.get("created", row.get("at"))
    return found.timestamp() if isinstance(found, datetime) else 0


def _bare(type_: Type) -> Type:
    while isinstance(type_, Optional | ListOf):
        type_ = type_.item if isinstance(type_, ListOf) else type_.inner
    return type_
