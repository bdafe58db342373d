"""Whoever sits at the terminal takes the part of the people, and is asked before each call."""

import sys
from collections.abc import Callable
from datetime import datetime

from rbengine.cli.dialogue import Dialogue
from rbengine.cli.output import Output
from rbengine.host.people import Reply
from rbengine.report.requests import request_in_words
from rbengine.report.text import cut, visible
from rbengine.runtime.commands import AskPeople, NotifyRequest, Perform
from rbengine.runtime.events import Person

_INDENT = " " * 8

ReadLine = Callable[[str], str | None]
"""Shows a prompt and gives what was typed; None at the end of the input."""

WhoAnswers = Callable[[AskPeople], Person | None]
"""Who sits here and in which role; None where they may not answer, which was told."""


class AtTheTerminal:
    """Two callbacks for `rehearsal.interactive.InteractivePeople`."""

    def __init__(
        self,
        output: Output,
        zone: str,
        operator: str,
        read: ReadLine | None = None,
        who: WhoAnswers | None = None,
    ) -> None:
        """Without `who` the operator takes every part."""
        self._output = output
        self._zone = zone
        self._operator = operator
        self._read = read if read is not None else self._from_stdin
        self._who = who if who is not None else self._anybody
        self._all = False

    def may_call(self, call: Perform, now: datetime) -> bool:  # noqa: ARG002
        """Show a call and wait: Enter makes it, `a` makes all that follow, `q` ends the run."""
        if self._all or isinstance(call.request, NotifyRequest):
            return True
        text, effect = request_in_words(call.request, self._zone)
        self._say(
            cut(f"next, {effect}: {visible(text)}", max(self._output.width - len(_INDENT), 20))
        )
        while True:
            typed = self._read(f"{_INDENT}Enter makes it, a all from here, q quits > ")
            match typed.strip().lower() if typed is not None else "q":
                case "" | "y" | "yes":
                    return True
                case "a" | "all":
                    self._all = True
                    return True
                case "q" | "quit":
                    return False
                case _:
                    self._say(
                        "Enter makes this call, a this and all others, q ends the run before it"
                    )

    def ask(self, question: AskPeople, now: datetime) -> Reply | None:  # noqa: ARG002
        """Put a question that the screen has just shown; an empty line leaves it unanswered."""
        person = self._who(question)
        if person is None:
            return None
        asking = Dialogue(question, person, self._zone, self._say).talk()
        prompt = next(asking)
        while True:
            try:
                prompt = asking.send(self._read(f"{_INDENT}{prompt}"))
            except StopIteration as done:
                reply: Reply | None = done.value
                return reply

    def _anybody(self, question: AskPeople) -> Person:
        role = question.by[0] if question.by else "operator"
        return Person(id=self._operator, name=self._operator, role=role)

    def _say(self, text: str) -> None:
        self._output.row(_INDENT + text)

    def _from_stdin(self, prompt: str) -> str | None:
        try:
            self._output.raw(prompt)
            typed = sys.stdin.readline()
        except KeyboardInterrupt:
            self._output.row()  # what is told of it begins on a line of its own
            raise
        if not typed:
            self._output.row()
            return None
        if not sys.stdin.isatty():
            # Nobody saw these keys being pressed: what was answered must stand in the log.
            self._output.row(visible(typed.rstrip("\n")))
        return typed.rstrip("\n")
