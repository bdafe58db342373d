"""Reports of runs, written where they are asked for."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import kept_run
from rbengine.cli.output import Output
from rbengine.cli.own_templates import bad_template
from rbengine.cli.usage import UsageError
from rbengine.facts.atomic import replace_file
from rbengine.host.chain import head_of
from rbengine.host.journal import JournalStore
from rbengine.host.taking_up import plan_of
from rbengine.host.templates import BadTemplateError
from rbengine.plan.program import Plan
from rbengine.report.incident import (
    Report,
    as_html,
    as_markdown,
    read_report,
    review_html,
    review_markdown,
)
from rbengine.report.text import visible


def report_run(
    asked: str, output: Output, *, html: str | None, markdown: str | None, review: bool
) -> int:
    """Report the kept run `asked`: to the files that are named, else as Markdown to the screen."""
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        found = report_of_kept(ground, store, record.run)
        for file, page in ((markdown, False), (html, True)):
            if file is not None:
                write(file, _told(ground, found, html=page, review=review))
                output.row(f"wrote {visible(file)}")
        if markdown is None and html is None:
            output.raw(_told(ground, found, html=False, review=review))
    return exit_codes.OK


def report_of_kept(ground: Ground, store: JournalStore, run: str) -> Report:
    """The report of a run in the journal."""
    letter = ground.templates.get("escalation", "")
    record = store.record(run)
    return read_report(plan_of(store, run), store.read(run), record.head, letter=letter)


def report_of_lines(ground: Ground, plan: Plan, run: str, lines: Sequence[str]) -> Report:
    """The report of a run that no journal keeps."""
    letter = ground.templates.get("escalation", "")
    return read_report(plan, lines, head_of(run, lines), letter=letter)


def write_after_run(ground: Ground, found: Report, file: str) -> None:
    """Write the report of a run that has just ended. That it cannot be written is told, and is no end of the run."""
    beside = Output(sys.stderr)
    try:
        write(file, _told(ground, found, html=file.lower().endswith(".html"), review=False))
    except UsageError as error:
        beside.rows(error.lines())
    else:
        beside.row(f"wrote {visible(file)}")


def check_place(file: str) -> None:
    """Before a run begins: a report's file has one of two endings and a folder. Raises UsageError."""
    if not file.lower().endswith((".md", ".html")):
        raise UsageError(
            "a report is Markdown or HTML",
            place=f"--report {visible(file)}",
            way_out="end the file's name in `.md` or `.html`",
        )
    folder = Path(file).parent
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder `{visible(str(folder))}`", place=f"--report {visible(file)}"
        )


def write(file: str, told: str) -> None:
    """Write the whole file, or leave what is there. Raises UsageError."""
    try:
        replace_file(Path(file), told.encode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"the report cannot be written: {error.strerror}",
            place=visible(file),
            way_out="name another file",
        ) from error


def _told(ground: Ground, found: Report, *, html: bool, review: bool) -> str:
    if not review:
        return as_html(found) if html else as_markdown(found)
    template = ground.templates.get("review", "")
    try:
        return review_html(found, template) if html else review_markdown(found, template)
    except BadTemplateError as error:
        if not template:
            raise
        raise bad_template(ground.project, "review", error) from error
