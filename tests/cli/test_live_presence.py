"""Whoever sits at the terminal of a live run: asked while time goes on, and never in its way."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cli.test_drill import Sitting
from msgspec.structs import replace
from rbengine.cli.keyboard import Keyboard
from rbengine.cli.live_presence import LivePresence
from rbengine.cli.output import Output
from rbengine.cli.presence import Signals
from rbengine.host.driver import Turn
from rbengine.host.errors import ParkedError
from rbengine.host.pace import Said
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.events import Approved, Person, TimerFired
from rbengine.runtime.machine import begin
from rbengine.runtime.state import OpenQuestion, Timer
from support.generated import program

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ADA = Person(id="ada", name="Ada", role="on_call")
FIRST = AskPeople(question=1, kind="approve", text="Shall we?", by=("on_call",), due=NOW)
SECOND = replace(FIRST, question=2, text="And now?")
PROMPT = "as on_call: y, n [why], Enter says nothing > "


class Terminal:
    """A presence, and what it shows."""

    def __init__(self, keyboard: Keyboard | None, *, brief: bool = False, may: bool = True) -> None:
        self.stream = io.StringIO()
        self.signals = Signals()
        self.ticks: list[datetime] = []
        self.presence = LivePresence(
            self.signals, Output(self.stream), "UTC", lambda _: ADA if may else None,
            keyboard=keyboard, brief=brief, tick=self.ticks.append,
        )  # fmt: skip
        self._plan = begin(program(1).plan)

    def see(self, *asked: AskPeople, due: Mapping[int, datetime] | None = None) -> None:
        """A turn after which these questions are open and these timers run."""
        state = replace(
            self._plan,
            questions={one.question: OpenQuestion(fiber=1, ask=one, timers=()) for one in asked},
            timers={
                number: Timer(number=number, fiber=0, why="mttr", due=at)
                for number, at in (due or {}).items()
            },
        )
        self.presence.see(Turn(event=TimerFired(at=NOW, timer=9), commands=(), state=state))

    def wait(self, seconds: float = 0.01) -> Said | None:
        return self.presence.wait(NOW, NOW + timedelta(seconds=seconds), quiet=True)


def test_a_question_is_answered_while_time_goes_on() -> None:
    """Waiting for the line takes no longer than it may: what is due by then happens first."""
    terminal = Terminal(Sitting((2, "perhaps"), (1, "y")))
    terminal.see(FIRST)
    assert [terminal.wait(1.0) for _ in range(2)] == [None, None]
    said = terminal.wait(1.0)
    assert said is not None
    assert (said.question, said.reply.person) == (FIRST, ADA)
    assert isinstance(said.reply.answer, Approved)
    assert terminal.stream.getvalue().count(PROMPT) == 2
    assert "y approves, n refuses" in terminal.stream.getvalue()


def test_the_prompt_stands_below_what_was_written_meanwhile() -> None:
    """An escalation that goes out while somebody thinks must not leave them without a question."""
    terminal = Terminal(Sitting((5, "y")))
    terminal.see(FIRST)
    terminal.wait(1.0)
    terminal.see(FIRST)
    terminal.wait(1.0)
    assert terminal.stream.getvalue().count(PROMPT) == 2


def test_somebody_else_was_faster() -> None:
    """The question goes, and the next one is put."""
    terminal = Terminal(Sitting((5, "y"), (99, "n")))
    terminal.see(FIRST)
    terminal.wait(1.0)
    terminal.see(SECOND)
    assert "no longer asked" in terminal.stream.getvalue()
    said = [terminal.wait(1.0) for _ in range(6)]
    assert [one.question.question for one in said if one is not None] == [2]


def test_a_question_that_is_left_open_waits_for_others() -> None:
    """Enter says nothing, and the run goes on waiting."""
    terminal = Terminal(Sitting((0, ""), (9, "y")))
    terminal.see(FIRST)
    assert [terminal.wait() for _ in range(3)] == [None, None, None]
    assert "left open" in terminal.stream.getvalue()
    assert terminal.stream.getvalue().count(PROMPT) == 1


def test_whoever_may_not_answer_sees_the_clocks() -> None:
    """Somebody else's answer comes by itself."""
    terminal = Terminal(Sitting((9, "y")), may=False)
    terminal.see(FIRST)
    assert terminal.wait() is None
    assert terminal.ticks == [NOW]
    assert PROMPT not in terminal.stream.getvalue()


def test_where_nobody_sits_the_run_is_let_go() -> None:
    """It says for whom it waits; without a question it goes on by its clocks."""
    terminal = Terminal(None)
    terminal.see()
    assert terminal.wait() is None
    terminal.see(FIRST)
    with pytest.raises(ParkedError, match="waits for on_call: approve"):
        terminal.wait()


def test_a_command_that_only_looks_does_not_stay() -> None:
    """`tick` comes again; what is due in a moment it still waits for."""
    terminal = Terminal(None, brief=True)
    terminal.see(due={1: NOW + timedelta(seconds=3)})
    assert terminal.wait() is None
    terminal.see(due={1: NOW + timedelta(hours=1)})
    with pytest.raises(ParkedError, match="waits until 2026-11-23 04:00 UTC"):
        terminal.wait()


def test_a_signal_lets_it_go() -> None:
    """With its reason."""
    terminal = Terminal(Sitting((9, "y")))
    terminal.see(FIRST)
    assert not terminal.presence.letting_go()
    terminal.signals.reason = "stopped by Ctrl-C"
    assert terminal.presence.letting_go()
    with pytest.raises(ParkedError, match="stopped by Ctrl-C"):
        terminal.wait()
