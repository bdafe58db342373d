"""Messages: their parameters typed, and the text walked with them. Gives what callers must know."""

from rbengine.contract.types import (
    UNKNOWN,
    ListOf,
    Optional,
    Record,
    Tried,
    Type,
    Unknown,
)
from rbengine.semantics import message_text
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.functions import FILTERS
from rbengine.semantics.inference.environment import Environment, beginning
from rbengine.semantics.inference.fitting import bare, family, fits, holds_secret
from rbengine.semantics.inference.frame import show
from rbengine.semantics.inference.naming import field_type, path_of
from rbengine.semantics.inference.runbook import with_parameter
from rbengine.semantics.inference.workbench import MessageParameter, MessageType, Workbench
from rbengine.semantics.inference.written_types import written_type
from rbengine.semantics.message_text import Reading, Use
from rbengine.semantics.problems import messages as problems
from rbengine.semantics.problems import names, secrecy, types
from rbengine.source import Span
from rbengine.syntax.nodes.base import Name, walk
from rbengine.syntax.nodes.expressions import Expression, Field, NameRef
from rbengine.syntax.nodes.runbook import Message

TEXT_FILTERS = frozenset({"default", "join", "length", "round"})
"""Filters of Jinja2 itself that a message may use beside those of the language."""


def message_type(bench: Workbench, node: Message) -> MessageType:
    """Type one message; reports what its text cannot say."""
    env = beginning()
    typed: list[tuple[str, Type]] = []
    for parameter in node.parameters:
        type_ = written_type(bench, parameter.type)
        env = with_parameter(bench, parameter, type_, env)
        typed.append((parameter.name.text, type_))
    show(bench, node.subject, env, "a subject")
    reading = message_text.read(node.body.text)
    if reading.mistake is not None:
        _mistake(bench, node, reading.mistake)
    for loop in reading.loops:
        env = _with_loop(loop, env)
    for use in reading.uses:
        _use(bench, node, use, env)
    return MessageType(
        name=node.name.text,
        parameters=tuple(
            MessageParameter(name=name, type=type_, used=_used(node, reading, name))
            for name, type_ in typed
        ),
        span=node.name.span,
        file=bench.file,
    )


def _use(bench: Workbench, node: Message, use: Use, env: Environment) -> None:
    """One value that the text reads."""
    span = _span(node, use.start, use.end)
    head, *fields = use.path
    symbol = env.names.get(head)
    if symbol is None:
        if head == "loop":
            return  # Jinja2's own count of the items
        bench.report(
            names.describe(
                names.UnknownName(
                    file=bench.file,
                    span=Span(span.start, span.start + len(head)),
                    name=head,
                    visible=tuple(sorted(env.names)),
                )
            )
        )
        return
    found, start = symbol.type, use.start + len(head)
    for place, field in enumerate(fields, start=1):
        shown = ".".join(use.path[:place])
        if isinstance(found, Optional | Tried):
            if use.path[:place] not in use.tested:
                _absent(bench, shown, span)
            found = bare(found)
        name = Name(
            id=node.body.id, span=_span(node, start + 1, start + 1 + len(field)), text=field
        )
        found = field_type(bench, found, name, shown)
        start += 1 + len(field)
    if holds_secret(found) and not isinstance(bare(found), Record):
        bench.report(
            secrecy.describe(secrecy.SecretShown(file=bench.file, span=span, where="a message"))
        )
    elif use.printed:
        _printed(bench, use, found, span)


def _printed(bench: Workbench, use: Use, found: Type, span: Span) -> None:
    shown = ".".join(use.path)
    is_tested = use.path in use.tested or "default" in use.filters
    if isinstance(found, Optional | Tried) and not is_tested:
        _absent(bench, shown, span)
    inner = bare(found)
    if not use.filters and (
        family(inner) in ("record", "bytes", "json") or isinstance(inner, ListOf)
    ):
        bench.report(
            problems.describe(problems.RecordInMessage(file=bench.file, span=span, text=shown))
        )
    for one in use.filters:
        _filter(bench, one, inner, span)
        inner = UNKNOWN


def _filter(bench: Workbench, name: str, found: Type, span: Span) -> None:
    known = FILTERS.get(name)
    if known is None:
        if name not in TEXT_FILTERS:
            bench.report(
                names.describe(
                    names.UnknownFilter(
                        file=bench.file,
                        span=span,
                        name=name,
                        offered=tuple(sorted({*FILTERS, *TEXT_FILTERS})),
                    )
                )
            )
    elif (
        known.takes is not None and not isinstance(found, Unknown) and not fits(found, known.takes)
    ):
        bench.report(
            types.describe(
                types.WrongType(
                    file=bench.file,
                    span=span,
                    found=found,
                    expected=known.takes,
                    where=f"what `{name}` takes",
                )
            )
        )


def _with_loop(loop: message_text.Loop, env: Environment) -> Environment:
    symbol = env.names.get(loop.items[0])
    found: Type = symbol.type if symbol else UNKNOWN
    for field in loop.items[1:]:
        inner = bare(found)
        known = getattr(inner, "field", None)
        found = (known(field) if known else None) or UNKNOWN
    found = bare(found)
    item = found.item if isinstance(found, ListOf) else UNKNOWN
    return env.with_symbol(Symbol(name=loop.name, kind="loop", type=item))


def _used(node: Message, reading: Reading, name: str) -> frozenset[str] | None:
    """The fields of parameter `name` that the text and the subject read; None if it is used whole."""
    paths: list[tuple[str, ...]] = [one.path for one in reading.uses if one.path[0] == name]
    if node.subject is not None:
        for one in walk(node.subject):
            if isinstance(one, NameRef | Field):
                path = path_of(_as_expression(one))
                if path and path[0] == name and len(path) > 1:
                    paths.append(path)
    if any(len(path) == 1 for path in paths):
        return None
    return frozenset(path[1] for path in paths)


def _as_expression(node: NameRef | Field) -> Expression:
    return node


def _absent(bench: Workbench, shown: str, span: Span) -> None:
    bench.report(
        problems.describe(problems.AbsentInMessage(file=bench.file, span=span, text=shown))
    )


def _mistake(bench: Workbench, node: Message, mistake: tuple[str, int]) -> None:
    reason, start = mistake
    line_end = node.body.text.find("\n", start)
    end = len(node.body.text) if line_end < 0 else line_end
    bench.report(
        problems.describe(
            problems.UnreadableMessage(
                file=bench.file, span=_span(node, min(start, max(end - 1, 0)), end), reason=reason
            )
        )
    )


def _span(node: Message, start: int, end: int) -> Span:
    first = node.body.offset_in_file(start)
    return Span(first, first if end <= start else node.body.offset_in_file(end - 1) + 1)
