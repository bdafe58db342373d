"""Simulators that other packages bring for their adapters: found by entry point, part of every simulated company.

This module is all that such a package imports of the rehearsal; `docs/writing-an-adapter.md` tells how.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from rbengine.contract.operations import Parameter
from rbengine.facts.adapters import AdapterError
from rbengine.facts.offered import is_offered
from rbengine.rehearsal.company.builders import Builder, WorldLineError, builder, given, needed
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError, Object, Request
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.told import Webhook
from rbengine.rehearsal.company.vendor import Vendor

__all__ = [
    "Answer",
    "Builder",
    "CannotBeSimulatedError",
    "Company",
    "Ground",
    "Object",
    "Request",
    "Simulator",
    "Vendor",
    "Webhook",
    "WorldLineError",
    "given",
    "needed",
    "world_line",
]

GROUP = "rbengine.simulators"
"""The entry points by which packages offer one: `adapter = package.module:SIMULATOR`."""

V = TypeVar("V", bound=Vendor)


class Simulator(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulated company needs to know of a vendor that speaks HTTP."""

    vendor: Callable[[Ground], Vendor]
    """Makes the vendor of one company; it holds nothing yet. Its `name` is the adapter's. One that sends
    webhooks has the methods `webhooks` and `answered` besides (`company.told.Tells`)."""
    addresses: Mapping[str, str]
    """The base address behind each name that the adapter asks `Connections.http` for."""
    settings: Mapping[str, str] = {}
    """What `Connections.setting` answers in a rehearsal."""
    lines: tuple[Builder, ...] = ()
    """What a world may say about the vendor."""


def world_line(
    kind: type[V],
    name: str,
    doc: str,
    act: Callable[[V, Mapping[str, Any]], None],
    *parameters: Parameter,
) -> Builder:
    """A line `vendor.name(parameters)` of a world; `act` gets the company's vendor of this class and the arguments."""

    def bring_about(company: Company, arguments: Mapping[str, Any]) -> None:
        act(company.vendor(kind), arguments)

    return builder(kind.name, name, doc, bring_about, *parameters)


@cache
def simulators() -> Mapping[str, Simulator]:
    """Those that other packages bring, by the adapter's name, sorted.

    Raises AdapterError where one cannot be loaded or is none.
    """
    if not is_offered(GROUP):
        return MappingProxyType({})
    from importlib.metadata import entry_points

    found: dict[str, Simulator] = {}
    for one in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        try:
            offered = one.load()
        except (ImportError, AttributeError) as error:
            text = f"the simulator `{one.name}` of {one.value} cannot be loaded: {error}"
            raise AdapterError(text) from error
        if not isinstance(offered, Simulator):
            raise AdapterError(f"{one.value} is no simulator of `{one.name}`")
        found[one.name] = offered
    return MappingProxyType(found)
