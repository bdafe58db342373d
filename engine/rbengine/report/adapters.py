"""What adapters promise: for a terminal, for programs and as a page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rbengine.contract.operations import AdapterSignature, Operation, Setting
from rbengine.contract.types import Enum, ListOf, Optional, Record, Secret, Tried, Type, show
from rbengine.report.durations import duration
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, heading, line

_EFFECTS = {
    "observe": "reads",
    "change": "changes",
    "tell": "tells people",
    "ask": "asks people",
}
_REPEATS = {
    "naturally": "twice is the same as once",
    "by key": "twice is once, by its key",
    "no": "twice is twice",
}
ALWAYS = ("unavailable", "rate_limited", "timeout", "unauthorized")
"""Kinds that any call may be refused with."""


def adapter_rows(signatures: Sequence[AdapterSignature], *, width: int, colour: bool) -> list[str]:
    """A line for each adapter."""
    wide = max(len(one.name) for one in signatures)
    lines = [
        heading(
            f"{one.title}",
            margin=f"{one.name:<{wide}}",
            right=_count(len(one.operations), "operation"),
        )
        for one in signatures
    ]
    return draw(lines, width, colour)


def signature_rows(signature: AdapterSignature, *, width: int, colour: bool) -> list[str]:
    """Every operation of one adapter, then its records, its enums and its settings."""
    lines = [heading(signature.title, margin=signature.name, right=f"version {signature.version}")]
    for one in signature.operations:
        lines += [BLANK, *_operation(one)]
    named = named_types(signature)
    if named:
        lines.append(BLANK)
        for name, told in named.items():
            lines.append(heading((name, "strong"), f"  {told}", hang=4))
    if signature.settings:
        lines += [BLANK, heading("In a profile of rbengine.toml")]
        lines += [_setting_line(one) for one in signature.settings]
    return draw(lines, width, colour)


def _setting_line(one: Setting) -> Line:
    demands = _demands(one)
    return heading(
        (one.name, "strong"),
        f"  {one.doc}",
        (f" ({', '.join(demands)})" if demands else "", "quiet"),
        hang=4,
    )


def _demands(one: Setting) -> list[str]:
    """What a profile must keep to."""
    asked = {
        "needed": one.required,
        "never literally": one.secret,
        "proved before a run": one.says_where,
    }
    return [words for words, holds in asked.items() if holds]


def _operation(one: Operation) -> Iterator[Line]:
    yield heading((_called(one), "strong"), hang=4)
    yield line(one.doc)
    for parameter in one.parameters:
        needed = "" if parameter.default is None else ", may be left out"
        yield line(
            (f"{parameter.name}: ", "strong"),
            f"{show(parameter.type)}, {parameter.doc}{needed}",
            indent=2,
            hang=4,
        )
    yield line((" · ".join(_facts(one)), "change" if one.effect != "observe" else "quiet"))
    yield line(("refused   ", "quiet"), ", ".join((*one.refusals, *ALWAYS)), hang=10)
    if one.api:
        yield line(("call      ", "quiet"), one.api, hang=10)
    if one.source:
        yield line(("source    ", "quiet"), (one.source, "quiet"), hang=10)


def _called(one: Operation) -> str:
    parameters = ", ".join(
        f"{each.name}: {show(each.type)}" + ("" if each.default is None else "?")
        for each in one.parameters
    )
    result = show(one.result)
    return f"{one.full_name}({parameters})" + ("" if result == "nothing" else f" -> {result}")


def _facts(one: Operation) -> Iterator[str]:
    yield _EFFECTS[one.effect]
    if one.effect != "observe":
        kept = "" if one.key_window is None else f", for {duration(one.key_window)}"
        yield _REPEATS[one.idempotency] + kept
    if one.settles:
        yield "a lost call can be settled by a look"
    if one.undoable:
        yield "can be taken back"
    if one.may_lose_entries:
        yield "may lose entries"
    if one.per_minute:
        yield f"at most {one.per_minute} a minute"


def named_types(signature: AdapterSignature) -> dict[str, str]:
    """The records and enums that its operations speak of, each written out, in the order they are met."""
    found: dict[str, str] = {}

    def visit(type_: Type) -> None:
        match type_:
            case Optional(inner=inner) | Secret(inner=inner) | Tried(inner=inner):
                visit(inner)
            case ListOf(item=item):
                visit(item)
            case Enum(name=name, values=values):
                if name:
                    found.setdefault(name, "one of " + ", ".join(values))
            case Record(name=name, fields=fields):
                if name and name not in found:
                    found[name] = (
                        "{" + ", ".join(f"{one.name}: {show(one.type)}" for one in fields) + "}"
                    )
                for each in fields:
                    visit(each.type)
            case _:  # scalars have no name of their own
                return

    for type_ in (*(one.result for one in signature.operations), *signature.records):
        visit(type_)
    for operation in signature.operations:
        for parameter in operation.parameters:
            if not parameter.message:
                visit(parameter.type)
    return found


def adapters_json(signatures: Iterable[AdapterSignature]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "name": signature.name,
            "title": signature.title,
            "version": signature.version,
            "operations": [
                {
                    "name": one.full_name,
                    "doc": one.doc,
                    "parameters": [
                        {
                            "name": each.name,
                            "type": show(each.type),
                            "doc": each.doc,
                            "required": each.default is None,
                        }
                        for each in one.parameters
                    ],
                    "result": show(one.result),
                    "effect": one.effect,
                    "idempotency": one.idempotency,
                    "key_window": one.key_window and one.key_window.total_seconds(),
                    "settles": one.settles,
                    "undoable": one.undoable,
                    "may_lose_entries": one.may_lose_entries,
                    "per_minute": one.per_minute,
                    "refusals": [*one.refusals, *ALWAYS],
                    "api": one.api,
                    "source": one.source,
                }
                for one in signature.operations
            ],
            "types": named_types(signature),
            "settings": [
                {
                    "name": one.name,
                    "doc": one.doc,
                    "example": one.example,
                    "required": one.required,
                    "secret": one.secret,
                    "says_where": one.says_where,
                }
                for one in signature.settings
            ],
        }
        for signature in signatures
    ]


def adapters_page(signatures: Sequence[AdapterSignature]) -> str:
    """`docs/adapters.md`."""
    rows = [
        "# The adapters",
        "",
        "What a playbook can ask of the world, from the signatures that the checker reads;",
        "`rbengine adapters stripe` shows the same on a terminal.",
        "",
        "Settings stand in a profile of `rbengine.toml`, in the table that the word before their first dot names.",
        "",
        f"Any call may be refused as {_listed(ALWAYS)}; what else it may be refused with stands beside it.",
        "",
        "| adapter | is | operations |",
        "|---|---|---|",
    ]
    rows += [
        f"| [{one.name}](#{one.name}) | {one.title} | {len(one.operations)} |" for one in signatures
    ]
    for signature in signatures:
        rows += ["", f"## {signature.name}", "", f"{signature.title}."]
        for one in signature.operations:
            rows += ["", f"### {one.full_name}", "", *_page(one)]
        named = named_types(signature)
        if named:
            rows += ["", "| type | is |", "|---|---|"]
            rows += [f"| `{name}` | {_cell(told)} |" for name, told in named.items()]
        if signature.settings:
            rows += ["", "| setting | is | for example | |", "|---|---|---|---|"]
            rows += [
                f"| `{one.name}` | {_cell(one.doc)} | `{_cell(one.example)}` | {', '.join(_demands(one))} |"
                for one in signature.settings
            ]
    return "\n".join(rows) + "\n"


def _page(one: Operation) -> Iterator[str]:
    yield "```"
    yield _called(one)
    yield "```"
    yield ""
    yield one.doc
    yield ""
    for each in one.parameters:
        needed = "" if each.default is None else ", may be left out"
        yield f"- `{each.name}`: {_cell(show(each.type))}, {each.doc}{needed}"
    yield f"- it {'; '.join(_facts(one))}"
    if one.refusals:
        yield f"- refused as {_listed(one.refusals)}"
    if one.api:
        yield f"- calls `{one.api}`" + (f" ([documented]({one.source}))" if one.source else "")


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in kinds)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
