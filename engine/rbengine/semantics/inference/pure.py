"""Pure functions: arguments against the table of the language, and what comes out."""

from collections.abc import Sequence

from rbengine.contract.types import (
    BOOL,
    MONEY,
    TEXT,
    UNKNOWN,
    ListOf,
    Optional,
    Secret,
    Type,
    Unknown,
    optional,
)
from rbengine.semantics.functions import FUNCTIONS, PureFunction, Takes
from rbengine.semantics.inference.fitting import (
    ORDERED,
    comparable,
    family,
    holds_secret,
    is_secret,
)
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names, secrecy, types
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import (
    Apply,
    Argument,
)

_OPAQUE = frozenset({"count", "distinct", "first", "last"})
"""What looks at no item: it may be given a list of secrets."""

_WORDS: dict[Takes, str] = {
    "anything": "a value that can be shown",
    "item": "a value that it may hold",
}


def function(
    bench: Workbench,
    node: Apply,
    given: Sequence[Type],
    *,
    not_zero: Sequence[bool],
    not_empty: Sequence[bool],
) -> Type:
    """What a pure function gives. `not_zero`, `not_empty`: what is known of each argument."""
    name = node.function.text
    known = FUNCTIONS.get(name)
    if known is None:
        if name in bench.declared.messages:
            bench.report(
                names.describe(
                    names.MessageAsValue(file=bench.file, span=node.function.span, name=name)
                )
            )
        elif not bench.may_be_declared(name):
            bench.report(
                names.describe(
                    names.UnknownFunction(
                        file=bench.file,
                        span=node.function.span,
                        name=name,
                        offered=tuple(sorted(FUNCTIONS)),
                        is_procedure=name in bench.declared.procedures,
                    )
                )
            )
        return UNKNOWN
    order = _in_order(known, node.arguments)
    if order is None:
        wrong_form(bench, node.function, name, form_of(known))
        return UNKNOWN
    item: Type = UNKNOWN
    for parameter, index in zip(known.parameters, order, strict=True):
        found = given[index]
        value = node.arguments[index].value
        if not parameter.may_be_absent or not isinstance(found, Optional):
            found = bench.usable(value, found)
        else:
            found = found.inner
        if is_secret(found) or (holds_secret(found) and name not in _OPAQUE):
            where = f"function `{name}`"
            bench.report(
                secrecy.describe(
                    secrecy.SecretLeaves(file=bench.file, span=value.span, where=where)
                )
            )
            return UNKNOWN
        if not _takes(parameter.takes, found, item):
            bench.report(
                types.describe(
                    types.WrongType(
                        file=bench.file,
                        span=value.span,
                        found=found,
                        expected=_WORDS.get(parameter.takes, f"a {parameter.takes}"),
                        where=f"what `{name}` takes",
                    )
                )
            )
            return known.gives if not isinstance(known.gives, str) else UNKNOWN
        if index == order[0]:
            item = _item_of(found)
    return _gives(known, item, [not_zero[one] for one in order], not_empty[order[0]])


def form_of(known: PureFunction) -> str:
    """`percent(part, of: …)`."""
    shown = [f"{one.name}: …" if one.named else one.name for one in known.parameters]
    return f"{known.name}({', '.join(shown)})"


def _in_order(known: PureFunction, written: Sequence[Argument]) -> list[int] | None:
    """Which written argument each parameter takes; None where they do not match."""
    order: list[int] = []
    by_place = [index for index, one in enumerate(written) if one.name is None]
    by_name = {one.name.text: index for index, one in enumerate(written) if one.name}
    for parameter in known.parameters:
        index = by_name.pop(parameter.name, None) if parameter.named else None
        if index is None and not parameter.named and by_place:
            index = by_place.pop(0)
        if index is None:
            return None
        order.append(index)
    return None if by_place or by_name else order


def _takes(takes: Takes, found: Type, item: Type) -> bool:
    if isinstance(found, Unknown):
        return True
    if isinstance(found, Secret):
        return False
    kind = family(found)
    inner = family(found.item) if isinstance(found, ListOf) else None
    is_optional = isinstance(found, ListOf) and isinstance(found.item, Optional)
    match takes:
        case "anything":
            return kind not in ("record", "nothing", "bytes")
        case "text":
            return kind == "text"
        case "number":
            return kind == "number"
        case "text or number":
            return kind in ("text", "number", "json")
        case "list":
            return kind == "list"
        case "list of bool":
            return inner in ("bool", "unknown") and not is_optional
        case "list of numbers":
            return inner in ("number", "duration", "money", "unknown") and not is_optional
        case "list of ordered values":
            return inner in ORDERED and not is_optional
        case "list of texts":
            return inner in ("text", "unknown") and not is_optional
        case "text or list":
            return kind in ("text", "list")
        case "item":
            return comparable(found, item)


def _gives(known: PureFunction, item: Type, not_zero: Sequence[bool], not_empty: bool) -> Type:
    match known.gives:
        case "item":
            return optional(item) if item == MONEY and not not_empty else item
        case "item or absent":
            return item if not_empty else optional(item)
        case "items":
            return ListOf(item)
        case Optional(inner=inner) if known.name == "percent" and not_zero[1]:
            return inner
        case str():
            return BOOL
        case gives:
            return gives


def _item_of(found: Type) -> Type:
    """What a list or text holds."""
    if isinstance(found, ListOf):
        return found.item
    return UNKNOWN if isinstance(found, Unknown) else TEXT


def wrong_form(bench: Workbench, name: Name, function_name: str, form: str) -> None:
    """Report a function or message that is not called so."""
    bench.report(
        names.describe(
            names.WrongArguments(file=bench.file, span=name.span, function=function_name, form=form)
        )
    )
