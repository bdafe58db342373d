"""Journals as records: checked, written out, forgotten."""

import os
from datetime import UTC, datetime, timedelta

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import find_run, folder_of, in_words, journal
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.contract.reading import read_value
from rbengine.contract.types import DURATION
from rbengine.facts.project import Project
from rbengine.host.sqlite_store import SqliteStore
from rbengine.rehearsal.kept import world_file
from rbengine.report.text import visible

_SHORTEST_HEAD = 8


def audit(asked: str, head: str | None) -> int:
    """Check the chain, and against `head` where one was noted."""
    output = Output()
    with Ground.here(output) as ground, journal(ground.project) as store:
        record = find_run(store, asked)
        found = store.audit(record.run, "" if head is None else head.lower())
        aside = store.aside(record.run)
    if head is not None and len(head) < _SHORTEST_HEAD:
        raise UsageError(
            f"`{visible(head)}` is too short to tell heads apart",
            way_out=f"at least {_SHORTEST_HEAD} digits of the head that was noted",
        )
    if found.broken:
        output.rows(
            [
                f"{record.run}: line {found.broken} is not what was written",
                f"  the {found.broken - 1} lines before it are",
            ]
        )
        return exit_codes.PROBLEMS
    what = "digests of lines that were forgotten" if record.forgotten else "lines"
    output.rows(
        [f"{record.run}: {found.lines} {what}, each as it was written", f"  head {found.head}"]
    )
    if aside:
        output.row(f"  {len(aside)} damaged lines from {aside[0][0]} on were set aside")
    if head is None:
        return exit_codes.OK
    if not found.noted:
        output.rows(
            [
                f"  no line has the head that was noted ({visible(head)}):",
                "  the journal was rewritten since, or it is the head of another run",
            ]
        )
        return exit_codes.PROBLEMS
    if found.noted == found.lines:
        output.row("  it is the head that was noted")
        return exit_codes.OK
    added = found.lines - found.noted
    output.rows(
        [
            f"  line {found.noted} has the head that was noted: nothing up to there was changed",
            f"  {added} line{'' if added == 1 else 's'} came after it",
        ]
    )
    return exit_codes.OK


def export(asked: str, to: str | None) -> int:
    """Write the lines out."""
    output = Output()
    with Ground.here(output) as ground, journal(ground.project) as store:
        record = find_run(store, asked)
        text = "".join(f"{line}\n" for line in store.read(record.run))
    if to is None:
        output.raw(text)
        return exit_codes.OK
    try:
        number = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror}",
            place=visible(to),
            way_out="name another file",
        ) from error
    with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    output.rows(
        [
            f"wrote {visible(to)}: {record.last} lines, head {record.head[:16]}",
            "it holds everything the run saw, unredacted, and only you may read it",
        ]
    )
    return exit_codes.OK


def forget(asked: str) -> int:
    """Forget one run."""
    output = Output()
    with Ground.here(output) as ground, journal(ground.project) as store:
        record = find_run(store, asked)
        _forget(ground.project, store, record.run)
        head = store.audit(record.run).head
    output.row(f"forgot {record.run}: {record.last} digests are left, head {head[:16]}")
    return exit_codes.OK


def prune(age: str) -> int:
    """Forget all that are over and older than `age`."""
    output = Output()
    try:
        span = read_value(age, DURATION)
    except ValueError as problem:
        raise UsageError(
            f"`{visible(age)}` {problem}",
            place="--older-than",
            way_out="for example: --older-than 400d",
        ) from None
    assert isinstance(span, timedelta)
    before = datetime.now(UTC) - span
    count = 0
    with Ground.here(output) as ground, journal(ground.project) as store:
        for one in store.runs():
            if one.outcome and not one.forgotten and one.began < before:
                _forget(ground.project, store, one.run)
                count += 1
    output.row(f"forgot {count} run{'' if count == 1 else 's'}")
    return exit_codes.OK


def _forget(project: Project, store: SqliteStore, run: str) -> None:
    with in_words():
        store.forget(run)
    world_file(folder_of(project), run).unlink(missing_ok=True)
