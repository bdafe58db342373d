"""What does not fit where it stands, in the words of what is wrong with it."""

from rbengine.contract.types import (
    INSTANT,
    UNKNOWN,
    ZONELESS,
    Enum,
    ListOf,
    Optional,
    Record,
    Type,
    Unknown,
    show,
)
from rbengine.semantics.inference.facts import LITERAL
from rbengine.semantics.inference.fitting import (
    TEXT_FORMS,
    bare,
    fits,
    holds_secret,
    widen,
)
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import names, secrecy, sql, types
from rbengine.source import Span
from rbengine.syntax.nodes.expressions import (
    Expression,
    ListLiteral,
    RecordLiteral,
)


def expect(bench: Workbench, node: Expression, found: Type, expected: Type, where: str) -> None:
    """Report what does not fit where `expected` is asked for, in the words of what is wrong with it."""
    if fits(found, expected):
        if _loses_zone(found, expected):
            wall = sql.ZonelessValue(
                file=bench.file, span=node.span, text=bench.text(node), beside=where
            )
            bench.report(sql.describe(wall))
        return
    if isinstance(found, Optional) and fits(found.inner, expected):
        bench.usable(node, found)
        return
    if isinstance(bare(found), Unknown):
        bench.usable(node, found)
        return
    inner = found.inner if isinstance(found, Optional) else found
    if holds_secret(inner) and not holds_secret(expected):
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
    if isinstance(inner, Enum) and inner.name == LITERAL and show(wanted) in TEXT_FORMS:
        form = types.WrongForm(
            file=bench.file,
            span=node.span,
            text=inner.values[0],
            expected=show(wanted),
            where=where,
        )
        bench.report(types.describe(form))
        return
    if isinstance(inner, Enum) and isinstance(wanted, Enum):
        not_in_enum(bench, node.span, inner, wanted)
        return
    bench.report(
        types.describe(
            types.WrongType(
                file=bench.file, span=node.span, found=widen(inner), expected=expected, where=where
            )
        )
    )


def _loses_zone(found: Type, expected: Type) -> bool:
    """Whether a wall time, or a list of them, is taken for an instant."""
    found, expected = bare(found), bare(expected)
    if isinstance(found, ListOf) and isinstance(expected, ListOf):
        return _loses_zone(found.item, expected.item)
    return found == ZONELESS and expected == INSTANT


def not_in_enum(
    bench: Workbench, span: Span, found: Enum, wanted: Enum, *, written: bool = True
) -> None:
    """Report the first value that `wanted` does not have. `written`: a literal stands at `span`."""
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
                quote='"' if written and found.name == LITERAL else "",
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
