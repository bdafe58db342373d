"""Drafts of what stands beside runbooks in a document: who is told when, and what is looked after regularly."""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from rbengine.document.chapters import Chapter, Section
from rbengine.document.draft import Draft, Facts
from rbengine.document.markdown import MarkdownBlock
from rbengine.document.writing import Names, comment, plain, question, quoted, read_duration

_SEVERITY = re.compile(
    r"\b(?P<name>P[0-9]|SEV-?[0-9])\b(?:\s*\((?P<title>[^)]*)\))?", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?P<email>[^@\s<>|]+@[^@\s<>|]+\.[A-Za-z]{2,})")
_RHYTHMS = {
    "daily": "daily at 09:00",
    "weekly": "weekly on monday at 10:00",
    "monthly": "monthly on day 1 at 10:00",
}


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, with the blocks that the drafts hold."""

    drafts: tuple[Draft, ...]
    held: tuple[MarkdownBlock, ...]
    facts: dict[str, Facts]
    """By the id of a runbook: what an index says of it."""


def company_of(
    chapters: Sequence[Chapter], runbooks: Collection[str], title: str, source: str
) -> Company:
    """What chapters that are no runbook say in a form that we know. `runbooks` are the ids of the others."""
    held: list[MarkdownBlock] = []
    facts: dict[str, Facts] = {}
    escalations: list[tuple[MarkdownBlock, re.Match[str]]] = []
    contacts: list[tuple[str, str, MarkdownBlock]] = []
    rhythms: list[tuple[str, Section]] = []
    for chapter in chapters:
        for section in chapter.sections:
            rhythm = (section.heading.text.strip().lower() if section.heading else "").rstrip(":")
            if rhythm in _RHYTHMS and any(one.kind == "item" for one in section.blocks):
                rhythms.append((rhythm, section))
                held += [section.heading] if section.heading else []
                held += [one for one in section.blocks if one.kind == "item"]
                continue
            for block in section.blocks:
                if block.kind == "row":
                    found = _indexed(block)
                    severity = _SEVERITY.search(block.cells[0]) if block.cells else None
                    if found and found[0] in runbooks and found[0] not in facts:
                        facts[found[0]] = found[1]
                        held.append(block)
                    elif severity and len(block.cells) >= _CELLS:
                        escalations.append((block, severity))
                        held.append(block)
                elif block.kind == "paragraph" and _ADDRESS.search(block.text):
                    people = list(_people(block))
                    contacts += [(name, address, block) for name, address in people]
                    held += [block] if people else []
    drafts = []
    if escalations:
        drafts.append(_policy(title, escalations, contacts, source))
    elif contacts:
        held = [one for one in held if one not in {block for _, _, block in contacts}]
    if rhythms:
        drafts.append(_calendar(title, rhythms, source))
    return Company(drafts=tuple(drafts), held=tuple(held), facts=facts)


_CELLS = 3
"""Of a row that says who is told: how severe, after how long, who."""


def _indexed(block: MarkdownBlock) -> tuple[str, Facts] | None:
    """A row of an index: an id, and in other cells a severity and a time."""
    code = (
        re.fullmatch(r"\[?([A-Z]{2,}-[0-9]+)\]?(?:\(.*\))?", block.cells[0])
        if block.cells
        else None
    )
    if code is None:
        return None
    severity, target = "", ""
    for head, cell in zip(block.header, block.cells, strict=False):
        found = _SEVERITY.fullmatch(cell.strip())
        if found:
            severity = found["name"].upper()
        elif re.search(r"mttr|target|within|time|sla", head, re.IGNORECASE):
            target = cell
    return code[1], Facts(severity=severity, target=target, row=block.text)


def _people(block: MarkdownBlock) -> Iterator[tuple[str, str]]:
    """`**Engineering Manager:** manager@example.com`, a line each."""
    for line in block.text.splitlines():
        address = _ADDRESS.search(line)
        name = re.sub(r"[*:`]", "", line[: address.start()]).strip() if address else ""
        if address and name:
            yield name, address["email"]


def _policy(
    title: str,
    escalations: Sequence[tuple[MarkdownBlock, re.Match[str]]],
    contacts: Sequence[tuple[str, str, MarkdownBlock]],
    source: str,
) -> Draft:
    names = Names()
    known = {name.lower(): (names.name("", name), name, address) for name, address, _ in contacts}
    rules: list[str] = []
    for block, severity in escalations:
        who = [plain(one) for one in re.split(r"\s*(?:\+|,|&|\band\b)\s*", block.cells[2]) if one]
        told = []
        for one in who:
            if one.lower() not in known:
                known[one.lower()] = (names.name("", one), one, "")
            told.append(known[one.lower()][0])
        rules += [
            f"# {block.text}",
            f"severity {severity['name'].upper()} {quoted(severity['title'] or severity['name'])}",
            *_escalate(block.cells[1], told),
            f"  {question('who approves changes?')}",
            "  changes need approval by on_call",
        ]
    rows = [
        f"# Draft from {source}. `rbengine check` lists what is open in it.",
        f"policy {quoted(title)}",
        "",
        question("which time zone, which holidays?"),
        'timezone "UTC"',
        "business hours monday to friday from 09:00 to 17:00",
        "",
        *(
            row
            for told in dict.fromkeys(one.text for _, _, one in contacts)
            for row in comment(told)
        ),
        *(
            f"contact {name} {quoted(told)} {f'email {quoted(address)}' if address else 'from settings'}"
            for name, told, address in known.values()
        ),
        'role on_call "On-call engineer" from settings',
        "",
        *rules,
    ]
    return Draft(name="policy.rb", title=title, text="\n".join(rows) + "\n", kind="policy")


def _escalate(after: str, told: Sequence[str]) -> list[str]:
    to = ", ".join(told)
    span = read_duration(after)
    if span is not None:
        return [f"  escalate after {span} to {to}"]
    if "business day" in after.lower():
        return [f"  escalate next business day at 09:00 to {to}"]
    if "immediate" in after.lower():
        return [f"  escalate at once to {to}"]
    return [f"  {question(f'when is {plain(after)}?')}", f"  escalate at once to {to}"]


def _calendar(title: str, rhythms: Sequence[tuple[str, Section]], source: str) -> Draft:
    names = Names()
    rows = [
        f"# Draft from {source}. `rbengine check` lists what is open in it.",
        f"calendar {quoted(title)}",
    ]
    for rhythm, section in rhythms:
        rows += [
            "",
            question("at which time, and whose is it?"),
            *(comment(section.heading.text) if section.heading else ()),
            f"{_RHYTHMS[rhythm]} for on_call",
        ]
        for block in section.blocks:
            if block.kind == "item":
                text = re.sub(r"^\[[ xX]\]\s*", "", block.text)
                label = names.label(text)
                rows += [f"  {one}" for one in comment(text)] if label != text else []
                rows.append(f"  task {quoted(label)}")
    return Draft(name="calendar.rb", title=title, text="\n".join(rows) + "\n", kind="calendar")
