"""A run for programs: its journal line by line, then one line that says what came of it."""

import json

from rbengine.cli.output import Output
from rbengine.contract.codec import to_line
from rbengine.host.driver import Turn
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import JournalLine


class JournalLines:
    """Writes them as they come. `written`: how many the journal has already."""

    def __init__(self, output: Output, written: int = 0) -> None:
        self._output = output
        self._count = written

    def turn(self, turn: Turn) -> None:
        self._count += 1
        self._output.raw(to_line(JournalLine(seq=self._count, event=turn.event)) + "\n")

    def stopped(self) -> None:
        """Nothing: what is wrong is told beside the lines."""

    def last(
        self, finish: Finish | None, code: int, *, otherwise: tuple[str, str], **more: object
    ) -> None:
        """The last line, with the exit `code`. `otherwise`: outcome and reason of a run that has not come to an end."""
        outcome, reason = (finish.outcome, finish.reason) if finish else otherwise
        told = more | {
            "exit": code,
            "in_doubt": finish.in_doubt if finish else 0,
            "left_applied": finish.left_applied if finish else 0,
            "outcome": outcome,
            "reason": reason,
        }
        self._output.raw(json.dumps(told, sort_keys=True, ensure_ascii=False) + "\n")


class RehearsalLines(JournalLines):
    """Of a run in a simulated world."""

    def end(self, rehearsal: Rehearsal, code: int) -> None:
        missed = "; ".join(one.message for one in rehearsal.misses)
        self.last(
            rehearsal.finish,
            code,
            otherwise=("parked", missed),
            incident=rehearsal.incident,
            run=rehearsal.run,
            simulated=True,
        )
