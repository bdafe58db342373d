"""Calls: operations of adapters, procedures, messages and pure functions, with the types of their arguments."""

from collections.abc import Mapping, Sequence

import msgspec
from rbengine.contract.types import (
    BOOL,
    MONEY,
    TEXT,
    UNKNOWN,
    Enum,
    FieldType,
    ListOf,
    Optional,
    Record,
    Secret,
    Type,
    Unknown,
    optional,
    show,
)
from rbengine.semantics.functions import FUNCTIONS, PureFunction, Takes
from rbengine.semantics.inference.fitting import (
    ORDERED,
    bare,
    comparable,
    family,
    fits,
    widen,
)
from rbengine.semantics.inference.workbench import MessageParameter, MessageType, Workbench
from rbengine.semantics.problems import names, secrecy, types
from rbengine.source import Span
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import (
    Apply,
    Argument,
    Expression,
    ListLiteral,
    OperationCall,
    RecordLiteral,
)
from rbengine.syntax.nodes.statements import ProcedureCall

MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")


_WORDS: dict[Takes, str] = {
    "anything": "a value that can be shown",
    "item": "a value that it may hold",
}


class Slot(msgspec.Struct, frozen=True):
    """One named parameter of an operation or procedure."""

    type: Type
    required: bool


def operation(
    bench: Workbench, node: OperationCall, given: Sequence[Type], *, is_binding: bool
) -> Type:
    """The result of a call; reports what the adapter does not offer and what does not fit."""
    adapter = node.adapter.text
    signature = None if is_binding else bench.signature_of(adapter)
    if signature is None:
        bench.report(
            names.describe(
                names.UnknownAdapter(
                    file=bench.file, span=node.adapter.span, name=adapter, is_binding=is_binding
                )
            )
        )
        return UNKNOWN
    found = signature.operation(node.operation.text)
    if found is None:
        bench.report(
            names.describe(
                names.UnknownOperation(
                    file=bench.file,
                    span=node.operation.span,
                    name=node.operation.text,
                    adapter=adapter,
                    offered=tuple(sorted(one.name for one in signature.operations)),
                )
            )
        )
        return UNKNOWN
    bench.operations[node.id] = found
    slots = {
        one.name: Slot(MESSAGE if one.message else one.type, one.default is None)
        for one in found.parameters
    }
    arguments(
        bench,
        found.full_name,
        node.adapter.span.to(node.operation.span),
        node.arguments,
        given,
        slots,
    )
    return found.result


def procedure(bench: Workbench, node: ProcedureCall, given: Sequence[Type]) -> Type | None:
    """What a procedure gives, None where it gives nothing; reports what does not fit."""
    found = bench.declared.procedures.get(node.procedure.text)
    if found is None and bench.declared.incomplete:
        return UNKNOWN
    if found is None:
        bench.report(
            names.describe(
                names.UnknownProcedure(
                    file=bench.file,
                    span=node.procedure.span,
                    name=node.procedure.text,
                    offered=tuple(sorted(bench.declared.procedures)),
                )
            )
        )
        return UNKNOWN
    slots = {one.name: Slot(one.type, True) for one in found.parameters}
    arguments(bench, found.name, node.procedure.span, node.arguments, given, slots)
    return found.gives


def arguments(
    bench: Workbench,
    callee: str,
    callee_span: Span,
    written: Sequence[Argument],
    given: Sequence[Type],
    slots: Mapping[str, Slot],
) -> None:
    """Named arguments against the parameters they are meant for."""
    taken: set[str] = set()
    for one, found in zip(written, given, strict=True):
        name = one.name.text if one.name else None
        slot = slots.get(name) if name else None
        if slot is None:
            bench.report(
                names.describe(
                    names.UnknownArgument(
                        file=bench.file,
                        span=one.name.span if one.name else one.value.span,
                        name=name,
                        callee=callee,
                        offered=tuple(sorted(slots)),
                    )
                )
            )
        elif name in taken and one.name:
            bench.report(
                names.describe(
                    names.ArgumentTwice(file=bench.file, span=one.name.span, name=one.name.text)
                )
            )
        else:
            expect(bench, one.value, found, slot.type, f"argument `{name}`")
        taken.add(name or "")
    missing = tuple(name for name, slot in slots.items() if slot.required and name not in taken)
    # An argument that nothing is known of may well be the missing one, misspelt: one slip, one report.
    unknown = sum(1 for one in written if one.name is None or one.name.text not in slots)
    if len(missing) > unknown:
        bench.report(
            names.describe(
                names.MissingArgument(
                    file=bench.file, span=callee_span, callee=callee, missing=missing
                )
            )
        )


def message_arguments(bench: Workbench, node: OperationCall) -> frozenset[str]:
    """The arguments of the operation that take a message."""
    signature = bench.signature_of(node.adapter.text)
    found = signature.operation(node.operation.text) if signature else None
    return frozenset(one.name for one in found.parameters if one.message) if found else frozenset()


def unknown_message(bench: Workbench, node: Apply) -> bool:
    """Whether no message is called so; reported, unless a library is missing that may have it."""
    name = node.function.text
    if name in bench.declared.messages or name in FUNCTIONS:
        return False
    if not bench.declared.incomplete:
        bench.report(
            names.describe(
                names.UnknownMessage(
                    file=bench.file,
                    span=node.function.span,
                    name=name,
                    offered=tuple(sorted(bench.declared.messages)),
                )
            )
        )
    return True


def message(bench: Workbench, node: Apply, given: Sequence[Type]) -> None:
    """`name(argument, …)` where an argument takes a message: by place or by name."""
    declared: MessageType = bench.declared.messages[node.function.text]
    by_name = {one.name: one for one in declared.parameters}
    form = f"{declared.name}({', '.join(f'{one.name}: …' for one in declared.parameters)})"
    taken: set[str] = set()
    for place, (one, found) in enumerate(zip(node.arguments, given, strict=True)):
        parameter = (
            by_name.get(one.name.text)
            if one.name
            else declared.parameters[place]
            if place < len(declared.parameters)
            else None
        )
        if parameter is None or parameter.name in taken:
            _wrong_form(bench, node.function, declared.name, form)
            return
        taken.add(parameter.name)
        expect(
            bench,
            one.value,
            found,
            _asked_for(parameter),
            f"`{parameter.name}` of message `{declared.name}`",
        )
    if len(taken) < len(declared.parameters):
        _wrong_form(bench, node.function, declared.name, form)


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
        elif not bench.declared.incomplete:
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
        _wrong_form(bench, node.function, name, form_of(known))
        return UNKNOWN
    item: Type = UNKNOWN
    for parameter, index in zip(known.parameters, order, strict=True):
        found = given[index]
        value = node.arguments[index].value
        if not parameter.may_be_absent or not isinstance(found, Optional):
            found = bench.usable(value, found)
        else:
            found = found.inner
        if isinstance(found, Secret):
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


def expect(bench: Workbench, node: Expression, found: Type, expected: Type, where: str) -> None:
    """Report what does not fit where `expected` is asked for, in the words of what is wrong with it."""
    if fits(found, expected):
        return
    if isinstance(found, Optional) and fits(found.inner, expected):
        bench.usable(node, found)
        return
    if isinstance(bare(found), Unknown):
        bench.usable(node, found)
        return
    inner = found.inner if isinstance(found, Optional) else found
    if isinstance(inner, Secret) and not isinstance(expected, Secret):
        bench.report(
            secrecy.describe(secrecy.SecretLeaves(file=bench.file, span=node.span, where=where))
        )
        return
    wanted = expected.inner if isinstance(expected, Optional) else expected
    if isinstance(node, RecordLiteral) and isinstance(wanted, Record):
        _expect_record(bench, node, inner, wanted, where)
        return
    if isinstance(node, ListLiteral) and isinstance(wanted, ListOf):
        for one in node.items:
            expect(bench, one, bench.types[one.id], wanted.item, f"each item of {where}")
        return
    if isinstance(inner, Enum) and isinstance(wanted, Enum):
        not_in_enum(bench, node.span, inner, wanted, quoted=True)
        return
    bench.report(
        types.describe(
            types.WrongType(
                file=bench.file, span=node.span, found=widen(inner), expected=expected, where=where
            )
        )
    )


def not_in_enum(bench: Workbench, span: Span, found: Enum, wanted: Enum, *, quoted: bool) -> None:
    """Report the first value that `wanted` does not have."""
    value = next((one for one in found.values if one not in wanted.values), None)
    if value is None:
        return
    bench.report(
        types.describe(
            types.NotAValueOfEnum(
                file=bench.file,
                span=span,
                value=value,
                enum=wanted.name or show(wanted),
                offered=wanted.values,
                quoted=quoted,
            )
        )
    )


def _expect_record(
    bench: Workbench, node: RecordLiteral, found: Type, wanted: Record, where: str
) -> None:
    written = {one.name.text: one.value for one in node.fields}
    for field in wanted.fields:
        value = written.get(field.name)
        if value is not None:
            own = found.field(field.name) if isinstance(found, Record) else None
            expect(bench, value, own or UNKNOWN, field.type, f"field `{field.name}` of {where}")
        elif not isinstance(field.type, Optional):
            bench.report(
                names.describe(
                    names.MissingArgument(
                        file=bench.file, span=node.span, callee=show(wanted), missing=(field.name,)
                    )
                )
            )


def _asked_for(parameter: MessageParameter) -> Type:
    """A record parameter takes any row with the columns that the text uses."""
    if parameter.used is None or not isinstance(parameter.type, Record):
        return parameter.type
    fields = tuple(one for one in parameter.type.fields if one.name in parameter.used)
    return Record(fields, parameter.type.name)


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
            return optional(item) if item == MONEY else item
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


def _wrong_form(bench: Workbench, name: Name, function_name: str, form: str) -> None:
    bench.report(
        names.describe(
            names.WrongArguments(file=bench.file, span=name.span, function=function_name, form=form)
        )
    )
