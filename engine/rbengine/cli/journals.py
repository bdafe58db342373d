"""The journals of this user and of the profiles, opened for a command, and what is wrong with them in words."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

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
from rbengine.host.state_folder import JOURNAL, ready_folder, state_folder
from rbengine.host.taking_up import not_followed
from rbengine.report.text import visible
from rbengine.runtime.events import Person, Started

OWN = "own"
"""What the user's own journal is called where runs of several are named."""


class Home(NamedTuple):
    """Where runs are kept."""

    profile: str
    """Whose; empty for the user's own."""
    folder: Path
    shared: bool
    """Whether the folder's group may read and write it too."""

    @property
    def label(self) -> str:
        """What it is called before a run's name: `production:RUN-2026-11-23-001`."""
        return self.profile or OWN


class Journal(SqliteStore):
    """The runs of one home. Raises JournalError where it cannot be used."""

    def __init__(self, home: Home) -> None:
        self.home = home
        setting = f"`journal` of profile `{home.profile}`" if home.profile else ""
        super().__init__(ready_folder(home.folder, shared=home.shared, setting=setting))


def homes(project: Project) -> tuple[Home, ...]:
    """The user's own, then those of profiles that have one; a folder that several name counts once, for the first."""
    settings = project.settings
    found = [Home("", state_folder(settings.state, project.root), settings.shared)]
    for name, profile in settings.profiles.items():
        if profile.journal is None:
            continue
        folder = (project.root / Path(profile.journal.folder).expanduser()).absolute()
        if all(one.folder != folder for one in found):
            found.append(Home(name, folder, profile.journal.shared))
    return tuple(found)


def home_of(project: Project, profile: str = "") -> Home:
    """Where runs in `profile` are kept; without one those on simulated companies."""
    written = project.settings.profiles.get(profile)
    own, *others = homes(project)
    if written is None or written.journal is None:
        return own
    folder = (project.root / Path(written.journal.folder).expanduser()).absolute()
    return next((one for one in others if one.folder == folder), own)


@contextmanager
def journal(project: Project, profile: str = "") -> Iterator[Journal]:
    """The store that runs in `profile` are begun in, for as long as a command needs it. Raises UsageError, also for
    what its runs refuse."""
    with in_words(), closing(Journal(home_of(project, profile))) as store:
        yield store


@contextmanager
def journals(project: Project) -> Iterator[tuple[Sequence[Journal], Sequence[JournalError]]]:
    """Every store that there is, the user's own first, and why those that cannot be used cannot."""
    opened: list[Journal] = []
    refused: list[JournalError] = []
    with ExitStack() as stack:
        for home in homes(project):
            try:
                if home.profile and not (home.folder / JOURNAL).exists():
                    continue  # nobody has begun a run there, and whoever only looks makes no folder
                opened.append(stack.enter_context(closing(Journal(home))))
            except JournalError as error:
                refused.append(error)
            except OSError as error:
                message = f"runs that are kept here cannot be read: {error.strerror}"
                refused.append(JournalError(message, place=str(home.folder)))
        yield opened, refused


@contextmanager
def kept_run(project: Project, asked: str) -> Iterator[tuple[Journal, RunRecord]]:
    """The run that `asked` names, and the store that holds it, for as long as a command needs it. Raises UsageError,
    also for what the run refuses.

    By its id, by its incident's, or by the end of either; `production:` before it where several stores have one.
    """
    with in_words(), journals(project) as (opened, refused):
        found = _find_run(opened, refused, asked)
        yield found


def trouble_with(home: Home) -> JournalError | None:
    """Why no run could be begun there; nothing is made."""
    there = next(one for one in (home.folder, *home.folder.parents) if one.exists())
    if there != home.folder:
        if os.access(there, os.W_OK | os.X_OK):
            return None
        way_out = "make the folder, or let the setting name another one"
        return JournalError(
            "the folder of its journal is not there, and you may not make it",
            place=str(home.folder),
            way_out=way_out,
        )
    try:
        Journal(home).close()
    except JournalError as error:
        return error
    return None


def runs_elsewhere(project: Project, home: Home) -> Sequence[RunRecord]:
    """Runs in the other stores of this project: a new one is called otherwise."""
    with journals(project) as (opened, _):
        return [run for one in opened if one.home.folder != home.folder for run in one.runs()]


def _find_run(
    opened: Sequence[Journal], refused: Sequence[JournalError], asked: str
) -> tuple[Journal, RunRecord]:
    label, colon, name = asked.partition(":")
    if not colon or label not in {one.home.label for one in opened}:
        label, name = "", asked
    wanted = name.upper()
    kept = [
        (store, run) for store in opened if label in ("", store.home.label) for run in store.runs()
    ]
    found = [one for one in kept if one[1].run == wanted]
    if not found:
        found = [one for one in kept if one[1].incident == wanted] or [
            one for one in kept if one[1].run.endswith(wanted) or one[1].incident.endswith(wanted)
        ]
        if len(found) > 1:
            found = [one for one in found if not one[1].outcome] or found
    if len(found) == 1:
        return found[0]
    if found:
        names = whole_names(found)
        rows = [
            f"{name}  {run.incident}  {run.runbook}"
            for name, (_, run) in zip(names, found, strict=True)
        ]
        raise UsageError(
            f"`{visible(asked)}` may be {len(found)} runs",
            notes=["\n".join(rows)],
            way_out=f"name one of them whole: {names[-1]}",
        )
    for one in refused:  # it may be there
        raise one
    if is_recording(Path(asked)):
        raise UsageError(
            f"`{visible(asked)}` is a recording: nothing real stands behind it, so nothing goes on from it",
            way_out=f"`rbengine replay {visible(asked)}` runs today's text on it",
        )
    raise UsageError(
        f"there is no run `{visible(asked)}`",
        notes=[] if kept else ["no run is kept here"],
        way_out=did_you_mean(wanted, [name for _, run in kept for name in (run.run, run.incident)])
        or "`rbengine runs --all` lists them",
    )


def whole_names(found: Sequence[tuple[Journal, RunRecord]]) -> list[str]:
    """Ids, with the store's label where one id is several runs."""
    times = Counter(run.run for _, run in found)
    return [
        f"{store.home.label}:{run.run}" if times[run.run] > 1 else run.run for store, run in found
    ]


def begun_by(store: SqliteStore, run: str) -> Person:
    """Who began it, by its first line."""
    with in_words():
        try:
            started = read_line(store.read(run)[0]).event
        except msgspec.MsgspecError as error:
            raise not_followed(store, run, error) from error
    assert isinstance(started, Started), "the first line of every run"
    return started.operator


@contextmanager
def in_words(code: int = USAGE) -> Iterator[None]:
    """What a store refuses, as UsageError. `code` is for what it refuses while a run is driven."""
    try:
        yield
    except msgspec.DecodeError as error:
        raise UsageError(
            f"a line of the journal cannot be read: {error}",
            notes=["it is not what was written; nothing was changed"],
            way_out="`rbengine audit RUN` says which line, `rbengine export RUN` gives all of them as they are",
        ) from error
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
