"""Recordings at the command line: made of a run, read from a file, and a run taken for one."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from rbengine import __version__
from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import in_words, kept_run
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.contract.codec import to_line
from rbengine.host.journal import events_of, line_of
from rbengine.host.recorded.held import Held, held
from rbengine.host.recorded.making import DecidesOtherwiseError, Made, StillSecretError, made
from rbengine.host.recorded.recording import Header, Recording, read_recording, write_recording
from rbengine.host.taking_up import plan_of
from rbengine.report.text import visible
from rbengine.runtime.machine import UnexpectedEvent

_MOST_SUSPECTS = 10
_WORDS = {"email": "address", "phone": "number", "url": "link"}


def record(asked: str, to: str, *, hidden: Sequence[str], kept: Sequence[str]) -> int:
    """Write the recording of the run `asked`."""
    output = Output()
    path = Path(to)
    if path.exists():
        raise UsageError("there is a file already", place=visible(to), way_out="name another one")
    with Ground.here(output) as ground, kept_run(ground.project, asked) as (store, found):
        recording = _made(
            found.run,
            store.read(found.run),
            store.plan(found.run),
            store.texts(found.run),
            found.outcome,
            hidden=hidden,
            kept=kept,
        )
    try:
        write_recording(path, recording.header, recording.lines)
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror}",
            place=visible(to),
            way_out="name another file",
        ) from error
    output.rows(
        [
            f"wrote {visible(to)}: {len(recording.lines)} lines of {found.run}",
            _told(recording.header),
        ]
    )
    return exit_codes.OK


def recording_of(ground: Ground, asked: str) -> Recording:
    """The recording in the file `asked`, or the run of that name as one. Raises UsageError."""
    if Path(asked).is_file():
        return recording_in(asked)
    if "/" in asked or asked.endswith(".jsonl"):
        raise UsageError("there is no such file", place=visible(asked))
    with kept_run(ground.project, asked) as (store, found):
        plan = plan_of(store, found.run)
        lines = store.read(found.run)
        header = Header(
            run=found.run,
            incident=found.incident,
            runbook=found.runbook,
            outcome=found.outcome,
            engine=__version__,
            lines=len(lines),
            plan=plan,
            texts={
                name: text for name, text in store.texts(found.run).items() if name.endswith(".rb")
            },
        )
        return Recording(source=found.run, header=header, events=events_of(lines))


def recording_to_hand_on(ground: Ground, asked: str) -> Recording:
    """As `recording_of`, with stand-ins: what is made of it may be put into the project's files. Raises UsageError."""
    if Path(asked).is_file():
        return recording_in(asked)
    found = recording_of(ground, asked)
    header = found.header
    lines = [line_of(seq, event) for seq, event in enumerate(found.events, start=1)]
    recording = _made(header.run, lines, to_line(header.plan), header.texts, header.outcome)
    return Recording(
        source=found.source, header=recording.header, events=events_of(recording.lines)
    )


def recording_in(file: str) -> Recording:
    """The recording in `file`. Raises UsageError."""
    with in_words():
        return read_recording(Path(file))


def held_by(recording: Recording) -> Held:
    """What it holds. Raises UsageError where its lines do not fold over its own plan."""
    try:
        return held(recording)
    except UnexpectedEvent as error:
        raise _not_followed(recording.source, error) from error


def _made(
    run: str,
    lines: Sequence[str],
    plan: str,
    texts: Mapping[str, str],
    outcome: str,
    *,
    hidden: Sequence[str] = (),
    kept: Sequence[str] = (),
) -> Made:
    try:
        return made(
            lines, plan, texts, outcome=outcome, engine=__version__, hidden=hidden, kept=kept
        )
    except StillSecretError as error:
        raise _still_secret(run, error) from error
    except DecidesOtherwiseError as error:
        raise _decides_otherwise(run, error) from error
    except (UnexpectedEvent, msgspec.MsgspecError) as error:
        raise _not_followed(run, error) from error


def _told(header: Header) -> str:
    parts = [
        f"{count} {_WORDS.get(kind, kind)}{'' if count == 1 else 'es' if kind == 'email' else 's'}"
        for kind, count in header.stand_ins.items()
        if kind != "digest"
    ]
    what = f"stand-ins for {', '.join(parts)}" if parts else "nothing needed a stand-in"
    return f"  {what}; it decides as the run did, and only you may read it"


def _still_secret(run: str, error: StillSecretError) -> UsageError:
    shown = error.suspects[:_MOST_SUSPECTS]
    notes = [f"{one.place}: {one.what}, {one.shown}" for one in shown]
    if len(error.suspects) > len(shown):
        notes.append(f"and {len(error.suspects) - len(shown)} more")
    fields = list(dict.fromkeys(one.field for one in error.suspects if one.field))
    hide = " ".join(f"--hide {one}" for one in fields) or "--hide FIELD"
    return UsageError(
        "the recording would hold what looks like a secret, so it is not written",
        place=run,
        notes=[visible(one) for one in notes],
        way_out=f"replace all values of the field: `{hide}`; then change that secret, for the journal holds it too",
        code=exit_codes.PROBLEMS,
    )


def _decides_otherwise(run: str, error: DecidesOtherwiseError) -> UsageError:
    found = error.parting
    step = f" in the step {found.place}" if found.place else ""
    return UsageError(
        f"with stand-ins the run would decide otherwise from line {found.seq} on{step}",
        place=run,
        notes=[f"the run: {visible(found.then)}", f"with stand-ins: {visible(found.now)}"],
        way_out="`--keep FIELD` leaves the values of a field as they are, where nobody needs to be protected by it",
        code=exit_codes.PROBLEMS,
    )


def _not_followed(place: str, error: Exception) -> UsageError:
    return UsageError(
        f"its lines cannot be followed: {visible(str(error))}",
        place=visible(place),
        notes=["it was written by another version of rbengine, and is as it was"],
        way_out="use the version that wrote it",
    )
