"""`rbengine drill`: a person lives through an incident."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli.drilling import Drill
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.facts.project import find_project
from rbengine.host.people import NobodyAnswers
from rbengine.rehearsal.drill import lived
from support.golden import ROOT, Goldens

HERE = Path(__file__).parent
DRILL = [sys.executable, "-m", "rbengine", "drill"]


class Sitting:
    """A keyboard at which somebody types each line so many seconds after the line before."""

    def __init__(self, *lines: tuple[float, str]) -> None:
        self._lines = list(lines)
        self._now = 0.0
        self._thinking = 0.0
        self.person = False
        self.forgotten = 0

    @property
    def ended(self) -> bool:
        return not self._lines

    def seconds(self) -> float:
        return self._now

    def line(self, seconds: float | None) -> str | None:
        after, text = self._lines[0]
        left = after - self._thinking
        if seconds is not None and left > seconds:
            self._thinking += seconds
            self._now += seconds
            return None
        self._thinking = 0.0
        self._now += left
        del self._lines[0]
        return text

    def forget(self) -> None:
        """Whole lines only; how often it was asked for is looked at."""
        self.forgotten += 1


def drilled(keyboard: Sitting, *, speed: int = 60, scenario: str = "") -> str:
    """The screen of a drill of RB-006."""
    stream = io.StringIO()
    output = Output(stream, width=80, plain=True)
    with Ground(find_project(ROOT), output) as ground:
        path = "playbooks/rb006.rb"
        session = ground.session()
        chosen = next((x for x in session.scenarios(path) if x.title.plain == scenario), None)
        rehearsal = session.execute(path, scenario=chosen)
        drill = Drill(output, ground.workspace.plan(path), keyboard, speed)
        session.execute(
            path, scenario=chosen, people=NobodyAnswers(), pace=drill, observer=drill.turn
        )
        drill.end(lived(rehearsal.turns, rehearsal.began))
    return stream.getvalue()


def test_the_whole_screen(goldens: Goldens) -> None:
    """Choices of one's own, a slip, a page that is acknowledged, and somebody who then walks away."""
    screen = drilled(
        Sitting((2, "all of it"), (1, "sending"), (4, "y"), (0.5, "ack"), (25, "dedup"))
    )
    # Of the run itself the first and the last rows are enough: `exec` has goldens of the rest.
    rows = screen[screen.index("resolve losing_now") :].splitlines()
    told = "".join(f"{row}\n" for row in rows)
    goldens.check(HERE / "goldens" / "drill.txt", told, "tests/cli/test_drill.py")


def test_the_clocks_of_the_run_go_on_while_somebody_thinks() -> None:
    """Half an hour over one question: it falls due, and the policy pages once more."""
    screen = drilled(Sitting((30, "sending")))
    assert "nobody answered in 5m" in screen
    assert "paged engineering_manager, cto at 0s, 5m 1s, 15m 1s" in screen


def test_what_is_answered_late_is_told_with_its_time() -> None:
    """Three seconds at sixty times are three minutes."""
    screen = drilled(Sitting((3, "both")))
    assert "you        both after 3m" in screen
    assert "rehearsed  both after 1m" in screen


def test_a_scenario_brings_its_faults_and_what_happens_in_it() -> None:
    """The drill is of the same world as the rehearsal."""
    screen = drilled(Sitting(), scenario="nothing is lost")
    assert "HANDED OVER" in screen
    assert "nobody was asked anything" in screen


# The command itself ---------------------------------------------------------------------------------------------


def piped(*arguments: str, typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*DRILL, *arguments], cwd=ROOT, input=typed, capture_output=True, text=True, timeout=120,
        check=False, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip


def test_answers_may_come_from_a_pipe() -> None:
    """A line for each question; what was typed stands in the log."""
    done = piped("rb011", typed="y\ny\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("y, n [why], Enter says nothing > y\n") == 2
    assert "RESOLVED" in done.stdout
    assert "2 decisions: 2 as rehearsed" in done.stdout
    assert done.stdout.startswith("SIMULATED")


def test_at_the_end_of_the_input_nobody_answers_and_time_jumps() -> None:
    """A drill in a pipeline comes to an end."""
    done = piped("rb011", typed="y\n")
    assert done.returncode == 4
    assert "nobody answered in" in done.stdout
    assert "1 not answered" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--speed", "0"], "is no speed"),
        (["--scenario", "the"], "several scenarios have `the` in the title"),
        (["--scenario", "no such"], "no scenario has `no such` in the title"),
        (["--world", "nowhere"], "there is no world `nowhere`"),
        (["--world", "paid", "--scenario", "x"], "cannot be together"),
    ],
)
def test_bad_input_is_told(arguments: Sequence[str], told: str) -> None:
    """Before anybody begins."""
    done = piped("rb011", *arguments, typed="")
    assert done.returncode == 2
    assert told in done.stderr


class Terminal:
    """A drill on a terminal of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process = process
        self._master = master
        self.seen = ""

    def until(self, text: str) -> None:
        """Wait until `text` is on the screen, behind what was looked at before."""
        deadline = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < deadline, self.seen
            ready, _, _ = select.select([self._master], [], [], 1)
            if ready:
                try:
                    self.seen += os.read(self._master, 4096).decode()
                except OSError:  # the other side is closed
                    assert text in self.seen, self.seen
        self.seen = self.seen[self.seen.index(text) + len(text) :]

    def type(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    def interrupt(self) -> None:
        os.write(self._master, b"\x03")


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*DRILL, *arguments], cwd=ROOT, stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, preexec_fn=lambda: _control(slave),
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm", "NO_COLOR": "1"},
    )  # fmt: skip
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(master)


def _control(slave: int) -> None:
    """Make it the terminal that sends Ctrl-C."""
    import fcntl
    import termios

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def test_a_person_at_a_terminal_answers_as_questions_come() -> None:
    """The prompt stands below what the screen shows; a page is acknowledged at any moment."""
    with terminal("rb011", "--speed", "60") as person:
        person.until("as on_call: y, n [why], Enter says nothing > ")
        person.type("ack")
        person.until("nobody was paged so far")
        person.type("maybe")
        person.until("y approves, n refuses")
        person.type("y")
        person.until("approved by On-call engineer (on_call)")
        person.until("as on_call: y, n [why], Enter says nothing > ")
        person.type("y")
        person.until("RESOLVED")
        person.until("2 as rehearsed")
        assert person.process.wait(timeout=30) == 0


def test_ctrl_c_ends_it_with_what_was_done_so_far() -> None:
    """No traceback, the last row, and the decisions."""
    with terminal("rb011", "--speed", "60") as person:
        person.until("as on_call: y, n [why], Enter says nothing > ")
        person.type("y")
        person.until("as on_call: y, n [why], Enter says nothing > ")
        person.interrupt()
        person.until("SIMULATED: nothing real was read or changed")
        person.until("you        approved after")
        person.until("you        left open")
        person.until("broken off after")
        assert person.process.wait(timeout=30) == 130


@pytest.mark.parametrize("closed", [True, False])
def test_a_playbook_without_worlds_can_be_drilled(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    """Its world is empty; what it needs comes from the line; nobody need be there."""
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", None if closed else nothing)
        done = rbengine("drill", "rb901", "--input", "limit=100")
    assert done.code == 0
    assert "nobody was asked anything" in done.out
