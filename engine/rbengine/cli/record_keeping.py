"""Journals as records: checked, written out, forgotten."""

import os
import sys
from datetime import UTC, datetime, timedelta

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import Journal, in_words, journal, kept_run
from rbengine.cli.output import Output
from rbengine.cli.profiles import find_profile
from rbengine.cli.usage import UsageError
from rbengine.contract.reading import read_value
from rbengine.contract.types import DURATION
from rbengine.rehearsal.kept import world_file
from rbengine.report.text import visible

_SHORTEST_HEAD = 8
_UNREDACTED = "it holds everything the run saw, unredacted"


def audit(asked: str, head: str | None) -> int:
    """Check the chain, and against `head` where one was noted."""
    output = Output()
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
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
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        text = "".join(f"{line}\n" for line in store.read(record.run))
    if to is None:
        output.raw(text)
        if not sys.stdout.isatty():  # who may read what it goes into we cannot say
            sys.stderr.write(
                f"warning: {_UNREDACTED}; --output writes a file that you alone may read\n"
            )
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
            f"{_UNREDACTED}, and only you may read it",
        ]
    )
    return exit_codes.OK


def forget(asked: str) -> int:
    """Forget one run."""
    output = Output()
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, record):
        _forget(store, record.run)
        head = store.audit(record.run).head
    output.row(f"forgot {record.run}: {record.last} digests are left, head {head[:16]}")
    return exit_codes.OK


def prune(age: str, profile: str | None) -> int:
    """Forget all that are over and older than `age`: the user's own, or those in the journal of a profile."""
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
    with Ground.here(output) as ground:
        if profile is not None and find_profile(ground.project, profile).journal is None:
            raise UsageError(
                f"runs of profile `{profile}` are kept in your own journal",
                place=f"--profile {profile}",
                way_out="leave it out",
            )
        with journal(ground.project, profile or "") as store:
            for one in store.runs():
                if one.outcome and not one.forgotten and one.began < before:
                    _forget(store, one.run)
                    count += 1
    output.row(f"forgot {count} run{'' if count == 1 else 's'}")
    return exit_codes.OK


def _forget(store: Journal, run: str) -> None:
    with in_words():
        store.forget(run)
    world_file(store.home.folder, run).unlink(missing_ok=True)
