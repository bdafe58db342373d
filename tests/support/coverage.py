"""Which place of the runbook document is carried out where: `docs/coverage.md`, from playbooks and `source.toml`.

`python -m support.coverage` writes it, and `playbooks/source.places.json` where the document is at hand.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from rbengine.document import Place, places_of
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes.base import walk
from rbengine.syntax.nodes.statements import Covers
from support.golden import ROOT

PLAYBOOKS = ROOT / "playbooks"
PLACES = PLAYBOOKS / "source.places.json"
HAND_KEPT = PLAYBOOKS / "source.toml"
PAGE = ROOT / "docs" / "coverage.md"
BELOW = ".*"
"""`RB-001/diagnose/2.*` is an item with every bullet under it."""


class KnownPlace(msgspec.Struct, frozen=True):
    """One place as the project keeps it."""

    id: str
    kind: str
    line: int
    digest: str
    title: str

    @property
    def whole(self) -> str:
        return "/".join(self.id.split("/")[:3])


class Claim(msgspec.Struct, frozen=True):
    """A line that says it carries out a place."""

    place: str
    file: str
    line: int


class Coverage(msgspec.Struct, frozen=True):
    """Every place with its claims, or the reason why it has none."""

    places: tuple[KnownPlace, ...]
    claims: dict[str, tuple[Claim, ...]]
    reasons: dict[str, str]
    unknown: tuple[Claim, ...]
    """Claims of places that the document does not have."""
    faults: tuple[str, ...]
    """What is wrong with `source.toml`."""

    @property
    def missing(self) -> tuple[KnownPlace, ...]:
        """Places that nothing carries out and nobody gives a reason for."""
        return tuple(one for one in self.places if not self.of(one) and one.id not in self.reasons)

    def of(self, place: KnownPlace) -> tuple[Claim, ...]:
        """Claims of the place; of its whole where it is a part that nobody claims by itself."""
        return self.claims.get(place.id) or self.claims.get(place.whole, ())


def document() -> Path:
    """The runbook document: RBENGINE_RUNBOOKS, else beside the project."""
    return Path(os.environ.get("RBENGINE_RUNBOOKS") or ROOT.parent / "shared" / "runbooks.md")


def places_now(text: str) -> tuple[KnownPlace, ...]:
    """The places of the document as they are kept."""
    return tuple(_known(one) for one in places_of(text))


def _known(place: Place) -> KnownPlace:
    return KnownPlace(place.id, place.kind, place.line, place.digest, place.title)


def kept_places() -> tuple[KnownPlace, ...]:
    """What the project keeps of the document."""
    return tuple(msgspec.convert(json.loads(PLACES.read_text("utf-8")), list[KnownPlace]))


def as_json(places: tuple[KnownPlace, ...]) -> str:
    """A place a line, so that a change of the document is read as a change."""
    rows = (json.dumps(msgspec.structs.asdict(one), ensure_ascii=False) for one in places)
    return "[\n" + ",\n".join(rows) + "\n]\n"


def claims() -> tuple[Claim, ...]:
    """Every `covers` of the playbooks, in the order of files and lines."""
    found = []
    for path in sorted(PLAYBOOKS.glob("*.rb")):
        source = SourceFile(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        tree = parse(source).tree
        for node in walk(tree) if tree else ():
            if isinstance(node, Covers):
                found += [
                    Claim(one.text, source.path, source.line_and_column(one.span.start)[0])
                    for one in node.places
                ]
    return tuple(found)


def coverage() -> Coverage:
    """Claims, reasons and places put together."""
    places = kept_places()
    ids = {one.id for one in places}
    by_place: dict[str, list[Claim]] = {}
    unknown = []
    for claim in claims():
        for name in _named(claim.place, places):
            if name in ids:
                by_place.setdefault(name, []).append(claim)
            else:
                unknown.append(claim)
    reasons: dict[str, str] = {}
    faults: list[str] = []
    for entry in _entries():
        for name in _named(entry["place"], places):
            if name not in ids:
                faults.append(f"{name}: the document has no such place")
            elif name in by_place or name in reasons:
                faults.append(f"{name}: said twice")
            elif "why" in entry:
                reasons[name] = entry["why"]
            else:
                line = _line_of(entry["file"], entry["says"])
                if line == 0:
                    faults.append(f"{name}: {entry['file']} has not one line {entry['says']!r}")
                else:
                    by_place.setdefault(name, []).append(Claim(name, entry["file"], line))
    merged = {name: tuple(rows) for name, rows in by_place.items()}
    return Coverage(places, merged, reasons, tuple(unknown), tuple(faults))


def _named(place: str, places: tuple[KnownPlace, ...]) -> tuple[str, ...]:
    """The ids that a claim stands for: itself, or with `.*` the item and what is listed below it."""
    if not place.endswith(BELOW):
        return (place,)
    item = place.removesuffix(BELOW)
    bullets = [one.id for one in places if one.id.startswith(f"{item}.") and one.whole == one.id]
    return (item, *bullets)


def _entries() -> list[dict[str, Any]]:
    return tomllib.loads(HAND_KEPT.read_text("utf-8"))["place"]  # type: ignore[no-any-return]


def _line_of(file: str, says: str) -> int:
    """The line that holds the text; 0 where none or several do."""
    path = ROOT / file
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    found = [number for number, line in enumerate(lines, 1) if line.strip().startswith(says)]
    return found[0] if len(found) == 1 else 0


def page(found: Coverage) -> str:
    """The page: a table for each chapter."""
    carried = sum(1 for one in found.places if found.of(one))
    rows = [
        "# What carries out the runbook document",
        "",
        "Every bullet, query, command, message and rule of the document that the playbooks come from, and the line",
        "that carries it out. Made by `make coverage` from the playbooks' `covers` and from `playbooks/source.toml`.",
        "",
        f"{len(found.places)} places: {carried} carried out, {len(found.reasons)} not, each with its reason.",
    ]
    chapter = ""
    for place in found.places:
        if place.id.split("/")[0] != chapter:
            chapter = place.id.split("/")[0]
            rows += ["", f"## {chapter}", "", "| place | says | carried out by |", "|---|---|---|"]
        rows.append(f"| {place.id} | {_cell(place.title)} | {_carried(found, place)} |")
    return "\n".join(rows) + "\n"


def _carried(found: Coverage, place: KnownPlace) -> str:
    if place.id in found.reasons:
        return f"not: {found.reasons[place.id]}"
    where = dict.fromkeys(
        f"[{one.file.removeprefix('playbooks/')}:{one.line}](../{one.file}#L{one.line})"
        for one in found.of(place)
    )
    return ", ".join(where) or "**nothing yet**"


def _cell(text: str) -> str:
    short = text.replace("|", "\\|").replace("**", "")
    return short if len(short) <= 80 else short[:79].rstrip() + "…"


def main() -> None:
    path = document()
    if path.is_file():
        PLACES.write_text(as_json(places_now(path.read_text("utf-8"))), "utf-8")
    PAGE.write_text(page(coverage()), "utf-8")


if __name__ == "__main__":
    main()
