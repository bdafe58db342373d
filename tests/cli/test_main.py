"""The command as people and scripts meet it: real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rbengine
from rbengine.cli import exit_codes
from rbengine.cli.commands.help import overview
from rbengine.cli.dispatch import COMMANDS, bug_lines, dispatch
from rbengine.report.text import cells


def rbengine_command(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process."""
    return subprocess.run(
        [sys.executable, "-m", "rbengine", *arguments],
        capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}, check=False,
    )  # fmt: skip


def test_the_version_is_told_at_once() -> None:
    """Scripts ask for it first, and on every start of a shell prompt."""
    done = rbengine_command("--version")
    assert (done.stdout, done.stderr, done.returncode) == (
        f"rbengine {rbengine.__version__}\n",
        "",
        0,
    )


def test_the_version_loads_nothing_it_does_not_need() -> None:
    """Every import costs milliseconds that somebody waits."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from rbengine.cli.main import main; main(['--version'])\n"
        "print(sorted(set(sys.modules) - before - set(sys.builtin_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['rbengine', 'rbengine.cli', 'rbengine.cli.main']"


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"], ["-h"]])
def test_without_a_command_one_learns_what_there_is(arguments: list[str]) -> None:
    """The first thing a new user types."""
    done = rbengine_command(*arguments)
    assert done.returncode == 0
    assert "rbengine exec rb011" in done.stdout
    assert done.stderr == ""


def test_help_fits_a_terminal() -> None:
    """80 columns, no trailing blanks, and the overview in one screen."""
    assert len(overview()) <= 46
    for name in [one.name for one in COMMANDS]:
        for row in rbengine_command("help", name).stdout.splitlines():
            assert cells(row) <= 80, row
            assert row == row.rstrip()


@pytest.mark.parametrize("name", [one.name for one in COMMANDS])
def test_every_command_is_explained(name: str) -> None:
    """`help NAME` and `NAME --help` are the same page, with a usage line and examples."""
    told = rbengine_command("help", name).stdout
    assert told.startswith(f"usage: rbengine {name}")
    if name != "help":
        assert "examples" in told
        assert rbengine_command(name, "--help").stdout == told


def test_the_overview_names_every_command() -> None:
    """Also those that are listed with others of their kind."""
    whole = "\n".join(overview())
    assert [one.name for one in COMMANDS if one.name not in whole] == []


def test_a_slip_in_the_command_is_suggested() -> None:
    """Nothing is run by guessing."""
    done = rbengine_command("exce", "rb011")
    assert done.returncode == exit_codes.USAGE
    assert done.stdout == ""
    assert "there is no command `exce`" in done.stderr
    assert "did you mean `exec`?" in done.stderr


def test_an_unknown_option_is_suggested() -> None:
    """With the list of those that there are."""
    done = rbengine_command("exec", "rb011", "--wrold", "x")
    assert done.returncode == exit_codes.USAGE
    assert "did you mean `--world`?" in done.stderr


def test_what_was_typed_is_drawn_harmless() -> None:
    """It may have been pasted from anywhere."""
    done = rbengine_command("\x1b[2Jexec")
    assert "\x1b" not in done.stderr
    assert "\\e[2Jexec" in done.stderr


def test_a_reader_who_has_gone_away_is_no_traceback() -> None:
    """`rbengine help | head -n 1`."""
    shown = subprocess.run(
        f"{sys.executable} -m rbengine help | head -n 1",
        shell=True, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stderr == ""
    assert shown.stdout.startswith("rbengine")


def test_a_closed_output_is_no_traceback() -> None:
    """`rbengine help >&-`: there is nobody to tell."""
    done = subprocess.run(
        f"{sys.executable} -m rbengine help >&-",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_a_bug_is_told_and_never_thrown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it broke, what to do, exit code 70; the traceback only for whoever asks."""

    class Broken:
        @staticmethod
        def run(_arguments: list[str]) -> int:
            raise RuntimeError("something\nlong and \x1b[31msecret")

    monkeypatch.setattr("rbengine.cli.dispatch.import_module", lambda _name: Broken)
    monkeypatch.delenv("RBENGINE_TRACEBACK", raising=False)
    assert dispatch(["check"]) == exit_codes.BUG
    told = capsys.readouterr().err
    assert told.startswith("error[E900]: a bug in rbengine: RuntimeError: something\n")
    assert "please report it" in told
    assert "Traceback" not in told
    assert "\x1b" not in told
    monkeypatch.setenv("RBENGINE_TRACEBACK", "1")
    assert dispatch(["check"]) == exit_codes.BUG
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_names_its_place_without_the_machine() -> None:
    """The path from the package on is what we need; the rest is nobody's business."""
    try:
        os.path.join(None)  # type: ignore[call-overload]  # a bug made on purpose
    except TypeError as error:
        rows = bug_lines(error)
    assert rows[1].startswith("  --> ")
    assert "/home" not in rows[1]


@pytest.mark.parametrize(("interruption", "code"), [(KeyboardInterrupt, 130), ("SIGTERM", 143)])
def test_an_interruption_has_its_own_code(
    interruption: type[BaseException] | str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As shells expect of whatever was stopped."""
    import signal

    class Stopped:
        @staticmethod
        def run(_arguments: list[str]) -> int:
            if isinstance(interruption, str):
                signal.raise_signal(getattr(signal, interruption))
                raise AssertionError("the signal was not noticed")
            raise interruption

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("rbengine.cli.dispatch.import_module", lambda _name: Stopped)
    try:
        assert dispatch(["check"]) == code
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_working_folder_that_is_gone_is_no_bug(tmp_path: Path) -> None:
    """Somebody removed it from under the shell."""
    folder = tmp_path / "gone"
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-c", f"rmdir {folder}; {sys.executable} -m rbengine check"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == exit_codes.USAGE
    assert "the working folder is no longer there" in done.stderr
