"""Who is there while a kept run is driven: somebody at the terminal, or nobody; and the signals that let it go."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from msgspec.structs import replace

from rbengine.host.driver import Turn
from rbengine.host.errors import ParkedError
from rbengine.host.pace import Done, Elsewhere, Said
from rbengine.host.people import Reply
from rbengine.host.waiting import waiting_of
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.state import RunState

AskAtHand = Callable[[AskPeople, datetime], Reply | None]
"""Puts a question to whoever sits here; None where nothing was said. Raises SaidElsewhereError."""


class SaidElsewhereError(Exception):
    """While a person here was being asked, something was sent to the run from elsewhere."""


class _LetGoError(BaseException):
    """A signal came while a person was being asked."""


class Signals:
    """Ctrl-C and SIGTERM let a run go between two turns; SIGHUP takes the screen away and nothing else."""

    def __init__(self) -> None:
        self.reason = ""
        """Why the run is to be let go; empty while it is not."""
        self.hung_up = False
        self._asking = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals in our own way. A second Ctrl-C ends the process at once."""
        before = {
            one: signal.signal(one, self._heard)
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    @contextmanager
    def asking(self, waiting: str) -> Iterator[None]:
        """A person is being asked: a signal ends that at once. Raises ParkedError, with `waiting` after SIGHUP."""
        self._asking = True
        try:
            yield
        except _LetGoError:
            raise ParkedError(self.reason or waiting) from None
        finally:
            self._asking = False

    def _heard(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 (the signal's own shape)
        if number == signal.SIGHUP:
            self.hung_up = True
            _without_screen()
        elif self.reason and number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            self.reason = "stopped by Ctrl-C" if number == signal.SIGINT else "stopped by SIGTERM"
        if self._asking:
            raise _LetGoError


class Presence:
    """`host.kept.Presence`. `ask` is None where nobody sits here; scripted people need nobody."""

    def __init__(self, signals: Signals, ask: AskAtHand | None, *, scripted: bool) -> None:
        self._signals = signals
        self._ask = ask
        self._scripted = scripted
        self._state: RunState | None = None
        self._done: tuple[Said | None, datetime] | None = None
        """What was said here, nothing where somebody was faster elsewhere; and when."""

    @property
    def run(self) -> str:
        """The run that is driven; empty before its first turn."""
        begun = None if self._state is None else self._state.begun
        return "" if begun is None else begun.run

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        if isinstance(turn.state, RunState):
            self._state = turn.state

    def wait(self, now: datetime, until: datetime | None, *, quiet: bool) -> Done | None:
        """Time jumps while nobody is needed; it passes while somebody thinks. Raises ParkedError to let the run go."""
        if self._signals.reason:
            raise ParkedError(self._signals.reason)
        state = self._state
        if self._scripted or not quiet or state is None or not state.questions:
            return None
        if until is not None and until <= now:
            return None  # what is due already happens first
        if self._done is None:
            if self._ask is None or self._signals.hung_up:
                raise ParkedError(waiting_of(state, "").text)
            self._done = self._asked(state, now)
        said, at = self._done
        if until is not None and until < at:
            return None  # what comes due while they think happens first
        self._done = None
        after = max(at - now, timedelta(0))
        if said is None:
            return Elsewhere(after=after)
        return replace(said, reply=replace(said.reply, after=after))

    def letting_go(self) -> bool:
        """A signal came."""
        return bool(self._signals.reason)

    def _asked(self, state: RunState, now: datetime) -> tuple[Said | None, datetime]:
        assert self._ask is not None
        question = min(state.questions.values(), key=lambda one: one.ask.question).ask
        began = time.monotonic()
        try:
            with self._signals.asking(waiting_of(state, "").text):
                reply = self._ask(question, now)
            if reply is None:
                raise ParkedError(waiting_of(state, "").text)
            said: Said | None = Said(question=question, reply=reply)
        except SaidElsewhereError:
            said = None
        return said, now + timedelta(seconds=time.monotonic() - began)


def _without_screen() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue
    os.close(nowhere)
