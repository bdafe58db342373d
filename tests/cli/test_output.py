"""Where rows go."""

import io
import os

import pytest
from rbengine.cli.output import Output


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_gets_colour_and_a_moving_row() -> None:
    """Rows that were written stay; only the last one is drawn again."""
    stream = Terminal()
    output = Output(stream, width=80)
    assert output.colour
    output.rows(["one"])
    output.status("waiting")
    output.rows(["two"])
    assert stream.getvalue() == "one\n\r\x1b[Kwaiting\r\x1b[Ktwo\n"


def test_a_pipe_gets_neither() -> None:
    """A log holds what was written, once."""
    stream = io.StringIO()
    output = Output(stream, width=80)
    output.rows(["one"])
    output.status("waiting")
    output.rows(["two"])
    assert stream.getvalue() == "one\ntwo\n"
    assert not output.colour


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colour_gets_none(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://no-color.org, and terminals that cannot."""
    monkeypatch.setenv(name, value)
    assert not Output(Terminal(), width=80).colour


def test_the_option_for_no_colour_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over everything the environment says."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Output(io.StringIO(), width=80).colour
    assert not Output(io.StringIO(), width=80, plain=True).colour


def test_without_a_terminal_a_row_has_80_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless somebody says otherwise."""
    assert Output(io.StringIO()).width == 80
    monkeypatch.setenv("COLUMNS", "100")
    assert Output(io.StringIO()).width == 100


def test_an_old_encoding_loses_signs_and_not_the_run() -> None:
    """LC_ALL=C in a cron job must not end in a UnicodeEncodeError."""
    raw = io.BytesIO()
    output = Output(io.TextIOWrapper(raw, encoding="ascii"), width=80)
    output.row("a … b · c → d é")
    assert raw.getvalue() == b"a ~ b - c > d ?\n"


def test_a_gone_reader_does_not_stop_what_is_being_done() -> None:
    """What a run changes must not depend on who is looking."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        output = Output(stream, width=80)
        output.rows(["one"])
        output.rows(["two"])
