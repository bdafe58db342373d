"""A draft of a playbook from a chapter of a document: everything that it says, what can run already, what is open."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rbengine.document import statements as made
from rbengine.document.chapters import Chapter, Section, SectionKind
from rbengine.document.entries import Entry, Way, entries_of, ways_of
from rbengine.document.markdown import MarkdownBlock
from rbengine.document.places import Place
from rbengine.document.writing import (
    OPEN,
    Names,
    comment,
    indented,
    plain,
    question,
    quoted,
    read_duration,
)

_SEVERE = {"P0", "P1", "SEV0", "SEV1"}
_USUAL = "P2"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the document says of a runbook elsewhere: a row of its index."""

    severity: str = ""
    target: str = ""
    """As the document says it: `15 minutes`, `IMMEDIATE`."""
    row: str = ""
    """The whole row."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the import."""

    name: str
    """`rb001.rb`."""
    title: str
    text: str
    kind: str = "runbook"

    @property
    def questions(self) -> int:
        """How many open questions it carries."""
        return sum(one.strip().startswith(OPEN) for one in self.text.splitlines())


def draft_of(
    chapter: Chapter, code: str, facts: Facts, places: Mapping[int, Place], source: str
) -> Draft:
    """The draft of one runbook as `code`. `places` are those of the document by their line."""
    return _Writer(chapter, code, facts, places, source).draft()


class _Writer:
    def __init__(
        self, chapter: Chapter, code: str, facts: Facts, places: Mapping[int, Place], source: str
    ) -> None:
        self.chapter = chapter
        self.code = code
        self.facts = facts
        # Only a document that numbers its runbooks has places that anybody can name.
        self.places = places if chapter.id else {}
        self.source = source
        self.names = Names()
        self.inputs: dict[str, str] = {}
        self.messages: list[str] = []

    def draft(self) -> Draft:
        by_kind = _by_kind(self.chapter.sections)
        ways = ways_of(by_kind["resolve"])
        cases = [(self._case(one), one) for one in ways] or [
            (self._case(None), Way(case="", line=0, entries=()))
        ]
        body = [
            *self._above(by_kind[""]),
            *self._symptoms(by_kind["symptoms"]),
            *self._diagnose(by_kind["diagnose"], cases),
            *(row for section in by_kind["resolve"] for row in self._heading(section)),
            *(row for name, way in cases for row in self._resolve(name, way)),
            *self._otherwise(),
            *self._verify(by_kind["verify"]),
            *self._recover(by_kind["recover"]),
            *self._prevent(by_kind["prevent"]),
            *self.messages,
        ]
        rows = [*self._head(), *body]
        stem = self.code.lower().replace("-", "")
        text = "\n".join(rows).strip("\n") + "\n"
        return Draft(name=f"{stem}.rb", title=plain(self.chapter.title), text=text)

    # The head

    def _head(self) -> Iterator[str]:
        line = self.chapter.heading.line if self.chapter.heading else 1
        yield f"# Draft from {self.source}, line {line}. `rbengine check` lists what is open in it."
        if self.chapter.heading:
            yield from comment(self.chapter.heading.text)
        yield from comment(self.facts.row)
        yield f"runbook {self.code} {quoted(self.chapter.title or self.source)}"
        yield ""
        severity = self.facts.severity or _USUAL
        if not self.facts.severity:
            yield question("how severe is it? the document does not say")
        yield f"severity {severity}"
        target = self.facts.target
        if "immediate" in target.lower():
            yield "mttr immediate"
        else:
            read = read_duration(target)
            if read is None:
                yield question("within which time shall it be repaired?")
            yield f"mttr {read or '1h'}"
        yield ""
        for name, told in self.inputs.items():
            yield f"input {name}: {told}"
        yield ""

    def _above(self, sections: Sequence[Section]) -> Iterator[str]:
        """What no section of ours holds, as comments."""
        for section in sections:
            yield from self._heading(section)
            for block in section.blocks:
                yield from comment(_told(block))
            if section.heading:
                yield question(f"where does {plain(section.heading.text)} belong?")
        yield ""

    def _case(self, way: Way | None) -> str:
        named = way.case if way and way.case else ""
        name = self.names.name(
            "" if named.lower().startswith("if ") else "case", named or "confirmed"
        )
        self.inputs[f"{name}_holds"] = (
            f"bool = false {quoted(named or 'Does it hold, by what the diagnosis shows?')}"
        )
        return name

    # Sections

    def _heading(self, section: Section) -> list[str]:
        return comment(section.heading.text) if section.heading else []

    def _symptoms(self, sections: Sequence[Section]) -> Iterator[str]:
        yield from self._prose("symptoms", sections)

    def _prevent(self, sections: Sequence[Section]) -> Iterator[str]:
        yield from self._prose("prevent", sections)

    def _prose(self, word: str, sections: Sequence[Section]) -> Iterator[str]:
        rows: list[str] = []
        for section in sections:
            yield from self._heading(section)
            for block in section.blocks:
                first, *rest = _told(block).splitlines() or ["…"]
                text = " ".join([first, *rest]).strip()
                rows.append(f"- {text}{self._covers(block.line)}")
        if rows:
            yield word
            yield from indented(rows)
        yield ""

    def _diagnose(
        self, sections: Sequence[Section], cases: Sequence[tuple[str, Way]]
    ) -> Iterator[str]:
        steps: list[str] = []
        for section in sections:
            steps += self._heading(section)
            for entry in entries_of(section.blocks):
                steps += self._step(entry, reading=True)
        yield "diagnose"
        yield from indented(steps)
        for name, way in cases:
            told = way.case or "What the document describes"
            yield from indented(
                [
                    question(f"which lines show that it is so: {plain(told)}"),
                    f"finding {name} {quoted(told)}{self._covers(way.line)}",
                    f"  {name}_holds",
                    "",
                ]
            )

    def _resolve(self, name: str, way: Way) -> Iterator[str]:
        yield f"resolve {name}"
        rows = [row for entry in way.entries for row in self._step(entry, reading=False)]
        if not rows:
            rows = [
                question("what is done then? the document does not say"),
                'stop handed over "Nobody has written yet what is done then"',
            ]
        yield from indented(rows)
        yield ""

    def _otherwise(self) -> Iterator[str]:
        yield "otherwise"
        yield f"  {question('who is told when none of the findings holds?')}"
        yield f"  escalate {quoted(f'{self.code}: none of the findings holds')}"
        yield ""

    def _verify(self, sections: Sequence[Section]) -> Iterator[str]:
        severe = self.facts.severity in _SEVERE
        if not sections and not severe:
            return
        for section in sections:
            yield from self._heading(section)
        steps = [
            row
            for section in sections
            for entry in entries_of(section.blocks)
            for row in self._step(entry, reading=True)
        ]
        yield "verify"
        yield f"  {question('what proves that it is over?')}"
        yield from indented(steps)
        yield "  within 5m checking every 30s"
        yield "    until no finding holds"
        yield ""

    def _recover(self, sections: Sequence[Section]) -> Iterator[str]:
        rows: list[str] = []
        for section in sections:
            rows += self._heading(section)
            for way in ways_of([section]):
                rows += comment(way.case)
                for entry in way.entries:
                    rows += self._step(entry, reading=False)
        if any(one.strip() and not one.strip().startswith("#") for one in rows):
            yield "recover"
            rows = indented(rows)
        yield from rows
        yield ""

    # Steps

    def _step(self, entry: Entry, *, reading: bool) -> list[str]:
        told = entry.head.text if entry.head else _told(entry.blocks[0])
        label = self.names.label(told.splitlines()[0] if told else "…")
        rows: list[str] = []
        whole = plain(told)
        if entry.head and whole != label:
            rows += comment(told)
        by_hand: list[str] = []
        runs = False
        for block in entry.blocks:
            written = self._block(block, label, reading=reading)
            rows += written.rows
            runs = runs or written.runs
            self.inputs.update(written.inputs)
            if block.kind == "item":
                by_hand.append(_told(block))
        if reading:
            rows += [f"note {quoted(one)}" for one in by_hand]
            if not runs and not by_hand:
                rows.append(f"note {quoted(told)}")
        elif by_hand or not runs:
            text = (
                ": ".join([label, "; ".join(plain(one) for one in by_hand)]) if by_hand else label
            )
            rows.append(f"manual {quoted(text)}")
        bullets = any(one.kind == "item" for one in entry.blocks)
        covers = self._covers(entry.line, below=bullets)
        return [f"step {quoted(label)}{covers}", *indented(rows), ""]

    def _block(self, block: MarkdownBlock, label: str, *, reading: bool) -> made.Written:
        if block.kind == "code" and made.is_sql(block):
            return made.sql(block, label, self.names, reading=reading)
        if block.kind == "code" and made.is_mail(block):
            self.messages += ["", *made.mail(block, self.names.name("mail", label))]
            return made.Written()
        if block.kind == "code" and made.is_command(block):
            return made.command(block, label, self.names, reading=reading)
        if block.kind == "item":
            return made.Written()
        return made.Written(rows=comment(_told(block)))

    def _covers(self, line: int, *, below: bool = False) -> str:
        place = self.places.get(line)
        if (
            place is None
            or place.id.count("/") != 2
            or not place.id.startswith(f"{self.chapter.id}/")
        ):
            return ""
        section = place.id.split("/")[1]
        if section not in {"symptoms", "diagnose", "resolve", "recover", "prevent", "verify"}:
            return ""
        return f", covers {place.id}{'.*' if below else ''}"


def _by_kind(sections: Sequence[Section]) -> dict[SectionKind, list[Section]]:
    found: dict[SectionKind, list[Section]] = {
        one: [] for one in ("symptoms", "diagnose", "resolve", "verify", "recover", "prevent", "")
    }
    for section in sections:
        found[section.kind].append(section)
    return found


def _told(block: MarkdownBlock) -> str:
    return block.text.replace("**", "") if block.kind != "code" else block.text
