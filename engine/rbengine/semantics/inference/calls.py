"""Calls: operations of adapters, procedures, messages and pure functions, with the types of their arguments."""

from collections.abc import Mapping, Sequence

import msgspec
from rbengine.contract.operations import Operation
from rbengine.contract.types import (
    TEXT,
    UNKNOWN,
    FieldType,
    Record,
    Type,
)
from rbengine.semantics.functions import FUNCTIONS
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.pure import wrong_form
from rbengine.semantics.inference.workbench import MessageParameter, MessageType, Workbench
from rbengine.semantics.problems import names
from rbengine.source import Span
from rbengine.syntax.nodes.expressions import (
    Apply,
    Argument,
    OperationCall,
    TextLiteral,
)
from rbengine.syntax.nodes.statements import ProcedureCall

MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")


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
    bench.operations[node.id] = _as_declared(bench, node, found)
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


def _as_declared(bench: Workbench, node: OperationCall, found: Operation) -> Operation:
    """A call of a function that the app says only observes is a reading; in a `change` it stays what it was."""
    named = next(
        (one.value for one in node.arguments if one.name and one.name.text == found.runs), None
    )
    if bench.in_change or not isinstance(named, TextLiteral):
        return found
    if named.template.plain not in bench.observing:
        return found
    return msgspec.structs.replace(found, effect="observe", idempotency="naturally")


def procedure(bench: Workbench, node: ProcedureCall, given: Sequence[Type]) -> Type | None:
    """What a procedure gives, None where it gives nothing; reports what does not fit."""
    found = bench.declared.procedures.get(node.procedure.text)
    if found is None and bench.may_be_declared(node.procedure.text):
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
    if not bench.may_be_declared(name):
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
            wrong_form(bench, node.function, declared.name, form)
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
        wrong_form(bench, node.function, declared.name, form)


def _asked_for(parameter: MessageParameter) -> Type:
    """A record parameter takes any row with the columns that the text uses."""
    if parameter.used is None or not isinstance(parameter.type, Record):
        return parameter.type
    fields = tuple(one for one in parameter.type.fields if one.name in parameter.used)
    return Record(fields, parameter.type.name)
