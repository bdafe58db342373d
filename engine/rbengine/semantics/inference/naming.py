"""Names and fields: what a path means, and the type of what it leads to."""

from rbengine.contract.types import (
    INT,
    JSON,
    TEXT,
    UNKNOWN,
    ListOf,
    Optional,
    Record,
    Scalar,
    Tried,
    Type,
    Unknown,
    optional,
)
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.inference.environment import FAILURE, Environment
from rbengine.semantics.inference.facts import (
    Path,
)
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import (
    Expression,
    Field,
    NameRef,
)

_MOST_SUGGESTED = 50
"""Unknown names of one file for which a near one is looked for among all that there are: more are no slips."""
MONEY_FIELDS: dict[str, Type] = {"minor": INT, "currency": TEXT}
"""The two halves of money, for what keeps them apart: whole cents, and the currency in small letters."""


def path_of(node: Expression) -> Path | None:
    """`a.b.c` as a path; None for anything else."""
    fields: list[str] = []
    while isinstance(node, Field):
        fields.append(node.name.text)
        node = node.object
    if not isinstance(node, NameRef):
        return None
    return (node.name.text, *reversed(fields))


def field_type(
    bench: Workbench, object_: Type, name: Name, shown: str, *, failed: bool = False
) -> Type:
    """The type of a field of a value that is there; reports an unknown one. `shown`: the object as written."""
    match object_:
        case Tried() if failed and name.text == "failure":
            return FAILURE
        case Unknown():
            return UNKNOWN
        case Scalar(name="json"):
            return optional(JSON)
        case Scalar(name="money") if name.text in MONEY_FIELDS:
            return MONEY_FIELDS[name.text]
        case ListOf(item=Optional(inner=Scalar(name="json"))):
            return ListOf(optional(JSON))
        case ListOf(item=Record() as item):
            return ListOf(field_type(bench, item, name, f"an item of `{shown}`"))
        case ListOf(item=Unknown()):
            return UNKNOWN
        case Record():
            found = object_.field(name.text)
            if found is not None:
                return found
            offered = tuple(one.name for one in object_.fields)
        case Scalar(name="money"):
            offered = tuple(MONEY_FIELDS)
        case _:
            offered = ()
    of = shown if shown.startswith("an item") else f"`{shown}`"
    bench.report(
        names.describe(
            names.UnknownField(
                file=bench.file, span=name.span, name=name.text, of=of, offered=offered
            )
        )
    )
    return UNKNOWN


def name_type(bench: Workbench, node: NameRef, env: Environment) -> Type:
    """What `node` is here; reports a name that means nothing, or may not have been read."""
    name = node.name.text
    symbol = lookup(bench, node.name, env)
    if symbol is None:
        return UNKNOWN
    bench.symbols[node.id] = symbol
    if not env.is_known(name):
        bench.report(
            names.describe(
                names.MaybeNotRead(
                    file=bench.file,
                    span=node.span,
                    name=name,
                    check=env.doubtful[name],
                    section=bench.section,
                )
            )
        )
    return symbol.type


def lookup(bench: Workbench, name: Name, env: Environment) -> Symbol | None:
    """What `name` means here, or None after a report."""
    symbol = env.names.get(name.text)
    if symbol is not None:
        return symbol
    bound = env.partial.get(name.text)
    bench.unknown_names += 1
    are_few = bench.unknown_names <= _MOST_SUGGESTED
    bench.report(
        names.describe(
            names.UnknownName(
                file=bench.file,
                span=name.span,
                name=name.text,
                visible=tuple(sorted(env.names)) if are_few else (),
                is_it=name.text == "it",
            )
            if bound is None
            else names.NotOnEveryPath(file=bench.file, span=name.span, name=name.text, bound=bound)
        )
    )
    return None
