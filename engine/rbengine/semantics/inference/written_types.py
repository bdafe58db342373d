"""Types as they are written, turned into types."""

from rbengine.contract.types import (
    SCALARS,
    UNKNOWN,
    Enum,
    ListOf,
    Record,
    Scalar,
    Secret,
    Type,
    optional,
)
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names
from rbengine.syntax.nodes.types import (
    ListType,
    NamedType,
    OneOfType,
    OptionalType,
    SecretType,
    TypeExpression,
)

_SCALARS: dict[str, Scalar] = {one.name: one for one in SCALARS}


def written_type(bench: Workbench, node: TypeExpression) -> Type:
    """The type that `node` names; UNKNOWN after a report."""
    match node:
        case ListType():
            found: Type = ListOf(written_type(bench, node.item))
        case OptionalType():
            found = optional(written_type(bench, node.inner))
        case SecretType():
            found = Secret(written_type(bench, node.inner))
        case OneOfType():
            found = Enum(tuple(one.text for one in node.choices))
        case NamedType(qualifier=None):
            found = _named(bench, node)
        case NamedType():
            found = _qualified(bench, node)
    bench.types[node.id] = found
    return found


def _named(bench: Workbench, node: NamedType) -> Type:
    name = node.name.text
    found = _SCALARS.get(name) or bench.declared.records.get(name) or bench.describer.table(name)
    if found is not None:
        return found
    if name in bench.declared.unread:
        return UNKNOWN
    _unknown(bench, node, name, (*_SCALARS, *bench.declared.records))
    return UNKNOWN


def _qualified(bench: Workbench, node: NamedType) -> Type:
    assert node.qualifier is not None
    name = f"{node.qualifier.text}.{node.name.text}"
    table = bench.describer.table(name)
    if table is not None:
        return table
    signature = bench.signature_of(node.qualifier.text)
    records = signature.records if signature else ()
    for one in records:
        if isinstance(one, Record | Enum) and one.name in (name, node.name.text):
            return one
    offered = tuple(
        one.name if "." in one.name else f"{node.qualifier.text}.{one.name}"
        for one in records
        if isinstance(one, Record | Enum)
    )
    _unknown(bench, node, name, offered)
    return UNKNOWN


def _unknown(bench: Workbench, node: NamedType, name: str, offered: tuple[str, ...]) -> None:
    bench.report(
        names.describe(
            names.UnknownType(file=bench.file, span=node.span, name=name, offered=offered)
        )
    )
