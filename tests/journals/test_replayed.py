"""Journals of every format that ever was, replayed: what a user once recorded stays of use.

A folder is added for each new format, by recording runs with the version that writes it; none is ever taken away.
"""

from pathlib import Path

import msgspec
import pytest
from rbengine.contract.codec import from_line
from rbengine.host.errors import JournalError
from rbengine.host.recorded.held import held
from rbengine.host.recorded.playing import replayed
from rbengine.host.recorded.recording import FORMAT, Header, read_recording
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import CallBegan, JournalLine, Parked, Resumed
from rbengine.runtime.fold import fold

FOLDER = Path(__file__).parent
KEPT = sorted(FOLDER.glob("v*/*.jsonl"))


def test_there_is_a_folder_for_every_format() -> None:
    """A new format without recordings of it would be replayed by nobody."""
    assert {one.parent.name for one in KEPT} == {f"v{one + 1}" for one in range(FORMAT)}


@pytest.mark.parametrize("path", KEPT, ids=lambda one: f"{one.parent.name}/{one.stem}")
def test_a_recording_folds_to_the_end_that_it_had(path: Path) -> None:
    """The fold is what resuming, reports and replays stand on."""
    recording = read_recording(path)
    ends = [
        one.outcome
        for _, commands, _ in fold(recording.header.plan, recording.events)
        for one in commands
        if isinstance(one, Finish)
    ]
    assert ends[-1:] == [recording.header.outcome]


@pytest.mark.parametrize("path", KEPT, ids=lambda one: f"{one.parent.name}/{one.stem}")
def test_a_recording_answers_its_own_plan_as_it_was(path: Path) -> None:
    """Where no process died in it, line by line the same; else to the same end."""
    recording = read_recording(path)
    found = replayed(recording.header.plan, held(recording), engine="of a test")
    assert found.unheld is None
    assert found.finish is not None
    assert found.finish.outcome == recording.header.outcome
    if not any(isinstance(one, Resumed | Parked) for one in recording.events):
        then = path.read_text(encoding="utf-8").splitlines()[2:]
        assert list(found.lines[1:]) == then
    assert not found.unlike


def test_a_line_that_has_less_than_today_is_read() -> None:
    """Fields are added with a default: what an older version wrote has not all of them."""
    line = '{"event":{"at":"2026-11-23T03:10:00Z","call":1,"type":"began"},"seq":2}'
    read = from_line(line, JournalLine)
    assert isinstance(read.event, CallBegan)
    assert (read.event.written, read.v) == ("", 1)


def test_a_newer_format_is_refused_with_its_number(tmp_path: Path) -> None:
    """Guessing what a newer version meant would replay another run."""
    first, *rest = KEPT[0].read_text(encoding="utf-8").splitlines()
    newer = tmp_path / "newer.jsonl"
    header = {**msgspec.json.decode(first), "v": FORMAT + 1}
    newer.write_bytes(b"\n".join([msgspec.json.encode(header), *map(str.encode, rest), b""]))
    with pytest.raises(JournalError, match=f"format {FORMAT + 1}, known is {FORMAT}"):
        read_recording(newer)


def test_a_recording_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Half an incident would be replayed as a short one."""
    whole = KEPT[0].read_text(encoding="utf-8").splitlines()
    half = tmp_path / "half.jsonl"
    half.write_text("\n".join(whole[:-2]) + "\n")
    with pytest.raises(JournalError, match="cut off"):
        read_recording(half)


def test_the_header_says_all_that_a_reader_needs() -> None:
    """A recording is read on machines that have nothing else of the project."""
    header = msgspec.json.decode(KEPT[0].read_bytes().split(b"\n")[0])
    assert header["kind"] == "recording"
    assert {*header} == {"kind", *Header.__struct_fields__}
    assert set(header["texts"]) == {name for name, _ in header["plan"]["texts"]}
