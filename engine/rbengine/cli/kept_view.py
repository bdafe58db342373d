"""What is shown of a kept run while it is driven: for people, or line by line for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from rbengine.cli.journal_lines import JournalLines
from rbengine.cli.output import Output
from rbengine.cli.ways_on import when_over, while_open
from rbengine.host.driver import Turn
from rbengine.host.kept import Kept
from rbengine.plan.program import Plan
from rbengine.report.screen import Screen
from rbengine.runtime.commands import Command
from rbengine.runtime.events import Event, Started


class View(Protocol):
    """Sees every turn and the end."""

    def before(self, turns: Sequence[tuple[Event, tuple[Command, ...]]], lines: int) -> None:
        """What has happened before it was taken up, in so many lines: all of it, or of a long run its first turn."""
        ...

    def turn(self, turn: Turn) -> None: ...

    def end(self, kept: Kept, code: int) -> None: ...

    def tick(self, now: datetime) -> None:
        """It is `now`, and nothing has happened."""
        ...

    def stopped(self) -> None:
        """It broke off: whoever reads the last row must still learn what was real."""
        ...


class KeptScreen:
    """For people."""

    def __init__(self, output: Output, plan: Plan, *, kept: bool = True) -> None:
        """`kept`: there will be a journal that its end can name."""
        self._output = output
        self._kept = kept
        self._screen = Screen(plan, width=output.width, colour=output.colour)

    def before(self, turns: Sequence[tuple[Event, tuple[Command, ...]]], lines: int) -> None:
        """Its heading, and how much came before; `show` has all of it."""
        for event, given in turns:
            self._screen.lines(event, given)
        begun = turns[0][0]
        assert isinstance(begun, Started)
        before = f"  {lines} lines before: rbengine show {begun.run}"
        self._output.rows([*self._screen.brief(), "", before])

    def turn(self, turn: Turn) -> None:
        self._output.rows(self._screen.lines(turn.event, turn.commands))
        if self._output.moves:
            self._output.status(self._screen.status(turn.event.at))

    def end(self, kept: Kept, code: int) -> None:  # noqa: ARG002 (the code is for scripts)
        self._output.status("")
        ways: list[str] = []
        if kept.finish is None:
            word = "PARKED" if kept.in_order else "STOPPED"
            self._output.rows(["", f"{word}: {kept.parked}"])
            if kept.in_order:
                ways = while_open(kept.run, self._screen.open_questions, kept.parked)
        elif self._kept:
            ways = when_over(kept.run, kept.finish)
        self._output.rows([f"        {one}" for one in ways])
        if self._kept:
            self._output.row(f"        journal {kept.run}, head {kept.head[:16]}")
        self._output.rows(self._screen.closing())

    def stopped(self) -> None:
        self._output.status("")
        self._output.rows(self._screen.closing())

    def tick(self, now: datetime) -> None:
        if self._output.moves:
            self._output.status(self._screen.status(now))


class KeptLines(JournalLines):
    """For programs."""

    def __init__(self, output: Output) -> None:
        super().__init__(output)
        self._simulated = True

    def before(self, turns: Sequence[tuple[Event, tuple[Command, ...]]], lines: int) -> None:
        self._count = lines
        self._see(turns[0][0])

    def turn(self, turn: Turn) -> None:
        self._see(turn.event)
        super().turn(turn)

    def end(self, kept: Kept, code: int) -> None:
        self.last(
            kept.finish,
            code,
            otherwise=("parked", kept.parked),
            head=kept.head,
            incident=kept.incident,
            run=kept.run,
            simulated=self._simulated,
        )

    def tick(self, now: datetime) -> None:
        """Nothing: time is in the lines."""

    def _see(self, event: Event) -> None:
        if isinstance(event, Started):
            self._simulated = set(event.environment.backends.values()) <= {"simulated"}
