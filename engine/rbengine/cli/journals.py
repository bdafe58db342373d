"""The journal of this user, opened for a command, and what is wrong with it or with a run in words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rbengine.cli.exit_codes import USAGE
from rbengine.cli.usage import UsageError
from rbengine.diagnostics.suggest import did_you_mean
from rbengine.facts.project import Project
from rbengine.host.errors import JournalError
from rbengine.host.journal import (
    AlreadyOpenError,
    ClockBackError,
    DamagedError,
    FencedError,
    ForgottenError,
    OwnedError,
    RunRecord,
    StillOpenError,
    read_line,
)
from rbengine.host.recorded.recording import is_recording
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder, state_folder
from rbengine.report.text import visible
from rbengine.runtime.events import Person, Started


def folder_of(project: Project) -> Path:
    """Where the runs of whoever works in this project are kept."""
    return state_folder(project.settings.state, project.root)


@contextmanager
def journal(project: Project) -> Iterator[SqliteStore]:
    """The store, for as long as a command needs it. Raises UsageError, also for what its runs refuse."""
    with in_words():
        store = SqliteStore(ready_folder(folder_of(project), shared=project.settings.shared))
        try:
            yield store
        finally:
            store.close()


def find_run(store: SqliteStore, asked: str) -> RunRecord:
    """The run that `asked` names: by its id, by its incident's, or by the end of either. Raises UsageError."""
    runs = store.runs()
    wanted = asked.upper()
    for one in runs:
        if one.run == wanted:
            return one
    found = [one for one in runs if wanted == one.incident]
    found = found or [
        one for one in runs if one.run.endswith(wanted) or one.incident.endswith(wanted)
    ]
    if len(found) > 1:
        found = [one for one in found if not one.outcome] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"`{visible(asked)}` may be {len(found)} runs",
            notes=["\n".join(f"{one.run}  {one.incident}  {one.runbook}" for one in found)],
            way_out=f"name one of them whole: {found[-1].run}",
        )
    if is_recording(Path(asked)):
        raise UsageError(
            f"`{visible(asked)}` is a recording: nothing real stands behind it, so nothing goes on from it",
            way_out=f"`rbengine replay {visible(asked)}` runs today's text on it",
        )
    raise UsageError(
        f"there is no run `{visible(asked)}`",
        notes=[] if runs else ["no run is kept here"],
        way_out=did_you_mean(wanted, _names(runs)) or "`rbengine runs --all` lists them",
    )


def begun_by(store: SqliteStore, run: str) -> Person:
    """Who began it, by its first line."""
    with in_words():
        started = read_line(store.read(run)[0]).event
    assert isinstance(started, Started), "the first line of every run"
    return started.operator


def _names(runs: Sequence[RunRecord]) -> list[str]:
    return [name for one in runs for name in (one.run, one.incident)]


@contextmanager
def in_words(code: int = USAGE) -> Iterator[None]:
    """What a store refuses, as UsageError. `code` is for what it refuses while a run is driven."""
    try:
        yield
    except JournalError as error:
        raise UsageError(
            error.message, place=error.place, notes=error.notes, way_out=error.way_out, code=code
        ) from error
    except OwnedError as error:
        raise UsageError(
            f"{error.run} is driven by {error.owner}, which still exists",
            notes=["two processes on one run would both act"],
            way_out="end that process first; where it cannot be, and you know that it may still act once: "
            f"`rbengine resume {error.run} --take-over`",
        ) from error
    except DamagedError as error:
        raise UsageError(
            f"the journal of {error.run} is damaged from line {error.seq} on",
            notes=[
                f"the {error.seq - 1} lines before it are whole: `rbengine show {error.run}`",
                "the others were set aside as they are, and nobody can tell what the run did in them",
            ],
            way_out=f"look at what it may have changed, then `rbengine resume {error.run} --take-over`",
        ) from error
    except ForgottenError as error:
        raise UsageError(
            f"{error} was forgotten: only digests of its lines are left",
            way_out=f"`rbengine audit {error}` still checks them",
        ) from error
    except StillOpenError as error:
        raise UsageError(
            f"{error} is open, and what is open is not forgotten",
            way_out=f"`rbengine cancel {error}` first",
        ) from error
    except AlreadyOpenError as error:
        raise UsageError(
            f"{error.run} is open, of the same runbook with the same inputs",
            notes=["a second run would do everything a second time"],
            way_out=f"`rbengine show {error.run}`, then `rbengine resume {error.run}` or `rbengine cancel {error.run}`",
        ) from error
    except FencedError as error:
        raise UsageError(
            f"somebody else has taken the run over: {error}",
            notes=["nothing was written since, and nothing is done any more here"],
            way_out="`rbengine runs` says who has it",
            code=code,
        ) from error
    except ClockBackError as error:
        raise UsageError(
            f"the clock was set back: it is {error.now:%Y-%m-%d %H:%M:%S} UTC, and {error.run} was last written at "
            f"{error.last:%Y-%m-%d %H:%M:%S} UTC",
            notes=["nothing was written; the run stands where it stood"],
            way_out="set the clock right, or wait until that moment has come",
            code=code,
        ) from error
