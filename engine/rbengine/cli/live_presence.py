"""Who is there while a live run is driven: somebody at the terminal, who is asked while time goes on, or nobody."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from rbengine.cli.dialogue import Dialogue, Talk
from rbengine.cli.interactive import WhoAnswers
from rbengine.cli.keyboard import Keyboard
from rbengine.cli.output import Output
from rbengine.cli.presence import Signals
from rbengine.host.driver import Turn
from rbengine.host.errors import ParkedError
from rbengine.host.pace import Said
from rbengine.host.waiting import FOR_PEOPLE, waiting_of
from rbengine.report.durations import instant
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.state import RunState

_INDENT = " " * 8

_SOON = timedelta(seconds=5)
"""What is due within this is waited for even by a command that only looks whether something is due."""


class LivePresence:
    """`host.kept.Presence` on the real clock.

    `keyboard` is None where nobody sits here: then a run that waits for people is let go at once. `brief` lets go of
    one that waits for its clocks too. `tick` is told of every moment in which nothing is being asked here.
    """

    def __init__(
        self,
        signals: Signals,
        output: Output,
        zone: str,
        who: WhoAnswers,
        *,
        keyboard: Keyboard | None,
        brief: bool = False,
        tick: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        self._signals = signals
        self._output = output
        self._zone = zone
        self._who = who
        self._keyboard = keyboard
        self._brief = brief
        self._tick = tick
        self._state: RunState | None = None
        self._talk: Talk | None = None
        self._about: AskPeople | None = None
        self._asked = ""
        """The prompt that stands there; `_moved`: rows were written below it since."""
        self._moved = False
        self._left: set[int] = set()
        """Questions that whoever sits here has left to others."""

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        if isinstance(turn.state, RunState):
            self._state = turn.state
        if self._about is not None and self._about.question not in self._open():
            self._talk = self._about = None
            self._output.row()
            self._output.row(f"{_INDENT}no longer asked")
            if self._keyboard is not None:
                self._keyboard.forget()
        self._moved = self._talk is not None

    def letting_go(self) -> bool:
        """A signal came."""
        return bool(self._signals.reason)

    def wait(self, now: datetime, until: datetime | None, *, quiet: bool) -> Said | None:  # noqa: ARG002
        """Let time pass until `until`, or until whoever sits here has said something. Raises ParkedError."""
        if self._signals.reason:
            raise ParkedError(self._signals.reason)
        asked = self._open()
        nobody = self._keyboard is None or self._keyboard.ended or self._signals.hung_up
        if nobody and (asked or self._is_for_people()):
            raise ParkedError(self._waiting() or FOR_PEOPLE)
        self._let_go_for_now(now)
        seconds = 0.25 if until is None else max((until - now).total_seconds(), 0.0)
        if self._talk is None and not nobody:
            self._begin(asked)
        if self._talk is None or self._keyboard is None:
            self._tick(now)
            time.sleep(seconds)
            return None
        if self._moved:
            self._prompt(self._asked)
        typed = self._keyboard.line(seconds)
        if typed is None and not self._keyboard.ended:
            return None
        return self._heard(typed)

    def _open(self) -> dict[int, AskPeople]:
        if self._state is None:
            return {}
        return {number: one.ask for number, one in self._state.questions.items()}

    def _is_for_people(self) -> bool:
        """Whether nothing is left to the machine: the run is open until somebody has it, and clocks tell the next."""
        ending = None if self._state is None else self._state.course.ending
        return ending is not None and ending.patient

    def _waiting(self) -> str:
        return waiting_of(self._state, "").text if self._state is not None else ""

    def _let_go_for_now(self, now: datetime) -> None:
        """A command that only looks lets go of a run for which nothing is due."""
        state = self._state
        if not self._brief or state is None:
            return
        due = min((one.due for one in state.timers.values()), default=None)
        if due is None or due > now + _SOON:
            later = "" if due is None else f"waits until {instant(due, self._zone)}"
            raise ParkedError(self._waiting() or later)

    def _begin(self, asked: dict[int, AskPeople]) -> None:
        """Put the first question that whoever sits here may answer."""
        for number, question in sorted(asked.items()):
            if number in self._left:
                continue
            person = self._who(question)
            if person is None:  # why not was told; somebody else's answer comes by itself
                self._left.add(number)
                continue
            self._about = question
            self._talk = Dialogue(question, person, self._zone, self._say).talk()
            self._prompt(next(self._talk))
            return

    def _heard(self, typed: str | None) -> Said | None:
        assert self._talk is not None
        assert self._about is not None
        question = self._about
        try:
            self._prompt(self._talk.send(typed))
        except StopIteration as done:
            self._talk = self._about = None
            if done.value is not None:
                return Said(question=question, reply=done.value)
            self._left.add(question.question)
            self._say("left open: it goes on when somebody answers; Ctrl-C lets the run go")
        return None

    def _prompt(self, text: str) -> None:
        self._output.status("")
        self._output.raw(f"{_INDENT}{text}")
        self._asked, self._moved = text, False

    def _say(self, text: str) -> None:
        self._output.row(f"{_INDENT}{text}")
