"""Signatures of adapters by name: those that come with the engine, then those that other packages bring.

An adapter is looked up by import, never named: the engine knows none.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from rbengine.contract.operations import AdapterSignature
from rbengine.contract.types import Record
from rbengine.facts.offered import is_offered

OURS = "rbengine_adapters"
"""The package that comes with the engine; it has `signature_of(name)`."""

GROUP = "rbengine.adapters"
"""The entry points by which other packages offer a signature: `name = package.module:SIGNATURE`."""


class AdapterError(Exception):
    """A package offers an adapter that cannot be used."""


@cache
def signature_of(name: str) -> AdapterSignature | None:
    """The signature of adapter `name`, or None where nobody offers one. Loads no client library.

    Raises AdapterError where a third package offers something that is no signature.
    """
    found = _ours(name)
    return found if found is not None else _theirs(name)


@cache
def adapter_names() -> tuple[str, ...]:
    """Every adapter that is installed, sorted."""
    ours: tuple[str, ...] = ()
    if find_spec(OURS) is not None:
        ours = tuple(import_module(OURS).names())
    theirs: tuple[str, ...] = ()
    if is_offered(GROUP):
        from importlib.metadata import entry_points

        theirs = tuple(one.name for one in entry_points(group=GROUP))
    return tuple(sorted({*ours, *theirs}))


def signatures() -> tuple[AdapterSignature, ...]:
    """Those of every installed adapter, by name. Raises AdapterError as above."""
    found = (signature_of(name) for name in adapter_names())
    return tuple(one for one in found if one is not None)


@cache
def event_subject(vendor: str, event: str) -> Record | None:
    """The record that a webhook event of `vendor` carries; None where the adapter does not say."""
    signature = signature_of(vendor)
    for one in () if signature is None else signature.events:
        if event in one.types:
            return one.subject
    try:
        module = import_module(f"{OURS}.signatures.{vendor}")
    except ModuleNotFoundError:
        return None
    subject = getattr(module, "event_subject", None)
    record = None if subject is None else subject(event)
    return record if isinstance(record, Record) else None


def is_ours(name: str) -> bool:
    """Whether the adapter `name` comes with the engine, and so changes with it."""
    return _ours(name) is not None


def _ours(name: str) -> AdapterSignature | None:
    if find_spec(OURS) is None:
        return None
    found = import_module(OURS).signature_of(name)
    return found if isinstance(found, AdapterSignature) else None


def _theirs(name: str) -> AdapterSignature | None:
    if not is_offered(GROUP):
        return None
    from importlib.metadata import entry_points

    for one in entry_points(group=GROUP, name=name):
        try:
            found = one.load()
        except (ImportError, AttributeError) as error:
            raise AdapterError(
                f"the adapter `{name}` of {one.value} cannot be loaded: {error}"
            ) from error
        if not isinstance(found, AdapterSignature) or found.name != name:
            raise AdapterError(f"{one.value} is no signature of the adapter `{name}`")
        return found
    return None


def with_places(names: Iterable[str]) -> set[str]:
    """With the adapters whose settings others of them cannot do without: pg_cron is in the database."""
    found = set(names)
    for name in tuple(found):
        signature = signature_of(name)
        settings = signature.settings if signature is not None else ()
        found |= {one.name.partition(".")[0] for one in settings if one.required}
    return {one for one in found if signature_of(one) is not None}
