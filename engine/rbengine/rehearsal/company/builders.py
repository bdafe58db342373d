"""World lines: what a scenario may say about vendors, typed like calls so that it can be checked like them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import Type
from rbengine.contract.values import Datum, Json, Value
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import Object

BEFORE_THE_RUN = timedelta(hours=1)
"""How long ago a world's objects were made, where it does not say."""


class Builder(msgspec.Struct, frozen=True, kw_only=True):
    """`stripe.subscription(id: …)` as a line of a world or of `at`."""

    operation: Operation
    """Name, parameters and their types; effect `change`, no result."""
    act: Callable[[Company, Mapping[str, Any]], None]

    def apply(self, company: Company, arguments: Mapping[str, Value]) -> None:
        """Do it. Parameters left out take their defaults. Raises WorldLineError where it cannot be done."""
        given: dict[str, Any] = {}
        for parameter in self.operation.parameters:
            if parameter.name in arguments:
                given[parameter.name] = arguments[parameter.name]
            elif parameter.default is not None:
                given[parameter.name] = parameter.default.value
            else:
                raise WorldLineError(f"{self.operation.full_name} needs `{parameter.name}`")
        unknown = sorted(arguments.keys() - given.keys())
        if unknown:
            raise WorldLineError(f"{self.operation.full_name} has no `{unknown[0]}`")
        self.act(company, given)


class WorldLineError(ValueError):
    """A line of a world asks for what cannot be; the text is for its author."""


def builder(
    vendor: str,
    name: str,
    doc: str,
    act: Callable[[Company, Mapping[str, Any]], None],
    *parameters: Parameter,
) -> Builder:
    """A world line `vendor.name(parameters)`."""
    operation = Operation(
        adapter=vendor, name=name, doc=doc, parameters=parameters, effect="change"
    )
    return Builder(operation=operation, act=act)


def needed(name: str, type_: Type, doc: str) -> Parameter:
    """A parameter without a default."""
    return Parameter(name=name, type=type_, doc=doc)


def given(name: str, type_: Type, default: Value, doc: str) -> Parameter:
    """A parameter that may be left out."""
    return Parameter(name=name, type=type_, doc=doc, default=Datum(default))


def moment(company: Company, value: datetime | None) -> datetime:
    """`value`, or where left out: now during the run, and some time before it while the world is set up."""
    if value is not None:
        return value
    now = company.ground.now()
    return now if company.ground.running else now - BEFORE_THE_RUN


def json_object(value: Value) -> Object:
    """A record or JSON object of texts, as vendors keep metadata."""
    content = value.content if isinstance(value, Json) else value
    if not isinstance(content, Mapping):
        raise WorldLineError("metadata is a record: {name: value}")
    return {name: one if isinstance(one, str) else str(one) for name, one in content.items()}


@cache
def builders() -> Mapping[str, Builder]:
    """Every world line by its full name, `stripe.subscription`."""
    from rbengine.rehearsal.company.git.world_lines import GIT
    from rbengine.rehearsal.company.imap.world_lines import IMAP
    from rbengine.rehearsal.company.meta.world_lines import META
    from rbengine.rehearsal.company.postgres.world_lines import POSTGRES
    from rbengine.rehearsal.company.realtime.world_lines import REALTIME
    from rbengine.rehearsal.company.resend.world_lines import RESEND
    from rbengine.rehearsal.company.smtp.world_lines import SMTP
    from rbengine.rehearsal.company.status.world_lines import STATUS
    from rbengine.rehearsal.company.stripe.world_lines import STRIPE
    from rbengine.rehearsal.company.supabase.world_lines import SUPABASE
    from rbengine.rehearsal.company.twilio.world_lines import TWILIO
    from rbengine.rehearsal.company.web.world_lines import WEB
    from rbengine.rehearsal.simulator import simulators

    lines = (
        *GIT,
        *IMAP,
        *META,
        *POSTGRES,
        *REALTIME,
        *STATUS,
        *RESEND,
        *SMTP,
        *STRIPE,
        *SUPABASE,
        *TWILIO,
        *WEB,
        *(line for one in simulators().values() for line in one.lines),
    )
    return MappingProxyType({one.operation.full_name: one for one in lines})
