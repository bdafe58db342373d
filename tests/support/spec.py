"""Spec pages: the language reference in `docs/language`, whose blocks are checked and say what the checker finds.

An assertion is a comment (`#`, in SQL also `--`) that is taken out before the block is checked, so that it may stand in
raw text and beside mistakes of any kind. Behind a line it speaks of that line, alone on a line of the next one:
`error: E204 on "word"`, `warning: W613` (with `in rb001.rb` behind it for another file), `ok`,
`type: row.name = text`, `effect: changes`.

The second word of a fence is the frame that completes the block (see `FRAMES`); without it the block is a whole file,
or parts of a runbook around which the plainest other parts are put. Whole files in which nothing is wrong stay on the
page for the blocks below them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rbengine.contract.types import Optional, Record, Type, show
from rbengine.facts.adapters import event_subject
from rbengine.facts.holiday_codes import holiday_codes
from rbengine.semantics.analysis import Analysis, Tables
from rbengine.semantics.catalogue import CATALOGUE as RULES
from rbengine.semantics.catalogue.sample import FINDING, STEP, sample
from rbengine.semantics.effects import ProcedureEffects
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.project_catalogue import CATALOGUE as PROJECT
from rbengine.semantics.sql_facts import Describer
from rbengine.semantics.traversal import placed_in_runbook
from rbengine.syntax.catalogue import CATALOGUE as SYNTAX
from rbengine.syntax.nodes import Library, walk
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.runbook import Input
from rbengine.syntax.nodes.statements import Bind
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of as shipped
from support.signatures import SIGNATURES

FOLDER = Path(__file__).parents[2] / "docs" / "language"
INDEX = FOLDER / "index.md"
FRAGMENT = "fragment.rb"

_FENCE = re.compile(r"^```([a-z]+)(?: ([a-z]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_KINDS = ("runbook", "policy", "calendar", "library", "app", "scenarios")
_ASSERTION = re.compile(
    r"(?P<before>.*?)(?:^|[ ])(?:#|--) (?P<says>ok|(?:error|warning): .*|(?:type|effect): .*)$"
)
_PROBLEM = re.compile(
    r'(?P<code>[EW][0-9]{3})(?: on "(?P<words>.*)")?(?: in (?P<file>[a-z0-9_/.]+))?'
)
_DOES = {"change": "changes", "tell": "tells", "ask": "asks"}


class SpecError(AssertionError):
    """A page and the checker disagree, or a page proves nothing."""


class Assertion(NamedTuple):
    """`line` counts from 0 in the block without its assertions; `says` is the text behind the comment's sign."""

    line: int
    says: str


class Block(NamedTuple):
    """One block of a page. `line` is that of its fence, from 1."""

    page: str
    line: int
    kind: str
    frame: str
    text: str
    assertions: tuple[Assertion, ...]

    @property
    def where(self) -> str:
        """For names of tests and messages."""
        return f"{self.page}:{self.line}"


class Found(NamedTuple):
    """A problem at a line of the block; -1 where it is outside of it. `file` is empty for the block's own."""

    file: str
    line: int
    code: str
    words: str
    message: str


def pages() -> list[Path]:
    """All pages, sorted."""
    return sorted(FOLDER.glob("*.md"))


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page that are the language, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        kind, frame, body = match[1], match[2] or "", match[3]
        if kind in _KINDS:
            clean, assertions = _taken_out(body)
            line = text.count("\n", 0, match.start()) + 1
            found.append(Block(page.name, line, kind, frame, clean, assertions))
    return found


def schema() -> str:
    """The tables of which the pages speak, from the index."""
    found = [
        match[3]
        for match in _FENCE.finditer(INDEX.read_text(encoding="utf-8"))
        if match[1] == "sql"
    ]
    if len(found) != 1:
        raise SpecError(f"{INDEX.name} has {len(found)} blocks of SQL, and one is its schema")
    return found[0]


def codes_in(page: Path) -> set[str]:
    """The codes that a page's assertions name."""
    return {
        match["code"]
        for block in blocks_of(page)
        for one in block.assertions
        if one.says.startswith(("error", "warning"))
        and (match := _PROBLEM.fullmatch(one.says.partition(": ")[2]))
    }


def check_page(
    page: Path, describer: Describer, *, zone_exists: Callable[[str], bool]
) -> list[str]:
    """What does not hold of the blocks of `page`; empty where all is as written."""
    wrong: list[str] = []
    blocks = blocks_of(page)
    if not blocks:
        wrong.append(f"{page.name}: a page without a block proves nothing")
    standing = _standing_files()
    for block in blocks:
        if not block.assertions:
            wrong.append(f"{block.where}: no assertion, so it would pass by accident")
            continue
        checked = _Checked(block, standing, describer, zone_exists)
        told = list(checked.disagreements())
        wrong += [f"{block.where}: {one}" for one in told]
        if not told and not checked.found and not block.frame and checked.path != FRAGMENT:
            standing[checked.path] = checked.text
    return wrong


class _Checked:
    """One block in its file, among the files that stand on its page."""

    def __init__(
        self,
        block: Block,
        standing: Mapping[str, str],
        describer: Describer,
        zone_exists: Callable[[str], bool],
    ) -> None:
        self._block = block
        self.path, self.text = _completed(block)
        files = {**standing, self.path: self.text}
        self._workspace = Workspace(
            files,
            signature_of=lambda name: SIGNATURES.get(name) or shipped(name),
            describer=describer,
            event_subject=event_subject,
            zone_exists=zone_exists,
            holiday_codes=holiday_codes,
        )
        offset = self.text.index(_indented(block))
        self._first = self.text.count("\n", 0, offset)
        self.found = tuple(self._problems())

    def disagreements(self) -> Iterator[str]:
        """What the block says and the checker does not, and the other way round."""
        left = list(self.found)
        for one in self._block.assertions:
            word, _, says = one.says.partition(": ")
            if word in ("error", "warning"):
                yield from self._expected(one.line, says, left)
            elif word == "type":
                yield from self._type(says)
            elif word == "effect":
                yield from self._effect(one.line, says)
        for problem in left:
            yield (
                f"unexpected {problem.code} on {problem.words!r} in line {problem.line + 1}: {problem.message}"
            )

    def _expected(self, line: int, says: str, left: list[Found]) -> Iterator[str]:
        match = _PROBLEM.fullmatch(says)
        if match is None:
            yield f"`{says}` is no assertion about a problem"
            return
        file = match["file"] or ""
        hit = next(
            (
                one
                for one in left
                if one.code == match["code"]
                and (one.file, one.line) == (file, -1 if file else line)
                and match["words"] in (None, one.words)
            ),
            None,
        )
        if hit is None:
            yield f"`{says}` did not come in line {line + 1}"
        else:
            left.remove(hit)

    def _type(self, says: str) -> Iterator[str]:
        path, _, expected = says.partition(" = ")
        name, *fields = path.split(".")
        tables = self._analysis().tables
        bound = [
            one
            for one in walk(self._analysis().tree)
            if isinstance(one, Bind | Input) and one.name.text == name
        ]
        if not bound:
            yield f"nothing is called `{name}`"
            return
        type_: Type | None = tables.types[bound[-1].id]
        for field in fields:
            inner = type_.inner if isinstance(type_, Optional) else type_
            type_ = inner.field(field) if isinstance(inner, Record) else None
        shown = "not there" if type_ is None else show(type_)
        if shown != expected:
            yield f"`{path}` is `{shown}`, not `{expected}`"

    def _effect(self, line: int, says: str) -> Iterator[str]:
        analysis = self._analysis()
        effects = ProcedureEffects(
            {one.name: one for one in _procedures(analysis)},
            {one.tree.name.text: one.tables.operations for one in analysis.libraries},
        )
        acts: set[str] = set()
        for one in placed_in_runbook(analysis.tree):
            if self._line(analysis.tables, one.node.span.start) == line:
                acts |= effects.of_node(one.node, analysis.tables.operations)
        shown = ", ".join(word for act, word in _DOES.items() if act in acts) or "reads"
        if shown != says:
            yield f"line {line + 1} {shown}, not {says}"

    def _problems(self) -> Iterator[Found]:
        for one in self._workspace.problems(self.path):
            file = one.primary.file
            source = self._workspace.source(file)
            span = one.primary.span
            line = source.line_and_column(span.start)[0] - 1 - self._first
            inside = file == self.path and 0 <= line <= self._block.text.count("\n")
            yield Found(
                "" if file == self.path else file,
                line if inside else -1,
                one.code,
                source.text[span.start : span.end],
                one.message,
            )

    def _line(self, tables: Tables, position: int) -> int:
        return tables.source.line_and_column(position)[0] - 1 - self._first

    def _analysis(self) -> Analysis:
        return self._workspace.analysis(self.path)


def _procedures(analysis: Analysis) -> Iterator[ProcedureType]:
    for library in analysis.libraries:
        assert isinstance(library.tree, Library)
        for part in library.tree.parts:
            if isinstance(part, Procedure):
                yield ProcedureType(
                    name=part.name.text,
                    library=library.tree.name.text,
                    parameters=(),
                    gives=None,
                    tree=part,
                )


def _standing_files() -> dict[str, str]:
    """The policy of the index: severities, contacts and roles are the same on every page."""
    policies = [one.text for one in blocks_of(INDEX) if one.kind == "policy"]
    return {"policy.rb": policies[0]} if policies else {}


def _taken_out(text: str) -> tuple[str, tuple[Assertion, ...]]:
    lines: list[str] = []
    assertions: list[Assertion] = []
    for line in text.splitlines():
        match = _ASSERTION.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        assertions.append(Assertion(len(lines), match["says"]))
        if match["before"].strip():
            lines.append(match["before"].rstrip())
    return "\n".join(lines) + "\n", tuple(assertions)


FRAMES = {"diagnose": 2, "conditions": 4, "change": 4, "resolve": 2, "recover": 2, "verify": 2}
"""What a block may be a piece of, and how deep it stands there."""


def _indented(block: Block) -> str:
    blanks = " " * FRAMES.get(block.frame, 0)
    return "".join(
        blanks + line if line.strip() else line for line in block.text.splitlines(keepends=True)
    )


def _completed(block: Block) -> tuple[str, str]:
    """The path of the block's file, and its whole text."""
    if block.kind != "runbook":
        return _path(block), block.text
    body = _indented(block)
    match block.frame:
        case "":
            if re.match(r"(#.*\n|\s)*runbook ", body):
                return _path(block), body
            return FRAGMENT, sample(body)
        case "diagnose":
            names = re.findall(r"^  finding (\w+)", body, re.MULTILINE)
            finding = "" if names else FINDING
            resolves = [f'resolve {one}\n  note "{one}"\n' for one in names or ["stale"]]
            text = "diagnose\n" + STEP + body + finding + "".join(resolves)
        case "conditions":
            text = (
                "diagnose\n" + STEP + '  finding stale "Found"\n' + body
                + 'resolve stale\n  note "found"\n'
            )  # fmt: skip
        case "resolve":
            text = "resolve stale\n" + body
        case "change":
            text = 'resolve stale\n  change "Do it"\n' + body
        case "recover" | "verify":
            text = f"{block.frame}\n" + body
        case frame:
            raise SpecError(f"{block.where}: there is no frame `{frame}`")
    return FRAGMENT, sample(text)


def _path(block: Block) -> str:
    words = block.text.split()
    name = words[words.index(block.kind) + 1]
    match block.kind:
        case "runbook":
            return f"{name.lower().replace('-', '')}.rb"
        case "scenarios":
            return f"scenarios/{words[2].lower().replace('-', '')}.rb"
        case "library":
            return f"{name}.rb"
        case kind:
            return f"{kind}.rb"


def shown_codes(all_pages: Iterable[Path]) -> dict[str, list[str]]:
    """Codes to the names of the pages that show them."""
    found: dict[str, list[str]] = {}
    for page in all_pages:
        for code in sorted(codes_in(page)):
            found.setdefault(code, []).append(page.name)
    return found


_MADE = "<!-- made by `python -m support.spec` in tests/ -->\n"
_END = "<!-- end -->"


def index_text() -> str:
    """The index with its list of codes as it has to be."""
    text = INDEX.read_text(encoding="utf-8")
    head, _, rest = text.partition(_MADE)
    _, _, tail = rest.partition(_END)
    shown = shown_codes(pages())
    rows = ["| code | shown in |", "|---|---|"]
    for code in sorted(shown, key=lambda one: (one[1:], one)):
        links = ", ".join(f"[{name.removesuffix('.md')}]({name})" for name in shown[code])
        rows.append(f"| {code} | {links} |")
    left = ", ".join(sorted(catalogued() - set(shown), key=lambda one: one[1:]))
    told = f"Shown by `rbengine explain` alone: {left}." if left else "That is all of them."
    return head + _MADE + "\n" + "\n".join(rows) + f"\n\n{told}\n\n" + _END + tail


def catalogued() -> set[str]:
    """Every code that has a page of its own in the catalogues of the language."""
    return {one.code for one in (*SYNTAX, *RULES, *PROJECT)}


def rules() -> dict[str, tuple[str, ...]]:
    """The rules of `rules.md` with the codes beside them."""
    rows = re.findall(
        r"^\| (?!rule \||\*\*|-)(.+) \| (.*) \|$",
        (FOLDER / "rules.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {rule: tuple(codes.split(", ")) for rule, codes in rows}


if __name__ == "__main__":
    INDEX.write_text(index_text(), encoding="utf-8")
