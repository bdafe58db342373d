"""The problem that each catalogued sample earns, drawn; writes them and the page of all codes (`make codes`)."""

import json
from collections.abc import Iterator
from pathlib import Path

from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.catalogue import Entry
from rbengine.diagnostics.render import render
from rbengine.facts import settings_catalogue
from rbengine.facts.adapters import event_subject, signatures
from rbengine.facts.masking import masked
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server, start_server
from rbengine.facts.settings import NAME, read_settings
from rbengine.rehearsal import catalogue as rehearsals
from rbengine.rehearsal import repair_catalogue
from rbengine.report import codes
from rbengine.report.text import visible
from rbengine.semantics import project_catalogue, table_catalogue
from rbengine.semantics.catalogue import CATALOGUE as RULES
from rbengine.source import SourceFile
from rbengine.syntax import describe, parse
from rbengine.syntax.catalogue import CATALOGUE as SYNTAX
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from rehearsal import theatre
from rehearsal.test_catalogue import ANY_PROGRAM
from semantics.test_catalogue import LIBRARIES, SCHEMA
from semantics.test_project_catalogue import Shops
from support.check import analyse
from support.described import OneTable
from support.golden import ROOT

WIDTH = 80
DRAWN = ROOT / "engine" / "rbengine" / "report" / codes.DRAWN
PAGE = ROOT / "docs" / "codes.md"
SAMPLE = "sample.rb"

Found = tuple[tuple[Diagnostic, ...], dict[str, SourceFile]]
"""Problems, and the files that they speak of."""


def drawn(server: Server) -> dict[str, str]:
    """Each code with the problem of its wrong sample. Raises AssertionError where it earns anything else."""
    texts = {}
    for entry, (problems, sources) in found(server):
        assert [one.code for one in problems] == [entry.code], (entry.code, problems)
        rows = render(problems, sources, colour=False, width=WIDTH).splitlines()[:-1]
        if rows[-1].strip() == "|":
            rows.pop()  # what is left of the frame when its last line, the way to `explain`, is not needed
        texts[entry.code] = "".join(f"{visible(one).rstrip()}\n" for one in rows)
    return dict(sorted(texts.items()))


def as_json(texts: dict[str, str]) -> str:
    """What `explain` reads."""
    return json.dumps(texts, ensure_ascii=False, indent=1) + "\n"


def found(server: Server) -> Iterator[tuple[Entry, Found]]:
    """Every entry with what its wrong sample earns."""
    for entry in SYNTAX:
        source = SourceFile(SAMPLE, entry.wrong)
        yield (
            entry,
            (tuple(describe(one, source) for one in parse(source).problems), {SAMPLE: source}),
        )
    describer = PostgresDescriber(server, SCHEMA, "schema.sql")
    for entry in RULES:
        analysis = analyse(entry.wrong, LIBRARIES, describer=describer)
        sources = {
            one.path: one
            for one in [analysis.tables.source, *(x.tables.source for x in analysis.libraries)]
        }
        yield entry, (analysis.problems, sources)
    describer.close()
    for entry in project_catalogue.CATALOGUE:
        yield entry, _with_files(entry, Shops())
    for entry in table_catalogue.CATALOGUE:
        yield entry, _with_files(entry, OneTable())
    for entry in settings_catalogue.CATALOGUE:
        source = SourceFile(NAME, entry.wrong)
        yield entry, (read_settings(source)[1], {NAME: masked(source, signatures())})
    for entry in rehearsals.CATALOGUE:
        yield entry, played(server, ANY_PROGRAM, entry.wrong)
    for entry in repair_catalogue.CATALOGUE:
        yield entry, played(server, entry.wrong, repair_catalogue.SCENARIOS)


def of_project(entry: Entry, text: str) -> tuple[Diagnostic, ...]:
    """The problems of `text` in the place of the sample of `entry`."""
    return _project(entry, text, Shops()).problems(project_catalogue.sample_path(entry))


def _with_files(entry: Entry, describer: OneTable) -> Found:
    workspace = _project(entry, entry.wrong, describer)
    problems = workspace.problems(project_catalogue.sample_path(entry))
    files = {label.file for one in problems for label in (one.primary, *one.secondary)}
    return problems, {one: workspace.source(one) for one in sorted(files)}


def _project(entry: Entry, text: str, describer: OneTable) -> Workspace:
    return Workspace(
        {**project_catalogue.around(entry), project_catalogue.sample_path(entry): text},
        signature_of=signature_of,
        describer=describer,
        event_subject=event_subject,
    )


def played(server: Server, playbook: str, scenarios: str) -> Found:
    """What is missed when the first of `scenarios` rehearses `playbook`."""
    with theatre.Theatre(server, playbook=playbook, world="") as stage:
        problems = stage.problems(scenarios)
        sources = {
            theatre.SCENARIOS: SourceFile(theatre.SCENARIOS, stage.text),
            theatre.RUNBOOK: SourceFile(theatre.RUNBOOK, playbook),
        }
        return problems, sources


def main() -> None:
    """Write both files."""
    with start_server() as server:
        texts = drawn(server)
    _write(DRAWN, as_json(texts))
    _write(PAGE, codes.markdown(texts))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
